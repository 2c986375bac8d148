//! Findings that are accepted until they are mended: the baseline file.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Finding, Severity, Standing};

/// Findings that are accepted until they are mended, as a file has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The version of this shape: 1.
    pub version: u32,
    /// What is accepted, by file.
    pub findings: Vec<Accepted>,
}

/// One finding that is accepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// The file, for a reader.
    pub file: String,
    /// The check, for a reader.
    pub check: String,
    /// What was found, for a reader.
    pub says: String,
    /// What it is known by.
    pub fingerprint: String,
}

impl Baseline {
    /// All that is found today, other than what waivers accept.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let accepted = |finding: &&Finding| {
            finding.severity > Severity::Note
                && !matches!(finding.standing, Standing::Waived { .. })
        };
        let mut accepted: Vec<_> = findings
            .iter()
            .filter(accepted)
            .map(|finding| Accepted {
                file: finding.place.file.to_string(),
                check: finding.check.id.to_owned(),
                says: finding.says.clone(),
                fingerprint: finding.fingerprint.clone(),
            })
            .collect();
        accepted.sort();
        Baseline {
            version: 1,
            findings: accepted,
        }
    }

    /// Reads a baseline file.
    ///
    /// # Errors
    /// What is wrong with it, with line and column.
    pub fn parse(text: &str) -> Result<Self, String> {
        let baseline: Baseline = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match baseline.version {
            1 => Ok(baseline),
            other => Err(format!(
                "it has version {other}, and this program knows version 1; write it again with `--update-baseline`"
            )),
        }
    }

    /// As a file has it.
    #[must_use]
    pub fn to_text(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        text + "\n"
    }

    /// Accepts what it has. Gives those that are mended, and can be taken out.
    pub fn accept(&self, findings: &mut [Finding]) -> Vec<&Accepted> {
        let has: BTreeSet<_> = self
            .findings
            .iter()
            .map(|one| one.fingerprint.as_str())
            .collect();
        let mut met = BTreeSet::new();
        for finding in findings {
            if has.contains(finding.fingerprint.as_str()) {
                met.insert(finding.fingerprint.clone());
                if finding.is_open() {
                    finding.standing = Standing::InBaseline;
                }
            }
        }
        let mended = self.findings.iter();
        mended
            .filter(|one| !met.contains(&one.fingerprint))
            .collect()
    }
}
