//! Event classes: what a trail is told to record, or not.

use std::fmt;

use crate::catalog::{AccessLevel, ActionFacts};

/// A class of events that a trail records or leaves out.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html>
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventClass {
    /// Management events of one half.
    Management(Half),
    /// Data events of a CloudTrail resource type, such as `AWS::S3::Object`.
    Data(Box<str>),
    /// Network activity events of an event source, such as `kms.amazonaws.com`.
    NetworkActivity(Box<str>),
}

/// Events that only read, and the others: `readOnly` of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Half {
    /// Read events.
    Read,
    /// Write events.
    Write,
}

impl Half {
    /// Both.
    pub const BOTH: [Half; 2] = [Half::Read, Half::Write];

    /// The half that the events of an action are in; `None` when that is not sure. `kms:Decrypt` is a write to IAM and a read
    /// to CloudTrail, so only an action whose access level and name say the same is taken for what they say.
    #[must_use]
    pub fn of(facts: &ActionFacts) -> Option<Half> {
        const READ: [&str; 4] = ["BatchGet", "Describe", "Get", "List"];
        const WRITE: [&str; 22] = [
            "Add",
            "Associate",
            "Attach",
            "Create",
            "Delete",
            "Deregister",
            "Detach",
            "Disable",
            "Disassociate",
            "Enable",
            "Modify",
            "Put",
            "Reboot",
            "Register",
            "Remove",
            "Run",
            "Set",
            "Tag",
            "Terminate",
            "Untag",
            "Update",
            "Upload",
        ];
        let begins = |verbs: &[&str]| {
            let name = facts.action.name();
            let rest = verbs.iter().find_map(|verb| name.strip_prefix(verb));
            rest.is_some_and(|rest| !rest.starts_with(|letter: char| letter.is_ascii_lowercase()))
        };
        let reads = matches!(facts.level(), AccessLevel::Read | AccessLevel::List);
        match reads {
            true => begins(&READ).then_some(Half::Read),
            false => begins(&WRITE).then_some(Half::Write),
        }
    }
}

impl fmt::Display for Half {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Half::Read => "read",
            Half::Write => "write",
        })
    }
}

/// In words that can stand before `are recorded`.
impl fmt::Display for EventClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EventClass::Management(half) => write!(f, "management {half} events"),
            EventClass::Data(of) => write!(f, "data events of {of}"),
            EventClass::NetworkActivity(of) => write!(f, "network activity events of {of}"),
        }
    }
}
