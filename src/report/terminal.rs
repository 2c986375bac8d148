//! For a reader at a terminal. Colours are ANSI codes; whoever prints the text removes them where they are
//! not wanted.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::diff::Diff;
use crate::lambda::Outside;
use crate::minimize::{KeptStatement, VerifiedProposal};

use super::record::on_record;
use super::remarks::remarks;
use super::view::{Reading, Report, RoleReport, Verdict};
use super::{escalated, reasons, text, weighed, who};

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const RED: Style = AnsiColor::Red.on_default();
pub(super) const GREEN: Style = AnsiColor::Green.on_default();
pub(super) const YELLOW: Style = AnsiColor::Yellow.on_default();

/// How many letters the name of a field has at least.
const WIDTH: usize = 11;

/// How many services' losses, faults and resources are shown before the rest is counted.
const SERVICES: usize = 6;
const FAULTS: usize = 20;
const RESOURCES: usize = 4;

/// The whole report.
#[must_use]
pub fn to_terminal(report: &Report) -> String {
    let mut out = String::new();
    for role in &report.roles {
        of_role(&mut out, role);
    }
    reading(&mut out, &report.reading);
    out
}

fn of_role(out: &mut String, report: &RoleReport) {
    let role = &report.role;
    line(
        out,
        format_args!("{BOLD}{}{BOLD:#}  {DIM}{}{DIM:#}", role.id.name(), role.arn),
    );
    let outside = report.seen.quarantined.iter();
    outside.for_each(|outside| quarantined(out, outside));
    for function in who::functions(report) {
        field(out, "function", &function);
    }
    match &report.verdict {
        Verdict::Smaller(proposal, diff) => smaller(out, report, proposal, diff),
        Verdict::AsSmallAsItsWork(proposal) => {
            field(
                out,
                "unchanged",
                "the role's policies allow no more than what has to be kept",
            );
            escalated::to_terminal(out, &report.escalation, WIDTH);
            proposed(out, report, proposal);
        }
        Verdict::None(why) => {
            field(out, "before", &before(report));
            line(out, format_args!("  {YELLOW}no proposal{YELLOW:#} {why}"));
            escalated::to_terminal(out, &report.escalation, WIDTH);
        }
    }
    for remark in remarks(report) {
        field(out, "note", &remark);
    }
    out.push('\n');
}

fn before(report: &RoleReport) -> String {
    format!(
        "{} characters in {}",
        report.size_before,
        text::policies(&report.role)
    )
}

fn smaller(out: &mut String, report: &RoleReport, proposal: &VerifiedProposal, diff: &Diff) {
    let layout = proposal.layout();
    let actions = |number| text::plural(number, "action");
    field(
        out,
        "before",
        &format!("{}: {}", before(report), actions(diff.actions_before)),
    );
    let after = format!(
        "{} characters in {}: {}",
        layout.size(),
        text::placement(layout),
        actions(diff.actions_after)
    );
    field(out, "after", &after);
    field(
        out,
        "of these",
        &weighed::standings(proposal, diff.actions_before),
    );
    line(
        out,
        format_args!("  {RED}- goes{RED:#}      {}", text::goes(&diff.lost)),
    );
    for loss in diff.lost.iter().take(SERVICES) {
        let example = loss
            .example()
            .map(|lost| format!(", e.g. {} on {}", lost.action, lost.witness.resource));
        let example = example.unwrap_or_default();
        line(
            out,
            format_args!(
                "      {} {}{DIM}{example}{DIM:#}",
                loss.service,
                text::loss(loss)
            ),
        );
    }
    if diff.lost.len() > SERVICES {
        let more = text::plural(diff.lost.len() - SERVICES, "more service");
        line(out, format_args!("      {DIM}and of {more}{DIM:#}"));
    }
    escalated::to_terminal(out, &report.escalation, WIDTH);
    proposed(out, report, proposal);
}

