//! What a team asks of its code: the part of `tightrope.toml` that the gate reads.

use std::collections::BTreeMap;

use globset::{Glob, GlobBuilder, GlobMatcher};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de};

use super::{Check, Severity, named};
use crate::algebra::Glob as Wildcards;
use crate::iam::{AccountId, ActionPattern, ResourcePattern, Version};

/// What is asked of the code.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The least severity of a finding that fails the check.
    #[serde(deserialize_with = "failing")]
    pub fail_on: Severity,
    /// How much findings of a check matter, by its id.
    #[serde(deserialize_with = "severities")]
    pub severity: BTreeMap<&'static str, Severity>,
    /// How many actions that are not in use a role may have.
    pub unused: usize,
    /// Requests that nothing may grant.
    pub not_granted: Vec<NotGranted>,
    /// What is otherwise for some files or roles. The last one that fits holds.
    #[serde(rename = "path")]
    pub paths: Vec<PathRule>,
    /// Findings that are accepted for a time.
    #[serde(rename = "waiver")]
    pub waivers: Vec<Waiver>,
    /// The file of findings that are accepted until they are mended.
    pub baseline: Option<String>,
    /// Values of parameters of templates.
    pub parameters: BTreeMap<String, String>,
    /// The Region of the deployment.
    pub region: Option<String>,
    /// The account of the deployment.
    #[serde(deserialize_with = "account")]
    pub account: Option<AccountId>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            fail_on: Severity::Error,
            severity: BTreeMap::new(),
            unused: 0,
            not_granted: Vec::new(),
            paths: Vec::new(),
            waivers: Vec::new(),
            baseline: None,
            parameters: BTreeMap::new(),
            region: None,
            account: None,
        }
    }
}

/// Requests that nothing may grant: any of these actions on any of these resources.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotGranted {
    /// Patterns of actions.
    #[serde(deserialize_with = "actions")]
    pub actions: Vec<ActionPattern>,
    /// Patterns of resources: every one, unless it is said.
    #[serde(default = "everything", deserialize_with = "resources")]
    pub resources: Vec<ResourcePattern>,
    /// Why, for whoever meets the finding.
    #[serde(default)]
    pub reason: String,
}

/// What is otherwise for some files, or some roles.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathRule {
    /// Which files: `legacy/**`. All, unless it is said.
    #[serde(default)]
    pub paths: Vec<PathPattern>,
    /// Which roles, by name or what the file calls them; `*` and `?` as in a policy. All, unless it is said.
    #[serde(default)]
    pub role: Option<String>,
    /// How much findings of a check matter there.
    #[serde(default, deserialize_with = "severities")]
    pub severity: BTreeMap<&'static str, Severity>,
    /// How many actions that are not in use a role there may have.
    #[serde(default)]
    pub unused: Option<usize>,
}

/// Accepts findings of a check for a time.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The check.
    #[serde(deserialize_with = "of_a_check")]
    pub check: &'static Check,
    /// In which files; in all, unless it is said.
    #[serde(default)]
    pub paths: Vec<PathPattern>,
    /// Of which role, by its name or what the file calls it; `*` and `?` as in a policy. Of all, unless it is said.
    #[serde(default)]
    pub role: Option<String>,
    /// Who answers for it.
    #[serde(deserialize_with = "told")]
    pub owner: String,
    /// Why it is accepted.
    #[serde(deserialize_with = "told")]
    pub reason: String,
    /// The last day on which it holds.
    #[serde(deserialize_with = "day")]
    pub expires: Date,
}

/// A pattern of paths, as `.gitignore` has them: `*` within a folder's name, `**` across folders.
#[derive(Clone, Debug)]
pub struct PathPattern(GlobMatcher);

impl PathPattern {
    /// Whether a path, with `/` between its parts, is meant.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.0.is_match(path.trim_start_matches("./"))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.glob().glob()
    }
}

impl Settings {
    /// How much a finding of this check in this file, about this role, matters.
    #[must_use]
    pub fn severity_of(&self, check: &Check, file: &str, role: Option<&str>) -> Severity {
        let rules = self.paths.iter().rev();
        let of_rules = rules.filter(|rule| rule.is_of(file) && rule.is_about(role));
        let of_rules = of_rules.filter_map(|rule| rule.severity.get(check.id));
        let mut said = of_rules.chain(self.severity.get(check.id));
        said.next().copied().unwrap_or(check.severity)
    }

