//! Why a trail could not have shown a request, in words.

use std::fmt;

use super::class::EventClass;
use crate::algebra::Glob;
use crate::iam::AccountId;
use crate::usage::LastAccess;

/// Why the trail of an account could not have shown a request, or is not known to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The account whose events they are.
    pub account: AccountId,
    /// Why.
    pub why: Why,
}

/// Why a trail could not have shown a request, or is not known to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// CloudTrail has no event for it.
    NeverLogged,
    /// CloudTrail has events for some of its calls only; the text says for which not.
    InPart(&'static str),
    /// The trails do not record the class.
    Off(EventClass),
    /// Nothing says that the class is recorded, and the log has no event of it.
    Unknown(EventClass),
    /// The log has events of the class, which does not prove that it is recorded for every resource.
    Unproved(EventClass),
    /// The class is recorded for the resources that these match.
    OnlyFor(EventClass, Vec<Glob>),
    /// The class is recorded for all resources but those that these match.
    NotFor(EventClass, Vec<Glob>),
    /// The class is recorded in these regions, and not in others that the log has events of.
    OnlyIn(EventClass, Vec<String>),
    /// The class is recorded since a day within the window.
    OnDays {
        /// The class.
        class: EventClass,
        /// On how many days.
        days: usize,
        /// Of how many of the window.
        of: usize,
    },
    /// The trails leave out the event source.
    Excluded(String),
    /// A trail may leave out all events of the service with this prefix, and the log has none.
    LeftOut(String),
    /// IAM says that the service with this prefix was accessed, and the log shows no use of it.
    Accessed(String, LastAccess),
}

impl Why {
    /// The class of events that is not recorded at all, or is not known to be.
    #[must_use]
    pub fn never_recorded(&self) -> Option<&EventClass> {
        match self {
            Why::Off(class) | Why::Unknown(class) => Some(class),
            _ => None,
        }
    }

    /// Whether it is for what the trails record: another trail could show it.
    #[must_use]
    pub fn is_of_trail(&self) -> bool {
        !matches!(self, Why::NeverLogged | Why::InPart(_))
    }

    /// The class of events that decides, if one does.
    #[must_use]
    pub fn class(&self) -> Option<&EventClass> {
        match self {
            Why::NeverLogged
            | Why::InPart(_)
            | Why::Excluded(_)
            | Why::LeftOut(_)
            | Why::Accessed(..) => None,
            Why::Off(class)
            | Why::Unknown(class)
            | Why::Unproved(class)
            | Why::OnlyFor(class, _)
            | Why::NotFor(class, _)
            | Why::OnlyIn(class, _)
            | Why::OnDays { class, .. } => Some(class),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.account;
        match &self.why {
            Why::NeverLogged => f.write_str("never logged"),
            Why::InPart(what) => f.write_str(what),
            Why::Off(class) => write!(f, "{class} are not recorded in {account}"),
            Why::Unknown(class) => {
                write!(f, "nothing shows that {class} are recorded in {account}")
            }
            Why::Unproved(class) => {
                write!(
                    f,
                    "{class} are in the log of {account}, which does not prove it of every resource"
                )
            }
            Why::OnlyFor(class, on) => write!(
                f,
                "{class} are recorded in {account} for {} only",
                listed(on)
            ),
            Why::NotFor(class, on) => write!(
                f,
                "{class} are not recorded in {account} for {}",
                listed(on)
            ),
            Why::OnlyIn(class, regions) => {
                write!(
                    f,
                    "{class} are recorded in {account} in {} only",
                    regions.join(", ")
                )
            }
            Why::OnDays { class, days, of } => {
                write!(
                    f,
                    "{class} are recorded in {account} on {days} of {of} days"
                )
            }
            Why::Excluded(source) => write!(f, "{source} is excluded in {account}"),
            Why::LeftOut(service) => {
                write!(
                    f,
                    "a trail may leave out {service}.amazonaws.com, and the log of {account} has no event of it"
                )
            }
            Why::Accessed(service, last) => write!(
                f,
                "IAM says that {service} was last accessed on {last}, and the trail shows no use of it"
            ),
        }
    }
}

/// The first few globs.
fn listed(globs: &[Glob]) -> String {
    const FEW: usize = 3;
    let text = |glob: &Glob| crate::evaluation::pattern_of_glob(glob).to_string();
    let mut words: Vec<_> = globs.iter().take(FEW).map(text).collect();
    if globs.len() > FEW {
        words.push(format!("{} more", globs.len() - FEW));
    }
    words.join(", ")
}
