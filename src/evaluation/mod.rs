//! Policies as sets of requests, by AWS's evaluation logic. The only room that knows what a policy means.
//!
//! In this version a `Condition`, and a policy variable in a resource, is opaque: it may hold for a request
//! or not, and nothing is assumed of it but that the same text holds at the same time. A proof that comes
//! out under every such assumption holds whatever the conditions say.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html>

mod compile;

use std::collections::BTreeMap;
use std::fmt;

use crate::algebra::{Atom, Grant, Product, Witness};
use crate::iam::{Effect, Policy, PolicyError, Request, Role, Statement, Version};

pub use compile::{action_glob, pattern_of_glob, real_resources, resource_glob, resource_text};
use compile::{actions, resources};

/// Where a statement stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The policy: an inline policy's name or a managed policy's ARN.
    pub policy: String,
    /// The statement's position in it, from 1.
    pub number: usize,
    /// The statement's `Sid`.
    pub sid: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sid {
            Some(sid) => write!(f, "{} statement {} ({sid})", self.policy, self.number),
            None => write!(f, "{} statement {}", self.policy, self.number),
        }
    }
}

/// A statement, where it stands, and the requests that it speaks of.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Where it stands.
    pub place: Place,
    /// What it says.
    pub statement: Statement,
    /// The requests that it allows or denies; with `when`, only if its opaque part holds.
    pub product: Product,
}

impl Rule {
    /// Whether a part of it is opaque: a condition, or a variable in its resources.
    #[must_use]
    pub fn is_opaque(&self) -> bool {
        self.product.when.is_some()
    }
}

/// Why what a role is granted cannot be said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownGrant {
    /// A policy is attached whose document is not in the account data.
    #[error(
        "the attached policy {0} is not in the account data; take it again without `--filter`, or with \
         `AWSManagedPolicy` and `LocalManagedPolicy` among its values"
    )]
    NotInAccountData(String),
    /// A document cannot be read.
    #[error("policy {policy}: {error}")]
    Unreadable {
        /// Its name or ARN.
        policy: String,
        /// What is wrong.
        error: PolicyError,
    },
    /// The statement would change its meaning beside statements of a newer document.
    #[error(
        "{0}: its condition holds `${{…}}`, which is text in its document of version 2008-10-17 and would become a \
         variable in one of 2012-10-17; write it as 2012-10-17 first"
    )]
    OldVersion(Place),
}

/// What the policies of a role allow, taken together. Grants by other ways (resource-based policies) and
/// limits (a boundary, an SCP) are not part of it.
#[derive(Clone, Debug, Default)]
pub struct Granted {
    rules: Vec<Rule>,
    opaque: BTreeMap<String, Atom>,
}

/// What policies say of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// A statement denies it.
    ExplicitDeny,
    /// No statement allows it.
    ImplicitDeny,
    /// It rests on conditions, or on variables, that the request does not decide.
    Depends,
    /// A statement allows it and none denies it.
    Allow,
}

impl Granted {
    /// What the inline and attached policies of a role grant.
    ///
    /// # Errors
    /// When one of its policies is unknown or unreadable: then nothing true can be said of the role.
    pub fn of_role(role: &Role) -> Result<Self, UnknownGrant> {
        let mut granted = Granted::default();
        for policy in &role.inline {
            granted.add(&policy.name, policy.document.as_ref())?;
        }
        for policy in &role.attached {
            let arn = policy.arn.to_string();
            match &policy.default_version {
                Some((_, document)) => granted.add(&arn, document.as_ref())?,
                None => return Err(UnknownGrant::NotInAccountData(arn)),
            }
        }
        Ok(granted)
    }

    /// Documents that stand beside these policies, with the same text holding at the same time.
    ///
    /// # Errors
    /// As for [`Granted::of_role`].
    pub fn beside(&self, documents: &[(String, Policy)]) -> Result<Self, UnknownGrant> {
        let mut granted = Granted {
            rules: Vec::new(),
            opaque: self.opaque.clone(),
        };
        for (name, policy) in documents {
            granted.add(name, Ok(policy))?;
        }
        Ok(granted)
    }

    /// The statements with this effect.
    pub fn rules(&self, effect: Effect) -> impl Iterator<Item = &Rule> {
        self.rules
            .iter()
            .filter(move |rule| rule.statement.effect == effect)
    }

    /// As a set of requests.
    #[must_use]
    pub fn grant(&self) -> Grant {
        let products = |effect| {
            self.rules(effect)
                .map(|rule| rule.product.clone())
                .collect()
        };
        Grant {
            allow: products(Effect::Allow),
            deny: products(Effect::Deny),
        }
    }

    /// What the policies say of one request, statement by statement.
    #[must_use]
    pub fn evaluate(&self, request: &Request) -> Decision {
        let asked = Witness {
            action: request.action.as_str().to_ascii_lowercase(),
            resource: resource_text(&request.resource).to_owned(),
            ..Witness::default()
        };
        let speaks = |rule: &&Rule| {
            rule.product.action.contains(&asked.action)
                && rule.product.resource.contains(&asked.resource)
        };
        let (mut allows, mut denies) = (Vec::new(), Vec::new());
        for rule in self.rules.iter().filter(speaks) {
            match rule.statement.effect {
                Effect::Allow => allows.push(rule.is_opaque()),
                Effect::Deny => denies.push(rule.is_opaque()),
            }
        }
        match (denies.contains(&false), allows.is_empty()) {
            (true, _) => Decision::ExplicitDeny,
            (false, true) => Decision::ImplicitDeny,
            (false, false) if denies.is_empty() && allows.contains(&false) => Decision::Allow,
            (false, false) => Decision::Depends,
        }
    }

    fn add(
        &mut self,
        name: &str,
        policy: Result<&Policy, &PolicyError>,
    ) -> Result<(), UnknownGrant> {
        let policy = policy.map_err(|error| UnknownGrant::Unreadable {
            policy: name.to_owned(),
            error: error.clone(),
        })?;
        for (index, statement) in policy.statements.iter().enumerate() {
            let place = Place {
                policy: name.to_owned(),
                number: index + 1,
                sid: statement.sid.clone(),
            };
            let holds_text = |text: &str| policy.version == Version::V2008 && text.contains("${");
            let condition = statement
                .condition
                .as_ref()
                .map(|condition| condition.json().to_string());
            if condition.as_deref().is_some_and(holds_text) {
                return Err(UnknownGrant::OldVersion(place));
            }
            let rule = Rule {
                place,
                product: self.product(statement),
                statement: statement.clone(),
            };
            self.rules.push(rule);
        }
        Ok(())
    }

    fn product(&mut self, statement: &Statement) -> Product {
        Product {
            action: actions(&statement.actions),
            resource: resources(&statement.resources),
            when: self.atom(statement),
        }
    }

    /// The same opaque text is the same atom, so that a statement kept as it stands is equal to itself.
    fn atom(&mut self, statement: &Statement) -> Option<Atom> {
        let condition = statement
            .condition
            .as_ref()
            .map(|condition| condition.json().to_string());
        let variables = statement
            .resources
            .patterns()
            .iter()
            .any(|pattern| pattern.has_variable());
        let variables = variables.then(|| format!("{:?}", statement.resources));
        if condition.is_none() && variables.is_none() {
            return None;
        }
        let text = format!("{condition:?} {variables:?}");
        let next = Atom(u32::try_from(self.opaque.len()).unwrap_or(u32::MAX));
        Some(*self.opaque.entry(text).or_insert(next))
    }
}

#[cfg(test)]
mod tests;
