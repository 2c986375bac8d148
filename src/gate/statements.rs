//! The statements of policies, as the checks look at them.

use super::actions::{not_action, wildcard_actions};
use super::findings::{Findings, Says, shortened};
use super::resources::{pass_role, wildcard_resource};
use super::scene::{Document, granted_by};
use crate::algebra::{Product, Strings, Witness};
use crate::catalog::{ActionFacts, Catalog};
use crate::diff::{Setting, example_request};
use crate::evaluation::resource_glob;
use crate::iac::{Place, Unknown};
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

    /// The parts of this element that are not known.
    pub(super) fn unknown(&self, element: &str) -> impl Iterator<Item = &'s Unknown> {
        let unknown = self.document.policy.unknown.iter();
        unknown.filter(move |unknown| {
            unknown.statement == Some(self.index) && unknown.element == element
        })
    }

    /// Whether a pattern of actions is not known, and stands for everything that it could be.
    pub(super) fn is_unknown(&self, pattern: &ActionPattern) -> bool {
        let mut unknown = self.unknown("Action");
        unknown.any(|unknown| unknown.read_as == pattern.as_str())
    }

    /// The patterns of actions that somebody wrote, if it allows these and no others.
    pub(super) fn written_actions(&self) -> impl Iterator<Item = &'s ActionPattern> {
        let patterns = match (&self.statement.effect, &self.statement.actions) {
            (Effect::Allow, Actions::Only(patterns)) => patterns.as_slice(),
            _ => &[],
        };
        patterns.iter().filter(|pattern| !self.is_unknown(pattern))
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
        (!all).then(|| Product::on(Strings::AnyOf(globs())))
    }

    /// A request for an action that the statement allows by itself.
    pub(super) fn example(&self, facts: &ActionFacts) -> Option<Witness> {
        let version = self.document.policy.policy.version;
        [self.named(), self.statement]
            .into_iter()
            .find_map(|statement| {
                let policy = Policy {
                    version,
                    statements: vec![statement.clone()],
                };
                let grant = granted_by([policy]).grant();
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
    let list = |texts: Vec<String>| shortened(&texts, SHOWN);
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
