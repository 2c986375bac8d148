//! The texts that stand for ordered values: read, and written in as many ways as it takes.

use core::net::IpAddr;
use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use rust_decimal::Decimal;

use super::scale::Point;

/// In nanoseconds.
pub(super) const SECOND: i128 = 1_000_000_000;

impl Point {
    /// Texts that stand for it, the usual one first. Of each way to write it one that is not `taken`, if there is one.
    pub(super) fn texts(self, taken: &BTreeSet<&str>) -> Vec<String> {
        let zeros = |count| "0".repeat(count);
        // What is read as a number and as an instant too.
        let whole = |plain: &str| {
            let (sign, digits) = plain.split_at(usize::from(plain.starts_with('-')));
            free(
                (0..).map(|count| format!("{sign}{}{digits}", zeros(count))),
                taken,
            )
        };
        let ways = match self {
            Point::Number(number) => {
                let plain = number.normalize().to_string();
                let dot = if plain.contains('.') { "" } else { "." };
                let longer = free(
                    (1..).map(|count| format!("{plain}{dot}{}", zeros(count))),
                    taken,
                );
                [whole(&plain), longer]
            }
            Point::Instant(nanoseconds) => {
                let date = Timestamp::from_nanosecond(nanoseconds).ok();
                let dates = date.into_iter().flat_map(dates);
                let seconds = nanoseconds % SECOND == 0;
                let seconds = seconds.then(|| (nanoseconds / SECOND).to_string());
                [free(dates, taken), seconds.and_then(|plain| whole(&plain))]
            }
            Point::Address(address) => [free(addresses(address), taken), None],
        };
        ways.into_iter().flatten().collect()
    }
}

/// The first that is not taken.
fn free(mut spellings: impl Iterator<Item = String>, taken: &BTreeSet<&str>) -> Option<String> {
    spellings.find(|text| !taken.contains(text.as_str()))
}

/// The date in Greenwich, and in other zones.
fn dates(date: Timestamp) -> impl Iterator<Item = String> {
    let zones = (1..24 * 60).filter_map(|minutes| Offset::from_seconds(minutes * 60).ok());
    let others = zones.map(move |zone| date.display_with_offset(zone).to_string());
    std::iter::once(date.to_string()).chain(others)
}

/// The address as it is usually written, and, of version 6, with zeros before its groups and letters in upper case.
fn addresses(address: IpAddr) -> impl Iterator<Item = String> {
    let groups = match address {
        IpAddr::V4(_) => None,
        IpAddr::V6(address) => Some(address.segments()),
    };
    let spelled = move |way: u32| {
        let groups = groups?.into_iter().zip(0..);
        let groups = groups.map(|(group, bit)| match way >> bit & 1 {
            1 => format!("{group:x}"),
            _ => format!("{group:04x}"),
        });
        Some(groups.collect::<Vec<_>>().join(":"))
    };
    let ways = (0..256).filter_map(spelled);
    let ways = ways.flat_map(|text| [text.to_uppercase(), text]);
    std::iter::once(address.to_string()).chain(ways)
}

/// The number that a text is.
pub(super) fn number(text: &str) -> Option<Decimal> {
    let digits = |byte: u8| byte.is_ascii_digit() || b"+-.".contains(&byte);
    text.bytes().all(digits).then(|| text.parse().ok())?
}

/// Nanoseconds since 1970. AWS takes the W3C's profile of ISO 8601, and seconds.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date>
pub(super) fn instant(text: &str) -> Option<i128> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(i128::from(seconds) * SECOND);
    }
    if !is_w3c(text) {
        return None;
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant.as_nanosecond());
    }
    // A month alone is its first day, and a day alone its midnight.
    let day = match text.len() {
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    let date = day.parse::<Date>().ok()?;
    let instant = date.to_zoned(TimeZone::UTC).ok()?;
    Some(instant.timestamp().as_nanosecond())
}

/// Whether the text has the form of a date of the W3C's profile, of which ISO 8601 has many more. The year alone is not
/// among them here: it reads as seconds.
///
/// <https://www.w3.org/TR/NOTE-datetime>
fn is_w3c(text: &str) -> bool {
    let digit = |letter: char| match letter {
        '0'..='9' => '0',
        other => other,
    };
    let form: String = text.chars().map(digit).collect();
    let Some((day, time)) = form.split_once('T') else {
        return form == "0000-00" || form == "0000-00-00";
    };
    let mut zones = ["Z", "+00:00", "-00:00"].into_iter();
    let Some(time) = zones.find_map(|zone| time.strip_suffix(zone)) else {
        return false;
    };
    let is_time = match time.split_once('.') {
        None => time == "00:00" || time == "00:00:00",
        Some((seconds, fraction)) => {
            seconds == "00:00:00"
                && !fraction.is_empty()
                && fraction.bytes().all(|byte| byte == b'0')
        }
    };
    day == "0000-00-00" && is_time
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::scale::Scale;
    use super::*;

    #[test]
    fn dates_are_read_as_aws_reads_them() {
        let cases = [
            ("2020-04-01T00:00:00Z", Some(1_585_699_200)),
            ("2020-04-01T02:00:00+02:00", Some(1_585_699_200)),
            ("2020-04-01", Some(1_585_699_200)),
            ("2020-04", Some(1_585_699_200)),
            ("1585699200", Some(1_585_699_200)),
            ("2020-04-01T00:00Z", Some(1_585_699_200)),
            ("2020-03-31T22:30:00.000-01:30", Some(1_585_699_200)),
            ("-1", Some(-1)),
            ("2020-04-01T00:00:00", None),
            ("2020-04-01 00:00:00Z", None),
            ("2020-04-01t00:00:00z", None),
            ("20200401T000000Z", None),
            ("2020-04-01T00:00:00+02", None),
            ("2020-04-01T00:00.5Z", None),
            ("2020-04-01T00:00:00.Z", None),
            ("2020-4-01", None),
            ("2020-04-01Z", None),
            ("2020-04-31", None),
            ("soon", None),
            ("", None),
        ];
        for (text, seconds) in cases {
            let point = seconds.map(|seconds: i128| Point::Instant(seconds * SECOND));
            assert_eq!(Scale::Instant.read(text), point, "{text}");
        }
    }

    #[test]
    fn numbers_are_exact() {
        let read = |text| Scale::Number.read(text);
        assert_eq!(read("10"), read("10.0"));
        assert!(read("0.1") < read("0.10000000000000000001"));
        assert!(read("-3") < read("2"));
        for text in ["", "x", "1e3", "0x1", "NaN", " 1", "1_000"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_a_point_is_written_as_stands_for_it(whole in -100_000i64..100_000, part in 0u32..3, raw in any::<u32>()) {
            let points = [
                Point::Number(Decimal::new(whole, part)),
                Point::Instant(i128::from(whole) * SECOND + i128::from(part)),
                Point::Address(IpAddr::from(raw.to_be_bytes())),
                Point::Address(IpAddr::from(u128::from(raw).to_be_bytes())),
            ];
            for point in points {
                let mut taken = BTreeSet::new();
                for _ in 0..5 {
                    let texts = point.texts(&taken.iter().map(String::as_str).collect());
                    for text in &texts {
                        prop_assert_eq!(point.scale().read(text), Some(point), "{}", text);
                        prop_assert!(!taken.contains(text), "{}", text);
                    }
                    let one = matches!(point, Point::Address(IpAddr::V4(_))) && !taken.is_empty();
                    prop_assert_eq!(texts.is_empty(), one);
                    taken.extend(texts);
                }
            }
        }
    }
}
