//! What a check found, and where.

use std::fmt;

use super::check::Check;
use crate::algebra::Witness;
use crate::iac::Place;
use crate::text::Span;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Not looked for.
    Off,
    /// Something to know.
    Note,
    /// Something to look at.
    Warning,
    /// Something to act on.
    Error,
}

impl Severity {
    /// Its name, as it is written in `tightrope.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Off => "off",
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A change of a file's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file, as places call it.
    pub file: std::sync::Arc<str>,
    /// What is replaced.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

/// What would mend a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fix {
    /// In words, as something to do.
    pub says: String,
    /// As changes of the file that can be made without asking: proved to take nothing away that is in use. Empty when there are
    /// none.
    pub edits: Vec<Edit>,
}

/// Something that should not be so.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The check that found it.
    pub check: &'static Check,
    /// How much it matters here.
    pub severity: Severity,
    /// Where it stands.
    pub place: Place,
    /// The role, user or group that it is about, as a reader calls it.
    pub role: Option<String>,
    /// The function that it is about.
    pub function: Option<String>,
    /// What is so, in a sentence without its full stop.
    pub says: String,
    /// What is granted there, as it is written.
    pub granted: Option<String>,
    /// A request that is possible and should not be.
    pub witness: Option<Witness>,
    /// What would mend it.
    pub fix: Option<Fix>,
    /// What it is about, in words that stay the same when lines move.
    pub about: String,
    /// Whether it stands, or somebody has accepted it.
    pub standing: Standing,
    /// What tells it from every other finding, and stays the same when lines move: 32 hexadecimal digits.
    pub fingerprint: String,
}

/// Whether a finding stands, or somebody has accepted it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It stands.
    Open,
    /// It is among those that the baseline file accepts.
    InBaseline,
    /// A waiver accepts it.
    Waived {
        /// Who answers for that.
        owner: String,
        /// Why.
        reason: String,
        /// The last day on which the waiver holds.
        expires: jiff::civil::Date,
    },
}

impl Finding {
    /// Whether nobody has accepted it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.standing == Standing::Open
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding {
            place,
            severity,
            check,
            says,
            ..
        } = self;
        write!(f, "{place}: {severity}[{}]: {says}", check.id)
    }
}
