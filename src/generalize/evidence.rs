//! What was seen of the values at one place: which stay and which come and go.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Sighting;

/// What was seen of one value.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// On how many days.
    days: usize,
    /// In how many events.
    events: u64,
    /// The first and the last day.
    life: Option<(Date, Date)>,
}

impl Seen {
    /// Of these sightings, which have the value.
    pub(super) fn of<'a>(sightings: impl Iterator<Item = &'a Sighting> + Clone) -> Seen {
        let mut all = sightings.clone().flat_map(|sighting| &sighting.days);
        // Most are seen once, and there are many.
        if let (Some((day, events)), None) = (all.next(), all.next()) {
            return Seen {
                days: 1,
                events: *events,
                life: Some((*day, *day)),
            };
        }
        let events = sightings.clone().flat_map(|sighting| &sighting.days);
        let days = days_of(sightings);
        Seen {
            days: days.len(),
            events: events.fold(0, |sum, (_, events)| sum.saturating_add(*events)),
            life: days.first().copied().zip(days.last().copied()),
        }
    }
}

/// The days of all of them, ascending. There are few, however many sightings there are.
fn days_of<'a>(sightings: impl Iterator<Item = &'a Sighting>) -> Vec<Date> {
    let mut days: Vec<Date> = Vec::new();
    for (day, _) in sightings.flat_map(|sighting| &sighting.days) {
        if let Err(place) = days.binary_search(day) {
            days.insert(place, *day);
        }
    }
    days
}

/// When any of the values at one place was seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// On how many days.
    days: usize,
    /// From the first day to the last, both counted.
    length: i32,
    /// The day on which the second half of the days begins.
    middle: Option<Date>,
}

/// Events of a value beyond which it is in use, rather than passing by, where there are no days to tell.
const PASSING_EVENTS: u64 = 10;
/// The fewest names of which a share may be new tomorrow.
const FEWEST_NAMES: usize = 8;
/// The fewest names that tell as much when all were seen at once.
const NAMES_AT_ONCE: usize = 16;
/// The fewest names that show it where new ones appear on several days.
const FEWEST_ARRIVING: usize = 6;
/// The fewest short codes.
const FEWEST_CODES: usize = 5;
/// The fewest forms of names of which a new one may follow.
const FEWEST_FORMS: usize = 4;
/// The fewest ids that come and go.
const FEWEST_IDS: usize = 3;

impl Window {
    pub(super) fn of<'a>(sightings: impl Iterator<Item = &'a Sighting>) -> Window {
        let days = days_of(sightings);
        let life = days.first().copied().zip(days.last().copied());
        Window {
            days: days.len(),
            length: life.map_or(0, length),
            middle: days.get(days.len().div_ceil(2)).copied(),
        }
    }

    /// Is it seen on most days? Such a value stays.
    pub(super) fn is_settled(&self, seen: &Seen) -> bool {
        seen.days >= 3 && 2 * seen.days >= self.days
    }

    /// Was it seen for a short time only?
    pub(super) fn is_passing(&self, seen: &Seen) -> bool {
        if self.length <= 2 {
            return seen.events <= PASSING_EVENTS;
        }
        seen.life.map_or(0, length) <= (self.length / 4).max(2)
    }

    /// Was it seen only once, as far as days tell?
    pub(super) fn is_once(&self, seen: &Seen) -> bool {
        seen.days <= 1 && (self.days >= 3 || seen.events <= PASSING_EVENTS)
    }

    /// Did it first appear in the second half of the days?
    fn is_late(&self, seen: &Seen) -> bool {
        let first = seen.life.map(|(first, _)| first);
        self.middle.is_some_and(|middle| first >= Some(middle))
    }

    /// Do ids come and go here?
    pub(super) fn ids_change(&self, values: &[Seen]) -> bool {
        let passing = values.iter().filter(|seen| self.is_passing(seen)).count();
        passing >= FEWEST_IDS || self.late(values) >= FEWEST_IDS || self.names_change(values)
    }

    /// Will ids in the name of a resource itself change? Where each was seen on one day of several and none stays, or
    /// where ever new ones arrive beside those that stay.
    pub(super) fn resources_change(&self, values: &[Seen]) -> bool {
        let once = values.iter().filter(|seen| seen.days <= 1).count();
        let none_stays = once >= 5 && !values.iter().any(|seen| self.is_settled(seen));
        self.days >= 3 && (none_stays || self.keep_arriving(values))
    }

    /// Will names appear that were never seen? The share of what was seen once estimates how much of tomorrow is new
    /// (Good and Turing), unless nothing new has appeared for half of the time.
    pub(super) fn names_change(&self, values: &[Seen]) -> bool {
        let new =
            self.much_is_new(values) && (self.late(values) >= 2 || values.len() >= NAMES_AT_ONCE);
        (values.len() >= FEWEST_NAMES
            && (new || self.late(values) >= FEWEST_IDS.max(values.len() / 10)))
            || self.keep_arriving(values)
    }

    /// Will short codes of one length appear that were never seen? They are let in early, since few texts are so short.
    pub(super) fn codes_change(&self, values: &[Seen]) -> bool {
        values.len() >= FEWEST_CODES && self.late(values) >= 1
    }

    /// Will forms of names appear that were never seen, where so many names had these forms?
    pub(super) fn forms_change(&self, forms: &[Seen], names: usize) -> bool {
        let late = self.late(forms);
        let new = self.much_is_new(forms) && late >= 2;
        names >= FEWEST_NAMES
            && forms.len() >= FEWEST_FORMS
            && (new || late >= FEWEST_IDS.max(forms.len() / 10))
    }

    /// Is more than a tenth of what was seen seen once?
    fn much_is_new(&self, values: &[Seen]) -> bool {
        let once = values.iter().filter(|seen| self.is_once(seen)).count();
        let seen: usize = values.iter().map(|seen| seen.days.max(1)).sum();
        10 * once > seen
    }

    /// Did new ones appear on several days of the second half? A fixed set would have been seen by then.
    fn keep_arriving(&self, values: &[Seen]) -> bool {
        let late = values.iter().filter(|seen| self.is_late(seen));
        let days: BTreeSet<_> = late.filter_map(|seen| Some(seen.life?.0)).collect();
        values.len() >= FEWEST_ARRIVING && days.len() >= FEWEST_IDS
    }

    /// How many first appeared in the second half of the days?
    fn late(&self, values: &[Seen]) -> usize {
        values.iter().filter(|seen| self.is_late(seen)).count()
    }
}

/// Days from the first to the last, both counted.
fn length((first, last): (Date, Date)) -> i32 {
    last.since(first).map_or(1, |span| span.get_days() + 1)
}
