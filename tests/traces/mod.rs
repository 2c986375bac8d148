//! Traces of roles that do not exist, doing what functions do: the same from the same seed.
//!
//! - `lake`, `reports`, `uploads`, `tenants`, `names`, `settings`, `services`, `jobs`, `logs`: templates of functions,
//!   by idea
//! - `workload`: what one function does, what it never does, and the policy that a person would write for it
//! - `calls`: calls, each with what IAM is asked; `records`: a call as CloudTrail's record
//! - `grants`: the broad policies that such roles are given
//! - `dice`, `dates`: chance and the calendar

mod calls;
mod dates;
mod dice;
mod grants;
mod jobs;
mod lake;
mod logs;
mod names;
mod records;
mod reports;
mod services;
mod settings;
mod tenants;
mod uploads;
mod workload;

use jiff::civil::Date;
use serde_json::Value;

pub(crate) use calls::Call;
use dice::Dice;
pub(crate) use grants::seen;
use workload::{Site, Template, Workload};

/// Templates and seeds that belong together: one set to build with, another to be judged by.
pub(crate) struct Set {
    pub(crate) name: &'static str,
    templates: &'static [Template],
    first_seed: u64,
}

/// What a builder may look at.
pub(crate) const OPEN: Set = Set {
    name: "open",
    templates: &[
        lake::hive_lake,
        lake::yesterdays_partition,
        reports::nightly_report,
        reports::monthly_statements,
        uploads::uploads_by_uuid,
        uploads::thumbnails,
        uploads::build_artefacts,
        tenants::customers,
        tenants::few_buckets,
        names::sites_by_name,
        tenants::table_per_tenant,
        settings::cold_start_config,
        names::translations,
        settings::rotating_secrets,
        settings::long_lived_keys,
        logs::log_streams,
        services::tables_and_indexes,
        jobs::executions_by_uuid,
        services::queues_and_topics,
    ],
    first_seed: 1_000,
};

/// What is held out: other templates and other seeds.
pub(crate) const HELD_OUT: Set = Set {
    name: "held out",
    templates: &[
        lake::firehose,
        lake::local_days,
        reports::stamped_exports,
        reports::weekly_and_quarterly,
        uploads::documents_by_ulid,
        uploads::video_segments,
        uploads::releases,
        tenants::growing_buckets,
        tenants::single_tenant,
        names::users_by_name,
        tenants::queue_per_tenant,
        settings::parameter_paths,
        settings::named_secrets,
        names::mail_templates,
        logs::streams_of_versions,
        services::tables_by_date,
        jobs::executions_by_date,
        jobs::query_results,
        jobs::containers,
        services::function_versions,
        jobs::database_snapshots,
    ],
    first_seed: 9_000_000,
};

/// The companies, by what the names of their buckets begin with.
const ORGS: [&str; 6] = [
    "northwind",
    "contoso",
    "lumen",
    "tailspin",
    "fabrikam",
    "adatum",
];

/// A role and what its functions do, day by day.
pub(crate) struct Trace {
    /// The role's name.
    pub(crate) role: String,
    /// The calls of each day, in order of time.
    pub(crate) days: Vec<Vec<Call>>,
    /// The decoys: what no function of the role ever asks for.
    pub(crate) never: Vec<Call>,
    /// The names of the workloads' templates.
    pub(crate) workloads: Vec<&'static str>,
    /// The broad policy that the role has.
    pub(crate) granted: Value,
    /// The policy that a person would write who knows what the functions do.
    pub(crate) by_hand: Value,
}

impl Trace {
    /// The `number`th trace of a set, over so many days.
    pub(crate) fn of(set: &Set, number: u64, days: usize) -> Self {
        let seed = set.first_seed + number;
        let mut dice = Dice::seeded(seed);
        let start = dates::days_after(
            Date::constant(2026, 1, 1),
            i64::try_from(dice.below(365)).expect("below 365"),
        );
        let site = Site {
            org: dice.pick(&ORGS),
            one_bucket: dice.once_in(3),
            later: dice.moment(dates::days_after(start, 45)),
        };
        let count = dice.between(1, 4);
        let templates = dice.some(set.templates, count);
        let mut workloads: Vec<_> = templates
            .into_iter()
            .map(|template| template(&site, &mut dice))
            .collect();
        let day = |day: usize| {
            let day = dates::days_after(start, i64::try_from(day).expect("few days"));
            calls_of(&mut workloads, day, &mut dice)
        };
        let days: Vec<_> = (0..days).map(day).collect();
        let never = numbered(workloads.iter().map(|workload| workload.never.clone()));
        let granted = grants::broad(&site, &mut dice, days.iter().flatten().chain(&never));
        Trace {
            role: format!("{}-{seed}-role", site.org),
            days,
            never,
            workloads: workloads.iter().map(|workload| workload.name).collect(),
            granted,
            by_hand: grants::by_hand(&workloads),
        }
    }

    /// The `number`th call's record.
    pub(crate) fn record(&self, call: &Call, number: usize) -> String {
        records::record(&self.role, call, number).to_string()
    }
}

/// The calls of all workloads on a day.
fn calls_of(workloads: &mut [Workload], day: Date, dice: &mut Dice) -> Vec<Call> {
    let each = workloads.iter_mut().map(|workload| workload.on(day, dice));
    let mut calls = numbered(each);
    calls.sort_by_key(|call| call.at);
    calls
}

/// The calls of workloads, each with its workload's place.
fn numbered(calls: impl Iterator<Item = Vec<Call>>) -> Vec<Call> {
    let placed = calls
        .enumerate()
        .flat_map(|(workload, calls)| calls.into_iter().map(move |call| Call { workload, ..call }));
    placed.collect()
}
