//! How much permissions weigh: the sum over the catalog's actions of the weight of its access level times that of how far it is
//! granted. The weights are a choice, and stand in `policy-data/written/risk-weights.tsv`; the counts are beside them.

use std::collections::BTreeMap;

use super::asked::whatever;
use crate::algebra::{Glob, Product, Search, Strings, find};
use crate::catalog::{AccessLevel, ActionFacts, Catalog};
use crate::evaluation::{Granted, Rule, resource_glob, template_glob};
use crate::iam::{Actions, Effect, ResourcePattern, Resources};

/// How far an action is granted, the widest of its statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// On single resources.
    Single,
    /// On resources whose names begin in a way, or match some other pattern.
    Prefix,
    /// On all resources of a type.
    Type,
    /// On all, or without a resource.
    All,
}

/// How much permissions weigh.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weight {
    /// The sum.
    pub total: f64,
    /// The sum for each access level.
    pub by_level: BTreeMap<AccessLevel, f64>,
    /// How many actions are granted, by level and scope.
    pub actions: BTreeMap<(AccessLevel, Scope), usize>,
    /// How many actions are granted that read what is stored, and weigh more than others that read.
    pub data: usize,
}

impl Scope {
    /// All four, the narrowest first.
    pub const ALL: [Scope; 4] = [Scope::Single, Scope::Prefix, Scope::Type, Scope::All];

    /// Its name in the table of weights.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scope::Single => "single",
            Scope::Prefix => "prefix",
            Scope::Type => "type",
            Scope::All => "all",
        }
    }
}

impl Weight {
    /// How many actions are granted.
    #[must_use]
    pub fn number_of_actions(&self) -> usize {
        self.actions.values().sum()
    }
}

/// Weighs permissions.
///
/// An action counts as its most powerful access level says. A denial counts where it takes away all that is granted, whatever the
/// context; a condition takes nothing away.
///
/// ```
/// # use tightrope::catalog::Catalog;
/// # use tightrope::evaluation::{Granted, NamedPolicy, Reading};
/// # use tightrope::risk::weight;
/// let document = r#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": ["sqs:SendMessage", "iam:PutRolePolicy"], "Resource": "*"}}"#;
/// let policy = tightrope::iam::Policy::parse_text(document)?;
/// let granted = Granted::new(vec![NamedPolicy { name: "p".into(), policy }], Reading::default());
/// assert_eq!(weight(&granted, Catalog::bundled()).total, 3.0 + 10.0);
/// # Ok::<(), tightrope::iam::PolicyError>(())
/// ```
#[must_use]
pub fn weight(granted: &Granted, catalog: &Catalog) -> Weight {
    let of = |of: &str, name: &str| catalog.risk_weight(of, name);
    let levels = AccessLevel::ALL.map(|level| (level, of("level", level.name()).unwrap_or(0.0)));
    let levels = BTreeMap::from(levels);
    let scopes = Scope::ALL.map(|scope| (scope, of("scope", scope.name()).unwrap_or(0.0)));
    let scopes = BTreeMap::from(scopes);
    let data = of("level", "data");
    let mut weight = Weight::default();
    for service in catalog.service_prefixes() {
        let mut rules = granted.rules(Effect::Allow);
        if !rules.any(|rule| could_name(rule, service)) {
            continue;
        }
        for facts in catalog.actions_of(service) {
            let Some(scope) = scope(facts, granted, catalog) else {
                continue;
            };
            let level = facts.level();
            let data = catalog.data_read(&facts.action).and(data);
            let amount = data.unwrap_or(levels[&level]) * scopes[&scope];
            weight.total += amount;
            *weight.by_level.entry(level).or_default() += amount;
            *weight.actions.entry((level, scope)).or_default() += 1;
            weight.data += usize::from(data.is_some());
        }
    }
    weight
}

/// Whether a statement could name an action of the service.
fn could_name(rule: &Rule, service: &str) -> bool {
    let all = Glob::wildcards(&format!("{service}:*"));
    let globs = rule.product.action.globs();
    matches!(rule.statement.actions, Actions::AllBut(_))
        || globs.iter().any(|glob| glob.overlap(&all).is_some())
}

/// How far an action is granted; `None` where it is not.
fn scope(facts: &ActionFacts, granted: &Granted, catalog: &Catalog) -> Option<Scope> {
    let names = |rule: &&Rule| rule.product.action.contains(facts.folded());
    let allowing: Vec<&Rule> = granted.rules(Effect::Allow).filter(names).collect();
    let denying = granted.rules(Effect::Deny).filter(names);
    let denying = denying.filter(|rule| !rule.depends_on_context());
    let denied: Vec<&Product> = denying.map(|rule| &*rule.product).collect();
    let service = facts.action.service();
    let types = facts.resource_types();
    let types = types.flat_map(|(name, _)| catalog.arn_templates(service, name));
    let types: Vec<&str> = types.collect();
    let left = |pattern: &&ResourcePattern| denied.is_empty() || is_left(facts, pattern, &denied);
    let of_rule = |rule: &&Rule| match &rule.statement.resources {
        Resources::AllBut(_) => left(&&ResourcePattern::any()).then_some(Scope::All),
        Resources::Only(patterns) => {
            let left = patterns.iter().filter(left);
            left.filter_map(|pattern| of_pattern(pattern, &types)).max()
        }
    };
    allowing.iter().filter_map(of_rule).max()
}

