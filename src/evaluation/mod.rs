//! Policies as sets of requests, by AWS's evaluation logic. The only room that knows what a policy means.
//!
//! [`evaluate`] answers for one request. [`Granted`] is all requests at once, as sets for the algebra; [`included`]
//! compares two of them, and shows a refutation only after [`evaluate`] has confirmed it. Both rest on one translation
//! of a statement, in `compile` and `conditions`: for a request its variables have values, for a set they are unknown.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

mod compare;
mod compile;
mod conditions;
mod decide;
mod layers;
mod principals;
mod variables;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::algebra::{Grant, Product, Test};
use crate::iam::{
    Action, ConditionKey, Effect, Policy, PolicyError, RequestContext, Resource, Role, Statement,
    Version,
};

pub use compare::{Verdict, confirmed, included};
pub use compile::{
    Reading, action_glob, conditions, pattern_of_glob, real_resources, resource_glob,
    resource_text, resources_of, segments_glob, template_glob,
};
pub use decide::{Decision, Evaluation, evaluate};
pub use layers::{NamedPolicy, Policies};
use variables::Variables;
pub use variables::{Counts, Variable};

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
    /// The requests that it allows or denies.
    pub product: Arc<Product>,
    /// All that it could allow or deny, in whatever context: without its condition, and with `*` for its variables.
    pub widest: Arc<Product>,
}

impl Rule {
    /// Whether what it says depends on the context of a request: by a condition, or by a variable in its resources.
    #[must_use]
    pub fn depends_on_context(&self) -> bool {
        let mut patterns = self.statement.resources.patterns().iter();
        self.statement.condition.is_some() || patterns.any(|pattern| pattern.has_variable())
    }

    /// Whether what it says depends on more than what is known of a request's context.
    fn depends_on_unknown(&self, known: &RequestContext) -> bool {
        let surely = |(key, tests): (&ConditionKey, &[Test])| {
            let each = known.get(key).into_iter().flatten();
            let mut each = each.map(|value| BTreeSet::from([value.clone()]));
            known.get(key).is_some()
                && each.all(|value| tests.iter().all(|test| test.holds(&value)))
        };
        self.product.has_unknown() || !self.product.when.iter().all(surely)
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

/// What policies allow, taken together. Grants by other ways (resource-based policies) and limits (a boundary, an
/// SCP) are not part of it.
#[derive(Clone, Debug, Default)]
pub struct Granted {
    policies: Vec<NamedPolicy>,
    rules: Vec<Rule>,
    variables: Vec<Variable>,
    reading: Reading,
}

/// What policies say of a request whose context is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prospect {
    /// A statement denies it.
    ExplicitDeny,
    /// No statement allows it.
    ImplicitDeny,
    /// It rests on conditions or on variables.
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
        let mut policies = Vec::new();
        let mut add = |name: &str, policy: &Result<Policy, PolicyError>| {
            let policy = policy.clone().map_err(|error| UnknownGrant::Unreadable {
                policy: name.to_owned(),
                error,
            })?;
            check_version(name, &policy)?;
            policies.push(NamedPolicy {
                name: name.to_owned(),
                policy,
            });
            Ok::<_, UnknownGrant>(())
        };
        for policy in &role.inline {
            add(&policy.name, &policy.document)?;
        }
        for policy in &role.attached {
            let arn = policy.arn.to_string();
            match &policy.default_version {
                Some((_, document)) => add(&arn, document)?,
                None => return Err(UnknownGrant::NotInAccountData(arn)),
            }
        }
        Ok(Granted::new(policies, Reading::default()))
    }

    /// What these policies grant, by this reading of resources.
    #[must_use]
    pub fn new(policies: Vec<NamedPolicy>, reading: Reading) -> Self {
        Granted::compiled(policies, reading, Vec::new())
    }

    /// What other policies grant, with the same variable standing for the same.
    #[must_use]
    pub fn beside(&self, policies: Vec<NamedPolicy>) -> Self {
        Granted::compiled(policies, self.reading, self.variables.clone())
    }

