//! Actions (`s3:GetObject`) and action patterns (`s3:Get*`). Both compare without case.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>

use std::fmt;
use std::str::FromStr;

use super::folded::Folded;

/// One action of one service, `service-prefix:Name`, with the spelling that it was written with.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action(Folded);

/// A text that is neither an action nor a pattern of actions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an action: {rule}")]
pub struct NotAnAction {
    /// The text as found.
    pub text: String,
    /// The rule that it breaks.
    pub rule: &'static str,
}

impl Action {
    /// From a service prefix and a name.
    ///
    /// # Errors
    /// When either is empty or holds a character that no action has.
    pub fn new(service: &str, name: &str) -> Result<Self, NotAnAction> {
        format!("{service}:{name}").parse()
    }

    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The service prefix, as written.
    #[must_use]
    pub fn service(&self) -> &str {
        self.0
            .as_str()
            .split_once(':')
            .map_or("", |(service, _)| service)
    }

    /// The name after the colon, as written.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.as_str().split_once(':').map_or("", |(_, name)| name)
    }
}

impl FromStr for Action {
    type Err = NotAnAction;

    fn from_str(text: &str) -> Result<Self, NotAnAction> {
        let refuse = |rule| NotAnAction {
            text: text.into(),
            rule,
        };
        let Some((service, name)) = text.split_once(':') else {
            return Err(refuse("it needs a `:` between service prefix and name"));
        };
        if service.is_empty() || name.is_empty() {
            return Err(refuse("neither service prefix nor name may be empty"));
        }
        let in_service = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        let in_name = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        if !service.bytes().all(in_service) || !name.bytes().all(in_name) {
            return Err(refuse(
                "letters, digits and `-` only, in the name `_` and `.` too",
            ));
        }
        Ok(Action(text.into()))
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What stands in a policy's `Action` or `NotAction`: `*`, `s3:Get*`, `s3:GetObject`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionPattern(Folded);

impl ActionPattern {
    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The text that patterns are compared by: in lower case, since AWS ignores the case of actions.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.as_str().to_ascii_lowercase()
    }

    /// The single action that this names, when it has no wildcard.
    #[must_use]
    pub fn as_action(&self) -> Option<Action> {
        self.0.as_str().parse().ok()
    }

    /// The service prefix when it is the same for all that this matches; `None` for `*`.
    #[must_use]
    pub fn service(&self) -> Option<&str> {
        let (service, _) = self.0.as_str().split_once(':')?;
        (!service.contains(['*', '?'])).then_some(service)
    }
}

impl FromStr for ActionPattern {
    type Err = NotAnAction;

    fn from_str(text: &str) -> Result<Self, NotAnAction> {
        let refuse = |rule| NotAnAction {
            text: text.into(),
            rule,
        };
        if !text.is_empty() && text.bytes().all(|b| b == b'*') {
            return Ok(ActionPattern(text.into()));
        }
        let Some((service, name)) = text.split_once(':') else {
            return Err(refuse("it is `*` or has the form `service:name`"));
        };
        let in_service = |b: u8| b.is_ascii_alphanumeric() || b"-.*?".contains(&b);
        if service.is_empty() || !service.bytes().all(in_service) {
            return Err(refuse(
                "a service prefix has letters, digits, `-`, `.`, `*` and `?` only",
            ));
        }
        if name.is_empty() || name.contains(':') {
            return Err(refuse(
                "one `:` stands between service prefix and name, and neither is empty",
            ));
        }
        Ok(ActionPattern(text.into()))
    }
}

impl From<&Action> for ActionPattern {
    fn from(action: &Action) -> Self {
        ActionPattern(action.0.clone())
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_and_their_patterns_compare_without_case() {
        let action = |text: &str| text.parse::<Action>().expect("an action");
        assert_eq!(action("s3:GetObject"), action("S3:getobject"));
        assert_ne!(action("s3:GetObject"), action("s3:GetObjects"));
        let pattern = |text: &str| text.parse::<ActionPattern>().expect("a pattern");
        assert_eq!(pattern("S3:GET*"), pattern("s3:get*"));
    }

    #[test]
    fn what_is_not_an_action_is_refused() {
        for text in [
            "",
            "s3",
            "s3:",
            ":GetObject",
            "...:GetObject",
            "s3:Get Object",
            "s3:Get*",
        ] {
            assert!(text.parse::<Action>().is_err(), "{text}");
        }
        for text in ["", "s3", "s3:", ":x", "s3:List:Bucket", "a a:x"] {
            assert!(text.parse::<ActionPattern>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_pattern_knows_its_service_unless_that_is_a_wildcard() {
        let service = |text: &str| {
            let pattern: ActionPattern = text.parse().expect("a pattern");
            pattern.service().map(str::to_owned)
        };
        assert_eq!(service("s3:*").as_deref(), Some("s3"));
        assert_eq!(service("*"), None);
        assert_eq!(service("*:*"), None);
    }
}
