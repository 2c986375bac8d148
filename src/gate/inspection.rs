//! Everything that is checked, in order.

use jiff::civil::Date;

use super::findings::Findings;
use super::scene::{Document, Holder, Scene};
use super::statements::Stated;
use super::waivers::{Beside, waive};
use super::{Checked, Looked, Proposed, Settings};
use super::{
    changes, escalation, forbidden, functions, missing, nothing, redundant, roles, statements,
    unused,
};
use crate::iac::{Found, Problem};
use crate::text::Texts;

/// What is checked, and by what.
#[derive(Clone, Copy, Debug)]
pub struct Inspection<'i> {
    /// What the files say.
    pub found: &'i [Found],
    /// The texts of these files.
    pub texts: &'i Texts,
    /// What they said before the change, if there was a before.
    pub before: Option<&'i [Found]>,
    /// What roles were seen to need.
    pub proposals: &'i [Proposed],
    /// What is asked of them.
    pub settings: &'i Settings,
    /// The day of the check.
    pub today: Date,
}

/// Checks what files say.
///
/// ```
/// # use std::collections::BTreeMap;
/// # use tightrope::gate::{Inspection, Settings, inspect};
/// # use tightrope::iac::{Given, read};
/// let text = r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::orders/*"}}"#;
/// let found = [read("policy.json", text, &Given::default())];
/// let texts = BTreeMap::from([("policy.json".into(), text.into())]);
/// let checked = inspect(&Inspection {
///     found: &found,
///     texts: &texts,
///     before: None,
///     proposals: &[],
///     settings: &Settings::default(),
///     today: "2026-11-28".parse()?,
/// });
/// assert_eq!(checked.findings[0].check.id, "no-wildcard-action");
/// assert!(checked.fails());
/// # Ok::<(), jiff::Error>(())
/// ```
#[must_use]
pub fn inspect(inspection: &Inspection<'_>) -> Checked {
    let Inspection {
        found,
        settings,
        today,
        ..
    } = *inspection;
    let scene = Scene::of(found);
    let mut findings = Findings::new(settings);
    for document in &scene.documents {
        check_document(document, &mut findings);
    }
    for holder in &scene.holders {
        check_holder(holder, inspection, &mut findings);
    }
    escalation::check_all(&scene.holders, &mut findings);
    for function in &scene.functions {
        functions::check_function(*function, today, &mut findings);
    }
    if let Some(before) = inspection.before {
        changes::check_all(&scene, &Scene::of(before), &mut findings);
    }
    let mut findings = findings.finish();
    let mut beside = Beside::default();
    found.iter().for_each(|found| beside.remarks(found));
    let texts = inspection.texts.iter();
    texts.for_each(|(file, text)| beside.comments(file, text));
    waive(&mut findings, &beside, today, settings);
    Checked {
        findings,
        problems: problems(found),
        looked: looked(found, &scene),
        fails_on: settings.fail_on,
    }
}

fn check_holder(holder: &Holder<'_>, inspection: &Inspection<'_>, findings: &mut Findings<'_>) {
    roles::check_role(holder, findings);
    redundant::check_role(holder, inspection.texts, findings);
    forbidden::check_role(holder, findings);
    missing::check_role(holder, findings);
    missing::check_guard(holder, findings);
    unused::check_role(holder, inspection.proposals, inspection.texts, findings);
}

fn check_document(document: &Document<'_>, findings: &mut Findings<'_>) {
    roles::managed_size(document.policy, findings);
    if document.is_alone {
        forbidden::check_document(document, findings);
    }
    if document.of_people {
        return;
    }
    for stated in Stated::all(document) {
        statements::check_statement(&stated, findings);
        nothing::check_statement(&stated, findings);
    }
}

fn problems(found: &[Found]) -> Vec<Problem> {
    let mut problems: Vec<_> = found
        .iter()
        .flat_map(|file| file.problems.iter().cloned())
        .collect();
    problems.sort();
    problems
}

fn looked(found: &[Found], scene: &Scene<'_>) -> Looked {
    let of = |count: fn(&Found) -> usize| found.iter().map(count).sum();
    let documents = scene.documents.iter();
    Looked {
        files: found.iter().filter(|file| file.form.is_some()).count(),
        roles: of(|file| file.roles.len()),
        policies: scene.documents.len(),
        functions: of(|file| file.functions.len()),
        unknown: documents
            .map(|document| document.policy.unknown.len())
            .sum(),
    }
}
