//! The gate over texts, on a day that does not pass.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use tightrope::config::Config;
use tightrope::gate::{Checked, Inspection, Settings, inspect};
use tightrope::iac::{Found, Given, read};

const TODAY: Date = date(2026, 11, 28);

/// What `tightrope.toml` says.
pub(crate) fn settings(text: &str) -> Settings {
    let config = Config::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    config.check
}

/// What is found in files, and what they may do that they could not before.
pub(crate) fn inspected(
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
