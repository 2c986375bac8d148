//! The phrases that the terminal and Markdown share.

use crate::diff::ServiceLoss;
use crate::iam::{Actions, Resources, Role, Statement};
use crate::lambda::FloorAccess;
use crate::minimize::{Form, Layout, VerifiedProposal};
use crate::usage::{Access, Evidence};

use super::view::Reading;

/// A count with a comma between thousands.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(",")
}

pub(super) fn size_count(number: usize) -> String {
    count(u64::try_from(number).unwrap_or(u64::MAX))
}

/// `1 action`, `2 actions`.
pub(super) fn plural(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        many => format!("{} {noun}s", size_count(many)),
    }
}

/// The first texts of a list, and how many more there are; one more is told.
pub(super) fn shortened(list: &[String], most: usize) -> String {
    match list.len() <= most + 1 {
        true => list.join(", "),
        false => format!(
            "{} and {} more",
            list[..most].join(", "),
            size_count(list.len() - most)
        ),
    }
}

/// The same for a count of events or files.
pub(super) fn plural_of(number: u64, noun: &str) -> String {
    plural(usize::try_from(number).unwrap_or(usize::MAX), noun)
}

/// Events and days: `6 events, 2026-10-02 to 2026-10-16`.
pub(super) fn evidence(evidence: &Evidence) -> String {
    let day = |time: jiff::Timestamp| {
        time.to_string()
            .split('T')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let days = match evidence.span.map(|(first, last)| (day(first), day(last))) {
        None => "at an unknown time".to_owned(),
        Some((first, last)) if first == last => first,
        Some((first, last)) => format!("{first} to {last}"),
    };
    match evidence.events {
        1 => format!("1 event, {days}"),
        many => format!("{} events, {days}", count(many)),
    }
}

/// The role's policies, before.
pub(super) fn policies(role: &Role) -> String {
    let inline = role
        .inline
        .iter()
        .map(|policy| format!("inline {}", policy.name));
    let attached = role
        .attached
        .iter()
        .map(|policy| match &policy.default_version {
            Some((version, _)) => format!(
                "{} {version}",
                policy.arn.resource().trim_start_matches("policy/")
            ),
            None => policy.arn.to_string(),
        });
    inline.chain(attached).collect::<Vec<_>>().join(", ")
}

/// Where a proposal's documents go.
pub(super) fn placement(layout: &Layout) -> String {
    let shared = layout
        .documents()
        .iter()
        .filter(|one| one.is_shared())
        .count();
    let shared = (shared > 0).then(|| policies_of("shared ", shared));
    let own: Vec<_> = layout.own().map(|document| document.form).collect();
    let own = match own.as_slice() {
        [] => None,
        own if layout.is_as_authored() => Some(format!(
            "{}, as the author laid them out",
            policies_of("", own.len())
        )),
        [Form::Inline, ..] => Some(policies_of("inline ", own.len())),
        [Form::Managed, ..] => Some(policies_of("managed ", own.len())),
    };
    let parts: Vec<_> = shared.into_iter().chain(own).collect();
    match parts.is_empty() {
        true => "no policy at all".into(),
        false => parts.join(" and "),
    }
}

fn policies_of(kind: &str, number: usize) -> String {
    match number {
        1 => format!("1 {kind}policy"),
        many => format!("{many} {kind}policies"),
    }
}

/// A service's loss in one line: `184 actions (62 permissions management, 40 write)`.
pub(super) fn loss(loss: &ServiceLoss) -> String {
    let levels = loss.gone_by_level();
    let levels: Vec<_> = levels
        .iter()
        .map(|(level, number)| format!("{number} {}", level.name()))
        .collect();
    let gone = match (loss.gone.len(), loss.whole) {
        (0, _) => None,
        (number, true) => Some(format!(
            "all {} ({})",
            plural(number, "action"),
            levels.join(", ")
        )),
        (number, false) => Some(format!(
            "{} ({})",
            plural(number, "action"),
            levels.join(", ")
        )),
    };
    let narrowed = match loss.narrowed.len() {
        0 => None,
        number => Some(format!("{number} on fewer resources")),
    };
    gone.into_iter()
        .chain(narrowed)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The resources of a statement, one text each.
pub(super) fn resources(statement: &Statement) -> Vec<String> {
    match &statement.resources {
        Resources::Only(patterns) => patterns.iter().map(ToString::to_string).collect(),
        Resources::AllBut(patterns) => patterns
            .iter()
            .map(|pattern| format!("all but {pattern}"))
            .collect(),
    }
}

/// What a statement that is kept as it stands says.
pub(super) fn actions(statement: &Statement) -> String {
    let join = |patterns: &[crate::iam::ActionPattern]| {
        patterns
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match &statement.actions {
        Actions::Only(patterns) => join(patterns),
        Actions::AllBut(patterns) => format!("all but {}", join(patterns)),
    }
}

/// What was proved, in one line.
pub(super) fn proof(proposal: &VerifiedProposal) -> String {
    let calls = plural_of(proposal.replay().calls, "observed call");
    let what = match proposal.premises().missing.is_empty() {
        true => format!("{calls} still allowed"),
        false => format!("{calls} still allowed where the role's own policies allowed them"),
    };
    format!("nothing new is allowed, nothing needed is lost, {what}")
}

/// What became of the events, in a line that adds up.
pub(super) fn accounting(reading: &Reading) -> String {
    let counts = &reading.counts;
    let used = counts.used.saturating_sub(reading.quarantined);
    let aside: u64 = counts.set_aside.values().sum();
    let parts = [
        (used, "used"),
        (counts.denied, "denied"),
        (reading.quarantined, "quarantined"),
        (counts.unattributed, "unattributed"),
        (aside, "set aside"),
        (counts.duplicates, "duplicate"),
        (counts.not_understood, "not understood"),
    ];
    let parts: Vec<_> = parts
        .iter()
        .map(|(number, what)| format!("{} {what}", count(*number)))
        .collect();
    format!(
        "{} = {}",
        plural_of(counts.events(), "event"),
        parts.join(" + ")
    )
}

/// Why events were set aside, most first.
pub(super) fn set_aside(reading: &Reading) -> String {
    let mut reasons: Vec<_> = reading.counts.set_aside.iter().collect();
    reasons.sort_by_key(|(reason, number)| (std::cmp::Reverse(**number), **reason));
    let reasons = reasons
        .into_iter()
        .map(|(reason, number)| format!("{} {}", count(*number), reason.reason()));
    reasons.collect::<Vec<_>>().join(", ")
}

/// Files, in one line.
pub(super) fn files(reading: &Reading) -> String {
    let parts = [
        (reading.digest_files, "digest"),
        (reading.insight_files, "Insight"),
        (reading.other_files, "other"),
    ];
    let aside: Vec<_> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| plural_of(*number, &format!("{what} file")))
        .collect();
    let files = plural_of(reading.files, "log file");
    match aside.is_empty() {
        true => files,
        false => format!("{files}; left aside: {}", aside.join(", ")),
    }
}

/// What goes, counted: `22,166 actions of 455 services`.
pub(super) fn goes(lost: &[ServiceLoss]) -> String {
    let gone: usize = lost.iter().map(|loss| loss.gone.len()).sum();
    let narrowed: usize = lost.iter().map(|loss| loss.narrowed.len()).sum();
    let services = plural(lost.len(), "service");
    match (gone, narrowed) {
        (gone, 0) => format!("{} of {services}", plural(gone, "action")),
        (0, narrowed) => format!(
            "{} on fewer resources, of {services}",
            plural(narrowed, "action")
        ),
        (gone, narrowed) => {
            format!(
                "{}, {narrowed} more on fewer resources, of {services}",
                plural(gone, "action")
            )
        }
    }
}

/// What a configuration needs and the role is not granted.
pub(super) fn unmet(access: &FloorAccess) -> String {
    format!(
        "{} on {}: {} cannot work without it, and only the resource's own policy can still grant it",
        access.action, access.on, access.reason
    )
}

/// An access for a reader: its action and all of its resources.
pub(super) fn access(access: &Access) -> String {
    let on: Vec<_> = access.on.iter().map(ToString::to_string).collect();
    format!("{} on {}", access.action, on.join(", "))
}
