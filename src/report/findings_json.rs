//! Findings for programs.
//!
//! The shape is a contract: a later version may add keys, and one that changes or removes any has another number.

use serde::Serialize;
use serde_json::Value;

use crate::gate::{Checked, Edit, Finding, Standing};
use crate::iac::{Place, Problem};
use crate::text::Texts;

use super::compared_json::witness_json;
use super::findings::{Places, accepted, all, counts};

/// The name of the shape that [`findings_to_json`] prints.
pub const CHECK_SCHEMA: &str = "tightrope/check/1";

/// `fails` says whether the check fails: whether an open finding is at least as severe as `fails_on`.
#[derive(Serialize)]
struct ReportV1 {
    schema: &'static str,
    version: u32,
    fails: bool,
    fails_on: &'static str,
    looked_at: LookedV1,
    counts: CountsV1,
    findings: Vec<FindingV1>,
    problems: Vec<ProblemV1>,
}

/// `unknown` counts parts of policies that are not known before deployment.
#[derive(Serialize)]
struct LookedV1 {
    files: usize,
    roles: usize,
    policies: usize,
    functions: usize,
    unknown: usize,
}

/// Open findings by severity, and all that were accepted.
#[derive(Serialize)]
struct CountsV1 {
    error: usize,
    warning: usize,
    note: usize,
    accepted: usize,
}

/// `standing` is `open`, `in_baseline` or `waived`; `fingerprint` stays the same when lines move.
#[derive(Serialize)]
struct FindingV1 {
    check: &'static str,
    severity: &'static str,
    says: String,
    place: PlaceV1,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    granted: Option<String>,
    /// `{"action", "resource", "context"}`, as `tightrope diff` has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixV1>,
    about: String,
    standing: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<WaiverV1>,
    fingerprint: String,
}

/// Lines and columns are counted from 1, columns in characters; the end is after the last one, and absent where only the
/// beginning is known.
#[derive(Serialize)]
struct PlaceV1 {
    file: String,
    line: usize,
    column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cdk_path: Option<String>,
}

#[derive(Serialize)]
struct FixV1 {
    says: String,
    edits: Vec<EditV1>,
}

/// Bytes of the file's text, from 0, that `text` replaces.
#[derive(Serialize)]
struct EditV1 {
    file: String,
    start: usize,
    end: usize,
    text: String,
}

#[derive(Serialize)]
struct WaiverV1 {
    owner: String,
    reason: String,
    expires: String,
}

#[derive(Serialize)]
struct ProblemV1 {
    place: PlaceV1,
    says: String,
}

/// All findings, open and accepted, in the order of their places.
#[must_use]
pub fn findings_to_json(checked: &Checked, sources: &Texts) -> String {
    let places = Places::new(sources);
    let looked = &checked.looked;
    let [error, warning, note] = counts(checked);
    let report = ReportV1 {
        schema: CHECK_SCHEMA,
        version: 1,
        fails: checked.fails(),
        fails_on: checked.fails_on.name(),
        looked_at: LookedV1 {
            files: looked.files,
            roles: looked.roles,
            policies: looked.policies,
            functions: looked.functions,
            unknown: looked.unknown,
        },
        counts: CountsV1 {
            error,
            warning,
            note,
            accepted: accepted(checked),
        },
        findings: all(checked)
            .map(|finding| found(finding, &places))
            .collect(),
        problems: checked
            .problems
            .iter()
            .map(|problem| unreadable(problem, &places))
            .collect(),
    };
    // Texts, numbers and lists of them are JSON whatever they hold.
    let mut text = serde_json::to_string_pretty(&report).unwrap_or_default();
    text.push('\n');
    text
}

fn found(finding: &Finding, places: &Places<'_>) -> FindingV1 {
    FindingV1 {
        check: finding.check.id,
        severity: finding.severity.name(),
        says: finding.says.clone(),
        place: placed(&finding.place, places),
        role: finding.role.clone(),
        function: finding.function.clone(),
        granted: finding.granted.clone(),
        witness: finding.witness.as_ref().map(witness_json),
        fix: finding.fix.as_ref().map(|fix| FixV1 {
            says: fix.says.clone(),
            edits: fix.edits.iter().map(edit).collect(),
        }),
        about: finding.about.clone(),
        standing: match finding.standing {
            Standing::Open => "open",
            Standing::InBaseline => "in_baseline",
            Standing::Waived { .. } => "waived",
        },
        waiver: waiver(&finding.standing),
        fingerprint: finding.fingerprint.clone(),
    }
}

fn waiver(standing: &Standing) -> Option<WaiverV1> {
    match standing {
        Standing::Waived {
            owner,
            reason,
            expires,
        } => Some(WaiverV1 {
            owner: owner.clone(),
            reason: reason.clone(),
            expires: expires.to_string(),
        }),
        Standing::Open | Standing::InBaseline => None,
    }
}

fn edit(edit: &Edit) -> EditV1 {
    EditV1 {
        file: edit.file.to_string(),
        start: edit.span.start,
        end: edit.span.end,
        text: edit.text.clone(),
    }
}

fn unreadable(problem: &Problem, places: &Places<'_>) -> ProblemV1 {
    ProblemV1 {
        place: placed(&problem.place, places),
        says: problem.rule.clone(),
    }
}

fn placed(place: &Place, places: &Places<'_>) -> PlaceV1 {
    let (begins, ends) = places.of(place);
    PlaceV1 {
        file: place.file.to_string(),
        line: begins.line,
        column: begins.column,
        end_line: ends.map(|ends| ends.line),
        end_column: ends.map(|ends| ends.column),
        resource: place.resource.as_ref().map(ToString::to_string),
        cdk_path: place.cdk_path.as_ref().map(ToString::to_string),
    }
}
