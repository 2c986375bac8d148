//! Ordered values: numbers, instants and addresses, and the texts that stand for them.

use core::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

/// What an ordered value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scale {
    /// A number.
    Number,
    /// An instant: a date in ISO 8601, or seconds since 1970.
    Instant,
    /// An address, of version 4 before those of version 6.
    Address,
}

/// A place on a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Point {
    /// A number.
    Number(Decimal),
    /// Nanoseconds since 1970.
    Instant(i128),
    /// An address.
    Address(IpAddr),
}

/// Where a range ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// Nowhere.
    None,
    /// At this point, which is in the range.
    Including(Point),
    /// At this point, which is not.
    Excluding(Point),
}

/// A range of points of one scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// Its lower end.
    pub from: Limit,
    /// Its upper end.
    pub to: Limit,
}

impl Range {
    /// Is the point in it?
    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        let above = match self.from {
            Limit::None => true,
            Limit::Including(from) => from <= point,
            Limit::Excluding(from) => from < point,
        };
        let below = match self.to {
            Limit::None => true,
            Limit::Including(to) => point <= to,
            Limit::Excluding(to) => point < to,
        };
        above && below
    }

    /// The points at its ends.
    pub(super) fn points(&self) -> impl Iterator<Item = Point> {
        [self.from, self.to]
            .into_iter()
            .filter_map(|limit| match limit {
                Limit::None => None,
                Limit::Including(point) | Limit::Excluding(point) => Some(point),
            })
    }
}

const SECOND: i128 = 1_000_000_000;

impl Scale {
    /// The point that a text stands for, if it stands for one.
    #[must_use]
    pub fn read(self, text: &str) -> Option<Point> {
        match self {
            Scale::Number => number(text).map(Point::Number),
            Scale::Instant => instant(text).map(Point::Instant),
            Scale::Address => text.parse().ok().map(Point::Address),
        }
    }

    /// The addresses of a network in CIDR notation, or the one address.
    #[must_use]
    pub fn network(text: &str) -> Option<Range> {
        let net = IpNet::from_str(text).ok();
        let net = net.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
        Some(Range {
            from: Limit::Including(Point::Address(net.network())),
            to: Limit::Including(Point::Address(net.broadcast())),
        })
    }

    /// Points so that each range between these and beyond them has one, and these themselves.
    pub(super) fn samples(self, mut points: Vec<Point>) -> Vec<Point> {
        points.sort_unstable();
        points.dedup();
        let ends = self.ends(points.first(), points.last());
        let between = points
            .windows(2)
            .filter_map(|pair| between(pair[0], pair[1]));
        let mut samples: Vec<_> = between.chain(ends).collect();
        samples.extend(points);
        samples.sort_unstable();
        samples.dedup();
        samples
    }

    /// Points before the first and after the last.
    fn ends(self, first: Option<&Point>, last: Option<&Point>) -> Vec<Point> {
        match (self, first, last) {
            (Scale::Number, Some(Point::Number(first)), Some(Point::Number(last))) => vec![
                Point::Number(first.saturating_sub(Decimal::ONE).floor()),
                Point::Number(last.saturating_add(Decimal::ONE).ceil()),
            ],
            (Scale::Instant, Some(Point::Instant(first)), Some(Point::Instant(last))) => vec![
                Point::Instant(first - SECOND),
                Point::Instant(last + SECOND),
            ],
            (Scale::Address, ..) => {
                let both = [
                    "203.0.113.9",
                    "0.0.0.0",
                    "255.255.255.255",
                    "2001:db8::9",
                    "::",
                ];
                let highest = ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"];
                let texts = both.into_iter().chain(highest);
                let around = [
                    first.copied().and_then(before),
                    last.copied().and_then(after),
                ];
                texts
                    .filter_map(|text| self.read(text))
                    .chain(around.into_iter().flatten())
                    .collect()
            }
            (Scale::Number, ..) => vec![Point::Number(Decimal::ONE)],
            (Scale::Instant, ..) => vec![Point::Instant(0)],
        }
    }
}

impl Point {
    /// The scale that it is on.
    #[cfg(test)]
    fn scale(self) -> Scale {
        match self {
            Point::Number(_) => Scale::Number,
            Point::Instant(_) => Scale::Instant,
            Point::Address(_) => Scale::Address,
        }
    }

    /// Texts that stand for it, the usual one first.
    pub(super) fn texts(self) -> Vec<String> {
        match self {
            Point::Number(number) => {
                let plain = number.normalize().to_string();
                let dot = if plain.contains('.') { "" } else { "." };
                let longer = (1..4).map(|zeros| format!("{plain}{dot}{}", "0".repeat(zeros)));
                std::iter::once(plain.clone()).chain(longer).collect()
            }
            Point::Instant(nanoseconds) => {
                let date = Timestamp::from_nanosecond(nanoseconds).ok();
                let whole = nanoseconds % SECOND == 0;
                let seconds = whole.then(|| (nanoseconds / SECOND).to_string());
                let date = date.map(|date| date.to_string());
                date.into_iter().chain(seconds).collect()
            }
            Point::Address(address) => vec![address.to_string()],
        }
    }
}

