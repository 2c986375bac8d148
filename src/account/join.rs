//! Gives each function what was listed apart from it.

use std::collections::BTreeSet;

use super::Account;
use super::sources::{Known, Listed};
use crate::iam::{Arn, TrustedPrincipal};
use crate::lambda::Function;

/// Adds the functions to the account's roles. A mapping or destination of a function that no file lists is a
/// problem: what it needs is in no floor.
pub(super) fn join(account: &mut Account, known: Known) {
    let (sources, sent) = (&known.event_sources, &known.destinations);
    let arns: BTreeSet<_> = known.functions.iter().map(|f| f.arn.clone()).collect();
    let regions: BTreeSet<_> = arns.iter().map(Arn::region).collect();
    account.problems.extend(known.problems);
    account.problems.extend(known.schedules.problem());
    let strangers = [
        ("event source mappings", sources.strangers(&arns)),
        ("destinations", sent.strangers(&arns)),
    ];
    for (what, of) in strangers {
        let problem = |of: &Arn| {
            format!(
                "{what} of {of} are left out: no file lists the function; give the output of \
                 `aws lambda list-functions` of its Region too"
            )
        };
        account.problems.extend(of.into_iter().map(problem));
    }

    let edge = TrustedPrincipal::Service("edgelambda.amazonaws.com".into());
    let at_the_edge = account.roles.iter();
    let at_the_edge = at_the_edge.filter(|role| role.trust.others().any(|other| *other == edge));
    let at_the_edge: BTreeSet<_> = at_the_edge.map(|role| role.id.clone()).collect();

    let mut functions: Vec<Function> = Vec::new();
    for mut function in known.functions {
        let arn = &function.arn;
        // Mappings are listed Region by Region, destinations function by function.
        let here = |of: &Arn| of.region() == arn.region();
        let lists = sources.lists >= regions.len() || sources.lists > 0 && sources.any(here);
        let listed = sent.lists >= arns.len();
        function.event_sources = sources.of(arn, lists);
        let sent = sent.of(arn, listed);
        function.destinations = sent.map(|lists| lists.into_iter().flatten().collect());
        function.object_lambda = known.object_lambda.contains(arn);
        function.schedules = known.schedules.of(arn);
        function.edge = at_the_edge.contains(&function.role);
        // The same function may stand in two files.
        if !functions.contains(&function) {
            functions.push(function);
        }
    }
    account.functions = functions;
}

impl<T: Clone + PartialEq> Listed<T> {
    /// What a function has, each once; `None` when there is nothing, and no list would have had it.
    fn of(&self, function: &Arn, listed: bool) -> Option<Vec<T>> {
        let mut found: Vec<T> = Vec::new();
        for (_, item) in self.items.iter().filter(|(of, _)| of == function) {
            if !found.contains(item) {
                found.push(item.clone());
            }
        }
        (listed || !found.is_empty()).then_some(found)
    }

    /// Whether one is of such a function.
    fn any(&self, is: impl Fn(&Arn) -> bool) -> bool {
        self.items.iter().any(|(of, _)| is(of))
    }

    /// The functions that have something and are not among these.
    fn strangers(&self, functions: &BTreeSet<Arn>) -> BTreeSet<&Arn> {
        let of = self.items.iter().map(|(of, _)| of);
        of.filter(|of| !functions.contains(*of)).collect()
    }
}
