//! When, how often, and by which events something was seen.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::event::{Event, EventId};

/// When, how often, and by which events something was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// How many events.
    pub events: u64,
    /// The time of the first and of the last; `None` when no record tells its time.
    pub span: Option<(Timestamp, Timestamp)>,
    days: Vec<(Date, u64)>,
    samples: BTreeSet<(Option<Timestamp>, EventId)>,
}

/// The times of a first and of a last event.
pub type Span = Option<(Timestamp, Timestamp)>;

impl Evidence {
    /// How many events are named as samples.
    const SAMPLES: usize = 3;

    pub(super) fn of(event: &Event<'_>) -> Self {
        Evidence {
            events: 1,
            span: event.time.map(|time| (time, time)),
            days: event.time.map(|time| (day(time), 1)).into_iter().collect(),
            samples: event.id.iter().map(|id| (event.time, id.clone())).collect(),
        }
    }

    /// One more event.
    pub(super) fn note(&mut self, event: &Event<'_>) {
        self.events += 1;
        self.span = spanning(self.span, event.time.map(|time| (time, time)));
        if let Some(time) = event.time {
            self.note_on(day(time), 1);
        }
        let Some(id) = &event.id else {
            return;
        };
        let full = self.samples.len() >= Self::SAMPLES;
        let earlier =
            |(time, known): &(Option<Timestamp>, EventId)| (event.time, id) < (*time, known);
        if !full || self.samples.last().is_some_and(earlier) {
            self.samples.insert((event.time, id.clone()));
            while self.samples.len() > Self::SAMPLES {
                self.samples.pop_last();
            }
        }
    }

    /// The earliest events, three at most, in whatever order the trail was read.
    pub fn samples(&self) -> impl Iterator<Item = &EventId> {
        self.samples.iter().map(|(_, id)| id)
    }

    /// The days in UTC on which it was seen, in order, each with its number of events. Events without a time are on none.
    #[must_use]
    pub fn days(&self) -> &[(Date, u64)] {
        &self.days
    }

    /// What of it was seen until the end of a day; `None` if nothing was.
    pub(crate) fn until(&self, last: Date) -> Option<Self> {
        let seen = self.days.partition_point(|(day, _)| *day <= last);
        let days = self.days[..seen].to_vec();
        let end = self.days.get(seen).and_then(|(after, _)| start(*after));
        let span = match (self.span, end) {
            (Some((first, latest)), Some(end)) => Some((first, latest.min(end))),
            (span, _) => span,
        };
        (!days.is_empty()).then(|| Evidence {
            events: days.iter().map(|(_, events)| events).sum(),
            span,
            days,
            samples: self.samples.clone(),
        })
    }

    /// Both together.
    pub(crate) fn merge(&mut self, other: &Evidence) {
        self.events += other.events;
        self.span = spanning(self.span, other.span);
        for (day, events) in &other.days {
            self.note_on(*day, *events);
        }
        self.samples.extend(other.samples.iter().cloned());
        while self.samples.len() > Self::SAMPLES {
            self.samples.pop_last();
        }
    }

    fn note_on(&mut self, day: Date, events: u64) {
        // Trails are mostly in order, so that the day is most often the last one.
        match self.days.last_mut() {
            Some((last, count)) if *last == day => *count += events,
            Some((last, _)) if *last > day => {
                match self.days.binary_search_by_key(&day, |(day, _)| *day) {
                    Ok(at) => self.days[at].1 += events,
                    Err(at) => self.days.insert(at, (day, events)),
                }
            }
            _ => self.days.push((day, events)),
        }
    }
}

/// The day in UTC.
pub(super) fn day(time: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(time).date()
}

fn start(day: Date) -> Option<Timestamp> {
    let midnight = day.at(0, 0, 0, 0).to_zoned(TimeZone::UTC).ok()?;
    Some(midnight.timestamp())
}

pub(super) fn spanning(one: Span, other: Span) -> Span {
    match (one, other) {
        (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
        (one, other) => one.or(other),
    }
}
