//! IAM answers in XML, of which the SDK keeps types alone: written here as the AWS CLI prints them, member by member.

use aws_sdk_iam::primitives::DateTime;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use serde_json::value::RawValue;

use super::answers::date;

/// An object of JSON, member by member, in the CLI's order. What AWS did not send is no member.
#[derive(Default)]
pub(super) struct Object(Vec<String>);

impl Object {
    fn member(mut self, name: &str, json: Option<String>) -> Self {
        self.0.extend(json.map(|json| format!("\"{name}\":{json}")));
        self
    }

    pub(super) fn text(self, name: &str, text: Option<&str>) -> Self {
        self.member(name, text.map(quoted))
    }

    pub(super) fn number(self, name: &str, number: Option<i32>) -> Self {
        self.member(name, number.map(|number| number.to_string()))
    }

    pub(super) fn flag(self, name: &str, flag: bool) -> Self {
        self.member(name, Some(flag.to_string()))
    }

    pub(super) fn date(self, name: &str, time: Option<&DateTime>) -> Self {
        let nanoseconds = |time: &DateTime| i32::try_from(time.subsec_nanos()).ok();
        let time = time.and_then(|time| Timestamp::new(time.secs(), nanoseconds(time)?).ok());
        self.member(name, time.map(|time| quoted(&date(time))))
    }

    pub(super) fn document(self, name: &str, encoded: Option<&str>) -> Self {
        self.member(name, encoded.map(document))
    }

    pub(super) fn object<T>(
        self,
        name: &str,
        object: Option<&T>,
        json: impl Fn(&T) -> String,
    ) -> Self {
        self.member(name, object.map(json))
    }

    pub(super) fn list<T>(
        self,
        name: &str,
        items: Option<&Vec<T>>,
        json: impl Fn(&T) -> String,
    ) -> Self {
        let json = items.map(|items| {
            let items: Vec<_> = items.iter().map(json).collect();
            format!("[{}]", items.join(","))
        });
        self.member(name, json)
    }

    pub(super) fn to_json(&self) -> String {
        format!("{{{}}}", self.0.join(","))
    }
}

/// A text as JSON writes it.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A policy as its author wrote it, in his order; as it came, if it is no JSON.
fn document(encoded: &str) -> String {
    let decoded = percent_decode_str(encoded).decode_utf8();
    let decoded = decoded.map_or_else(|_| encoded.to_owned(), Into::into);
    match serde_json::from_str::<&RawValue>(&decoded) {
        Ok(json) => json.get().to_owned(),
        Err(_) => quoted(encoded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_decoded_in_its_own_order_and_what_is_no_json_stays() {
        let cases = [
            (
                "%7B%22b%22%3A%201.50%2C%22a%22%3A%22x+y%22%7D",
                r#"{"b": 1.50,"a":"x+y"}"#,
            ),
            (r#"{"plain":"JSON"}"#, r#"{"plain":"JSON"}"#),
            ("%7Bnot", r#""%7Bnot""#),
        ];
        for (encoded, expected) in cases {
            assert_eq!(document(encoded), expected);
        }
    }
}
