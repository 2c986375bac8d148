//! Which resources a call was authorised on: from the record's own ARNs, else from ARN templates filled
//! with request parameters, else a pattern that holds every resource it could have been.

use crate::catalog::{ActionFacts, Catalog, Operation};
use crate::iam::{Arn, PatternToken, ResourcePattern, Version};

use super::access::On;
use super::cover::{cover, on};
use super::event::Event;
use super::forms::as_authorised;
use super::parameters::Parameters;
use super::placeholders::fill_placeholder;
use super::tagged::by_id;
use super::template::Template;
use super::values::{Filled, Place};

/// A call's facts, read once for all of its actions.
pub(super) struct Call<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) event: &'a Event<'a>,
    pub(super) operation: Box<str>,
    pub(super) request: Parameters,
    response: Parameters,
    named: Vec<Arn>,
    made: Vec<Arn>,
}

impl<'a> Call<'a> {
    pub(super) fn new(catalog: &'a Catalog, event: &'a Event<'a>, operation: &Operation) -> Self {
        let request = Parameters::of(&event.parameters());
        let mut named = event.resources();
        named.extend(request.arns_but(&NOT_OF_THE_CALL));
        // The iterator over a stream of DynamoDB begins with the ARN of the stream.
        let iterators = request.get("shardIterator").iter();
        named.extend(iterators.filter_map(|text| text.split('|').next()?.parse().ok()));
        // So does the ARN of a subscription with that of its topic.
        let subscriptions = request.get("subscriptionArn").iter();
        named.extend(subscriptions.filter_map(|text| text.rsplit_once(':')?.0.parse().ok()));
        let response = Parameters::of(&event.response());
        let made = made(&request, &response);
        Call {
            catalog,
            event,
            operation: operation.name.clone(),
            request,
            response,
            named,
            made,
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
        let alternatives = ALTERNATIVES.contains(&service);
        let mut found: Vec<On> = Vec::new();
        let mut partly = Vec::new();
        let several = types.len() > 1;
        for (kind, required) in types {
            if self.is_constant(service, kind) && (!required || (alternatives && several)) {
                continue;
            }
            let of_type = self.of_type(facts, kind);
            if !of_type.is_empty() {
                found.extend(of_type);
                continue;
            }
            let templates = self.catalog.arn_templates(service, kind);
            let patterns: Vec<_> = templates
                .map(|template| self.partly(facts, &Template::parse(template)))
                .collect();
            if (required && !alternatives) || self.is_answered(service, kind) {
                let patterns: Vec<_> = patterns.iter().map(|(p, _)| p.clone()).collect();
                found.extend(cover(&patterns).map(On::Matching));
            }
            partly.extend(
                patterns
                    .into_iter()
                    .filter(|(_, some)| *some)
                    .map(|(p, _)| p),
            );
        }
        if found.is_empty() && service == "ec2" {
            found = by_id(self);
        }
        if found.is_empty() {
            // Nothing tells whether IAM was asked about a resource at all.
            let pattern = cover(&partly).unwrap_or_else(ResourcePattern::any);
            found.push(On::Matching(pattern));
        }
        found.sort();
        found.dedup();
        found
    }

    /// Whether EC2's answer names a resource of this type that the request does not name: one that it made,
    /// or one that it took by itself, such as the default security group. Its id says nothing of the next
    /// call.
    fn is_answered(&self, service: &str, kind: &str) -> bool {
        let mut templates = self.catalog.arn_templates(service, kind);
        let named = |template| {
            let template = Template::parse(template);
            template
                .own()
                .filter(|name| name.ends_with("Id"))
                .any(|name| {
                    let listed = self.catalog.parameters(service, name);
                    listed
                        .chain([name])
                        .any(|name| !self.response.get(name).is_empty())
                })
        };
        service == "ec2" && templates.any(named)
    }

    /// Every resource of a type, in the region and account of the event.
    pub(super) fn every(&self, facts: &ActionFacts, kind: &str) -> Vec<On> {
        let templates = self.catalog.arn_templates(facts.action.service(), kind);
        let every = |text| on(self.pattern(facts, &Template::parse(text), |_| None));
        templates.map(every).collect()
    }

    /// Whether all accounts have just this one resource of a type; it would fit every call.
    fn is_constant(&self, service: &str, kind: &str) -> bool {
        let mut templates = self.catalog.arn_templates(service, kind);
        templates.all(|template| Template::parse(template).own().next().is_none())
    }

    /// A resource of a service in the region and account of the event, by the last part of its ARN.
    pub(super) fn here(&self, service: &str, resource: &str) -> On {
        let any = |text: String| match text.is_empty() {
            true => PatternToken::AnyRun,
            false => PatternToken::Literal(text),
        };
        let account = self.event.account.map(|account| account.to_string());
        on(ResourcePattern::from_tokens([
            PatternToken::Literal(format!("arn:{}:{service}:", self.partition())),
            any(self.event.region.to_string()),
            PatternToken::Literal(":".to_owned()),
            any(account.unwrap_or_default()),
            PatternToken::Literal(format!(":{resource}")),
        ]))
    }

    /// The resources of one type: the ARNs that the record names, else the type's templates filled, else the
    /// ARN of what the call made.
    pub(super) fn of_type(&self, facts: &ActionFacts, kind: &str) -> Vec<On> {
        let templates = self.catalog.arn_templates(facts.action.service(), kind);
        let templates: Vec<_> = templates.map(Template::parse).collect();
        let among = |arns: &[Arn]| -> Vec<On> {
            let fits = |arn: &&Arn| templates.iter().any(|template| template.fits(arn));
            let found = arns.iter().filter(fits).cloned();
            found
                .filter_map(|arn| as_authorised(self, facts, kind, arn))
                .collect()
        };
        let named = among(&self.named);
        if !named.is_empty() {
            return named;
        }
        let filled = templates.iter().flat_map(|t| self.filled(facts, t));
        let filled: Vec<_> = filled
            .filter_map(|on| match on {
                On::Exactly(arn) => as_authorised(self, facts, kind, arn),
                other => Some(other),
            })
            .collect();
        let made = among(&self.made);
        if made.is_empty() || filled.iter().any(|on| !is_wide(on)) {
            filled
        } else {
            made
        }
    }

    /// The template with every placeholder filled from the call, or nothing if a placeholder that tells
    /// resources of this type apart has no value. One without such placeholders stands for itself.
    fn filled(&self, facts: &ActionFacts, template: &Template) -> Vec<On> {
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
    fn partly(&self, facts: &ActionFacts, template: &Template) -> (ResourcePattern, bool) {
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

    fn pattern(
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

    /// The account that owns the resource, where a parameter names it.
    ///
    /// <https://docs.aws.amazon.com/glue/latest/webapi/API_GetTable.html> (`CatalogId`),
    /// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html> (`registryId`)
    fn owner(&self, service: &str) -> Option<String> {
        let name = match service {
            "glue" => "catalogId",
            "ecr" => "registryId",
            _ => return None,
        };
        let account = self.request.get(name).first()?;
        let digits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| account.clone())
    }
}

/// Parameters with ARNs of something else than what the call is on: the source of a copy, and texts that only
/// begin with an ARN.
const NOT_OF_THE_CALL: [&str; 3] = ["x-amz-copy-source", "copysource", "sharditerator"];

/// Services that mark as required, of an action, every type that it may be on; one of them is meant.
const ALTERNATIVES: [&str; 5] = ["bedrock", "ecs", "iot", "organizations", "states"];

fn is_wide(on: &On) -> bool {
    matches!(on, On::Matching(_))
}

/// The ARNs that the response names and the request names too by their last part: an id that AWS made up is
/// not known when IAM authorises a call, and is another one in the next call.
fn made(request: &Parameters, response: &Parameters) -> Vec<Arn> {
    let asked = |arn: &Arn| {
        let last = arn.resource().rsplit(['/', ':']).next().unwrap_or_default();
        request.texts().any(|text| text == last)
    };
    response.arns_but(&[]).filter(asked).collect()
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
