//! What a trail could have seen, for a program. The shape is a contract of its own, versioned by `schema`.

use serde::Serialize;

use super::status::{AccountStatus, Mark, Row, Status};
use crate::algebra::Glob;
use crate::coverage::{
    BlindOn, Checked, EventClass, Finding, Gain, Gap, Half, Missing, Seen, Unobservable,
};
use crate::evaluation::pattern_of_glob;

/// The version of the shape. It changes when something that was there changes or goes; additions keep it.
const SCHEMA: &str = "tightrope/status/1";

/// The status as JSON.
#[must_use]
pub fn status_to_json(status: &Status) -> String {
    let status = StatusV1 {
        schema: SCHEMA,
        files: status.files,
        events: status.events,
        accounts: status.accounts.iter().map(account).collect(),
        gaps: status.gaps.iter().map(gap).collect(),
        changes: status
            .changes
            .as_ref()
            .map(|all| all.iter().map(change).collect()),
        digests: status.digests.as_ref().map(digests),
        remarks: &status.remarks,
    };
    let mut text = serde_json::to_string_pretty(&status).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct StatusV1<'a> {
    schema: &'static str,
    files: u64,
    events: u64,
    accounts: Vec<AccountV1>,
    gaps: Vec<GapV1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<ChangeV1>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digests: Option<DigestsV1>,
    remarks: &'a [String],
}

#[derive(Serialize)]
struct AccountV1 {
    account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<WindowV1>,
    classes: Vec<ClassV1>,
    days: Vec<DayV1>,
    not_seen: Vec<NotSeenV1>,
}

#[derive(Serialize)]
struct WindowV1 {
    first: String,
    last: String,
    days: usize,
    days_with_gaps: usize,
}

#[derive(Serialize)]
struct ClassV1 {
    region: String,
    #[serde(flatten)]
    class: EventsV1,
    days_seen: usize,
    seen: &'static str,
}

#[derive(Serialize)]
struct EventsV1 {
    events: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<String>,
}

#[derive(Serialize)]
struct DayV1 {
    day: String,
    is: &'static str,
}

#[derive(Serialize)]
struct NotSeenV1 {
    reason: String,
    actions: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    only_on: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    all_but: Option<Vec<String>>,
}

#[derive(Serialize)]
struct GapV1 {
    account: String,
    region: String,
    first: String,
    last: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<[u8; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<usize>,
}

#[derive(Serialize)]
struct ChangeV1 {
    account: String,
    change: String,
    permissions: usize,
    roles: usize,
}

#[derive(Serialize)]
struct DigestsV1 {
    digests: usize,
    log_files: usize,
    as_delivered: usize,
    not_fetched: usize,
    signed: usize,
    without_key: usize,
    findings: Vec<FindingV1>,
}

#[derive(Serialize)]
struct FindingV1 {
    what: &'static str,
    object: String,
}

fn digests(checked: &Checked) -> DigestsV1 {
    let finding = |finding: &Finding| FindingV1 {
        what: match finding {
            Finding::FileMissing(_) => "log_file_missing",
            Finding::FileAltered(_) => "log_file_altered",
            Finding::DigestMissing(_) => "digest_missing",
            Finding::DigestAltered(_) => "digest_altered",
            Finding::DigestUnreadable(_) => "digest_unreadable",
            Finding::NotSigned(_) => "digest_not_signed",
        },
        object: finding.object().to_owned(),
    };
    DigestsV1 {
        digests: checked.digests,
        log_files: checked.log_files,
        as_delivered: checked.same,
        not_fetched: checked.not_fetched,
        signed: checked.signed,
        without_key: checked.without_key,
        findings: checked.findings.iter().map(finding).collect(),
    }
}

fn account(account: &AccountStatus) -> AccountV1 {
    let window = account.extent.map(|extent| WindowV1 {
        first: extent.first.to_string(),
        last: extent.last.to_string(),
        days: extent.days,
        days_with_gaps: extent.with_gaps,
    });
    let day = |(day, mark): &(jiff::civil::Date, Mark)| DayV1 {
        day: day.to_string(),
        is: match mark {
            Mark::Full => "full",
            Mark::Part => "part",
            Mark::Gap => "gap",
            Mark::Quiet => "quiet",
        },
    };
    AccountV1 {
        account: account.account.to_string(),
        window,
        classes: account.rows.iter().map(class).collect(),
        days: account.days.iter().map(day).collect(),
        not_seen: account.not_seen.iter().flat_map(not_seen).collect(),
    }
}

fn class(row: &Row) -> ClassV1 {
    ClassV1 {
        region: row.region.clone(),
        class: events(&row.class),
        days_seen: row.days,
        seen: match row.seen {
            Seen::Unknown => "unknown",
            Seen::No => "no",
            Seen::InLog => "in_log",
            Seen::InPart => "in_part",
            Seen::Yes => "yes",
        },
    }
}

fn events(class: &EventClass) -> EventsV1 {
    let (events, of) = match class {
        EventClass::Management(Half::Read) => ("management_read", None),
        EventClass::Management(Half::Write) => ("management_write", None),
        EventClass::Data(of) => ("data", Some(of)),
        EventClass::NetworkActivity(of) => ("network_activity", Some(of)),
    };
    EventsV1 {
        events,
        of: of.map(ToString::to_string),
    }
}

/// What is not seen for one reason: a part for each set of resources.
fn not_seen((reason, all): (&String, &Vec<Unobservable>)) -> Vec<NotSeenV1> {
    let mut parts: Vec<(&BlindOn, Vec<String>)> = Vec::new();
    for one in all {
        let action = one.actions.to_string();
        match parts.iter_mut().find(|(on, _)| **on == one.on) {
            Some((_, actions)) => actions.push(action),
            None => parts.push((&one.on, vec![action])),
        }
    }
    let texts = |globs: &[Glob]| {
        globs
            .iter()
            .map(|glob| pattern_of_glob(glob).to_string())
            .collect()
    };
    let part = |(on, actions): (&BlindOn, Vec<String>)| NotSeenV1 {
        reason: reason.clone(),
        actions,
        only_on: match on {
            BlindOn::NoResource => Some(vec!["*".to_owned()]),
            BlindOn::Only(globs) => Some(texts(globs)),
            BlindOn::Everything | BlindOn::AllBut(_) => None,
        },
        all_but: match on {
            BlindOn::AllBut(globs) => Some(texts(globs)),
            _ => None,
        },
    };
    parts.into_iter().map(part).collect()
}

fn gap(gap: &Gap) -> GapV1 {
    GapV1 {
        account: gap.account.to_string(),
        region: gap.region.clone(),
        first: gap.first.to_string(),
        last: gap.last.to_string(),
        hours: match gap.missing {
            Missing::Hours(from, to) => Some([from, to]),
            _ => None,
        },
        files: match gap.missing {
            Missing::Files(files) => Some(files),
            _ => None,
        },
    }
}

fn change(gain: &Gain) -> ChangeV1 {
    ChangeV1 {
        account: gain.account.to_string(),
        change: gain.change.to_string(),
        permissions: gain.permissions,
        roles: gain.roles,
    }
}
