//! From a trace to a proposal, through the program as a user runs it.

use std::collections::BTreeSet;

use serde_json::json;
use tightrope::catalog::Catalog;
use tightrope::coverage::Coverage;
use tightrope::iam::{
    Action, Arn, InlinePolicy, Policy, PolicySize, Role, RoleId, TrustPolicy, Version,
};
use tightrope::minimize::{Ground, Known, NoProposal, Settings, VerifiedProposal, minimize};
use tightrope::usage::{Access, Scope, Usage};

use crate::traces::{Trace, seen};

use super::Judged;

/// How far the program generalises what it saw.
pub(crate) struct Level {
    pub(crate) name: &'static str,
    generalize: tightrope::generalize::Level,
}

/// The levels that the program has. A level with the name of [`crate::JUDGED`] has to meet the targets.
pub(crate) const LEVELS: [Level; 3] = [
    Level {
        name: "exact",
        generalize: tightrope::generalize::Level::Exact,
    },
    Level {
        name: "typed",
        generalize: tightrope::generalize::Level::Typed,
    },
    Level {
        name: "prefix",
        generalize: tightrope::generalize::Level::Prefix,
    },
];

impl Level {
    fn propose(&self, role: &Role, usage: &Usage) -> Result<VerifiedProposal, NoProposal> {
        let known = Known::new(usage, Catalog::bundled(), []);
        let settings = Settings {
            generalize: self.generalize,
            min_days: 0,
            ..Settings::default()
        };
        minimize(role, &known, &settings)
    }
}

/// A call of somebody else: a trail without any of KMS could be one that leaves KMS out.
const OF_KMS: &str = r#"{"eventSource":"kms.amazonaws.com","eventName":"ListKeys","userIdentity":{"type":"IAMUser"},"recipientAccountId":"123456789012"}"#;

/// The role of a trace with its broad policy.
pub(crate) fn account_role(trace: &Trace) -> Role {
    let trust = json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"}}});
    let arn = format!("arn:aws:iam::123456789012:role/{}", trace.role);
    let arn: Arn = arn.parse().expect("an ARN");
    Role {
        id: RoleId::of(&arn).expect("a role"),
        arn,
        trust: TrustPolicy::parse(&trust).expect("a trust policy"),
        inline: vec![InlinePolicy {
            name: "everything".into(),
            document: Policy::parse(&trace.granted),
        }],
        attached: Vec::new(),
        boundary: None,
        created: None,
    }
}

/// A trail of which nothing was read but a call of somebody else.
fn pushed(role: &Role) -> Usage {
    let scope = Scope {
        asked: BTreeSet::from([role.id.clone()]),
        others: BTreeSet::new(),
    };
    let mut usage = Usage::new(scope);
    usage
        .push(OF_KMS.as_bytes(), Catalog::bundled())
        .expect("a record");
    usage
}

/// The actions of which the program cannot know whether the trail shows them.
fn unobservable(usage: &Usage) -> BTreeSet<Action> {
    let coverage = Coverage::of_log(&usage.recorded);
    let accounts = coverage.accounts();
    let unobservable =
        accounts.flat_map(|account| coverage.unobservable(account, Catalog::bundled()));
    unobservable
        .filter_map(|unobservable| unobservable.actions.as_action())
        .collect()
}

/// Reads a trace day by day.
pub(super) struct Learner<'t> {
    trace: &'t Trace,
    role: Role,
    usage: Usage,
    renamed: BTreeSet<Action>,
    days: usize,
    records: usize,
}

impl<'t> Learner<'t> {
    pub(super) fn new(trace: &'t Trace) -> Self {
        let role = account_role(trace);
        let usage = pushed(&role);
        Learner {
            trace,
            role,
            renamed: unobservable(&usage),
            usage,
            days: 0,
            records: 0,
        }
    }

    /// Reads all days before this one that were not read yet.
    pub(super) fn learn_until(&mut self, day: usize) {
        while self.days < day {
            for call in &self.trace.days[self.days] {
                self.records += 1;
                let record = self.trace.record(call, self.records);
                let pushed = self.usage.push(record.as_bytes(), Catalog::bundled());
                pushed.expect("a record");
            }
            self.days += 1;
        }
    }

    /// What the program proposes at a level; `None` without any use.
    pub(super) fn learned(&self, level: &Level) -> Option<Judged> {
        let proposal = self.proposal(level)?;
        Some(Judged {
            granted: proposal.proposed().clone(),
            size: size_of_learned(&proposal),
            renamed: self.renamed.clone(),
        })
    }

    fn proposal(&self, level: &Level) -> Option<VerifiedProposal> {
        let mut usage = self.usage.clone();
        self.rename(&mut usage);
        match level.propose(&self.role, &usage) {
            Ok(proposal) => Some(proposal),
            Err(NoProposal::NotEnough(_)) => None,
            Err(error) => panic!("{}: {error}", self.trace.role),
        }
    }

    /// Gives what the program would keep anyhow a name that it does not know: see [`seen`].
    fn rename(&self, usage: &mut Usage) {
        for part in usage
            .roles
            .values_mut()
            .flat_map(|role| role.by.values_mut())
        {
            let used = std::mem::take(&mut part.used).into_iter();
            let renamed = used.map(|(access, evidence)| {
                let action = match self.renamed.contains(&access.action) {
                    true => seen(access.action.as_str()).parse().expect("an action"),
                    false => access.action.clone(),
                };
                (Access { action, ..access }, evidence)
            });
            part.used = renamed.collect();
        }
    }
}

/// The size of what was learned: of all statements but those that are kept only because no trail can show their use.
fn size_of_learned(proposal: &VerifiedProposal) -> PolicySize {
    let documents = proposal.layout().documents().iter();
    let statements = documents.flat_map(|document| &document.statements);
    let learned = statements.filter(|kept| {
        let mut grounds = kept.why.iter().map(|why| &why.ground);
        !grounds.all(|ground| matches!(ground, Ground::Unobservable(_)))
    });
    PolicySize::of(&Policy {
        version: Version::V2012,
        statements: learned.map(|kept| kept.statement.clone()).collect(),
    })
}
