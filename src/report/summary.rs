//! What a run over whole accounts came to: for a reader, and as metrics.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::catalog::AccessLevel;
use crate::coverage::Extent;
use crate::iam::AccountId;

use super::markdown::cell;
use super::terminal::line;
use super::text::{plural, size_count};
use super::view::{Report, RoleReport, Verdict};
use super::{text, weighed};

/// What a run came to.
#[derive(Debug)]
pub struct Summary {
    /// Each account that was read, in order.
    pub accounts: Vec<AccountSummary>,
    /// Those that were not, with the reason.
    pub failed: Vec<FailedAccount>,
}

/// What a run came to in an account.
#[derive(Debug)]
pub struct AccountSummary {
    /// The account.
    pub account: AccountId,
    /// Its Lambda execution roles, and what was read of the trail.
    pub report: Report,
    /// How many of the log's days are there; `None` when it has no event of the account.
    pub extent: Option<Extent>,
    /// How much of the account could not be read.
    pub not_covered: usize,
    /// The end of the days that were read: two runs over the same days say the same.
    pub until: Timestamp,
}

/// An account that could not be read.
#[derive(Debug)]
pub struct FailedAccount {
    /// The account.
    pub id: AccountId,
    /// Why.
    pub why: String,
}

/// What becomes of the actions of an account's roles.
#[derive(Default)]
struct Sums {
    smaller: usize,
    as_small: usize,
    without: usize,
    before: usize,
    after: usize,
    gone: BTreeMap<AccessLevel, usize>,
    unobservable: usize,
    quarantined: u64,
}

impl Sums {
    fn of(report: &Report) -> Self {
        let mut sums = Sums::default();
        for role in &report.roles {
            sums.quarantined += role.quarantined();
            match &role.verdict {
                Verdict::Smaller(proposal, diff) => {
                    sums.smaller += 1;
                    sums.before += diff.actions_before;
                    sums.after += diff.actions_after;
                    let [_, _, unobservable] = weighed::counts(proposal);
                    sums.unobservable += unobservable;
                    for (level, count) in diff.lost.iter().flat_map(|loss| loss.gone_by_level()) {
                        *sums.gone.entry(level).or_default() += count;
                    }
                }
                Verdict::AsSmallAsItsWork(_) => sums.as_small += 1,
                Verdict::None(_) => sums.without += 1,
            }
        }
        sums
    }

    fn gone(&self) -> usize {
        self.gone.values().sum()
    }
}

/// The summary for a reader.
#[must_use]
pub fn summary_to_markdown(summary: &Summary) -> String {
    let mut out = "# Lambda execution roles\n".to_owned();
    for account in &summary.accounts {
        of_account(&mut out, account);
    }
    for FailedAccount { id, why } in &summary.failed {
        line(&mut out, format_args!("\n## {id}\n\nNot read: {why}"));
    }
    out
}

fn of_account(out: &mut String, summary: &AccountSummary) {
    let report = &summary.report;
    let sums = Sums::of(report);
    line(out, format_args!("\n## {}\n", summary.account));
    if let Some(extent) = &summary.extent {
        let (first, last) = (extent.first, extent.last);
        let days = plural(extent.days, "day");
        line(
            out,
            format_args!(
                "Trail from {first} to {last}: {days}, {} with gaps; {}.\n",
                extent.with_gaps,
                text::accounting(&report.reading)
            ),
        );
    }
    let roles = plural(report.roles.len(), "role");
    let (smaller, as_small, without) = (sums.smaller, sums.as_small, sums.without);
    line(
        out,
        format_args!(
            "**{roles}: {smaller} can be smaller, {as_small} allow no more than has to be kept, {without} have no proposal.**"
        ),
    );
    if sums.smaller > 0 {
        let levels = sums.gone.iter();
        let levels: Vec<_> = levels
            .map(|(level, count)| format!("{} {}", size_count(*count), level.name()))
            .collect();
        line(
            out,
            format_args!(
                "Of the {} that can be smaller, {} of {} go: {}.",
                plural(smaller, "role"),
                size_count(sums.gone()),
                plural(sums.before, "granted action"),
                levels.join(", ")
            ),
        );
    }
    rows(out, report);
    let faults = report.reading.faults.iter();
    let faults: Vec<_> = faults
        .map(|fault| format!("{}: {}", fault.file, fault.what))
        .collect();
    list(out, "Not read or not understood of the trail", &faults);
    list(
        out,
        "Not read or not understood of the account",
        &report.reading.account_problems,
    );
}

