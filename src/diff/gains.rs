//! What a class of actions gains between two grants, statement by statement.

use std::collections::BTreeSet;

use crate::algebra::{Beyond, Glob, Product, Search, Strings, Witness, several_valued};
use crate::evaluation::{Granted, Rule};
use crate::iam::{ConditionKey, Effect};

/// What is gained, but for the actions: by which statement, on which of its resources, and what denied it before. All
/// are numbers, of statements and of patterns of resources, from 0.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Gain {
    pub(super) allowed_by: usize,
    pub(super) denied_by: Option<usize>,
    pub(super) resources: Vec<usize>,
}

/// What one class of actions gains, each with a request.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) gains: Vec<(Gain, Witness)>,
    /// Whether all was decided.
    pub(super) decided: bool,
}

/// Two grants, with the actions left out: who asks about a class of actions knows which statements speak of it.
pub(super) struct Gains<'a> {
    from: Vec<(&'a Rule, Product)>,
    to: Vec<(&'a Rule, Product)>,
    several: BTreeSet<ConditionKey>,
}

impl<'a> Gains<'a> {
    pub(super) fn new(from: &'a Granted, to: &'a Granted) -> Self {
        let open = |granted: &'a Granted| -> Vec<_> {
            let rules = granted.all_rules().iter();
            rules
                .map(|rule| (rule, whatever_action(&rule.product)))
                .collect()
        };
        let (from, to) = (open(from), open(to));
        let all = from.iter().chain(&to).map(|(_, product)| product);
        Gains {
            several: several_valued(all),
            from,
            to,
        }
    }

    /// What actions gain of which these statements speak, first those of `from`, then those of `to`, on the resources
    /// that they can be asked on. A request that several statements allow is the gain of the first; one that several denied
    /// before is told with the first of these.
    pub(super) fn of(&self, spoken: &[bool], real: &[Strings]) -> Found {
        let (before, after) = spoken.split_at(self.from.len());
        let denied_before = of_effect(&self.from, before, Effect::Deny);
        let allowed_before = of_effect(&self.from, before, Effect::Allow);
        let denied = of_effect(&self.to, after, Effect::Deny);
        let allowed = of_effect(&self.to, after, Effect::Allow);
        let real: Vec<Product> = real.iter().cloned().map(Product::on).collect();
        let mut found = Found {
            gains: Vec::new(),
            decided: true,
        };
        for (place, number) in allowed.iter().enumerate() {
            let (rule, product) = &self.to[*number];
            let never = denied.iter().chain(&allowed[..place]);
            let never = never.map(|number| &self.to[*number].1);
            let never: Vec<&Product> = never.collect();
            let mut ask = |denied_by: Option<usize>, settled: &[usize]| {
                let settled = settled.iter().map(|number| &self.from[*number].1);
                let outside: Vec<&Product> = never.iter().copied().chain(settled).collect();
                let denial = denied_by.map(|number| &self.from[number].1);
                // What is asked for and stands outside as well needs no search.
                if outside.contains(&denial.unwrap_or(product)) {
                    return;
                }
                let asked = Asked {
                    inside: real.iter().chain(denial).collect(),
                    beyond: Beyond::new(&outside, self.several.clone()),
                };
                found.add((*number, denied_by), asked.each(rule, product));
            };
            ask(None, &[allowed_before.as_slice(), &denied_before].concat());
            for (turn, denial) in denied_before.iter().enumerate() {
                ask(Some(*denial), &denied_before[..turn]);
            }
        }
        found
    }
}

impl Found {
    fn add(&mut self, (allowed_by, denied_by): (usize, Option<usize>), each: Each) {
        self.decided &= each.decided;
        if let Some(witness) = each.witness {
            let gain = Gain {
                allowed_by,
                denied_by,
                resources: each.resources,
            };
            self.gains.push((gain, witness));
        }
    }
}

/// What a statement gives: which of its resources show it, and a request.
#[derive(Debug, Default)]
struct Each {
    resources: Vec<usize>,
    witness: Option<Witness>,
    decided: bool,
}

/// Where a gain is looked for.
struct Asked<'p> {
    inside: Vec<&'p Product>,
    beyond: Beyond<'p>,
}

impl Asked<'_> {
    /// Asks about each resource that the statement names.
    fn each(&self, rule: &Rule, product: &Product) -> Each {
        let mut each = Each {
            decided: true,
            ..Each::default()
        };
        let parts: Vec<Strings> = match &product.resource {
            Strings::AnyOf(globs) => globs.iter().map(only).collect(),
            but @ Strings::NoneOf(_) => vec![but.clone()],
        };
        let all_named = parts.len() == rule.statement.resources.patterns().len();
        for (place, resource) in parts.into_iter().enumerate() {
            let part = Product {
                resource,
                ..product.clone()
            };
            let inside: Vec<&Product> = self.inside.iter().copied().chain([&part]).collect();
            match self.beyond.find(&inside) {
                Search::Nothing => {}
                Search::Undecided(_) => each.decided = false,
                Search::Found(witness) => {
                    if all_named {
                        each.resources.push(place);
                    }
                    each.witness.get_or_insert(witness);
                }
            }
        }
        each
    }
}

fn only(glob: &Glob) -> Strings {
    Strings::AnyOf(vec![glob.clone()])
}

/// The numbers of the statements of this effect that speak of the actions.
fn of_effect(rules: &[(&Rule, Product)], spoken: &[bool], effect: Effect) -> Vec<usize> {
    let numbered = rules.iter().zip(spoken).enumerate();
    let fits =
        numbered.filter(|(_, ((rule, _), speaks))| **speaks && rule.statement.effect == effect);
    fits.map(|(number, _)| number).collect()
}

fn whatever_action(product: &Product) -> Product {
    Product {
        action: Strings::NoneOf(Vec::new()),
        ..product.clone()
    }
}
