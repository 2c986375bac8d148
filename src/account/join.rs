//! Gives each function what was listed apart from it.

use std::collections::BTreeSet;

use super::Account;
use super::sources::Known;
use crate::iam::{Arn, TrustedPrincipal};
use crate::lambda::Function;

/// Adds the functions to the account's roles. A mapping or destination of a function that no file lists is a
/// problem: what it needs is in no floor.
pub(super) fn join(account: &mut Account, known: Known) {
    let (sources, destinations) = (known.event_sources, known.destinations);
    let listed: BTreeSet<_> = known.functions.iter().map(|f| f.arn.clone()).collect();
    account.problems.extend(known.problems);
    let mappings = strangers(&listed, sources.as_deref(), "event source mappings");
    let sent = strangers(&listed, destinations.as_deref(), "destinations");
    account.problems.extend(mappings.into_iter().chain(sent));

    let edge = TrustedPrincipal::Service("edgelambda.amazonaws.com".into());
    let at_the_edge = account.roles.iter();
    let at_the_edge = at_the_edge.filter(|role| role.trust.others().any(|other| *other == edge));
    let at_the_edge: BTreeSet<_> = at_the_edge.map(|role| role.id.clone()).collect();

    let mut functions: Vec<Function> = Vec::new();
    for mut function in known.functions {
        function.event_sources = of(&function.arn, sources.as_deref());
        let sent = of(&function.arn, destinations.as_deref());
        function.destinations = sent.map(|lists| lists.into_iter().flatten().collect());
        function.object_lambda = known.object_lambda.contains(&function.arn);
        function.edge = at_the_edge.contains(&function.role);
        // The same function may stand in two files.
        if !functions.contains(&function) {
            functions.push(function);
        }
    }
    account.functions = functions;
}

/// What was listed of a function; `None` when no list was given.
fn of<T: Clone + PartialEq>(function: &Arn, listed: Option<&[(Arn, T)]>) -> Option<Vec<T>> {
    let mut found: Vec<T> = Vec::new();
    for (_, item) in listed?.iter().filter(|(of, _)| of == function) {
        if !found.contains(item) {
            found.push(item.clone());
        }
    }
    Some(found)
}

/// The functions that have something and are not listed.
fn strangers<T>(functions: &BTreeSet<Arn>, listed: Option<&[(Arn, T)]>, what: &str) -> Vec<String> {
    let of: BTreeSet<_> = listed.into_iter().flatten().map(|(of, _)| of).collect();
    let unknown = of.into_iter().filter(|of| !functions.contains(*of));
    let problem = |of: &Arn| {
        format!(
            "{what} of {of} are left out: no file lists the function; give the output of `aws lambda list-functions` \
             of its Region too"
        )
    };
    unknown.map(problem).collect()
}
