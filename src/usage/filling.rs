//! ARN templates filled with what a call names.

use crate::catalog::ActionFacts;
use crate::iam::{PatternToken, ResourcePattern, Version};

use super::access::On;
use super::call::Call;
use super::cover::on;
use super::placeholders::fill_placeholder;
use super::template::Template;
use super::values::{Filled, Place};

impl Call<'_> {
    /// The template with every placeholder filled from the call, or nothing if a placeholder that tells
    /// resources of this type apart has no value. One without such placeholders stands for itself.
    pub(super) fn filled(&self, facts: &ActionFacts, template: &Template) -> Vec<On> {
        let own = template.own();
        let mut choices: Vec<Vec<Filled>> = vec![Vec::new()];
        for placeholder in own {
            let values = fill_placeholder(self, facts, placeholder);
            choices = extended(&choices, &values);
        }
        let filled = choices
            .iter()
            .map(|values| self.pattern(facts, template, |index| values.get(index).cloned()));
        filled.map(on).collect()
    }

    /// The template with the placeholders filled that have a single value, and `*` in place of the others;
    /// and whether there is any such value.
    pub(super) fn partly(
        &self,
        facts: &ActionFacts,
        template: &Template,
    ) -> (ResourcePattern, bool) {
        let own: Vec<_> = template
            .own()
            .map(
                |placeholder| match &fill_placeholder(self, facts, placeholder)[..] {
                    [value] => Some(value.clone()),
                    _ => None,
                },
            )
            .collect();
        let pattern = self.pattern(facts, template, |index| own.get(index).cloned().flatten());
        (pattern, own.iter().any(Option::is_some))
    }

    pub(super) fn pattern(
        &self,
        facts: &ActionFacts,
        template: &Template,
        own: impl Fn(usize) -> Option<Filled>,
    ) -> ResourcePattern {
        let count = template.own().count();
        let places: Vec<Place> = (0..count).filter_map(|i| Some(own(i)?.place)).collect();
        let mut index = 0;
        let mut tokens = Vec::new();
        for part in template.parts() {
            match part {
                // A template may hold a `*` of its own.
                Ok(literal) => {
                    let pattern = ResourcePattern::parse(literal, Version::V2008);
                    tokens.extend_from_slice(pattern.tokens());
                }
                Err(placeholder) => {
                    let common = self.common(facts, placeholder, &places);
                    let value = common.or_else(|| {
                        index += 1;
                        own(index - 1)
                    });
                    push(&mut tokens, value);
                }
            }
        }
        ResourcePattern::from_tokens(tokens)
    }

    /// The placeholders that do not depend on the service.
    fn common(&self, facts: &ActionFacts, name: &str, places: &[Place]) -> Option<Filled> {
        let known = |text: Option<String>| match text {
            Some(text) if text != "*" => Filled::exactly(&text),
            _ => Filled::pattern("*"),
        };
        match name {
            "Partition" => Some(Filled::exactly(self.partition())),
            "Region" => {
                let told = places.iter().find_map(|place| place.region.clone());
                let of_event = || Some(self.event.region.to_string()).filter(|r| !r.is_empty());
                Some(known(told.or_else(of_event)))
            }
            "Account" => {
                let told = places.iter().find_map(|place| place.account.clone());
                let owner = || self.owner(facts.action.service());
                let of_event = || self.event.account.map(|account| account.to_string());
                Some(known(told.or_else(owner).or_else(of_event)))
            }
            _ => None,
        }
    }
}

/// Every beginning with every value; at most so many that a hostile record costs little.
fn extended(beginnings: &[Vec<Filled>], values: &[Filled]) -> Vec<Vec<Filled>> {
    const MOST: usize = 1_000;
    let pairs = beginnings
        .iter()
        .flat_map(|beginning| values.iter().map(move |value| (beginning, value)));
    pairs
        .take(MOST)
        .map(|(beginning, value)| beginning.iter().chain([value]).cloned().collect())
        .collect()
}

fn push(tokens: &mut Vec<PatternToken>, value: Option<Filled>) {
    match value {
        Some(value) if value.exact => tokens.push(PatternToken::Literal(value.text)),
        Some(value) => {
            tokens.extend_from_slice(ResourcePattern::parse(&value.text, Version::V2008).tokens());
        }
        None => tokens.push(PatternToken::AnyRun),
    }
}
