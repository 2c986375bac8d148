//! What a trail could have seen, for a terminal.

use std::fmt::Write;

use jiff::civil::Date;

use super::status::{AccountStatus, Mark, Row, Status};
use super::text::{count, plural, plural_of, size_count};
use crate::coverage::{Checked, EventClass, Gain, Seen};

/// Lines are shorter than this.
const WIDTH: usize = 118;

/// The status as text.
#[must_use]
pub fn status_to_terminal(status: &Status) -> String {
    let mut out = String::new();
    let files = plural_of(status.files, "log file");
    line(
        &mut out,
        &format!("{} in {files}", plural_of(status.events, "event")),
    );
    for account in &status.accounts {
        of_account(&mut out, account);
    }
    legend(&mut out);
    gaps(&mut out, status);
    if let Some(checked) = &status.digests {
        of_digests(&mut out, checked);
    }
    if let Some(changes) = &status.changes {
        of_changes(&mut out, changes);
    }
    if !status.remarks.is_empty() {
        line(&mut out, "\nto know");
        status
            .remarks
            .iter()
            .for_each(|remark| wrapped(&mut out, remark));
    }
    out
}

fn legend(out: &mut String) {
    line(
        out,
        "\n  # events, nothing known to be missing   + some hours, regions or files missing   ! gap",
    );
    line(
        out,
        "  o no event, which may be all that happened   . outside",
    );
}

fn line(out: &mut String, text: &str) {
    // A string takes whatever is written.
    let _ = writeln!(out, "{}", text.trim_end());
}

/// Words in as many lines as they need, indented.
fn wrapped(out: &mut String, text: &str) {
    let mut current = String::from("  ");
    for word in text.split(' ') {
        if current.len() + word.chars().count() >= WIDTH && !current.trim().is_empty() {
            line(out, &current);
            current = String::from("    ");
        }
        current.push_str(word);
        current.push(' ');
    }
    line(out, &current);
}

fn of_account(out: &mut String, account: &AccountStatus) {
    let extent = account.extent.map(|extent| {
        let gaps = match extent.with_gaps {
            0 => "no gap".to_owned(),
            _ => format!("gaps on {extent}"),
        };
        format!(
            " from {} to {}, {}: {gaps}",
            extent.first,
            extent.last,
            plural(extent.days, "day")
        )
    });
    line(
        out,
        &format!(
            "\naccount {}{}",
            account.account,
            extent.unwrap_or_default()
        ),
    );
    let days = account.extent.map_or(0, |extent| extent.days);
    line(
        out,
        &format!(
            "\n  {:<16}{:<44}{:<14}{}",
            "region", "events", "days seen", "known by"
        ),
    );
    let mut before = "";
    for row in &account.rows {
        let region = if row.region == before {
            ""
        } else {
            &row.region
        };
        before = &row.region;
        let seen = format!("{} of {days}", row.days);
        line(
            out,
            &format!(
                "  {region:<16}{:<44}{seen:<14}{}",
                class(&row.class),
                known_by(row)
            ),
        );
    }
    line(out, "");
    calendar(out, &account.days);
    line(out, "\n  not seen");
    not_seen(out, account);
}

fn class(class: &EventClass) -> String {
    match class {
        EventClass::Management(half) => format!("management {half}"),
        EventClass::Data(of) => format!("data {of}"),
        EventClass::NetworkActivity(of) => format!("network activity {of}"),
    }
}

fn known_by(row: &Row) -> &'static str {
    match row.seen {
        Seen::Yes => "event selectors",
        Seen::InPart => "event selectors, in part",
        Seen::InLog => "the log alone",
        Seen::No => "event selectors: not recorded",
        Seen::Unknown => "nothing",
    }
}

/// A row a month, a mark a day.
fn calendar(out: &mut String, days: &[(Date, Mark)]) {
    if days.is_empty() {
        return;
    }
    line(out, "           1   5    10   15   20   25   30");
    let mut rows: Vec<(i16, i8, String)> = Vec::new();
    for (day, mark) in days {
        let (year, month) = (day.year(), day.month());
        if rows
            .last()
            .is_none_or(|(of, in_year, _)| (*of, *in_year) != (year, month))
        {
            rows.push((year, month, String::new()));
        }
        if let Some((.., marks)) = rows.last_mut() {
            let before = usize::try_from(day.day() - 1).unwrap_or_default();
            while marks.len() < before {
                marks.push('.');
            }
            marks.push(match mark {
                Mark::Full => '#',
                Mark::Part => '+',
                Mark::Gap => '!',
                Mark::Quiet => 'o',
            });
        }
    }
    months(out, &rows);
}

