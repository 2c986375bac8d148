//! The addresses of trails in AWS.

/// Where a trail is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a bucket: `s3://BUCKET/PREFIX`.
    Bucket {
        /// The bucket's name.
        name: String,
        /// The trail's prefix, or more of the keys of its log files; it ends with `/` or is empty.
        prefix: String,
    },
    /// CloudTrail's event history: `lookup://`.
    EventHistory,
}

/// What looks like an address of a trail, and is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}`: {rule}")]
pub struct NotAPlace {
    /// It.
    pub text: String,
    /// What is expected.
    pub rule: &'static str,
}

impl Place {
    /// Reads an address; `None` when it is a path of this machine.
    ///
    /// ```
    /// # use tightrope::fetch::Place;
    /// let place = Place::parse("s3://audit-logs/org").expect("an address")?;
    /// assert_eq!(place, Place::Bucket { name: "audit-logs".into(), prefix: "org/".into() });
    /// assert_eq!(Place::parse("logs/2026"), None);
    /// # Ok::<(), tightrope::fetch::NotAPlace>(())
    /// ```
    ///
    /// # Errors
    /// When it has the beginning of an address and not the rest.
    #[must_use]
    pub fn parse(text: &str) -> Option<Result<Self, NotAPlace>> {
        let refuse = |rule| {
            let text = text.to_owned();
            Some(Err(NotAPlace { text, rule }))
        };
        if let Some(rest) = text.strip_prefix("lookup://") {
            return match rest.is_empty() {
                true => Some(Ok(Place::EventHistory)),
                false => refuse("the event history is `lookup://`, and --region says which"),
            };
        }
        let (name, prefix) = match text.strip_prefix("s3://")?.split_once('/') {
            Some((name, prefix)) => (name, prefix.trim_matches('/')),
            None => (text.strip_prefix("s3://")?, ""),
        };
        // <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
        let of_name = |letter: u8| letter.is_ascii_alphanumeric() || b"-._".contains(&letter);
        if name.is_empty() || !name.bytes().all(of_name) {
            return refuse("a trail in a bucket is `s3://BUCKET/PREFIX`");
        }
        let mut prefix = prefix.to_owned();
        if !prefix.is_empty() {
            prefix.push('/');
        }
        let name = name.to_owned();
        Some(Ok(Place::Bucket { name, prefix }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_a_path() {
        let bucket = |name: &str, prefix: &str| {
            Some(Ok(Place::Bucket {
                name: name.into(),
                prefix: prefix.into(),
            }))
        };
        for (text, expected) in [
            ("s3://logs", bucket("logs", "")),
            ("s3://logs/", bucket("logs", "")),
            ("s3://my.logs/a/b/", bucket("my.logs", "a/b/")),
            ("s3://logs/AWSLogs", bucket("logs", "AWSLogs/")),
            ("lookup://", Some(Ok(Place::EventHistory))),
            ("s3:/logs", None),
            ("-", None),
            ("logs", None),
        ] {
            assert_eq!(Place::parse(text), expected, "{text}");
        }
        for text in ["s3://", "s3:///a", "s3://a b/c", "lookup://orders"] {
            assert!(matches!(Place::parse(text), Some(Err(_))), "{text}");
        }
    }
}