    /// Whether a finding of this check in this file may matter.
    #[must_use]
    pub fn asks(&self, check: &Check, file: &str) -> bool {
        let of_file = self.paths.iter().filter(|rule| rule.is_of(file));
        let mut said = of_file.filter_map(|rule| rule.severity.get(check.id));
        let base = self.severity_of(check, file, None);
        base > Severity::Off || said.any(|severity| *severity > Severity::Off)
    }

    /// How many actions that are not in use a role of this file may have.
    #[must_use]
    pub fn unused_in(&self, file: &str, role: &str) -> usize {
        let rules = self.paths.iter().rev();
        let mut of_rules = rules
            .filter(|rule| rule.is_of(file) && rule.is_about(Some(role)))
            .filter_map(|rule| rule.unused);
        of_rules.next().unwrap_or(self.unused)
    }
}

impl PathRule {
    fn is_of(&self, file: &str) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|path| path.matches(file))
    }

    fn is_about(&self, role: Option<&str>) -> bool {
        let pattern = self.role.as_ref().map(|role| Wildcards::wildcards(role));
        pattern.is_none_or(|pattern| role.is_some_and(|role| pattern.matches(role)))
    }
}

fn of_a_check<'de, D: Deserializer<'de>>(given: D) -> Result<&'static Check, D::Error> {
    named(&String::deserialize(given)?).map_err(de::Error::custom)
}

fn severities<'de, D: Deserializer<'de>>(
    given: D,
) -> Result<BTreeMap<&'static str, Severity>, D::Error> {
    let said = BTreeMap::<String, Severity>::deserialize(given)?;
    let known = |(id, severity): (String, Severity)| {
        Ok((named(&id).map_err(de::Error::custom)?.id, severity))
    };
    said.into_iter().map(known).collect()
}

fn failing<'de, D: Deserializer<'de>>(given: D) -> Result<Severity, D::Error> {
    match Severity::deserialize(given)? {
        Severity::Off => Err(de::Error::custom("it is one of `note`, `warning`, `error`")),
        severity => Ok(severity),
    }
}

fn told<'de, D: Deserializer<'de>>(given: D) -> Result<String, D::Error> {
    let text = String::deserialize(given)?;
    match text.trim() {
        "" => Err(de::Error::custom(
            "a waiver says who answers for it, and why",
        )),
        said => Ok(said.to_owned()),
    }
}

/// A day of TOML, or its text.
fn day<'de, D: Deserializer<'de>>(given: D) -> Result<Date, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Day {
        Toml(toml::value::Datetime),
        Text(String),
    }
    let text = match Day::deserialize(given)? {
        Day::Toml(day) => day.to_string(),
        Day::Text(text) => text,
    };
    text.parse()
        .map_err(|_| de::Error::custom(format!("`{text}` is no day; write it as 2027-01-31")))
}

fn account<'de, D: Deserializer<'de>>(given: D) -> Result<Option<AccountId>, D::Error> {
    let text = String::deserialize(given)?;
    text.parse().map(Some).map_err(de::Error::custom)
}

fn actions<'de, D: Deserializer<'de>>(given: D) -> Result<Vec<ActionPattern>, D::Error> {
    let texts = Vec::<String>::deserialize(given)?;
    let read = |text: String| text.parse().map_err(de::Error::custom);
    texts.into_iter().map(read).collect()
}

fn resources<'de, D: Deserializer<'de>>(given: D) -> Result<Vec<ResourcePattern>, D::Error> {
    let texts = Vec::<String>::deserialize(given)?;
    let read = |text: &String| ResourcePattern::parse(text, Version::V2008);
    Ok(texts.iter().map(read).collect())
}

fn everything() -> Vec<ResourcePattern> {
    vec![ResourcePattern::any()]
}

impl<'de> Deserialize<'de> for PathPattern {
    fn deserialize<D: Deserializer<'de>>(given: D) -> Result<Self, D::Error> {
        let text = String::deserialize(given)?;
        let folder = text.strip_suffix('/').map(|folder| format!("{folder}/**"));
        let text = folder.as_deref().unwrap_or(&text);
        let built: Result<Glob, _> = GlobBuilder::new(text.trim_start_matches("./"))
            .literal_separator(true)
            .build();
        let glob = built.map_err(de::Error::custom)?;
        Ok(PathPattern(glob.compile_matcher()))
    }
}