/// The rows of months; several in a row without an event are one.
fn months(out: &mut String, rows: &[(i16, i8, String)]) {
    let is_quiet = |marks: &str| marks.bytes().all(|mark| mark == b'o');
    let mut rest = rows;
    while let Some((year, month, marks)) = rest.first() {
        let quiet = rest.iter().take_while(|(.., marks)| is_quiet(marks));
        let taken = match quiet.count() {
            0..=2 => {
                let last = Date::new(*year, *month, 1).map_or(31, Date::days_in_month);
                let width = usize::try_from(last).unwrap_or(31);
                line(out, &format!("  {year:04}-{month:02}  {marks:.<width$}"));
                1
            }
            quiet => {
                line(
                    out,
                    &format!(
                        "  {year:04}-{month:02}  and {} months more without an event",
                        quiet - 1
                    ),
                );
                quiet
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
}

fn not_seen(out: &mut String, account: &AccountStatus) {
    let types = account.types_not_recorded();
    for (reason, all) in &account.not_seen {
        if all.iter().any(|one| {
            one.reason.why.is_of_trail()
                && one
                    .reason
                    .why
                    .never_recorded()
                    .is_none_or(|class| !matches!(class, EventClass::Data(_)))
        }) {
            wrapped(out, reason);
        }
    }
    if !types.is_empty() {
        const NAMED: [&str; 8] = [
            "AWS::S3::Object",
            "AWS::DynamoDB::Table",
            "AWS::SQS::Queue",
            "AWS::SNS::Topic",
            "AWS::Lambda::Function",
            "AWS::Kinesis::Stream",
            "AWS::Events::EventBus",
            "AWS::SES::EmailIdentity",
        ];
        let named: Vec<_> = NAMED.into_iter().filter(|of| types.contains(of)).collect();
        let more = types.len() - named.len();
        let of = match (named.is_empty(), more) {
            (true, more) => plural(more, "resource type"),
            (false, 0) => named.join(", "),
            (false, more) => format!(
                "{} and {} more resource types",
                named.join(", "),
                size_count(more)
            ),
        };
        wrapped(
            out,
            &format!("data events of {of}: not recorded, or not known to be"),
        );
    }
    let whatever = account
        .not_seen
        .values()
        .flatten()
        .filter(|one| !one.reason.why.is_of_trail());
    wrapped(
        out,
        &format!(
            "{} that no trail shows, or shows in part",
            plural(whatever.count(), "action")
        ),
    );
}

fn gaps(out: &mut String, status: &Status) {
    const MOST: usize = 40;
    match status.gaps.len() {
        0 => line(out, "\ngaps: none found"),
        _ => line(out, "\ngaps"),
    }
    for gap in status.gaps.iter().take(MOST) {
        line(out, &format!("  {gap}"));
    }
    if status.gaps.len() > MOST {
        line(
            out,
            &format!(
                "  and {} more; `--format json` has all",
                size_count(status.gaps.len() - MOST)
            ),
        );
    }
}

fn of_digests(out: &mut String, checked: &Checked) {
    const MOST: usize = 40;
    let all = plural(checked.log_files, "log file");
    let digests = plural(checked.digests, "digest");
    line(
        out,
        &format!(
            "\ndigests: {digests} of {all}, {} as delivered",
            size_count(checked.same)
        ),
    );
    if checked.not_fetched > 0 {
        let files = plural(checked.not_fetched, "log file");
        wrapped(out, &format!("{files} of days that were not fetched"));
    }
    let unsigned = checked.digests.saturating_sub(checked.signed);
    if unsigned > 0 {
        wrapped(
            out,
            &format!(
                "{} with a signature that holds; of {} it is not known, because no next digest repeats the signature or its \
                 key was not given (--digest-keys)",
                plural(checked.signed, "digest"),
                size_count(unsigned)
            ),
        );
    }
    for finding in checked.findings.iter().take(MOST) {
        line(out, &format!("  {}", finding.what()));
        line(out, &format!("    {}", finding.object()));
    }
    if checked.findings.len() > MOST {
        line(
            out,
            &format!(
                "  and {} more; `--format json` has all",
                size_count(checked.findings.len() - MOST)
            ),
        );
    }
}

fn of_changes(out: &mut String, changes: &[Gain]) {
    const MOST: usize = 10;
    line(
        out,
        "\nwhat would make most granted permissions decidable, each alone",
    );
    if changes.is_empty() {
        line(
            out,
            "  nothing: every permission is decidable, or no single change makes it so",
        );
    }
    for gain in changes.iter().take(MOST) {
        let permissions = plural(gain.permissions, "permission");
        let roles = plural(gain.roles, "role");
        wrapped(
            out,
            &format!(
                "{} in {}: {permissions} of {roles}",
                gain.change, gain.account
            ),
        );
    }
    if changes.len() > MOST {
        let rest: usize = changes.iter().skip(MOST).map(|gain| gain.permissions).sum();
        let rest = count(u64::try_from(rest).unwrap_or(u64::MAX));
        line(
            out,
            &format!(
                "  and {} more changes: {rest} permissions together",
                changes.len() - MOST
            ),
        );
    }
}
