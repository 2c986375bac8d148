//! Policy documents as types.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use super::{ActionPattern, Condition, ConditionKey, ResourcePattern};

/// The version of the policy language. It decides whether `${…}` is a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `2008-10-17`, and what a document without `Version` has.
    V2008,
    /// `2012-10-17`.
    V2012,
}

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `Allow`
    Allow,
    /// `Deny`; it beats every `Allow`.
    Deny,
}

/// The actions of a statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actions {
    /// `Action`: what any of these matches.
    Only(Vec<ActionPattern>),
    /// `NotAction`: what none of these matches.
    AllBut(Vec<ActionPattern>),
}

impl Actions {
    /// The patterns, whichever element they stand in.
    #[must_use]
    pub fn patterns(&self) -> &[ActionPattern] {
        match self {
            Actions::Only(patterns) | Actions::AllBut(patterns) => patterns,
        }
    }
}

/// The resources of a statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resources {
    /// `Resource`: what any of these matches.
    Only(Vec<ResourcePattern>),
    /// `NotResource`: what none of these matches.
    AllBut(Vec<ResourcePattern>),
}

impl Resources {
    /// The patterns, whichever element they stand in.
    #[must_use]
    pub fn patterns(&self) -> &[ResourcePattern] {
        match self {
            Resources::Only(patterns) | Resources::AllBut(patterns) => patterns,
        }
    }
}

/// One statement of an identity-based policy, a boundary, a session policy or an SCP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The statement's own name, if it has one.
    pub sid: Option<String>,
    /// Allow or deny.
    pub effect: Effect,
    /// `Action` or `NotAction`.
    pub actions: Actions,
    /// `Resource` or `NotResource`.
    pub resources: Resources,
    /// `Condition`; `None` when absent or empty.
    pub condition: Option<Condition>,
}

impl Statement {
    /// Whether its condition asks for this key, in whatever case the key is written.
    #[must_use]
    pub fn asks_for(&self, key: &str) -> bool {
        let key = ConditionKey::new(key);
        let mut clauses = self.condition.iter().flat_map(Condition::clauses);
        clauses.any(|clause| clause.key == key)
    }
}

/// A policy document without principals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The version of the policy language.
    pub version: Version,
    /// The statements in the document's order.
    pub statements: Vec<Statement>,
}
