//! Records that are written as a string inside JSON, as `aws cloudtrail lookup-events` does.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use super::found::FaultKind;

/// The record that a whole value is, or carries in a string: its `CloudTrailEvent`, which lies at `event`, or itself.
pub(super) fn carried(
    json: &[u8],
    event: Option<Range<usize>>,
    in_events: bool,
) -> Result<Cow<'_, [u8]>, FaultKind> {
    let (string, otherwise) = match (json, event) {
        ([b'{', ..], None) if !in_events => return Ok(Cow::Borrowed(json)),
        ([b'{', ..], event) => (
            event.and_then(|event| json.get(event)),
            FaultKind::NoCloudTrailEvent,
        ),
        ([b'"', body @ .., b'"'], _) => (Some(body), FaultKind::NotARecord),
        _ => (None, FaultKind::NotARecord),
    };
    let record = string.and_then(unescape);
    let is_object = |text: &Vec<u8>| text.trim_ascii_start().starts_with(b"{");
    record.filter(is_object).map(Cow::Owned).ok_or(otherwise)
}

/// Undoes the escapes of a JSON string, given without its quotes; `None` when an escape is not JSON's.
fn unescape(body: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(plain) = memchr(b'\\', rest) {
        text.extend_from_slice(&rest[..plain]);
        let (&escape, after) = rest[plain + 1..].split_first()?;
        rest = after;
        text.push(match escape {
            b'"' | b'\\' | b'/' => escape,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                rest = unicode(rest, &mut text)?;
                continue;
            }
            _ => return None,
        });
    }
    text.extend_from_slice(rest);
    Some(text)
}

/// Appends the character of the `\u` escape whose digits begin `rest`, and gives what follows; two escapes make one
/// character beyond U+FFFF.
fn unicode<'a>(rest: &'a [u8], text: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (first, mut rest) = unit(rest)?;
    let code = if (0xD800..0xDC00).contains(&first) {
        let (second, after) = unit(rest.strip_prefix(b"\\u")?)?;
        rest = after;
        let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
        0x10000 + ((first - 0xD800) << 10) + low
    } else {
        first
    };
    let character = char::from_u32(code)?;
    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Some(rest)
}

fn unit(digits: &[u8]) -> Option<(u32, &[u8])> {
    let (four, rest) = digits.split_at_checked(4)?;
    let mut code = 0;
    for digit in four {
        code = code * 16 + char::from(*digit).to_digit(16)?;
    }
    Some((code, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn twin(body: &[u8]) -> Option<Vec<u8>> {
        let quoted = [b"\"", body, b"\""].concat();
        serde_json::from_slice::<String>(&quoted)
            .ok()
            .map(String::into_bytes)
    }

    #[test]
    fn escapes_are_undone_as_json_defines_them() {
        for body in [
            r#"{\"a\":\"b\"}"#,
            r"\\\/\b\f\n\r\t",
            r"\u0041\u00e9\u20AC",
            r"\ud83d\ude00!",
            r"\ud83d",
            r"\ud83d\u0041",
            r"\ude00",
            r"\ud83dx",
            r"\u00",
            r"\u+123",
            r"\x41",
            "plain é",
            "",
        ] {
            assert_eq!(unescape(body.as_bytes()), twin(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn a_lone_backslash_at_the_end_is_refused() {
        assert_eq!(unescape(br"abc\"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn unescaping_undoes_what_a_json_writer_does(text in any::<String>()) {
            let quoted = serde_json::to_string(&text).expect("a string can be written");
            let body = &quoted.as_bytes()[1..quoted.len() - 1];
            prop_assert_eq!(unescape(body), Some(text.into_bytes()));
        }

        #[test]
        fn unescaping_agrees_with_a_json_reader(body in r#"([a-c]|\\[u"\\/bfnrtx]|[dD][89aAbBcCdDeEfF][0-9a-f]{2}|[0-9]{4}){0,12}"#) {
            prop_assert_eq!(unescape(body.as_bytes()), twin(body.as_bytes()));
        }
    }
}
