//! Which resources a call was authorised on: from the record's own ARNs, else from ARN templates filled
//! with request parameters, else a pattern that holds every resource it could have been.

use crate::catalog::ActionFacts;
use crate::iam::{Arn, ResourcePattern};

use super::access::On;
use super::call::Call;
use super::cover::{cover, on};
use super::forms::as_authorised;
use super::tagged::by_id;
use super::template::Template;

impl Call<'_> {
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
}

/// Services that mark as required, of an action, every type that it may be on; one of them is meant.
const ALTERNATIVES: [&str; 5] = ["bedrock", "ecs", "iot", "organizations", "states"];

fn is_wide(on: &On) -> bool {
    matches!(on, On::Matching(_))
}
