//! The gate over texts, on a day that does not pass.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use tightrope::algebra::Witness;
use tightrope::catalog::Catalog;
use tightrope::config::Config;
use tightrope::evaluation::{Granted, NamedPolicy, Reading};
use tightrope::gate::{Checked, Inspection, Settings, inspect};
use tightrope::iac::{Found, Given, read};
use tightrope::iam::Policy;

pub(crate) const TODAY: Date = date(2026, 11, 28);

/// What `tightrope.toml` says.
pub(crate) fn settings(text: &str) -> Settings {
    let config = Config::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    config.check
}

/// What is found in one file.
pub(crate) fn inspected(file: &str, text: &str, settings: &Settings) -> (Found, Checked) {
    let (mut found, checked) = all_inspected(&[(file, text)], None, settings);
    (found.remove(0), checked)
}

/// What is found in files, and what they may do that they could not before.
pub(crate) fn all_inspected(
    files: &[(&str, &str)],
    before: Option<&[(&str, &str)]>,
    settings: &Settings,
) -> (Vec<Found>, Checked) {
    let reading = |files: &[(&str, &str)]| -> Vec<Found> {
        let files = files.iter();
        files
            .map(|(name, text)| read(name, text, &Given::default()))
            .collect()
    };
    let found = reading(files);
    let before = before.map(reading);
    let texts: BTreeMap<_, _> = files
        .iter()
        .map(|(name, text)| ((*name).into(), (*text).into()))
        .collect();
    let checked = inspect(&Inspection {
        found: &found,
        texts: &texts,
        before: before.as_deref(),
        proposals: &[],
        settings,
        today: TODAY,
    });
    (found, checked)
}

/// Whether the policies of a file allow a request, all of them together.
pub(crate) fn allows(found: &Found, witness: &Witness) -> bool {
    let written = found.roles.iter().flat_map(|role| &role.inline);
    let mut policies: Vec<Policy> = written
        .chain(&found.policies)
        .map(|one| one.policy.clone())
        .collect();
    let attached = found.roles.iter().flat_map(|role| &role.attached);
    policies.extend(attached.filter_map(|one| {
        let text = Catalog::bundled().managed_policy(&one.aws_name()?)?;
        Policy::parse_text(text).ok()
    }));
    let named = policies.into_iter().map(|policy| NamedPolicy {
        name: String::new(),
        policy,
    });
    let granted = Granted::new(named.collect(), Reading::default());
    granted.grant().contains(&Witness {
        action: witness.action.to_lowercase(),
        ..witness.clone()
    })
}
