//! Who used a role, for programs.

use crate::lambda::{NamedFunction, Outside, Seen, WhyCounted};

use super::json::{access_seen, unattributed};
use super::json_v1::{CountedV1, ExcludedV1, FunctionV1, OutsideV1};
use super::view::FunctionUse;

pub(super) fn function(one: &FunctionUse) -> FunctionV1 {
    let known_by = one.seen.known_by.iter();
    FunctionV1 {
        name: one.function.name().to_owned(),
        arn: one.function.arn().map(ToString::to_string),
        events: one.seen.events,
        events_by_lambda: one.seen.by_lambda,
        known_by: known_by.map(|(by, number)| (by.name(), *number)).collect(),
        versions: one.seen.versions.iter().map(ToString::to_string).collect(),
    }
}

pub(super) fn quarantined(seen: &Seen) -> Vec<OutsideV1> {
    seen.quarantined.iter().map(outside).collect()
}

pub(super) fn counted(seen: &Seen) -> Vec<CountedV1> {
    let counted = seen.counted.iter().map(|(one, why)| CountedV1 {
        because: match why {
            WhyCounted::OthersMay => "others_may",
            WhyCounted::Decided => "decided",
        },
        outside: outside(one),
    });
    counted.collect()
}

pub(super) fn excluded(seen: &Seen) -> Vec<ExcludedV1> {
    let excluded = seen.excluded.iter().map(|(pattern, events)| ExcludedV1 {
        session: pattern.to_string(),
        events: *events,
    });
    excluded.collect()
}

fn outside(outside: &Outside) -> OutsideV1 {
    let what = &outside.what;
    let named = |function: &NamedFunction| function.name().to_owned();
    OutsideV1 {
        session: outside.session.to_string(),
        function: outside.function.as_ref().map(named),
        address: outside.address.to_string(),
        agent: outside.agent.to_string(),
        why: outside.why.to_string(),
        events: what.used_events,
        events_denied: what.denied_events,
        first: what.span().map(|(first, _)| first.to_string()),
        last: what.span().map(|(_, last)| last.to_string()),
        accesses: what.used.iter().map(access_seen).collect(),
        denied: what.denied.iter().map(access_seen).collect(),
        unattributed: what.unattributed.iter().map(unattributed).collect(),
    }
}
