//! `not-covered.json`, which `tightrope account pull` writes beside the snapshot: what could not be read.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::iam::{Arn, RoleId};
use crate::lambda::{Unread, Whom};

/// The form of `not-covered.json`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Gaps {
    pub(crate) not_covered: Vec<NotCovered>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) out_of_scope: Vec<OutOfScope>,
}

/// A role that was not asked for. It stands in the snapshot all the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct OutOfScope {
    /// Its ARN.
    pub(crate) role: String,
    /// Why, in a sentence.
    pub(crate) why: String,
}

/// What could not be read of an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotCovered {
    /// In which Region; `None` for what is in none.
    pub region: Option<String>,
    /// What it is.
    pub what: Part,
    /// Of which function, rule, schedule or trail; `None` for a list of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Why, in a sentence.
    pub why: String,
}

/// What is read of an account, call by call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Part {
    /// All of it: nobody may read it.
    #[serde(rename = "the account")]
    Account,
    /// Roles and policies, as IAM has them.
    #[serde(rename = "roles and policies")]
    Roles,
    /// What IAM says that a role last accessed.
    #[serde(rename = "last access")]
    LastAccess,
    /// The functions of a Region.
    #[serde(rename = "functions")]
    Functions,
    /// What Lambda polls for the functions of a Region.
    #[serde(rename = "event source mappings")]
    EventSourceMappings,
    /// Where the results of a function go.
    #[serde(rename = "destinations")]
    Destinations,
    /// The URLs of a function.
    #[serde(rename = "URLs")]
    Urls,
    /// The rules of EventBridge in a Region.
    #[serde(rename = "rules")]
    Rules,
    /// What a rule invokes.
    #[serde(rename = "targets")]
    Targets,
    /// The schedules of EventBridge Scheduler in a Region.
    #[serde(rename = "schedules")]
    Schedules,
    /// When a schedule comes, and whom it invokes.
    #[serde(rename = "schedule")]
    Schedule,
    /// The trails that a Region knows.
    #[serde(rename = "trails")]
    Trails,
    /// What a trail records.
    #[serde(rename = "event selectors")]
    EventSelectors,
    /// Something that a later version reads.
    #[serde(other, rename = "something else")]
    Other,
}

impl NotCovered {
    /// What it is and where, and of how many others so too, without why.
    #[must_use]
    pub fn with_others(&self, others: usize) -> String {
        let (what, kind) = match self.what {
            Part::Account => ("the account", ""),
            Part::Roles => ("roles and policies", ""),
            Part::LastAccess => ("last access", "role "),
            Part::Functions => ("functions", ""),
            Part::EventSourceMappings => ("event source mappings", ""),
            Part::Destinations => ("destinations", "function "),
            Part::Urls => ("URLs", "function "),
            Part::Rules => ("rules", ""),
            Part::Targets => ("targets", "rule "),
            Part::Schedules if self.of.is_some() => ("the target", "schedule "),
            Part::Schedules => ("schedules", ""),
            Part::Schedule => ("the time", "schedule "),
            Part::Trails => ("trails", ""),
            Part::EventSelectors => ("event selectors", ""),
            Part::Other => ("something else", ""),
        };
        let of = self.of.iter().map(|of| format!(" of {kind}{of}"));
        let others = match others {
            0 => String::new(),
            1 => ", and of 1 other".to_owned(),
            more => format!(", and of {more} others"),
        };
        let within = self.region.iter().map(|region| format!(" in {region}"));
        let (of, within): (String, String) = (of.collect(), within.collect());
        format!("{what}{of}{others}{within}")
    }
}

impl fmt::Display for NotCovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_others(0))
    }
}

/// What the file beside a snapshot says; nothing when there is none.
///
/// # Errors
/// When it cannot be read: then it is not known what is not covered.
pub(super) fn beside(snapshot: &Path) -> Result<Gaps, String> {
    let path = snapshot.with_file_name("not-covered.json");
    let text = match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Gaps::default()),
        text => text.map_err(|error| error.to_string()),
    };
    let gaps = text.and_then(|text| {
        let gaps = serde_json::from_slice::<Gaps>(&text);
        gaps.map_err(|error| error.to_string())
    });
    gaps.map_err(|error| {
        let path = path.display();
        format!("{path}: {error}; what is not covered is not known")
    })
}

/// That a pull into the folder of a snapshot has not come to its end; `None` when it has, or there was none.
pub(super) fn unended(snapshot: &Path) -> Option<String> {
    let path = snapshot.with_file_name(".pull-in-progress");
    path.exists().then(|| {
        let path = path.display();
        format!("{path}: a pull was interrupted, and what stands here is of two times or in part")
    })
}

impl Gaps {
    /// The roles that were not asked for, each with why.
    pub(super) fn left_out(&self) -> BTreeMap<RoleId, String> {
        let each = self.out_of_scope.iter().filter_map(|out| {
            let arn: Arn = out.role.parse().ok()?;
            Some((RoleId::of(&arn).ok()?, out.why.clone()))
        });
        each.collect()
    }

    /// What it means for the functions' configuration.
    pub(super) fn unread(&self) -> Vec<Unread> {
        let each = self.not_covered.iter().filter_map(|gap| {
            let of = gap.whom()?;
            let words = format!("{gap} could not be read ({})", gap.why);
            Some(Unread { words, of })
        });
        each.collect()
    }
}

impl NotCovered {
    /// Whose configuration is not known for it; `None` if that of nobody.
    fn whom(&self) -> Option<Whom> {
        let region = self.region.clone().unwrap_or_default();
        match self.what {
            Part::Account | Part::Functions | Part::Other => Some(Whom::Anyone),
            Part::EventSourceMappings => Some(Whom::PolledIn(region)),
            Part::Destinations => Some(Whom::ResultsOf {
                function: self.of.clone().unwrap_or_default(),
                region,
            }),
            Part::Rules | Part::Targets | Part::Schedules => Some(Whom::InvokedIn(region)),
            // A URL asks nothing of a role, and of a schedule alone the list says whom it invokes.
            Part::Roles | Part::LastAccess | Part::Urls | Part::Schedule => None,
            Part::Trails | Part::EventSelectors => None,
        }
    }
}

/// A problem for each, and one for what was not asked for.
pub(super) fn problems(snapshot: &Path, gaps: &Gaps) -> Vec<String> {
    let path = snapshot.with_file_name("not-covered.json");
    let told =
        |gap: &NotCovered| format!("{}: {gap} could not be read: {}", path.display(), gap.why);
    let mut problems: Vec<_> = gaps.not_covered.iter().map(told).collect();
    let names = gaps.out_of_scope.iter().map(|out| {
        let name = out.role.rsplit('/').next();
        name.unwrap_or(&out.role)
    });
    let names: Vec<_> = names.collect();
    let some = names.iter().take(5).copied().collect::<Vec<_>>().join(", ");
    let more = match names.len().saturating_sub(5) {
        0 => String::new(),
        more => format!(" and {more} others"),
    };
    if !names.is_empty() {
        problems.push(format!(
            "{}: out of the scope of the pull, and without a proposal: {some}{more}",
            path.display()
        ));
    }
    problems
}
