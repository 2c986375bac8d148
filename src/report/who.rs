//! Who used a role, in words: its functions, and use from outside of them.

use crate::lambda::{FunctionSeen, Outside, Seen, WhyCounted};
use crate::usage::Evidence;

use super::text;
use super::view::{FunctionUse, RoleReport};

/// A line for each function, and one for events of which it is not known whose they are.
pub(super) fn functions(report: &RoleReport) -> Vec<String> {
    let functions = report.functions.iter().map(function);
    let unknown = report.seen.of_no_function;
    let unknown = (unknown > 0).then(|| {
        let events = text::plural_of(unknown, "event");
        format!("unknown: {events}, of which nothing tells the function")
    });
    let beyond = report.seen.beyond;
    let beyond = (beyond > 0).then(|| {
        let events = text::plural_of(beyond, "event");
        format!("unknown: {events} of more places than are told apart count as the functions'")
    });
    functions.chain(unknown).chain(beyond).collect()
}

/// `orders: 12 events, 3 of them by Lambda; by inScopeOf 9, session name alone 3; versions $LATEST, 7`.
pub(super) fn function(one: &FunctionUse) -> String {
    let name = one.function.name();
    let FunctionSeen {
        events,
        by_lambda,
        known_by,
        versions,
    } = &one.seen;
    if *events == 0 {
        return format!("{name}: no event");
    }
    let by_lambda = match by_lambda {
        0 => String::new(),
        some => format!(", {} of them by Lambda", text::count(*some)),
    };
    let known_by: Vec<_> = known_by
        .iter()
        .map(|(known_by, number)| format!("{known_by} {}", text::count(*number)))
        .collect();
    let versions: Vec<_> = versions.iter().map(ToString::to_string).collect();
    let versions = match versions.as_slice() {
        [] => String::new(),
        [one] => format!("; version {one}"),
        many => format!("; versions {}", many.join(", ")),
    };
    let events = text::plural_of(*events, "event");
    format!(
        "{name}: {events}{by_lambda}; by {}{versions}",
        known_by.join(", ")
    )
}

/// What looks like a theft, in a sentence.
pub(super) fn theft(outside: &Outside) -> String {
    format!(
        "possible credential theft, not granted: {}, {}",
        calls(outside),
        outside.why
    )
}

/// `7 calls and 1 denied one with the credentials of payments from 203.0.113.66 by aws-cli/2.17.44`.
fn calls(outside: &Outside) -> String {
    let what = &outside.what;
    let all = text::plural_of(what.events() - what.denied_events, "call");
    let denied = match what.denied_events {
        0 => String::new(),
        some => format!(" and {} denied", text::count(some)),
    };
    let place = match (&*outside.address, &*outside.agent) {
        ("", _) => String::new(),
        (address, agent) => format!(" from {address} by {agent}"),
    };
    let session = match outside.session.as_str() {
        "" => "a session without a name",
        name => name,
    };
    format!("{all}{denied} with the credentials of {session}{place}")
}

/// Everything that was done and tried from a place, each with when and by which events.
pub(super) fn doings(outside: &Outside) -> Vec<(String, String)> {
    let what = &outside.what;
    let used = what
        .used
        .iter()
        .map(|(access, seen)| (text::access(access), seen));
    let denied = what.denied.iter();
    let denied = denied.map(|(access, seen)| (format!("denied: {}", text::access(access)), seen));
    let unknown = what.unattributed.iter();
    let unknown = unknown.map(|((source, name), seen)| (format!("{source} {name}"), seen));
    let all = used.chain(denied).chain(unknown);
    all.map(|(what, seen)| (what, evidence(seen))).collect()
}

fn evidence(seen: &Evidence) -> String {
    let times = seen.span.map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first} to {last}"),
    });
    let samples: Vec<_> = seen.samples().map(ToString::to_string).collect();
    format!(
        "{}, {}; {}",
        text::plural_of(seen.events, "event"),
        times.as_deref().unwrap_or("at an unknown time"),
        samples.join(", ")
    )
}

/// What was decided, and what counts though it came from outside: a line each.
pub(super) fn decided(seen: &Seen) -> Vec<String> {
    let counted = seen.counted.iter().map(|(outside, why)| {
        let by = match why {
            WhyCounted::OthersMay => "as that of others who may take the role",
            WhyCounted::Decided => "by decision (`--count-outside-use`)",
        };
        format!(
            "use from outside of a function counts {by}: {}, {}",
            calls(outside),
            outside.why
        )
    });
    let none = seen.count_outside_use && seen.counted.is_empty();
    let none = none.then(|| {
        "use from outside of a function counts by decision (`--count-outside-use`): none was seen"
            .to_owned()
    });
    let excluded = seen.excluded.iter().map(|(pattern, events)| {
        let events = text::plural_of(*events, "event");
        format!("{events} of sessions {pattern} left out (`--exclude-session`)")
    });
    counted.chain(none).chain(excluded).collect()
}
