//! Statements that grant nothing of what they say: actions that do not exist, resources that an action is never asked on.

use std::cell::RefCell;
use std::collections::HashMap;

use super::Fix;
use super::actions::matching;
use super::findings::{Findings, Says};
use super::statements::Stated;
use crate::algebra::{Glob, Product, Search, Strings, find};
use crate::catalog::{ActionFacts, Catalog};
use crate::evaluation::resources_of;
use crate::iam::{ActionPattern, Actions, Effect};
use crate::text::nearest;

pub(super) fn check_statement(stated: &Stated<'_>, findings: &mut Findings<'_>) {
    if stated.statement.effect != Effect::Allow
        || !findings.asks("grants-nothing", &stated.place.file)
    {
        return;
    }
    let Actions::Only(patterns) = &stated.statement.actions else {
        return;
    };
    let mut never: Vec<Never<'_>> = Vec::new();
    for pattern in patterns {
        if stated.is_unknown(pattern) {
            continue;
        }
        let actions: Vec<_> = matching(pattern).collect();
        if actions.is_empty() {
            no_such_action(stated, pattern, findings);
        } else if let Some(template) = asked_elsewhere(stated, &actions) {
            match never.iter_mut().find(|one| one.template == template) {
                Some(one) => one.patterns.push(pattern),
                None => never.push(Never {
                    template,
                    patterns: vec![pattern],
                }),
            }
        }
    }
    never.iter().for_each(|one| one.report(stated, findings));
}

/// Actions that are never asked on what the statement names.
struct Never<'s> {
    /// On what they are asked; `None` for nothing but `*`.
    template: Option<&'static str>,
    patterns: Vec<&'s ActionPattern>,
}

impl Never<'_> {
    fn report(&self, stated: &Stated<'_>, findings: &mut Findings<'_>) {
        let (subject, verb, grants) = match self.patterns.as_slice() {
            [] => return,
            [one] => (format!("`{one}`"), "is", "it grants"),
            [one, two] => (format!("`{one}` and `{two}`"), "are", "they grant"),
            [one, rest @ ..] => {
                let subject = format!("`{one}` and {} more actions", rest.len());
                (subject, "are", "they grant")
            }
        };
        let (says, fix) = match self.template {
            None => (
                format!("{subject} {verb} never asked on a resource: {grants} nothing here"),
                "allow it on `*`".to_owned(),
            ),
            Some(template) => (
                format!(
                    "{subject} {verb} never asked on what the statement names: {grants} nothing"
                ),
                format!("it is asked on `{template}`"),
            ),
        };
        let about: Vec<_> = self
            .patterns
            .iter()
            .map(|pattern| pattern.as_str())
            .collect();
        findings.add(
            "grants-nothing",
            Says {
                fix: Fix::by_hand(fix),
                ..stated.says(says, &about.join(" "))
            },
        );
    }
}

fn no_such_action(stated: &Stated<'_>, pattern: &ActionPattern, findings: &mut Findings<'_>) {
    let catalog = Catalog::bundled();
    let service = pattern.service().unwrap_or_default().to_ascii_lowercase();
    let is_service = catalog.service_prefixes().any(|prefix| prefix == service);
    let (says, near) = match is_service {
        true => {
            let names = catalog.actions_of(&service).iter();
            let names = names.map(|facts| facts.action.as_str());
            let near = nearest(pattern.as_str(), names).map(str::to_owned);
            (format!("no action is `{pattern}`"), near)
        }
        false => {
            let near = nearest(&service, catalog.service_prefixes()).map(str::to_owned);
            let near = near.map(|near| {
                let (_, name) = pattern.as_str().split_once(':').unwrap_or_default();
                format!("{near}:{name}")
            });
            (format!("no service has the prefix of `{pattern}`"), near)
        }
    };
    let fix = match near {
        Some(near) => format!("perhaps `{near}` is meant; else take it out"),
        None => "take it out, or write the action that is meant".to_owned(),
    };
    findings.add(
        "grants-nothing",
        Says {
            fix: Fix::by_hand(fix),
            ..stated.says(says, pattern.as_str())
        },
    );
}

/// What a statement names, and which types of resources it can be: the actions of a service have few of these between them.
pub(super) struct Named {
    resources: Product,
    known: RefCell<HashMap<(&'static str, Vec<&'static str>), bool>>,
}

impl Named {
    pub(super) fn new(resources: Product) -> Self {
        Named {
            resources,
            known: RefCell::default(),
        }
    }

    /// Whether an action can be asked on something of it.
    pub(super) fn takes(&self, facts: &'static ActionFacts) -> bool {
        let types = facts.resource_types().map(|(name, _)| name).collect();
        let mut known = self.known.borrow_mut();
        let asked = || can_be_asked(facts, &self.resources);
        *known
            .entry((facts.action.service(), types))
            .or_insert_with(asked)
    }
}

fn can_be_asked(facts: &ActionFacts, named: &Product) -> bool {
    let [types, others] = resources_of(facts, Catalog::bundled()).map(Product::on);
    if find(&[named, &types, &others], &[]) != Search::Nothing {
        return true;
    }
    let mut beyond = BEYOND_THE_TABLE
        .iter()
        .filter(|(prefix, _)| facts.folded().starts_with(prefix) && has_a_type(facts, prefix))
        .map(|(_, resources)| Product::on(Strings::AnyOf(vec![Glob::wildcards(resources)])));
    beyond.any(|more| find(&[named, &more], &[]) != Search::Nothing)
}

/// Whether a function is what the action is asked on, of the actions of Lambda.
fn has_a_type(facts: &ActionFacts, prefix: &str) -> bool {
    prefix != "lambda:" || facts.resource_types().any(|(name, _)| name == "function")
}

/// What actions are asked on beside the types that AWS lists for them, as the messages of denied calls tell: every action on log
/// groups on `log-group:NAME:log-stream:`, with no name for all groups, and a function's on each of its versions and aliases.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html>
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html>
const BEYOND_THE_TABLE: [(&str, &str); 2] = [
    ("logs:", "arn:*:logs:*:*:log-group:*"),
    ("lambda:", "arn:*:lambda:*:*:function:*"),
];

/// On what actions are asked that are never asked on what the statement names; `None` when one of them is asked on that.
#[expect(clippy::option_option, reason = "they may be asked on nothing but `*`")]
fn asked_elsewhere(
    stated: &Stated<'_>,
    actions: &[&'static ActionFacts],
) -> Option<Option<&'static str>> {
    let named = Named::new(stated.named_resources()?);
    if actions.iter().any(|facts| named.takes(facts)) {
        return None;
    }
    let template = |facts: &&ActionFacts| {
        let service = facts.action.service();
        let types = facts.resource_types().map(|(name, _)| name);
        let templates = types.flat_map(|name| Catalog::bundled().arn_templates(service, name));
        templates.min_by_key(|template| template.len())
    };
    Some(actions.iter().find_map(template))
}
