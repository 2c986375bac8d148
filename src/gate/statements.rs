//! What one statement grants: every action, every resource, any role to pass.

use std::collections::BTreeMap;

use super::Fix;
use super::Severity;
use super::findings::{Findings, Says};
use super::nothing::can_be_asked;
use super::scene::Document;
use crate::algebra::{Conditions, Glob, Product, Search, Strings, Witness, find};
use crate::catalog::{AccessLevel, ActionFacts, Catalog};
use crate::diff::{Setting, example_request};
use crate::evaluation::{Granted, NamedPolicy, Reading, action_glob, resource_glob, template_glob};
use crate::iac::Place;
use crate::iam::{ActionPattern, Actions, Effect, Policy, ResourcePattern, Resources, Statement};

/// A statement of a policy that the code has.
pub(super) struct Stated<'s> {
    pub(super) document: &'s Document<'s>,
    pub(super) index: usize,
    pub(super) statement: &'s Statement,
    pub(super) place: &'s Place,
}

impl<'s> Stated<'s> {
    /// All statements of a document.
    pub(super) fn all(document: &'s Document<'s>) -> impl Iterator<Item = Stated<'s>> {
        let policy = document.policy;
        let both = policy.policy.statements.iter().zip(&policy.statements);
        both.enumerate()
            .map(move |(index, (statement, place))| Stated {
                document,
                index,
                statement,
                place,
            })
    }

    /// Whether a part of this element is not known, and stands for everything that it could be.
    pub(super) fn is_unknown(&self, element: &str, read_as: &str) -> bool {
        let mut unknown = self.document.policy.unknown.iter();
        unknown.any(|unknown| {
            unknown.statement == Some(self.index)
                && unknown.element == element
                && unknown.read_as == read_as
        })
    }

    /// The patterns of actions that somebody wrote, if it allows these and no others.
    fn written_actions(&self) -> impl Iterator<Item = &'s ActionPattern> {
        let patterns = match (&self.statement.effect, &self.statement.actions) {
            (Effect::Allow, Actions::Only(patterns)) => patterns.as_slice(),
            _ => &[],
        };
        patterns
            .iter()
            .filter(|pattern| !self.is_unknown("Action", pattern.as_str()))
    }

    /// The statement, with a name for every part that is not known.
    pub(super) fn named(&self) -> &'s Statement {
        &self.document.named.statements[self.index]
    }

    /// The patterns of resources, with a name for every part that is not known.
    pub(super) fn resources(&self) -> &'s [ResourcePattern] {
        match &self.named().resources {
            Resources::Only(patterns) => patterns,
            Resources::AllBut(_) => &[],
        }
    }

    /// What the statement names, as a set; `None` when that is everything, or all but something.
    pub(super) fn named_resources(&self) -> Option<Product> {
        let Resources::Only(resources) = &self.statement.resources else {
            return None;
        };
        let all = resources.iter().any(ResourcePattern::is_any);
        let globs = || resources.iter().map(resource_glob).collect();
        (!all).then(|| on(Strings::AnyOf(globs())))
    }

    /// A request for an action that the statement allows by itself.
    fn example(&self, facts: &ActionFacts) -> Option<Witness> {
        let version = self.document.policy.policy.version;
        [self.named(), self.statement]
            .into_iter()
            .find_map(|statement| {
                let policy = NamedPolicy {
                    name: String::new(),
                    policy: Policy {
                        version,
                        statements: vec![statement.clone()],
                    },
                };
                let grant = Granted::new(vec![policy], Reading::default()).grant();
                example_request(&grant, facts, Catalog::bundled(), &Setting::example())
            })
    }

    pub(super) fn says(&self, says: String, about: &str) -> Says<'s> {
        Says {
            role: self.document.role.clone(),
            granted: Some(granted(self.statement, self)),
            about: format!("{} {about}", self.about()),
            ..Says::at(self.place, says)
        }
    }

    /// What tells the statement from others of its policy.
    fn about(&self) -> String {
        let named = self.statement.sid.clone();
        named.unwrap_or_else(|| granted(self.statement, self))
    }
}

