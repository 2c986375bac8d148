//! Ordered values: numbers, instants and addresses.

use core::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use rust_decimal::Decimal;

use super::spellings::{SECOND, instant, number};

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
    pub(super) fn scale(self) -> Scale {
        match self {
            Point::Number(_) => Scale::Number,
            Point::Instant(_) => Scale::Instant,
            Point::Address(_) => Scale::Address,
        }
    }
}

/// A point between two of one scale, if there is one.
fn between(low: Point, high: Point) -> Option<Point> {
    let middle = match (low, high) {
        (Point::Number(low), Point::Number(high)) => {
            let next = (low + Decimal::ONE).floor();
            let half = low / Decimal::TWO + high / Decimal::TWO;
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
    moved(point, u32::checked_add, u128::checked_add)
}

/// The address before this one.
fn before(point: Point) -> Option<Point> {
    moved(point, u32::checked_sub, u128::checked_sub)
}

/// The address that is one away, by these operations on the numbers that addresses are.
fn moved(
    point: Point,
    v4: fn(u32, u32) -> Option<u32>,
    v6: fn(u128, u128) -> Option<u128>,
) -> Option<Point> {
    let address = match point {
        Point::Address(IpAddr::V4(address)) => v4(address.into(), 1)?.to_be_bytes().into(),
        Point::Address(IpAddr::V6(address)) => v6(address.into(), 1)?.to_be_bytes().into(),
        _ => return None,
    };
    Some(Point::Address(address))
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
