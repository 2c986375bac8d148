//! How much policies allow, counted: actions, patterns, requests. The honest size of what a change takes away.

use std::collections::{BTreeSet, HashMap};

use num_bigint::BigUint;

use super::speakers::Speakers;
use crate::algebra::{Counted, Strings, count};
use crate::catalog::Catalog;
use crate::evaluation::{Granted, Rule};
use crate::iam::{Effect, ResourcePattern, Resources};

/// How much policies allow of the catalog's actions, whatever the context.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Size {
    /// Actions that are allowed on some resource.
    pub actions: usize,
    /// Pairs of an action and a pattern of resources that a statement allows it on.
    pub patterns: usize,
    /// The binary logarithm of the number of pairs of an action and a resource, of up to [`Counted::PRINTABLE`] characters;
    /// `None` when nothing is allowed, or when counting takes too long.
    pub bits: Option<f64>,
}

impl Size {
    /// Counts.
    #[must_use]
    pub fn of(granted: &Granted, catalog: &Catalog) -> Self {
        let rules = granted.all_rules();
        let speakers = Speakers::of(rules.iter().map(|rule| &*rule.product));
        let mut classes: HashMap<Vec<bool>, usize> = HashMap::new();
        for service in catalog.service_prefixes() {
            speakers.each((service, catalog), |_, spoken| {
                if let Some(actions) = classes.get_mut(spoken) {
                    *actions += 1;
                } else {
                    classes.insert(spoken.to_vec(), 1);
                }
            });
        }
        let mut size = Size::default();
        let mut requests = Some(BigUint::ZERO);
        for (spoken, actions) in classes {
            let both = rules.iter().zip(&spoken);
            let speaking: Vec<_> = both.filter(|(_, speaks)| **speaks).collect();
            let rules = |effect| {
                let rules = speaking.iter().map(|(rule, _)| *rule);
                rules.filter(move |rule| rule.statement.effect == effect)
            };
            let allowed: Vec<&Strings> = rules(Effect::Allow)
                .map(|rule| &rule.widest.resource)
                .collect();
            // A denial under a condition leaves all of it possible.
            let denied: Vec<&Strings> = rules(Effect::Deny)
                .filter(|rule| !rule.depends_on_context())
                .map(|rule| &rule.product.resource)
                .collect();
            let resources = match allowed.is_empty() {
                true => continue,
                false => count(&allowed, &denied, &Counted::PRINTABLE),
            };
            if resources != Some(BigUint::ZERO) {
                size.actions += actions;
                size.patterns += actions * patterns(rules(Effect::Allow));
            }
            requests = requests
                .zip(resources)
                .map(|(all, some)| all + some * actions);
        }
        size.bits = requests.as_ref().and_then(bits);
        size
    }
}

/// How many patterns of resources the statements have, a complement as one.
fn patterns<'r>(rules: impl Iterator<Item = &'r Rule>) -> usize {
    let mut patterns: BTreeSet<&ResourcePattern> = BTreeSet::new();
    let mut complements = 0;
    for rule in rules {
        match &rule.statement.resources {
            Resources::Only(only) => patterns.extend(only),
            Resources::AllBut(_) => complements += 1,
        }
    }
    patterns.len() + complements
}

/// The binary logarithm, to about 15 digits; `None` of 0.
fn bits(number: &BigUint) -> Option<f64> {
    let digits = number.bits();
    if digits == 0 {
        return None;
    }
    let shift = digits.saturating_sub(53);
    let leading = (number >> shift).iter_u64_digits().next().unwrap_or(0);
    #[allow(
        clippy::cast_precision_loss,
        reason = "both have 53 binary digits at most"
    )]
    Some((leading as f64).log2() + shift as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::{NamedPolicy, Reading};
    use crate::iam::Policy;
    use serde_json::{Value, json};

    fn size(statements: Value) -> Size {
        let document = json!({"Version": "2012-10-17", "Statement": statements});
        let named = NamedPolicy {
            name: "p".into(),
            policy: Policy::parse(&document).expect("a policy"),
        };
        Size::of(
            &Granted::new(vec![named], Reading::default()),
            Catalog::bundled(),
        )
    }

    #[test]
    fn actions_patterns_and_requests_are_counted() {
        let allow = |actions: Value, resources: Value| json!({"Effect": "Allow", "Action": actions, "Resource": resources});
        let deny = |action: &str| json!({"Effect": "Deny", "Action": action, "Resource": "*"});
        let queue = "arn:aws:sqs:eu-central-1:123456789012:q";
        let cases = [
            (
                json!([allow(json!("sqs:SendMessage"), json!(queue))]),
                (1, 1, Some(0.0)),
            ),
            (
                json!([allow(
                    json!(["sqs:SendMessage", "sqs:DeleteMessage"]),
                    json!([queue, format!("{queue}2")])
                )]),
                (2, 4, Some(2.0)),
            ),
            (
                json!([
                    allow(
                        json!(["sqs:SendMessage", "sqs:DeleteMessage"]),
                        json!(queue)
                    ),
                    deny("sqs:SendMessage")
                ]),
                (1, 1, Some(0.0)),
            ),
            (json!([deny("*")]), (0, 0, None)),
            (
                json!([allow(json!("sqs:SendNothing"), json!("*"))]),
                (0, 0, None),
            ),
        ];
        for (statements, (actions, patterns, bits)) in cases {
            let expected = Size {
                actions,
                patterns,
                bits,
            };
            assert_eq!(size(statements.clone()), expected, "{statements}");
        }
    }
}