fn proposed(out: &mut String, report: &RoleReport, proposal: &VerifiedProposal) {
    let premises = proposal.premises();
    let documents = proposal.layout().documents();
    let statements: Vec<_> = documents
        .iter()
        .flat_map(|document| &document.statements)
        .collect();
    let number = text::plural(statements.len(), "statement");
    line(out, format_args!("  {GREEN}= stays{GREEN:#}     {number}"));
    statements.iter().for_each(|kept| statement(out, kept));
    for (access, evidence) in &premises.missing {
        let seen = format!("{} ({})", text::access(access), text::evidence(evidence));
        field(
            out,
            "missing",
            &format!("{seen}: allowed, and not by the role's own policies"),
        );
    }
    for access in &premises.unmet {
        field(out, "missing", &text::unmet(access));
    }
    for (access, evidence) in &report.seen.denied {
        let seen = format!("{} ({})", text::access(access), text::evidence(evidence));
        field(out, "denied", &seen);
    }
    for ((source, name), evidence) in &report.seen.unattributed {
        field(
            out,
            "unknown",
            &format!("{source} {name} ({})", text::evidence(evidence)),
        );
    }
    for suggestion in weighed::suggestions(proposal) {
        field(out, "could ask", &suggestion);
    }
    for line in on_record(proposal) {
        field(out, "on record", &line);
    }
    if let Some(eased) = weighed::eased(proposal) {
        field(out, "to fit", &eased);
    }
    field(out, "proof", &text::proof(proposal));
    field(out, "smallest", &weighed::certificate(proposal));
    for line in weighed::confidence(proposal.confidence()) {
        field(out, "evidence", &line);
    }
}

pub(super) fn quarantined(out: &mut String, outside: &Outside) {
    let theft = who::theft(outside);
    line(
        out,
        format_args!("  {RED}{BOLD}quarantined{BOLD:#}{RED:#} {theft}"),
    );
    for (what, seen) in who::doings(outside) {
        line(out, format_args!("      {what} {DIM}({seen}){DIM:#}"));
    }
}

fn statement(out: &mut String, kept: &KeptStatement) {
    let on = text::shortened(&text::resources(&kept.statement), RESOURCES);
    match &kept.from {
        Some(place) if kept.why.is_empty() => {
            let actions = text::actions(&kept.statement);
            line(out, format_args!("      denial: {place}: {actions}"));
        }
        Some(place) => line(out, format_args!("      {DIM}from {place}{DIM:#}")),
        None => {}
    }
    line(out, format_args!("      on {on}"));
    if let Some(condition) = weighed::condition(&kept.statement) {
        line(out, format_args!("        when      {condition}"));
    }
    for explained in kept.explained.iter().take(RESOURCES) {
        let what = weighed::pattern(explained);
        line(
            out,
            format_args!(
                "        {DIM}pattern   {}: {what}{DIM:#}",
                explained.pattern
            ),
        );
    }
    for (ground, what) in reasons::reasons(kept) {
        line(out, format_args!("        {ground:<9} {what}"));
    }
    let unseen = reasons::unseen(kept);
    if !unseen.is_empty() {
        line(
            out,
            format_args!(
                "        {YELLOW}unseen{YELLOW:#}    {}",
                reasons::unseen_in_short(&unseen)
            ),
        );
    }
}

pub(super) fn reading(out: &mut String, reading: &Reading) {
    field(out, "read", &text::files(reading));
    line(out, format_args!("  {}", text::accounting(reading)));
    if !reading.counts.set_aside.is_empty() {
        line(
            out,
            format_args!("  {DIM}set aside: {}{DIM:#}", text::set_aside(reading)),
        );
    }
    for fault in reading.faults.iter().take(FAULTS) {
        line(
            out,
            format_args!(
                "  {YELLOW}not understood{YELLOW:#} {}: {}",
                fault.file, fault.what
            ),
        );
    }
    if reading.faults.len() > FAULTS {
        let more = text::size_count(reading.faults.len() - FAULTS);
        line(
            out,
            format_args!("  {YELLOW}not understood{YELLOW:#} {more} more places"),
        );
    }
    for problem in &reading.account_problems {
        line(out, format_args!("  {YELLOW}account{YELLOW:#} {problem}"));
    }
}

pub(super) fn field(out: &mut String, name: &str, text: &str) {
    line(out, format_args!("  {name:<WIDTH$} {text}"));
}

pub(super) fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}