/// Whether the denials leave something of what the pattern allows.
fn is_left(facts: &ActionFacts, pattern: &ResourcePattern, denied: &[&Product]) -> bool {
    let allowed = Product {
        action: Strings::AnyOf(vec![Glob::literal(facts.folded())]),
        ..whatever(resource_glob(pattern))
    };
    find(&[&allowed], denied) != Search::Nothing
}

/// How far a pattern reaches among the resources of these templates; `None` where it reaches none.
fn of_pattern(pattern: &ResourcePattern, types: &[&str]) -> Option<Scope> {
    if pattern.is_any() {
        return Some(Scope::All);
    }
    let (text, glob) = (pattern.to_string(), resource_glob(pattern));
    let covers = |template: &&&str| glob.matches(&filled(template, &text));
    let covered = types.iter().filter(covers).count();
    if covered > 0 {
        return Some(if covered == types.len() && covered > 1 {
            Scope::All
        } else {
            Scope::Type
        });
    }
    let meets = |template: &&str| template_glob(template).overlap(&glob).is_some();
    let single = glob.as_literal().is_some();
    let scope = if single { Scope::Single } else { Scope::Prefix };
    types.iter().any(meets).then_some(scope)
}

/// A template with names that no pattern has, in the partition, the Region and the account of this one: a pattern that matches that
/// matches all resources of the type there.
fn filled(template: &str, pattern: &str) -> String {
    const NAME: &str = "\u{1}\u{2}\u{1}";
    let mut segments = pattern.split(':');
    let mut segment = |at| {
        segments
            .nth(at)
            .filter(|text| !text.contains(['*', '?', '$']))
    };
    let places = [segment(1), segment(1), segment(0)];
    let mut text = template.to_owned();
    for (placeholder, value) in ["${Partition}", "${Region}", "${Account}"]
        .into_iter()
        .zip(places)
    {
        text = text.replace(placeholder, value.unwrap_or(NAME));
    }
    let mut parts = text.split("${");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        filled.push_str(NAME);
        filled.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::tests::{granted, statement};
    use serde_json::{Value, json};

    fn weighed(statements: &Value) -> Weight {
        weight(&granted(statements), Catalog::bundled())
    }

    #[test]
    fn an_action_weighs_by_its_level_and_by_how_far_it_is_granted() {
        let queue = "arn:aws:sqs:eu-central-1:123456789012:q";
        let cases = [
            ("sqs:SendMessage", "*", Some((Scope::All, 3.0))),
            (
                "sqs:SendMessage",
                "arn:aws:sqs:*:*:*",
                Some((Scope::Type, 1.5)),
            ),
            (
                "sqs:SendMessage",
                "arn:aws:sqs:eu-central-1:123456789012:*",
                Some((Scope::Type, 1.5)),
            ),
            (
                "sqs:SendMessage",
                "arn:aws:sqs:eu-central-1:123456789012:q*",
                Some((Scope::Prefix, 0.6)),
            ),
            ("sqs:SendMessage", queue, Some((Scope::Single, 0.15))),
            ("sqs:SendMessage", "arn:aws:s3:::b", None),
            ("sqs:ListQueues", "*", Some((Scope::All, 2.0))),
            ("s3:ListAllMyBuckets", "*", Some((Scope::All, 1.0))),
            ("s3:ListAllMyBuckets", "arn:aws:s3:::b", None),
            (
                "secretsmanager:GetSecretValue",
                "*",
                Some((Scope::All, 4.0)),
            ),
            ("iam:PutRolePolicy", "*", Some((Scope::All, 10.0))),
        ];
        for (action, resource, expected) in cases {
            let weight = weighed(&json!([statement("Allow", &[action], &[resource])]));
            let scope = weight.actions.keys().next().map(|(_, scope)| *scope);
            let found = scope.map(|scope| (scope, (weight.total * 1000.0).round() / 1000.0));
            assert_eq!(found, expected, "{action} on {resource}");
        }
    }

    #[test]
    fn the_sum_is_that_of_the_levels_and_a_denial_takes_away() {
        let all = weighed(&json!([statement("Allow", &["*"], &["*"])]));
        let sum: f64 = all.by_level.values().sum();
        assert!((all.total - sum).abs() < 1e-6);
        assert_eq!(
            all.number_of_actions(),
            Catalog::bundled().actions().count()
        );
        let without = weighed(&json!([
            statement("Allow", &["sqs:*", "iam:*"], &["*"]),
            statement("Deny", &["iam:*"], &["*"]),
        ]));
        let queues = weighed(&json!([statement("Allow", &["sqs:*"], &["*"])]));
        assert_eq!(without, queues);
    }
}
