//! A shared role divided, for a reader and for a program.

use std::collections::BTreeSet;

use serde::Serialize;

use super::json::{printed, read, role as role_v1, service};
use super::json_v1::{FunctionV1, ReadV1, RoleV1, ServiceV1};
use super::terminal::{BOLD, DIM, GREEN, RED, YELLOW, line, quarantined, reading};
use super::view::{FunctionUse, Reading, RoleReport};
use super::{text, who, who_json};
use crate::catalog::Catalog;
use crate::diff::{Diff, diff};
use crate::iam::Role;
use crate::minimize::{Known, Part, Settings, VerifiedProposal, minimize};

/// The version of the shape that [`split_to_json`] prints.
const SCHEMA: &str = "tightrope/split/1";

/// How many services' losses and resources are shown before the rest is counted.
const SHOWN: usize = 6;

/// A shared role, and what each of its functions needs of it.
#[derive(Debug)]
pub struct SplitReport {
    /// The role as it is, with the smaller policy that its functions would go on sharing.
    pub shared: RoleReport,
    /// Its functions, in order.
    pub parts: Vec<PartReport>,
    /// What was read.
    pub reading: Reading,
}

/// A function of a shared role.
#[derive(Debug)]
pub struct PartReport {
    /// The function, and what was seen of it.
    pub function: FunctionUse,
    /// The role with the policy for this function alone.
    pub report: RoleReport,
    /// How much tighter that is than the smaller policy for all; `None` where one of them is missing.
    pub tighter: Option<Tighter>,
}

/// What a function's policy does not have and the smaller policy for all functions has.
#[derive(Debug)]
pub struct Tighter {
    /// Characters of that policy and of this one.
    pub characters: (usize, usize),
    /// Statements of that policy and of this one.
    pub statements: (usize, usize),
    /// What the function can no longer do, with requests that show it.
    pub diff: Diff,
    /// The patterns of resources that are not in its policy, sorted.
    pub resources: Vec<String>,
}

impl SplitReport {
    /// Puts the parts beside what their functions would go on sharing.
    #[must_use]
    pub fn new(
        role: &Role,
        known: &Known<'_>,
        (settings, parts): (&Settings, Vec<Part>),
        reading: Reading,
    ) -> Self {
        let shared = RoleReport::new(role, known, minimize(role, known, settings));
        let reading = Reading {
            quarantined: shared.quarantined(),
            ..reading
        };
        let part = |part: Part| {
            let its = known.clone().only(part.function.clone());
            let report = RoleReport::new(role, &its, part.result);
            PartReport {
                tighter: tighter(&shared, &report, known.catalog),
                function: FunctionUse {
                    function: part.function,
                    seen: part.seen,
                },
                report,
            }
        };
        SplitReport {
            parts: parts.into_iter().map(part).collect(),
            shared,
            reading,
        }
    }

    /// The name of the folder for each function: its own, and its Region where two share a name.
    #[must_use]
    pub fn folders(&self) -> Vec<String> {
        let name = |part: &PartReport| part.function.function.name().to_owned();
        let names: Vec<_> = self.parts.iter().map(name).collect();
        let folder = |(part, name): (&PartReport, &String)| {
            let same = names.iter().filter(|other| *other == name).count();
            match part.function.function.arn() {
                Some(arn) if same > 1 => format!("{name}-{}", arn.region()),
                _ => name.clone(),
            }
        };
        self.parts.iter().zip(&names).map(folder).collect()
    }
}

fn tighter(shared: &RoleReport, its: &RoleReport, catalog: &Catalog) -> Option<Tighter> {
    let (all, one) = (shared.verdict.proposal()?, its.verdict.proposal()?);
    let of = |proposal: &VerifiedProposal| proposal.proposed().grant();
    let diff = diff(&of(all), &of(one), catalog, &its.setting(one));
    let kept = resources(one);
    let gone = resources(all).into_iter().filter(|one| !kept.contains(one));
    Some(Tighter {
        characters: (
            all.layout().size().characters(),
            one.layout().size().characters(),
        ),
        statements: (statements(all), statements(one)),
        diff,
        resources: gone.collect(),
    })
}

fn statements(proposal: &VerifiedProposal) -> usize {
    let documents = proposal.layout().documents().iter();
    documents.map(|document| document.statements.len()).sum()
}

fn resources(proposal: &VerifiedProposal) -> BTreeSet<String> {
    let documents = proposal.layout().documents().iter();
    let statements = documents.flat_map(|document| &document.statements);
    statements
        .flat_map(|kept| text::resources(&kept.statement))
        .collect()
}

/// For a reader at a terminal.
#[must_use]
pub fn split_to_terminal(report: &SplitReport) -> String {
    let mut out = String::new();
    let (role, seen) = (&report.shared.role, &report.shared.seen);
    line(
        &mut out,
        format_args!("{BOLD}{}{BOLD:#}  {DIM}{}{DIM:#}", role.id.name(), role.arn),
    );
    seen.quarantined
        .iter()
        .for_each(|outside| quarantined(&mut out, outside));
    line(
        &mut out,
        format_args!("  shared      {}", whole(&report.shared)),
    );
    line(&mut out, format_args!("  unknown     {}", unknown(report)));
    for part in &report.parts {
        line(
            &mut out,
            format_args!(
                "\n  {BOLD}function{BOLD:#}    {}",
                who::function(&part.function)
            ),
        );
        of_part(&mut out, part);
    }
    out.push('\n');
    reading(&mut out, &report.reading);
    out
}

