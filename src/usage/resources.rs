//! Which resources a call was authorised on: from the record's own ARNs, else from ARN templates filled
//! with request parameters, else a pattern that holds every resource it could have been.

use crate::catalog::{ActionFacts, Catalog};
use crate::iam::{Arn, PatternToken, ResourcePattern, Version};

use super::event::Event;
use super::observe::On;
use super::parameters::Parameters;
use super::placeholders::{Filled, fill_placeholder};
use super::template::Template;

/// A call's facts, read once for all of its actions.
pub(super) struct Call<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) event: &'a Event<'a>,
    pub(super) request: Parameters,
    pub(super) response: Parameters,
    arns: Vec<Arn>,
}

impl<'a> Call<'a> {
    pub(super) fn new(catalog: &'a Catalog, event: &'a Event<'a>) -> Self {
        let request = Parameters::of(&event.parameters());
        let response = Parameters::of(&event.response());
        let in_request = request.texts().filter_map(|text| text.parse().ok());
        let mut arns = event.resources();
        arns.extend(in_request);
        Call {
            catalog,
            event,
            request,
            response,
            arns,
        }
    }

    /// The partition that the call's region belongs to.
    pub(super) fn partition(&self) -> &'static str {
        match self.event.region.split('-').next() {
            Some("cn") => "aws-cn",
            _ if self.event.region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// The resources that this action was authorised on. Of each of the action's resource types: the ARNs
    /// that the record names, else its template filled. A type that AWS marks as required and that nothing
    /// fills stands for all of its kind; if no type at all is found, any resource could have been meant.
    pub(super) fn resources(&self, facts: &ActionFacts) -> Vec<On> {
        let types: Vec<_> = facts.resource_types().collect();
        if types.is_empty() {
            return vec![On::NoResource];
        }
        let service = facts.action.service();
        let mut found: Vec<On> = Vec::new();
        for (name, required) in types {
            let templates: Vec<_> = self
                .catalog
                .arn_templates(service, name)
                .map(Template::parse)
                .collect();
            let named = self.named(&templates);
            if !named.is_empty() {
                found.extend(named);
                continue;
            }
            let filled: Vec<_> = templates
                .iter()
                .flat_map(|t| self.filled(facts, t))
                .collect();
            if filled.is_empty() && required {
                found.extend(
                    templates
                        .iter()
                        .map(|template| On::Matching(self.every(template))),
                );
            }
            found.extend(filled);
        }
        if found.is_empty() {
            found.push(On::Matching(ResourcePattern::any()));
        }
        found.sort();
        found.dedup();
        found
    }

    /// The ARNs of the record that are of this type.
    fn named(&self, templates: &[Template]) -> Vec<On> {
        let fits = |arn: &&Arn| templates.iter().any(|template| template.fits(arn));
        self.arns
            .iter()
            .filter(fits)
            .cloned()
            .map(On::Exactly)
            .collect()
    }

    /// The template with every placeholder filled from the call, or nothing if a placeholder that tells
    /// resources of this type apart has no value.
    fn filled(&self, facts: &ActionFacts, template: &Template) -> Vec<On> {
        let mut prefixes: Vec<(Vec<PatternToken>, bool)> = vec![(Vec::new(), true)];
        let mut own = 0;
        for part in template.parts() {
            let values = match part {
                Ok(literal) => vec![Filled::Exactly(literal.to_owned())],
                Err(placeholder) => {
                    let common = self.common(placeholder);
                    own += usize::from(common.is_none());
                    common.map_or_else(|| fill_placeholder(self, facts, placeholder), |v| vec![v])
                }
            };
            prefixes = extended(prefixes, &values);
        }
        // A template without placeholders of its own (`arn:…:account`) would fit every call.
        if own == 0 {
            return Vec::new();
        }
        prefixes
            .into_iter()
            .map(|(tokens, exact)| on(tokens, exact))
            .collect()
    }

    /// The template with only the placeholders that every ARN has filled.
    fn every(&self, template: &Template) -> ResourcePattern {
        let tokens = template.parts().map(|part| match part {
            Ok(literal) => PatternToken::Literal(literal.to_owned()),
            Err(placeholder) => match self.common(placeholder) {
                Some(Filled::Exactly(text)) => PatternToken::Literal(text),
                _ => PatternToken::AnyRun,
            },
        });
        ResourcePattern::from_tokens(tokens)
    }

    /// The placeholders that do not depend on the service.
    fn common(&self, placeholder: &str) -> Option<Filled> {
        match placeholder {
            "Partition" => Some(Filled::Exactly(self.partition().into())),
            "Region" if self.event.region.is_empty() => Some(Filled::Pattern("*".into())),
            "Region" => Some(Filled::Exactly(self.event.region.to_string())),
            "Account" => Some(match self.event.account {
                Some(account) => Filled::Exactly(account.to_string()),
                None => Filled::Pattern("*".into()),
            }),
            _ => None,
        }
    }
}

/// Every beginning with every value; at most so many that a hostile record costs little.
fn extended(
    prefixes: Vec<(Vec<PatternToken>, bool)>,
    values: &[Filled],
) -> Vec<(Vec<PatternToken>, bool)> {
    const MOST: usize = 1_000;
    let added = |(mut tokens, exact): (Vec<PatternToken>, bool), value: Filled| match value {
        Filled::Exactly(text) => {
            tokens.push(PatternToken::Literal(text));
            (tokens, exact)
        }
        Filled::Pattern(text) => {
            tokens.extend_from_slice(ResourcePattern::parse(&text, Version::V2008).tokens());
            (tokens, false)
        }
    };
    let mut extended = Vec::with_capacity(prefixes.len() * values.len().min(MOST));
    for prefix in prefixes {
        // The last value takes the beginning itself, the others a copy: there is one of each, most often.
        let Some((last, others)) = values.split_last() else {
            return Vec::new();
        };
        extended.extend(
            others
                .iter()
                .map(|value| added(prefix.clone(), value.clone())),
        );
        extended.push(added(prefix, last.clone()));
        if extended.len() >= MOST {
            break;
        }
    }
    extended.truncate(MOST);
    extended
}

fn on(tokens: Vec<PatternToken>, exact: bool) -> On {
    let pattern = ResourcePattern::from_tokens(tokens);
    let arn = match pattern.tokens() {
        [PatternToken::Literal(text)] if exact => text.parse().ok(),
        _ => None,
    };
    arn.map_or(On::Matching(pattern), On::Exactly)
}
