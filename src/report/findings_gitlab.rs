//! Findings as GitLab's code quality report, which a merge request shows.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::collections::BTreeMap;

use ring::digest::{SHA256, digest};
use serde::Serialize;

use crate::gate::{Checked, Finding, Severity};
use crate::iac::{Place, Problem};
use crate::text::Texts;

use super::findings::{Places, UNREADABLE, open, particulars, path, visible};

#[derive(Serialize)]
struct Issue<'c> {
    description: String,
    check_name: &'c str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// The open findings, and what could not be read.
#[must_use]
pub fn findings_to_gitlab(checked: &Checked, sources: &Texts) -> String {
    let places = Places::new(sources);
    let mut same = BTreeMap::new();
    let problems = checked.problems.iter();
    let problems = problems.map(|problem| {
        let number = same
            .entry((&problem.place.file, &problem.rule))
            .or_insert(0);
        *number += 1;
        unreadable(problem, *number, &places)
    });
    let findings = open(checked).map(|finding| issue(finding, &places));
    let issues: Vec<_> = problems.chain(findings).collect();
    // Texts, numbers and lists of them are JSON whatever they hold.
    let mut text = serde_json::to_string_pretty(&issues).unwrap_or_default();
    text.push('\n');
    text
}

fn issue(finding: &Finding, places: &Places<'_>) -> Issue<'static> {
    let mut description = visible(&finding.says);
    for (name, text) in particulars(finding) {
        description += &format!("; {name}: {}", visible(&text));
    }
    Issue {
        description,
        check_name: finding.check.id,
        fingerprint: finding.fingerprint.clone(),
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note | Severity::Off => "info",
        },
        location: location(&finding.place, places),
    }
}

fn unreadable(problem: &Problem, number: usize, places: &Places<'_>) -> Issue<'static> {
    // Of two issues with one fingerprint GitLab shows one.
    let told = format!("{}\n{}\n{number}", problem.place.file, problem.rule);
    let digest = digest(&SHA256, told.as_bytes());
    let half = digest.as_ref().iter().take(16);
    Issue {
        description: format!("could not be read: {}", visible(&problem.rule)),
        check_name: UNREADABLE,
        fingerprint: half.map(|byte| format!("{byte:02x}")).collect(),
        severity: "blocker",
        location: location(&problem.place, places),
    }
}

fn location(place: &Place, places: &Places<'_>) -> Location {
    Location {
        path: path(&place.file),
        lines: Lines {
            begin: places.of(place).0.line,
        },
    }
}