/// A statement in a line: `Allow s3:GetObject on arn:aws:s3:::${Bucket}/*`.
fn granted(statement: &Statement, stated: &Stated<'_>) -> String {
    const SHOWN: usize = 4;
    let list = |texts: Vec<String>| match texts.len() {
        0..=SHOWN => texts.join(", "),
        many => format!("{} and {} more", texts[..SHOWN].join(", "), many - SHOWN),
    };
    let actions = statement.actions.patterns().iter();
    let actions = list(actions.map(ToString::to_string).collect());
    let mut unknown = stated.document.policy.unknown.iter().filter(|unknown| {
        unknown.statement == Some(stated.index) && unknown.element.ends_with("Resource")
    });
    let mut next = unknown.next();
    let resources = statement.resources.patterns().iter().map(|pattern| {
        let text = pattern.to_string();
        match next {
            Some(named) if named.read_as == text => {
                next = unknown.next();
                named.value.clone()
            }
            _ => text,
        }
    });
    let resources = list(resources.collect());
    let (effect, all_but) = (
        match statement.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        },
        match statement.actions {
            Actions::Only(_) => "",
            Actions::AllBut(_) => "all but ",
        },
    );
    let but = match statement.resources {
        Resources::Only(_) => "on",
        Resources::AllBut(_) => "on all but",
    };
    let when = match statement.condition {
        Some(_) => " under a condition",
        None => "",
    };
    format!("{effect} {all_but}{actions} {but} {resources}{when}")
}

/// The checks that look at one statement.
pub(super) fn check_statement(stated: &Stated<'_>, findings: &mut Findings<'_>) {
    if stated.statement.effect != Effect::Allow {
        return;
    }
    wildcard_actions(stated, findings);
    not_action(stated, findings);
    wildcard_resource(stated, findings);
    pass_role(stated, findings);
}

/// What a wildcard stands for that matters.
#[derive(Default)]
struct Matched<'c> {
    all: usize,
    matter: BTreeMap<&'static str, Vec<&'c ActionFacts>>,
}

const MANAGES: &str = "manages permissions";
const WRITES: &str = "writes";
const READS: &str = "reads data";

/// Only what can be asked on something that the statement names counts: the right to delete a bucket is not in what is allowed
/// on objects.
fn matched(pattern: &ActionPattern, stated: &Stated<'_>) -> Matched<'static> {
    let catalog = Catalog::bundled();
    let mut matched = Matched::default();
    let named = stated.named_resources();
    let counts = |facts: &&ActionFacts| {
        let named = named.as_ref();
        named.is_none_or(|named| can_be_asked(facts, named))
    };
    for facts in matching(pattern).filter(counts) {
        matched.all += 1;
        let matters = match facts.level() {
            AccessLevel::PermissionsManagement => MANAGES,
            AccessLevel::Write => WRITES,
            _ if catalog.data_read(&facts.action).is_some() => READS,
            _ => continue,
        };
        matched.matter.entry(matters).or_default().push(facts);
    }
    matched
}

/// The actions of the catalog that a pattern matches.
pub(super) fn matching(pattern: &ActionPattern) -> impl Iterator<Item = &'static ActionFacts> {
    let catalog = Catalog::bundled();
    let glob = action_glob(pattern);
    let one = pattern.service().map(str::to_ascii_lowercase);
    let services: Vec<&'static str> = match &one {
        Some(service) => catalog
            .service_prefixes()
            .filter(|prefix| prefix.eq_ignore_ascii_case(service))
            .collect(),
        None => catalog.service_prefixes().collect(),
    };
    let actions = services
        .into_iter()
        .flat_map(|service| catalog.actions_of(service));
    actions.filter(move |facts| glob.matches(facts.folded()))
}

fn wildcard_actions(stated: &Stated<'_>, findings: &mut Findings<'_>) {
    if !findings.asks("no-wildcard-action", &stated.place.file) {
        return;
    }
    for pattern in stated.written_actions() {
        if pattern.as_action().is_some() {
            continue;
        }
        let matched = matched(pattern, stated);
        // One that stands for a single action of today is a spelling of it.
        if matched.all < 2 || matched.matter.is_empty() {
            continue;
        }
        let order = [MANAGES, WRITES, READS];
        let there = order.iter().filter_map(|kind| {
            let actions = matched.matter.get(kind)?;
            Some((*kind, actions))
        });
        let counted: Vec<_> = there
            .clone()
            .map(|(kind, actions)| format!("{} {}", actions.len(), plural_of(kind, actions.len())))
            .collect();
        let strongest = there
            .clone()
            .next()
            .and_then(|(_, actions)| actions.first());
        let says = format!(
            "`{pattern}` grants {} actions there, of which {}",
            matched.all,
            counted.join(", ")
        );
        let witness = there
            .flat_map(|(_, actions)| actions)
            .find_map(|facts| stated.example(facts));
        let example = strongest
            .map(|facts| facts.action.as_str())
            .unwrap_or_default();
        let severity = match matched.matter.keys().all(|kind| *kind == READS) {
            true => Severity::Warning,
            false => Severity::Error,
        };
        findings.add_at_most(
            "no-wildcard-action",
            severity,
            Says {
                witness,
                fix: Fix::by_hand(format!(
                    "name the actions that the code calls instead of `{pattern}`; `tightrope propose` tells them from \
                     CloudTrail. It is also `{example}`"
                )),
                ..stated.says(says, pattern.as_str())
            },
        );
    }
}

