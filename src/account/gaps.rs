//! `not-covered.json`, which `tightrope account pull` writes beside the snapshot: what could not be read.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;

#[derive(Deserialize)]
struct Gaps {
    not_covered: Vec<Gap>,
}

#[derive(Deserialize)]
struct Gap {
    what: String,
    region: Option<String>,
    why: String,
}

/// What the file beside a snapshot says, a problem each; nothing when there is none.
pub(super) fn beside(snapshot: &Path) -> Vec<String> {
    let path = snapshot.with_file_name("not-covered.json");
    let text = match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Vec::new(),
        text => text.map_err(|error| error.to_string()),
    };
    let gaps = text.and_then(|text| {
        let gaps = serde_json::from_slice::<Gaps>(&text);
        gaps.map_err(|error| error.to_string())
    });
    let path = path.display();
    match gaps {
        Ok(gaps) => {
            let told = |gap: &Gap| {
                let Gap { what, region, why } = gap;
                let within = region.iter().map(|region| format!(" in {region}"));
                let within: String = within.collect();
                format!("{path}: {what}{within} could not be read: {why}")
            };
            gaps.not_covered.iter().map(told).collect()
        }
        Err(error) => vec![format!("{path}: {error}; what is not covered is not known")],
    }
}