fn whole(report: &RoleReport) -> String {
    match report.verdict.proposal() {
        Some(proposal) => format!(
            "one policy for all would have {} characters in {}",
            proposal.layout().size(),
            text::plural(statements(proposal), "statement")
        ),
        None => "there is no policy for all".to_owned(),
    }
}

fn unknown(report: &SplitReport) -> String {
    let seen = &report.shared.seen;
    match seen.calls_of_no_function() {
        0 => format!("none of {}", text::plural_of(seen.calls, "call")),
        unknown => format!(
            "of {} of {} ({:.1} %) nothing tells the function: what they need goes to all",
            text::count(unknown),
            text::plural_of(seen.calls, "call"),
            seen.percent_of_no_function()
        ),
    }
}

fn of_part(out: &mut String, part: &PartReport) {
    let (Some(proposal), Some(tighter)) = (part.report.verdict.proposal(), &part.tighter) else {
        let why = match &part.report.verdict {
            super::Verdict::None(why) => why.to_string(),
            _ => "there is no policy for all to compare it with".to_owned(),
        };
        return line(out, format_args!("    {YELLOW}no policy{YELLOW:#}   {why}"));
    };
    let (of_all, its) = tighter.statements;
    line(
        out,
        format_args!(
            "    {GREEN}policy{GREEN:#}      {} characters in {}: {}, {of_all} statements before and {its} now",
            proposal.layout().size(),
            text::placement(proposal.layout()),
            fewer(tighter.characters),
        ),
    );
    for loss in tighter.diff.lost.iter().take(SHOWN) {
        let example = loss
            .example()
            .map(|lost| format!(", e.g. {} on {}", lost.action, lost.witness.resource));
        line(
            out,
            format_args!(
                "    {RED}- not{RED:#}       {} {}{DIM}{}{DIM:#}",
                loss.service,
                text::loss(loss),
                example.unwrap_or_default()
            ),
        );
    }
    if tighter.diff.lost.len() > SHOWN {
        let more = text::plural(tighter.diff.lost.len() - SHOWN, "more service");
        line(out, format_args!("    {DIM}- not       of {more}{DIM:#}"));
    }
    for resource in tighter.resources.iter().take(SHOWN) {
        line(
            out,
            format_args!("    {RED}- not{RED:#}       on {resource}"),
        );
    }
    if tighter.resources.len() > SHOWN {
        let more = text::plural(tighter.resources.len() - SHOWN, "more resource");
        line(out, format_args!("    {DIM}- not       on {more}{DIM:#}"));
    }
    line(
        out,
        format_args!("    proof       {}", text::proof(proposal)),
    );
}

fn fewer((all, one): (usize, usize)) -> String {
    match all.checked_sub(one) {
        Some(fewer) => format!("{} fewer than all", text::size_count(fewer)),
        None => format!("{} more than all", text::size_count(one - all)),
    }
}

#[derive(Serialize)]
struct SplitV1 {
    schema: &'static str,
    /// The role with the one policy that its functions would go on sharing.
    shared: RoleV1,
    /// Calls that count.
    calls: u64,
    /// Those of which nothing tells the function.
    calls_of_no_function: u64,
    parts: Vec<PartV1>,
    read: ReadV1,
}

#[derive(Serialize)]
struct PartV1 {
    function: FunctionV1,
    /// The name of its folder under `--out`.
    folder: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tighter: Option<TighterV1>,
    /// As in `tightrope/propose/1`.
    role: RoleV1,
}

#[derive(Serialize)]
struct TighterV1 {
    characters_of_all: usize,
    characters: usize,
    statements_of_all: usize,
    statements: usize,
    lost: Vec<ServiceV1>,
    resources_lost: Vec<String>,
}

/// For a program, `tightrope/split/1`.
#[must_use]
pub fn split_to_json(report: &SplitReport) -> String {
    let parts = report.parts.iter().zip(report.folders());
    printed(&SplitV1 {
        schema: SCHEMA,
        shared: role_v1(&report.shared),
        calls: report.shared.seen.calls,
        calls_of_no_function: report.shared.seen.calls_of_no_function(),
        parts: parts
            .map(|(part, folder)| PartV1 {
                function: who_json::function(&part.function),
                folder,
                tighter: part.tighter.as_ref().map(tighter_v1),
                role: role_v1(&part.report),
            })
            .collect(),
        read: read(&report.reading),
    })
}

fn tighter_v1(tighter: &Tighter) -> TighterV1 {
    TighterV1 {
        characters_of_all: tighter.characters.0,
        characters: tighter.characters.1,
        statements_of_all: tighter.statements.0,
        statements: tighter.statements.1,
        lost: tighter.diff.lost.iter().map(service).collect(),
        resources_lost: tighter.resources.clone(),
    }
}