fn plural_of(kind: &str, count: usize) -> &str {
    match (kind, count) {
        (MANAGES, 2..) => "manage permissions",
        (WRITES, 2..) => "write",
        (READS, 2..) => "read data",
        _ => kind,
    }
}

fn not_action(stated: &Stated<'_>, findings: &mut Findings<'_>) {
    let Actions::AllBut(patterns) = &stated.statement.actions else {
        return;
    };
    let but: Vec<_> = patterns.iter().map(ToString::to_string).collect();
    let says = format!("it allows every action but {}", but.join(", "));
    let strong = [
        "iam:CreatePolicyVersion",
        "s3:DeleteBucket",
        "ec2:RunInstances",
    ];
    let strong = strong.iter().filter_map(|name| {
        let facts = Catalog::bundled().action(&name.parse().ok()?)?;
        stated.example(facts)
    });
    findings.add(
        "no-not-action-allow",
        Says {
            witness: { strong }.next(),
            fix: Fix::by_hand("write the actions that are needed under `Action`"),
            ..stated.says(says, "NotAction")
        },
    );
}

/// What a pattern matches in any Region and any account, as every account sees its own.
pub(super) fn in_any_account(pattern: &ResourcePattern) -> Glob {
    let text = pattern.to_string();
    let parts: Vec<_> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        [arn, _, service, _, _, resource] => {
            Glob::wildcards(&format!("{arn}:*:{service}:*:*:{resource}"))
        }
        _ => resource_glob(pattern),
    }
}

/// Whether the name in a pattern's last part is left open, as in `arn:aws:iam::*:role/*`.
pub(super) fn is_all_of_its_type(pattern: &ResourcePattern) -> bool {
    let text = pattern.to_string();
    let last = text.splitn(6, ':').last().unwrap_or_default();
    pattern.is_any()
        || last.trim_end_matches('*').ends_with(['/', ':']) && last.ends_with('*')
        || last == "*"
}

/// Requests on these resources, whatever the action.
pub(super) fn on(resource: Strings) -> Product {
    Product {
        action: Strings::NoneOf(Vec::new()),
        resource,
        when: Conditions::default(),
    }
}

fn one(glob: Glob) -> Product {
    on(Strings::AnyOf(vec![glob]))
}

/// The types of which an action is always asked on one. What it may be asked on beside, or instead of nothing, is no way to limit
/// it: `cloudwatch:PutMetricData` is mostly asked on none.
fn required(facts: &ActionFacts) -> impl Iterator<Item = &'static str> {
    let types = facts.resource_types();
    types.filter_map(|(name, required)| required.then_some(name))
}

/// Whether a pattern holds every resource that an action can be asked on, in the account where it is used.
fn is_every(pattern: &ResourcePattern, facts: &ActionFacts) -> bool {
    if pattern.is_any() {
        return true;
    }
    let held = one(in_any_account(pattern));
    let service = facts.action.service();
    let mut templates = required(facts)
        .flat_map(|name| Catalog::bundled().arn_templates(service, name))
        .peekable();
    templates.peek().is_some()
        && templates
            .all(|template| find(&[&one(template_glob(template))], &[&held]) == Search::Nothing)
}

/// Whether a condition says on what, in the words of the service or of the resource.
fn says_on_what(statement: &Statement) -> bool {
    let clauses = statement.condition.iter().flat_map(|one| one.clauses());
    let services: Vec<_> = statement
        .actions
        .patterns()
        .iter()
        .filter_map(|pattern| pattern.service())
        .collect();
    clauses.into_iter().any(|clause| {
        let key = clause.key.as_str().to_ascii_lowercase();
        let (prefix, _) = key.split_once(':').unwrap_or((&key, ""));
        key.starts_with("aws:resource")
            || prefix == "lambda"
            || services
                .iter()
                .any(|service| service.eq_ignore_ascii_case(prefix))
    })
}

