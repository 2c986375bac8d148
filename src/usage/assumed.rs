//! Who took a role: the AssumeRole events of STS.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html>

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::event::Event;
use super::identity::{AccessKeyId, SessionName};
use super::site::first_word;
use crate::iam::RoleId;

/// By whom a role was taken.
#[derive(Clone, Debug, Default)]
pub struct Assumed {
    by_lambda: BTreeSet<SessionName>,
    keys_of_lambda: BTreeMap<AccessKeyId, SessionName>,
    by_others: BTreeSet<(SessionName, Taker)>,
    keys_of_others: BTreeMap<AccessKeyId, SessionName>,
    /// Whether there were more than are kept.
    more: bool,
}

/// Who took a role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taker {
    /// The ARN of the caller, or the service.
    pub principal: Box<str>,
    /// Where the call came from.
    pub address: Box<str>,
    /// The program that made it, by the first word of how it names itself.
    pub agent: Box<str>,
}

impl Assumed {
    /// Takes a successful call of STS that gives out a role's credentials; what is none is left alone.
    pub(super) fn taken(event: &Event<'_>) -> Option<Taken> {
        let gives = event.source == "sts.amazonaws.com" && event.name.starts_with("AssumeRole");
        (gives && event.error_code.is_none()).then_some(())?;
        let request = event.parameters();
        let role = RoleId::of(&text(&request, "/roleArn")?.parse().ok()?).ok()?;
        let response = event.response();
        let session = text(&request, "/roleSessionName").or_else(|| {
            let arn = text(&response, "/assumedRoleUser/arn")?;
            arn.splitn(3, '/').nth(2)
        });
        let by_lambda =
            |by: &str| matches!(by, "lambda.amazonaws.com" | "edgelambda.amazonaws.com");
        let by = event.invoked_by().or_else(|| event.caller_arn());
        Some(Taken {
            role,
            session: session.unwrap_or_default().into(),
            by_lambda: by.is_some_and(by_lambda),
            by: Taker {
                principal: by.unwrap_or("somebody").into(),
                address: (*event.address).into(),
                agent: first_word(&event.agent).into(),
            },
            key: text(&response, "/credentials/accessKeyId").and_then(AccessKeyId::of),
        })
    }

    /// Says that there are more than are kept.
    pub(super) fn leave_out(&mut self) {
        self.more = true;
    }

    pub(super) fn note(&mut self, taken: Taken) {
        let Taken { session, key, .. } = taken;
        let keys = match taken.by_lambda {
            true => &mut self.keys_of_lambda,
            false => &mut self.keys_of_others,
        };
        if let Some(key) = key {
            keys.insert(key, session.clone());
        }
        if taken.by_lambda {
            self.by_lambda.insert(session);
            return;
        }
        self.by_others.insert((session, taken.by));
    }

    /// Whether Lambda was seen to take the role for a session of this name.
    #[must_use]
    pub fn by_lambda(&self, session: &SessionName) -> bool {
        self.by_lambda.contains(session)
    }

    /// Whether Lambda was seen to take the role for a session that bears a function's name, and all such events are known:
    /// then one of a session that is missing says something.
    #[must_use]
    pub fn shows_lambda(&self) -> bool {
        let of_function = |session: &SessionName| !session.is_of_lambda_itself();
        !self.more && self.by_lambda.iter().any(of_function)
    }

    /// The session that Lambda got this key for.
    #[must_use]
    pub fn session_of(&self, key: &AccessKeyId) -> Option<&SessionName> {
        self.keys_of_lambda.get(key)
    }

    /// Whether somebody else than Lambda got this key.
    #[must_use]
    pub fn is_of_another(&self, key: &AccessKeyId) -> bool {
        self.keys_of_others.contains_key(key)
    }

    /// Who else than Lambda took the role for this session: the one with this key, or, if the key is not known to be
    /// anybody's, one who alone took it for a session of this name.
    #[must_use]
    pub fn by_another(&self, session: &SessionName, key: Option<&AccessKeyId>) -> Option<&Taker> {
        let of_lambda = key.is_some_and(|key| self.keys_of_lambda.contains_key(key));
        let of_other = key.is_some_and(|key| self.keys_of_others.contains_key(key));
        if of_lambda || !of_other && self.by_lambda.contains(session) {
            return None;
        }
        let mut others = self.by_others.iter().filter(|(name, _)| name == session);
        others.next().map(|(_, by)| by)
    }
}

/// A role that was taken.
pub(super) struct Taken {
    pub(super) role: RoleId,
    session: SessionName,
    by: Taker,
    by_lambda: bool,
    key: Option<AccessKeyId>,
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer)?.as_str()
}
