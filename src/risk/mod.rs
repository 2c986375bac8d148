//! What granted permissions are worth to whoever steals them: the ways from them to more than they grant.
//!
//! A [`Path`] is a known method, each of whose actions the policies allow on some resource: in the effective set,
//! allowed and not denied, with the conditions. Every action has a request that shows it, and the evaluator has confirmed it.
//! What is granted is all that is looked at: whether there is a function, or another role to take, the
//! policies do not say.
//!
//! The methods are rows of `policy-data/written/escalation-methods.tsv`.

mod asked;
mod change;
mod graph;
mod question;
mod targets;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_graph;
mod weight;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::algebra::{Product, Witness};
use crate::catalog::{Catalog, EscalationMethod, Gives, RequiredAction};
use crate::evaluation::{Granted, Place};
use crate::iam;

use asked::{Answer, Asked};
pub use change::{Change, Worth, change};
pub use graph::{Chain, Graph, Holder, Hop, Power};
pub use targets::Targets;
pub use weight::{Scope, Weight, weight};

/// What whoever holds the permissions has already, as far as it is known: to get there gains nothing.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// The role that the permissions belong to.
    pub role: Option<iam::Arn>,
    /// The functions that run with it.
    pub functions: Vec<iam::Arn>,
}

/// A way from granted permissions to more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The method.
    pub method: Arc<EscalationMethod>,
    /// A request for each action that the method needs, in its order; fewer where not all is decided.
    pub witnesses: Vec<Witness>,
    /// What it leads to, as the policies name it.
    pub targets: Targets,
    /// Whether it changes what the role itself is allowed: by its own policies, or by one that is attached to it.
    pub itself: bool,
    /// On what it depends.
    pub depends_on: DependsOn,
}

/// What a path depends on, beside the statements that allow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DependsOn {
    /// Nothing: its requests are allowed whatever else is so.
    Nothing,
    /// The conditions of these statements: they have to hold, or for a denial not to hold.
    Conditions(BTreeSet<Place>),
    /// That was not decided: it may be a path or not.
    Undecided,
}

/// The methods that these permissions allow, by name.
///
/// ```
/// # use tightrope::catalog::Catalog;
/// # use tightrope::evaluation::{Granted, NamedPolicy, Reading};
/// # use tightrope::risk::{Own, paths};
/// let document = r#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": "iam:Put*", "Resource": "arn:aws:iam::123456789012:role/app"}}"#;
/// let policy = tightrope::iam::Policy::parse_text(document)?;
/// let granted = Granted::new(vec![NamedPolicy { name: "p".into(), policy }], Reading::default());
/// let own = Own { role: Some("arn:aws:iam::123456789012:role/app".parse()?), ..Own::default() };
/// let paths = paths(&granted, &own, Catalog::bundled());
/// assert_eq!((paths.len(), paths[0].method.id, paths[0].itself), (1, "iam-put-role-policy", true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn paths(granted: &Granted, own: &Own, catalog: &Catalog) -> Vec<Path> {
    let asked = &Asked::new(granted, own, catalog);
    let methods = asked.catalog.escalation_methods().iter();
    // Most policies name none of the actions, and that is told without any set.
    let possible = methods.filter(|method| {
        let mut requires = method.requires.iter();
        requires.all(|required| asked.is_named(required))
    });
    possible.filter_map(|method| path(method, asked)).collect()
}

fn path<'a>(method: &'a Arc<EscalationMethod>, asked: &Asked<'a>) -> Option<Path> {
    let (first, rest) = method.requires.split_first()?;
    let (itself, answer) = leading(method.gives, first, asked);
    let mut path = Path {
        method: Arc::clone(method),
        witnesses: Vec::new(),
        targets: Targets::default(),
        itself,
        depends_on: DependsOn::Nothing,
    };
    path.take(answer)?;
    for required in rest {
        path.take(asked.required(required, false))?;
    }
    path.targets = Targets::of(first, asked);
    Some(path)
}

/// Whether the action that leads to the method's end is allowed on what is the role's own, and where it is allowed.
fn leading<'a>(gives: Gives, required: &'a RequiredAction, asked: &Asked<'a>) -> (bool, Answer) {
    if gives != Gives::Policies {
        return (false, asked.required(required, true));
    }
    let own = asked.own_resources(required).into_iter();
    let product = asked.product(required);
    let own = own.filter_map(|own| {
        Some(Product {
            resource: own.resource,
            ..product.clone()?
        })
    });
    let mut own = own.map(|own| asked.answer(&own, &[]));
    match own.find(|answer| *answer != Answer::Never) {
        Some(answer) => (true, answer),
        None => (false, asked.required(required, false)),
    }
}

impl Path {
    /// Takes one more answer; nothing is left where that is a no.
    fn take(&mut self, answer: Answer) -> Option<()> {
        let depends_on = match answer {
            Answer::Never => return None,
            Answer::Undecided => DependsOn::Undecided,
            Answer::Surely(witness) => {
                self.witnesses.push(witness);
                return Some(());
            }
            Answer::OnConditions(witness, places) => {
                self.witnesses.push(witness);
                DependsOn::Conditions(places)
            }
        };
        self.depends_on = match (
            std::mem::replace(&mut self.depends_on, DependsOn::Undecided),
            depends_on,
        ) {
            (DependsOn::Undecided, _) | (_, DependsOn::Undecided) => DependsOn::Undecided,
            (DependsOn::Conditions(mut places), DependsOn::Conditions(more)) => {
                places.extend(more);
                DependsOn::Conditions(places)
            }
            (DependsOn::Nothing, other) | (other, DependsOn::Nothing) => other,
        };
        Some(())
    }
}
