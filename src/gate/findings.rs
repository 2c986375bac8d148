//! Findings as they are made.

use std::collections::HashMap;

use super::{Finding, Fix, Settings, Severity, Standing, check};
use crate::algebra::Witness;
use crate::catalog::Catalog;
use crate::iac::Place;

/// The findings so far.
pub(super) struct Findings<'s> {
    settings: &'s Settings,
    list: Vec<Finding>,
}

/// What a check says of a place.
pub(super) struct Says<'p> {
    pub(super) place: &'p Place,
    /// What is so.
    pub(super) says: String,
    /// What it is about, in words that stay the same when lines move.
    pub(super) about: String,
    pub(super) role: Option<String>,
    pub(super) function: Option<String>,
    pub(super) granted: Option<String>,
    pub(super) witness: Option<Witness>,
    pub(super) fix: Option<Fix>,
}

impl<'p> Says<'p> {
    pub(super) fn at(place: &'p Place, says: String) -> Self {
        Says {
            place,
            about: String::new(),
            says,
            role: None,
            function: None,
            granted: None,
            witness: None,
            fix: None,
        }
    }
}

impl Fix {
    /// Something to do by hand.
    pub(super) fn by_hand(says: impl Into<String>) -> Option<Self> {
        Some(Fix {
            says: says.into(),
            edits: Vec::new(),
        })
    }
}

impl<'s> Findings<'s> {
    pub(super) fn new(settings: &'s Settings) -> Self {
        Findings {
            settings,
            list: Vec::new(),
        }
    }

    pub(super) fn settings(&self) -> &'s Settings {
        self.settings
    }

    /// Whether a check is looked for in a file.
    pub(super) fn asks(&self, id: &str, file: &str) -> bool {
        check(id).is_some_and(|check| self.settings.asks(check, file))
    }

    /// Adds what a check found, with the severity that is set for it.
    pub(super) fn add(&mut self, id: &'static str, says: Says<'_>) {
        self.add_at_most(id, Severity::Error, says);
    }

    /// Adds what a check found, and does not matter more than this.
    pub(super) fn add_at_most(&mut self, id: &'static str, most: Severity, says: Says<'_>) {
        let Some(check) = check(id) else { return };
        let (file, role) = (&says.place.file, says.role.as_deref());
        let severity = self.settings.severity_of(check, file, role).min(most);
        if severity == Severity::Off {
            return;
        }
        self.list.push(Finding {
            check,
            severity,
            place: says.place.clone(),
            role: says.role,
            function: says.function,
            about: says.about,
            says: says.says,
            granted: says.granted,
            witness: says.witness.map(spelt),
            fix: says.fix,
            standing: Standing::Open,
            fingerprint: String::new(),
        });
    }

    /// All of them by place, each with its fingerprint.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        self.list.sort_by(|left, right| {
            let key = |finding: &Finding| (finding.place.clone(), finding.check.id);
            (key(left), &left.says).cmp(&(key(right), &right.says))
        });
        let mut seen: HashMap<Vec<u8>, usize> = HashMap::new();
        for finding in &mut self.list {
            let of = what_it_is_of(finding);
            let before = seen.entry(of.clone()).or_default();
            finding.fingerprint = digest(&of, *before);
            *before += 1;
        }
        self.list
    }
}

/// The first of some names, and how many more there are.
pub(super) fn shortened(names: &[String], shown: usize) -> String {
    match names.len() {
        few if few <= shown => names.join(", "),
        many => format!("{} and {} more", names[..shown].join(", "), many - shown),
    }
}

/// The request with its action as AWS writes it.
fn spelt(witness: Witness) -> Witness {
    let action = witness.action.parse().ok();
    let facts = action.and_then(|action| Catalog::bundled().action(&action));
    Witness {
        action: facts.map_or_else(|| witness.action.clone(), |facts| facts.action.to_string()),
        ..witness
    }
}

/// The check, the file, the resource and what it is about; not the line.
fn what_it_is_of(finding: &Finding) -> Vec<u8> {
    let resource = finding.place.resource.as_deref().unwrap_or_default();
    let parts = [
        finding.check.id,
        &finding.place.file,
        resource,
        finding.role.as_deref().unwrap_or_default(),
        finding.function.as_deref().unwrap_or_default(),
        &finding.about,
    ];
    parts.join("\0").into_bytes()
}

fn digest(of: &[u8], before: usize) -> String {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    context.update(of);
    context.update(&before.to_le_bytes());
    let bytes = context.finish();
    let half = bytes.as_ref().iter().take(16);
    half.map(|byte| format!("{byte:02x}")).collect()
}
