//! What a person decided of a role's use, against or beside what the program sees in it.

use std::fmt;
use std::str::FromStr;

use crate::usage::SessionName;

/// What a person decided of the use of roles. It stands in every proposal that it bears on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Whether use from outside of a function counts as the function's.
    pub count_outside_use: bool,
    /// The sessions whose use is left out.
    pub excluded: Vec<SessionPattern>,
}

impl Decisions {
    /// The first decision by which this session's use is left out.
    pub(super) fn excludes(&self, session: &SessionName) -> Option<&SessionPattern> {
        self.excluded
            .iter()
            .find(|pattern| pattern.matches(session))
    }
}

/// A session name, or all that begin alike.
///
/// ```
/// # use tightrope::lambda::SessionPattern;
/// let pattern: SessionPattern = "ci-*".parse()?;
/// assert!(pattern.matches(&"ci-2026-10-02".into()));
/// assert!("*-ci".parse::<SessionPattern>().is_err());
/// # Ok::<(), tightrope::lambda::NotASessionPattern>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionPattern(Box<str>);

/// A text that cannot be the name of a session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no session name: 1 to 64 letters, digits and `_+=,.@-`, and at its end `*` for all that begin alike"
)]
pub struct NotASessionPattern(String);

impl SessionPattern {
    /// Whether it is the name of this session.
    #[must_use]
    pub fn matches(&self, session: &SessionName) -> bool {
        match self.0.strip_suffix('*') {
            Some(beginning) => session.as_str().starts_with(beginning),
            None => session.as_str() == &*self.0,
        }
    }
}

impl FromStr for SessionPattern {
    type Err = NotASessionPattern;

    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html> (`RoleSessionName`)
    fn from_str(text: &str) -> Result<Self, NotASessionPattern> {
        let name = text.strip_suffix('*').unwrap_or(text);
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        let fits = name.len() <= 64 && !text.is_empty() && name.chars().all(allowed);
        match fits {
            true => Ok(SessionPattern(text.into())),
            false => Err(NotASessionPattern(text.into())),
        }
    }
}

impl fmt::Display for SessionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