    fn compiled(
        policies: Vec<NamedPolicy>,
        reading: Reading,
        mut variables: Vec<Variable>,
    ) -> Self {
        let rules = rules(&policies, reading, &mut Variables::Numbered(&mut variables));
        Granted {
            policies,
            rules,
            variables,
            reading,
        }
    }

    /// What policies grant to requests in which their variables have these values.
    fn with_values(policies: &[NamedPolicy], reading: Reading, values: &RequestContext) -> Self {
        Granted {
            policies: Vec::new(),
            rules: rules(policies, reading, &mut Variables::Of(values)),
            variables: Vec::new(),
            reading,
        }
    }

    /// The policies.
    #[must_use]
    pub fn policies(&self) -> &[NamedPolicy] {
        &self.policies
    }

    /// How its resources are read.
    #[must_use]
    pub fn reading(&self) -> Reading {
        self.reading
    }

    /// All statements, in order.
    #[must_use]
    pub fn all_rules(&self) -> &[Rule] {
        &self.rules
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
                .map(|rule| Arc::clone(&rule.product))
                .collect()
        };
        Grant {
            allow: products(Effect::Allow),
            deny: products(Effect::Deny),
        }
    }

    /// What the policies say of a request of which only these keys of the context are known, statement by statement. Of
    /// a key with several possible values each could be the one.
    #[must_use]
    pub fn prospect(
        &self,
        action: &Action,
        resource: &Resource,
        known: &RequestContext,
    ) -> Prospect {
        let action = action.as_str().to_ascii_lowercase();
        let resource = resource_text(resource);
        let speaks = |rule: &&Rule| {
            rule.widest.action.contains(&action) && rule.widest.resource.contains(resource)
        };
        let (mut allows, mut denies) = (Vec::new(), Vec::new());
        for rule in self.rules.iter().filter(speaks) {
            match rule.statement.effect {
                Effect::Allow => allows.push(rule.depends_on_unknown(known)),
                Effect::Deny => denies.push(rule.depends_on_unknown(known)),
            }
        }
        match (denies.contains(&false), allows.is_empty()) {
            (true, _) => Prospect::ExplicitDeny,
            (false, true) => Prospect::ImplicitDeny,
            (false, false) if denies.is_empty() && allows.contains(&false) => Prospect::Allow,
            (false, false) => Prospect::Depends,
        }
    }
}

/// The statements of policies, each with the requests that it speaks of.
fn rules(policies: &[NamedPolicy], reading: Reading, variables: &mut Variables<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for NamedPolicy { name, policy } in policies {
        for (index, statement) in policy.statements.iter().enumerate() {
            let product = compile::product(statement, (policy.version, reading), variables);
            let product = Arc::new(product);
            let widest = match product.when.is_empty() && !product.has_unknown() {
                true => Arc::clone(&product),
                false => Arc::new(product.widened()),
            };
            rules.push(Rule {
                place: Place {
                    policy: name.clone(),
                    number: index + 1,
                    sid: statement.sid.clone(),
                },
                widest,
                product,
                statement: statement.clone(),
            });
        }
    }
    rules
}

/// Statements of an old document would change their meaning beside those of a newer one.
fn check_version(name: &str, policy: &Policy) -> Result<(), UnknownGrant> {
    let holds_text = |statement: &Statement| {
        let condition = statement.condition.as_ref();
        let mut clauses = condition
            .into_iter()
            .flat_map(|condition| condition.clauses());
        clauses.any(|clause| clause.values.iter().any(|value| value.contains("${")))
    };
    let mut numbered = policy.statements.iter().enumerate();
    match numbered.find(|(_, statement)| policy.version == Version::V2008 && holds_text(statement))
    {
        Some((index, statement)) => Err(UnknownGrant::OldVersion(Place {
            policy: name.to_owned(),
            number: index + 1,
            sid: statement.sid.clone(),
        })),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
