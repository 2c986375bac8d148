//! Two grants, compared exactly; a refutation is shown only after the evaluator has confirmed it.

use std::collections::BTreeSet;

use super::decide::allows;
use super::variables::Variable;
use super::{Granted, NamedPolicy};
use crate::algebra::{self, Reason, Unknown, Witness};
use crate::iam::RequestContext;

/// The answer of [`included`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every request that the left allows, the right allows too.
    Included,
    /// The left allows this request, and the right does not.
    Refuted(Witness),
    /// Not decided.
    Unknown(Reason),
}

impl Verdict {
    /// Whether it is proved that the right allows all that the left does.
    #[must_use]
    pub fn is_included(&self) -> bool {
        *self == Verdict::Included
    }
}

/// Does `right` allow every request that `left` allows? Both by the reading of `left`.
///
/// Of every string as an action and as a resource, and of every context: what a service offers today does not matter.
#[must_use]
pub fn included(left: &Granted, right: &Granted) -> Verdict {
    // One and the same variable must have one number in both.
    let beside;
    let same = right.reading == left.reading && right.variables.starts_with(&left.variables);
    let right = if same {
        right
    } else {
        beside = left.beside(right.policies.clone());
        &beside
    };
    let pair = Pair { left, right };
    match algebra::included(&left.grant(), &right.grant(), None) {
        algebra::Verdict::Included => Verdict::Included,
        algebra::Verdict::Refuted(witness) => pair.confirmed(witness),
        algebra::Verdict::Unknown(Reason::AtRequestTime(witness)) => {
            let found = pair.with_values_in(&witness).or_else(|| pair.with_values());
            let unknown = || Verdict::Unknown(Reason::AtRequestTime(witness));
            found.map_or_else(unknown, Verdict::Refuted)
        }
        algebra::Verdict::Unknown(reason) => Verdict::Unknown(reason),
    }
}

/// A request that shows that `left` allows more than `right`, made of this candidate: itself, or with values for what is
/// known only at request time. Both by the reading of `left`; `right` stands [beside](Granted::beside) it.
#[must_use]
pub fn confirmed(left: &Granted, right: &Granted, candidate: &Witness) -> Option<Witness> {
    let pair = Pair { left, right };
    match candidate.has_unknown() {
        true => pair.with_values_in(candidate),
        false if pair.is_refuted_by(candidate) => Some(candidate.clone()),
        false => pair.with_values_in(candidate),
    }
}

/// Two grants whose variables have the same numbers.
struct Pair<'a> {
    left: &'a Granted,
    right: &'a Granted,
}

/// How many ways to give the variables values are tried.
const MOST_VALUES: usize = 64;

impl Pair<'_> {
    /// Whether the request refutes, by the evaluator.
    fn is_refuted_by(&self, witness: &Witness) -> bool {
        let reading = self.left.reading;
        let allows = |policies: &[NamedPolicy]| allows(policies, witness, reading);
        allows(&self.left.policies) && !allows(&self.right.policies)
    }

    fn confirmed(&self, witness: Witness) -> Verdict {
        match self.is_refuted_by(&witness) {
            true => Verdict::Refuted(witness),
            // The search and the evaluator disagree, which no input is known to bring about.
            false => Verdict::Unknown(Reason::AtRequestTime(Box::new(witness))),
        }
    }

    /// A refutation made of the candidate by giving its unknown runs values.
    fn with_values_in(&self, candidate: &Witness) -> Option<Witness> {
        let mut given = self.values().map(|values| self.given(candidate, &values));
        given.find(|witness| self.is_refuted_by(witness))
    }

    /// A refutation of the grants as they are when the variables have certain values.
    fn with_values(&self) -> Option<Witness> {
        self.values().find_map(|values| {
            let context = self.context(&values);
            let left = Granted::with_values(&self.left.policies, self.left.reading, &context);
            let right = Granted::with_values(&self.right.policies, self.left.reading, &context);
            let found = algebra::included(&left.grant(), &right.grant(), None);
            let algebra::Verdict::Refuted(mut witness) = found else {
                return None;
            };
            for (key, values) in context.iter() {
                witness.context.set(key.clone(), values.iter().cloned());
            }
            self.is_refuted_by(&witness).then_some(witness)
        })
    }

    /// Ways to give the variables values: ones that nothing else speaks of, the words that the policies use, and none.
    fn values(&self) -> impl Iterator<Item = Vec<Option<String>>> + use<> {
        let variables = &self.right.variables;
        // Variables of one key have one value.
        let first = |variable: &Variable| variables.iter().position(|own| own.key == variable.key);
        let first: Vec<Option<usize>> = variables.iter().map(first).collect();
        let own = |number: &Option<usize>| number.map(|number| format!("value{}", number + 1));
        let fresh: Vec<Option<String>> = first.iter().map(own).collect();
        let none = vec![None; variables.len()];
        let mut ways = vec![fresh.clone()];
        let numbers = (0..variables.len()).filter(|number| first[*number] == Some(*number));
        for number in numbers {
            for word in self.words() {
                let with = |(value, first): (&Option<String>, &Option<usize>)| match *first {
                    Some(first) if first == number => Some(word.clone()),
                    _ => value.clone(),
                };
                ways.push(fresh.iter().zip(&first).map(with).collect());
            }
        }
        ways.truncate(MOST_VALUES);
        ways.push(none);
        ways.into_iter()
    }

    /// What stands between the separators of the texts of both.
    fn words(&self) -> BTreeSet<String> {
        let policies = self.left.policies.iter().chain(&self.right.policies);
        let statements = policies.flat_map(|named| &named.policy.statements);
        let mut texts = Vec::new();
        for statement in statements {
            let patterns = statement.resources.patterns().iter();
            texts.extend(patterns.map(ToString::to_string));
            let condition = statement.condition.iter();
            let clauses = condition.flat_map(|condition| condition.clauses());
            texts.extend(clauses.flat_map(|clause| clause.values.iter().cloned()));
        }
        let words = texts
            .iter()
            .flat_map(|text| text.split([':', '/', '*', '?']));
        let plain =
            |word: &&str| !word.contains(['$', '{', '}']) && *word != "arn" && *word != "aws";
        // And two that count as something else in some places.
        words
            .filter(plain)
            .chain(["true", "x:y"])
            .map(str::to_owned)
            .collect()
    }

    fn context(&self, values: &[Option<String>]) -> RequestContext {
        let mut context = RequestContext::default();
        for (variable, value) in self.right.variables.iter().zip(values) {
            context.set(variable.key.clone(), value.iter().cloned());
        }
        context
    }

    /// The candidate with these values for the variables, in its texts and in its context.
    fn given(&self, candidate: &Witness, values: &[Option<String>]) -> Witness {
        let variables: Vec<(char, &Variable)> = self
            .right
            .variables
            .iter()
            .enumerate()
            .map(|(number, variable)| (Unknown::number(number).letter(), variable))
            .collect();
        let text = |text: &str| {
            let mut text = text.to_owned();
            for ((letter, variable), value) in variables.iter().zip(values) {
                let value = value.as_ref().or(variable.default.as_ref());
                text = text.replace(*letter, value.map_or("", String::as_str));
            }
            text
        };
        let mut context = self.context(values);
        for (key, values) in candidate.context.iter() {
            if context.get(key).is_none() {
                context.set(key.clone(), values.iter().map(|value| text(value)));
            }
        }
        Witness {
            action: candidate.action.clone(),
            resource: text(&candidate.resource),
            context,
        }
    }
}
