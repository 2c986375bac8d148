//! The gate: what infrastructure code grants that it should not.
//!
//! A [`Check`] is a value: what should hold, and why. What does not hold is a [`Finding`], with its place, a request that is
//! possible and should not be, and the smallest change that mends it. Nothing here touches a file: what is found in files comes
//! from [`crate::iac`], and what is printed is [`crate::report`]'s.

mod actions;
mod baseline;
mod changes;
mod check;
mod edit;
mod escalation;
mod finding;
mod findings;
mod fix;
mod forbidden;
mod functions;
mod inspection;
mod limits;
mod missing;
mod nothing;
mod pairs;
mod redundant;
mod resources;
mod roles;
mod scene;
mod secrets;
mod settings;
mod statements;
mod symbols;
mod unused;
mod waivers;

pub use baseline::{Accepted, Baseline};
pub use check::{CHECKS, Check, check, named};
pub use edit::edited;
pub use finding::{Edit, Finding, Fix, Severity, Standing};
pub use fix::{Mended, mend};
pub use inspection::{Inspection, inspect};
pub use settings::{NotGranted, PathPattern, PathRule, Settings, Waiver};
pub use unused::Proposed;

use crate::iac::Problem;

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Files that hold roles, policies or functions.
    pub files: usize,
    /// Roles, users and groups.
    pub roles: usize,
    /// Policies.
    pub policies: usize,
    /// Functions.
    pub functions: usize,
    /// Parts of policies that are not known before something is deployed.
    pub unknown: usize,
}

/// What a check of some files came to.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What was found, by place.
    pub findings: Vec<Finding>,
    /// What could not be read: policies in it were not checked.
    pub problems: Vec<Problem>,
    /// What was looked at.
    pub looked: Looked,
    /// The least severity of an open finding that fails the check.
    pub fails_on: Severity,
}

impl Checked {
    /// Whether a finding is open that fails the check.
    #[must_use]
    pub fn fails(&self) -> bool {
        let mut open = self.findings.iter().filter(|finding| finding.is_open());
        open.any(|finding| finding.severity >= self.fails_on)
    }
}