/// Actions that the configuration of functions needs on every resource, or that AWS's own policy for all functions has there, or
/// that are on what is only known when it is there: messages to telephones, changes of DNS.
fn is_needed_everywhere(facts: &ActionFacts) -> bool {
    let action = facts.folded();
    let logs = [
        "logs:createloggroup",
        "logs:createlogstream",
        "logs:putlogevents",
    ];
    let network = action.starts_with("ec2:")
        && (action.ends_with("networkinterface")
            || action.ends_with("networkinterfaces")
            || action.ends_with("privateipaddresses"));
    let later = ["sns:publish", "route53:getchange"];
    logs.contains(&action) || network || later.contains(&action)
}

fn wildcard_resource(stated: &Stated<'_>, findings: &mut Findings<'_>) {
    if !findings.asks("no-wildcard-resource", &stated.place.file)
        || says_on_what(stated.statement)
        || stated.written_actions().count() < stated.statement.actions.patterns().len()
    {
        return;
    }
    let actions: Vec<_> = stated.written_actions().flat_map(matching).collect();
    let can_be_limited = |facts: &&ActionFacts| {
        facts.resource_types().next().is_some() && !is_needed_everywhere(facts)
    };
    if actions.is_empty() || !actions.iter().all(can_be_limited) {
        return;
    }
    let Some(pattern) = stated
        .resources()
        .iter()
        .find(|pattern| actions.iter().any(|facts| is_every(pattern, facts)))
    else {
        return;
    };
    let on_all: Vec<_> = actions
        .iter()
        .filter(|facts| is_every(pattern, facts))
        .collect();
    let Some(first) = on_all.iter().min_by_key(|facts| facts.level()) else {
        return;
    };
    let types: Vec<_> = required(first).collect();
    let all = match on_all.as_slice() {
        [only] => format!("`{}` is", only.action),
        [one, other] => format!("`{}` and `{}` are", one.action, other.action),
        more => format!("`{}` and {} more actions are", first.action, more.len() - 1),
    };
    let says = format!("{all} allowed on every resource, though each can be limited to some");
    let service = first.action.service();
    let template = types
        .first()
        .and_then(|name| Catalog::bundled().arn_templates(service, name).next());
    let fix = template.map_or_else(
        || "name the resources that the function works with".to_owned(),
        |template| format!("name the resources that the function works with, as `{template}`"),
    );
    findings.add(
        "no-wildcard-resource",
        Says {
            witness: stated.example(first),
            fix: Fix::by_hand(fix),
            ..stated.says(says, "every resource")
        },
    );
}

fn pass_role(stated: &Stated<'_>, findings: &mut Findings<'_>) {
    let passes = |pattern: &&ActionPattern| {
        pattern
            .service()
            .is_some_and(|service| service.eq_ignore_ascii_case("iam"))
            && action_glob(pattern).matches("iam:passrole")
            && pattern.folded().starts_with("iam:p")
    };
    if !stated.written_actions().any(|pattern| passes(&pattern)) {
        return;
    }
    let Some(facts) = "iam:PassRole"
        .parse()
        .ok()
        .and_then(|action| Catalog::bundled().action(&action))
    else {
        return;
    };
    let any = stated
        .resources()
        .iter()
        .find(|pattern| is_every(pattern, facts));
    let clauses = stated
        .statement
        .condition
        .iter()
        .flat_map(|one| one.clauses());
    let to_a_service = clauses.into_iter().any(|clause| {
        clause
            .key
            .as_str()
            .eq_ignore_ascii_case("iam:PassedToService")
    }) || stated.is_unknown("Condition", "left out");
    let (severity, about, says) = match (any, to_a_service) {
        (Some(_), true) => (Severity::Error, "any role", "any role may be passed"),
        (Some(_), false) => (
            Severity::Error,
            "any role",
            "any role may be passed to any service",
        ),
        (None, false) => (
            Severity::Warning,
            "any service",
            "roles may be passed to any service",
        ),
        (None, true) => return,
    };
    let condition = "the service under `Condition`: `StringEquals: {iam:PassedToService: lambda.amazonaws.com}`";
    let fix = match any {
        Some(_) => format!("name the roles under `Resource`, and {condition}"),
        None => format!("name {condition}"),
    };
    findings.add_at_most(
        "pass-role-scoped",
        severity,
        Says {
            witness: stated.example(facts),
            fix: Fix::by_hand(fix),
            ..stated.says(says.to_owned(), about)
        },
    );
}
