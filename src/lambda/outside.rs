//! Use of a role's credentials from outside of a function.

use std::collections::{BTreeMap, BTreeSet};

use crate::iam::{Action, Role};
use crate::usage::{Access, CallSite, Evidence, Known, RoleUse};

/// What a role was seen to do, by where it was done.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// What the function did.
    pub used: Vec<(Access, Evidence)>,
    /// What all of the function's accesses of an action have in common in their context.
    pub known: BTreeMap<Action, Known>,
    /// What was done with the role's credentials from outside of the function.
    pub quarantined: Vec<Quarantined>,
}

/// Calls that were made with a function's credentials, and not by a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// The session that the credentials belong to.
    pub session: String,
    /// Where the calls came from.
    pub address: String,
    /// The program that made them.
    pub agent: String,
    /// How many calls were authorised.
    pub events: u64,
    /// What they did.
    pub accesses: Vec<(Access, Evidence)>,
}

/// Splits what a role was seen to do into the function's own use and use from outside.
///
/// A call is from outside when all of this holds: nobody but Lambda may take the role; other calls with the
/// role bear Lambda's mark, so that its runtime sets it; this call was made by a tool that writes the mark
/// where it is set, and has none; and it came from an address that no marked call came from. If any of it
/// is in doubt the call counts as the function's: wrongly quarantined use would be an outage.
#[must_use]
pub fn inside_and_outside(role: &Role, seen: &RoleUse) -> Seen {
    let only_lambda = role.trust.others().next().is_none();
    let marked: BTreeSet<&str> = seen
        .used_events
        .keys()
        .filter_map(|site| match site {
            CallSite::Function { address } => Some(address.as_str()),
            _ => None,
        })
        .collect();
    let outside = |site: &CallSite| match site {
        CallSite::Elsewhere { address, .. } => {
            only_lambda && !marked.is_empty() && !marked.contains(address.as_str())
        }
        _ => false,
    };
    let mut inside: BTreeMap<Access, Evidence> = BTreeMap::new();
    for ((_, access), evidence) in seen.used.iter().filter(|((site, _), _)| !outside(site)) {
        let known = inside.entry(access.clone());
        known
            .and_modify(|known| known.merge(evidence))
            .or_insert_with(|| evidence.clone());
    }
    let mut known: BTreeMap<Action, Known> = BTreeMap::new();
    for ((_, action), more) in seen.known.iter().filter(|((site, _), _)| !outside(site)) {
        known
            .entry(action.clone())
            .and_modify(|known| known.and(more))
            .or_insert_with(|| more.clone());
    }
    let quarantined = seen.used_events.iter().filter(|(site, _)| outside(site));
    let quarantined = quarantined.filter_map(|(site, events)| quarantine(site, *events, seen));
    Seen {
        used: inside.into_iter().collect(),
        known,
        quarantined: quarantined.collect(),
    }
}

fn quarantine(site: &CallSite, events: u64, seen: &RoleUse) -> Option<Quarantined> {
    let CallSite::Elsewhere {
        session,
        address,
        agent,
    } = site
    else {
        return None;
    };
    let here = seen.used.iter().filter(|((at, _), _)| at == site);
    Some(Quarantined {
        session: session.clone(),
        address: address.clone(),
        agent: agent.clone(),
        events,
        accesses: here
            .map(|((_, access), evidence)| (access.clone(), evidence.clone()))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::catalog::Catalog;
    use crate::iam::{RoleId, TrustPolicy};
    use crate::usage::{Scope, Usage};

    const ROLE: &str = "arn:aws:iam::123456789012:role/r";
    const FUNCTION: &str = "Boto3/1.40 md/Botocore#1.40 exec-env/AWS_Lambda_python3.12";

    fn role(principal: &Value) -> Role {
        let trust = json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}});
        let arn = ROLE.parse().expect("an ARN");
        Role {
            id: RoleId::of(&arn).expect("a role"),
            arn,
            trust: TrustPolicy::parse(&trust).expect("a trust policy"),
            inline: Vec::new(),
            attached: Vec::new(),
            boundary: None,
            created: None,
        }
    }

    /// How many calls are quarantined of a function's call, if there is one, and one by this agent from this
    /// address.
    fn quarantined(principal: &Value, marked: bool, call: Value) -> u64 {
        let role = role(principal);
        let scope = Scope {
            asked: BTreeSet::from([role.id.clone()]),
            others: BTreeSet::new(),
        };
        let mut usage = Usage::new(scope);
        let own =
            json!({"eventID": "own", "userAgent": FUNCTION, "sourceIPAddress": "198.51.100.7"});
        for call in marked.then_some(own).into_iter().chain([call]) {
            let mut record = json!({"eventID": "other", "eventType": "AwsApiCall", "eventName": "GetParameter",
                "eventSource": "ssm.amazonaws.com", "userIdentity": {"type": "AssumedRole",
                "arn": "arn:aws:sts::123456789012:assumed-role/r/f"}, "requestParameters": {"name": "a"}});
            if let (Some(record), Value::Object(call)) = (record.as_object_mut(), call) {
                record.extend(call);
            }
            usage
                .push(record.to_string().as_bytes(), Catalog::bundled())
                .expect("a record");
        }
        let seen = inside_and_outside(&role, &usage.roles[&role.id]);
        seen.quarantined.iter().map(|outside| outside.events).sum()
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of cases")]
    fn only_what_is_beyond_doubt_is_use_from_outside() {
        let lambda = json!({"Service": "lambda.amazonaws.com"});
        let both = json!({"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]});
        let call =
            |agent: &str, address: &str| json!({"userAgent": agent, "sourceIPAddress": address});
        let away = "203.0.113.66";
        let console = json!({"userAgent": "odd", "sourceIPAddress": away, "sessionCredentialFromConsole": "true"});
        let environment = json!({"userAgent": "aws-sdk-java/2.33", "sourceIPAddress": away,
            "eventSource": "kms.amazonaws.com", "eventName": "Decrypt",
            "requestParameters": {"encryptionContext": {"aws:lambda:FunctionArn": "arn"}}});
        let service =
            json!({"userAgent": "aws-sdk-java/2.33", "sourceIPAddress": "athena.amazonaws.com"});
        let cases = [
            (
                "the CLI from another address",
                &lambda,
                true,
                call("aws-cli/2.17 exe/x86_64", away),
                1,
            ),
            (
                "the CLI as CloudTrail brackets it",
                &lambda,
                true,
                call("[aws-cli/2.17 exe/x86_64]", away),
                1,
            ),
            ("the console", &lambda, true, console, 1),
            (
                "the function itself",
                &lambda,
                true,
                call(FUNCTION, "198.51.100.8"),
                0,
            ),
            (
                "from an address of the function",
                &lambda,
                true,
                call("aws-cli/2.17", "198.51.100.7"),
                0,
            ),
            (
                "a program of its own",
                &lambda,
                true,
                call("my-client/1.0", away),
                0,
            ),
            (
                "no call bears the mark",
                &lambda,
                false,
                call("aws-cli/2.17", away),
                0,
            ),
            (
                "others may take the role",
                &both,
                true,
                call("aws-cli/2.17", away),
                0,
            ),
            (
                "Lambda decrypts the environment",
                &lambda,
                true,
                environment,
                0,
            ),
            ("a service for the function", &lambda, true, service, 0),
        ];
        for (sentence, principal, marked, call, expected) in cases {
            assert_eq!(quarantined(principal, marked, call), expected, "{sentence}");
        }
    }
}