fn number(text: &str) -> Option<Decimal> {
    let digits = |byte: u8| byte.is_ascii_digit() || b"+-.".contains(&byte);
    text.bytes().all(digits).then(|| text.parse().ok())?
}

/// Nanoseconds since 1970. AWS takes the W3C's profile of ISO 8601, and seconds.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date>
fn instant(text: &str) -> Option<i128> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(i128::from(seconds) * SECOND);
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant.as_nanosecond());
    }
    // A month alone is its first day, and a day alone its midnight.
    let day = match text.len() {
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    let date = text.parse::<DateTime>();
    let date = date.or_else(|_| day.parse::<Date>().map(DateTime::from));
    let date = date.ok()?;
    let instant = date.to_zoned(TimeZone::UTC).ok()?;
    Some(instant.timestamp().as_nanosecond())
}

/// A point between two of one scale, if there is one.
fn between(low: Point, high: Point) -> Option<Point> {
    let middle = match (low, high) {
        (Point::Number(low), Point::Number(high)) => {
            let next = (low + Decimal::ONE).floor();
            let half = low + (high - low) / Decimal::TWO;
            Point::Number(if next < high { next } else { half })
        }
        (Point::Instant(low), Point::Instant(high)) => {
            let next = (low.div_euclid(SECOND) + 1) * SECOND;
            Point::Instant(if next < high {
                next
            } else {
                low.midpoint(high)
            })
        }
        (low @ Point::Address(_), _) => after(low)?,
        _ => return None,
    };
    (low < middle && middle < high).then_some(middle)
}

/// The address after this one.
fn after(point: Point) -> Option<Point> {
    let next = match point {
        Point::Address(IpAddr::V4(address)) => {
            IpAddr::from(u32::from(address).checked_add(1)?.to_be_bytes())
        }
        Point::Address(IpAddr::V6(address)) => {
            IpAddr::from(u128::from(address).checked_add(1)?.to_be_bytes())
        }
        _ => return None,
    };
    Some(Point::Address(next))
}

/// The address before this one.
fn before(point: Point) -> Option<Point> {
    let previous = match point {
        Point::Address(IpAddr::V4(address)) => {
            IpAddr::from(u32::from(address).checked_sub(1)?.to_be_bytes())
        }
        Point::Address(IpAddr::V6(address)) => {
            IpAddr::from(u128::from(address).checked_sub(1)?.to_be_bytes())
        }
        _ => return None,
    };
    Some(Point::Address(previous))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_are_read_as_aws_reads_them() {
        let cases = [
            ("2020-04-01T00:00:00Z", Some(1_585_699_200)),
            ("2020-04-01T02:00:00+02:00", Some(1_585_699_200)),
            ("2020-04-01", Some(1_585_699_200)),
            ("2020-04", Some(1_585_699_200)),
            ("1585699200", Some(1_585_699_200)),
            ("-1", Some(-1)),
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

    #[test]
    fn every_gap_has_a_sample() {
        let read = |scale: Scale, texts: &[&str]| {
            texts
                .iter()
                .filter_map(|text| scale.read(text))
                .collect::<Vec<_>>()
        };
        let cases = [
            (Scale::Number, vec!["1", "1.5", "7"]),
            (Scale::Instant, vec!["0", "2020-04-01T00:00:00.5Z"]),
            (
                Scale::Address,
                vec!["10.0.0.0", "10.255.255.255", "2001:db8::"],
            ),
        ];
        for (scale, texts) in cases {
            let points = read(scale, &texts);
            let samples = scale.samples(points.clone());
            for pair in points.windows(2) {
                assert!(
                    samples
                        .iter()
                        .any(|sample| pair[0] < *sample && *sample < pair[1])
                );
            }
            assert!(samples.first() < points.first() && samples.last() > points.last());
        }
    }

    proptest! {
        #[test]
        fn what_a_point_is_written_as_stands_for_it(whole in -100_000i64..100_000, part in 0u32..3, raw in any::<u32>()) {
            let points = [
                Point::Number(Decimal::new(whole, part)),
                Point::Instant(i128::from(whole) * SECOND + i128::from(part)),
                Point::Address(IpAddr::from(raw.to_be_bytes())),
            ];
            for point in points {
                let texts = point.texts();
                prop_assert!(!texts.is_empty());
                for text in texts {
                    prop_assert_eq!(point.scale().read(&text), Some(point), "{}", text);
                }
            }
        }
    }
}