fn rows(out: &mut String, report: &Report) {
    if report.roles.is_empty() {
        return;
    }
    out.push_str(
        "\n| role | actions before | after | what goes, or why nothing does |\n|---|---|---|---|\n",
    );
    for role in &report.roles {
        let name = role.role.id.name();
        let (before, after, what) = match &role.verdict {
            Verdict::Smaller(_, diff) => (
                size_count(diff.actions_before),
                size_count(diff.actions_after),
                text::goes(&diff.lost),
            ),
            Verdict::AsSmallAsItsWork(_) => (
                String::new(),
                String::new(),
                "nothing: it allows no more than has to be kept".to_owned(),
            ),
            Verdict::None(why) => (String::new(), String::new(), why.to_string()),
        };
        let what = cell(&format!("{what}{}", quarantined(role)));
        line(
            out,
            format_args!("| {} | {before} | {after} | {what} |", cell(name)),
        );
    }
}

fn quarantined(role: &RoleReport) -> String {
    match role.quarantined() {
        0 => String::new(),
        1 => "; **1 call from outside of a function is quarantined**".to_owned(),
        calls => format!("; **{calls} calls from outside of a function are quarantined**"),
    }
}

/// How many sentences of a kind are shown before the rest is counted.
const SHOWN: usize = 20;

fn list(out: &mut String, title: &str, sentences: &[String]) {
    if sentences.is_empty() {
        return;
    }
    line(out, format_args!("\n### {title}\n"));
    for sentence in sentences.iter().take(SHOWN) {
        line(out, format_args!("- {}", sentence.replace('\n', " ")));
    }
    if sentences.len() > SHOWN {
        line(out, format_args!("- and {} more", sentences.len() - SHOWN));
    }
}

/// The summary as metrics: a line of CloudWatch's embedded metric format for each account that was read.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
#[must_use]
pub fn summary_to_metrics(summary: &Summary) -> String {
    let lines = summary.accounts.iter().map(metrics);
    lines.map(|line| format!("{line}\n")).collect()
}

fn metrics(summary: &AccountSummary) -> Value {
    let sums = Sums::of(&summary.report);
    let (days, gaps) = summary
        .extent
        .as_ref()
        .map_or((0, 0), |extent| (extent.days, extent.with_gaps));
    let mut values: Vec<(String, u64)> = [
        ("Roles", summary.report.roles.len()),
        ("RolesThatCanBeSmaller", sums.smaller),
        ("RolesAsSmallAsTheirWork", sums.as_small),
        ("RolesWithoutProposal", sums.without),
        ("ActionsBefore", sums.before),
        ("ActionsAfter", sums.after),
        ("ActionsUnobservable", sums.unobservable),
        ("TrailDays", days),
        ("TrailDaysWithGaps", gaps),
        ("NotCovered", summary.not_covered),
        ("ActionsRemoved", sums.gone()),
    ]
    .map(|(name, value)| (name.to_owned(), value as u64))
    .into();
    for level in AccessLevel::ALL {
        let count = sums.gone.get(&level).copied().unwrap_or_default();
        values.push((
            format!("ActionsRemoved{}", camel(level.name())),
            count as u64,
        ));
    }
    values.push(("CallsQuarantined".to_owned(), sums.quarantined));
    let defined = values
        .iter()
        .map(|(name, _)| json!({"Name": name, "Unit": "Count"}));
    let directive = json!({
        "Namespace": "Tightrope",
        "Dimensions": [["Account"]],
        "Metrics": defined.collect::<Vec<_>>(),
    });
    let mut line = Map::new();
    let about =
        json!({"Timestamp": summary.until.as_millisecond(), "CloudWatchMetrics": [directive]});
    line.insert("_aws".to_owned(), about);
    line.insert("Account".to_owned(), json!(summary.account.to_string()));
    line.extend(values.into_iter().map(|(name, value)| (name, json!(value))));
    Value::Object(line)
}

/// `permissions management` as `PermissionsManagement`.
fn camel(words: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    };
    words.split(' ').map(word).collect()
}
