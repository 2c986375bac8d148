//! `diff.md`: one role for a reviewer of a pull request.

use std::collections::BTreeSet;

use crate::diff::Diff;
use crate::iam::Actions;
use crate::minimize::{KeptStatement, VerifiedProposal, WhyKept};

use super::record::on_record;
use super::remarks::remarks;
use super::terminal::line;
use super::view::{RoleReport, Verdict};
use super::{escalated, reasons, text, weighed, who};

/// The report of one role; `None` when there is no proposal, since only a proposal has a difference.
#[must_use]
pub fn role_to_markdown(report: &RoleReport) -> Option<String> {
    let proposal = report.verdict.proposal()?;
    let mut out = format!("# {}\n\n`{}`\n\n", report.role.id.name(), report.role.arn);
    let layout = proposal.layout();
    quarantined(&mut out, report);
    let functions = who::functions(report);
    let functions = functions.into_iter().map(|line| ("function", line));
    let rows = [
        (
            "before",
            format!(
                "{} characters in {}",
                report.size_before,
                text::policies(&report.role)
            ),
        ),
        (
            "after",
            format!(
                "{} characters in {}",
                layout.size(),
                text::placement(layout)
            ),
        ),
        ("proved", text::proof(proposal)),
        ("smallest", weighed::certificate(proposal)),
    ];
    let confidence = weighed::confidence(proposal.confidence());
    let confidence = confidence.into_iter().map(|line| ("evidence", line));
    let eased = weighed::eased(proposal).map(|line| ("to fit", line));
    let record = on_record(proposal);
    let record = record.into_iter().map(|line| ("on record", line));
    let suggested = weighed::suggestions(proposal);
    let suggested = suggested.into_iter().map(|line| ("could ask", line));
    let rows = functions
        .chain(rows)
        .chain(confidence)
        .chain(record)
        .chain(eased)
        .chain(suggested);
    out.push_str("| | |\n|---|---|\n");
    for (name, value) in rows {
        line(&mut out, format_args!("| {name} | {} |", cell(&value)));
    }
    remarks(report)
        .iter()
        .for_each(|remark| line(&mut out, format_args!("| note | {} |", cell(remark))));
    match &report.verdict {
        Verdict::Smaller(_, diff) => goes(&mut out, diff),
        _ => out.push_str("\nThe role's policies allow no more than what has to be kept.\n"),
    }
    escalated::to_markdown(
        &mut out,
        "## Ways to more than is granted",
        &report.escalation,
    );
    stays(&mut out, proposal);
    not_granted(&mut out, report, proposal);
    Some(out)
}

fn goes(out: &mut String, diff: &Diff) {
    line(
        out,
        format_args!("\n## What goes\n\n{}.\n", text::goes(&diff.lost)),
    );
    out.push_str("| service | access | a request that is no longer allowed |\n|---|---|---|\n");
    for loss in &diff.lost {
        let example = loss
            .example()
            .map(|lost| format!("`{}` on `{}`", lost.action, lost.witness.resource));
        let example = example.unwrap_or_default();
        line(
            out,
            format_args!(
                "| {} | {} | {} |",
                loss.service,
                text::loss(loss),
                cell(&example)
            ),
        );
    }
}

fn stays(out: &mut String, proposal: &VerifiedProposal) {
    out.push_str("\n## What stays, and why\n");
    let documents = proposal.layout().documents();
    let statements = documents.iter().flat_map(|document| &document.statements);
    for (index, kept) in statements.enumerate() {
        line(out, format_args!("\n{}. {}", index + 1, heading(kept)));
        for resource in text::resources(&kept.statement) {
            line(out, format_args!("   - on `{resource}`"));
        }
        for explained in &kept.explained {
            let what = weighed::pattern(explained);
            line(out, format_args!("   - `{}`: {what}", explained.pattern));
        }
        if let Some(condition) = weighed::condition(&kept.statement) {
            line(out, format_args!("   - when `{condition}`"));
        }
        for (ground, what) in reasons::reasons(kept) {
            line(out, format_args!("   - {ground}: {what}"));
        }
        for (service, names) in reasons::unseen(kept) {
            line(
                out,
                format_args!("   - no trail shows it: {service}: {}", names.join(", ")),
            );
        }
    }
}

fn heading(kept: &KeptStatement) -> String {
    let actions = text::actions(&kept.statement);
    let number = text::plural(actions_in(kept), "action");
    match &kept.from {
        Some(place) if kept.why.is_empty() => {
            format!("a denial, as it stands in {place}: {actions}")
        }
        Some(place) => format!("{number} in {}, from {place}", services(kept)),
        None => format!("{number} in {}", services(kept)),
    }
}

fn actions_in(kept: &KeptStatement) -> usize {
    match &kept.statement.actions {
        Actions::Only(patterns) | Actions::AllBut(patterns) => patterns.len(),
    }
}

/// The services of a statement's actions.
fn services(kept: &KeptStatement) -> String {
    let service = |why: &WhyKept| why.actions.service().unwrap_or("*").to_owned();
    let services: BTreeSet<_> = kept.why.iter().map(service).collect();
    match services.len() {
        1 => services.into_iter().collect(),
        many => text::plural(many, "service"),
    }
}

fn quarantined(out: &mut String, report: &RoleReport) {
    for outside in &report.seen.quarantined {
        let theft = who::theft(outside);
        line(out, format_args!("> **Quarantined**: {theft}"));
        out.push_str(">\n");
        for (what, seen) in who::doings(outside) {
            line(out, format_args!("> - {what} ({seen})"));
        }
        out.push('\n');
    }
}

fn not_granted(out: &mut String, report: &RoleReport, proposal: &VerifiedProposal) {
    let unmet = &proposal.premises().unmet;
    if !unmet.is_empty() {
        out.push_str("\n## Needed by configuration, and not granted\n\n");
    }
    for access in unmet {
        line(out, format_args!("- {}", text::unmet(access)));
    }
    let missing = &proposal.premises().missing;
    let lists = [
        ("Used, and not granted by the role's own policies", missing),
        ("Denied by IAM, and not granted", &report.seen.denied),
    ];
    for (title, accesses) in lists
        .into_iter()
        .filter(|(_, accesses)| !accesses.is_empty())
    {
        line(out, format_args!("\n## {title}\n"));
        for (access, evidence) in accesses {
            line(
                out,
                format_args!("- {} ({})", text::access(access), text::evidence(evidence)),
            );
        }
    }
}

/// A text that cannot end its table cell.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
