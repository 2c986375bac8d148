//! The folder that `tightrope propose --out` writes, as evidence of what roles need.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::gate::Proposed;
use crate::iam::{NotAnArn, Policy, RoleId};

/// Why a proposal cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {what}", path.display())]
pub struct NotProposed {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub what: String,
}

/// What is read of `proposal.json`.
#[derive(Deserialize)]
struct File {
    role: String,
    proposal: Proposal,
}

#[derive(Deserialize)]
struct Proposal {
    documents: Vec<Document>,
    confidence: Confidence,
}

#[derive(Deserialize)]
struct Document {
    policy: Value,
}

#[derive(Deserialize)]
struct Confidence {
    days: usize,
}

/// The proposals of a folder: of each folder in it that has a `proposal.json`, and of it itself.
///
/// # Errors
/// When the folder cannot be read, a proposal is none, or there is none at all.
pub fn proposals(folder: &Path) -> Result<Vec<Proposed>, NotProposed> {
    let not = |path: &Path, what: String| NotProposed {
        path: path.to_owned(),
        what,
    };
    let entries = std::fs::read_dir(folder).map_err(|error| not(folder, error.to_string()))?;
    let mut folders: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    folders.push(folder.to_owned());
    folders.sort();
    let mut found = Vec::new();
    for path in folders.iter().map(|folder| folder.join("proposal.json")) {
        if !path.is_file() {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(|error| not(&path, error.to_string()))?;
        found.push(proposed(&text, &path).map_err(|what| not(&path, what))?);
    }
    match found.is_empty() {
        true => Err(not(
            folder,
            "no folder in it has a `proposal.json`; `tightrope propose --out DIR` writes them"
                .to_owned(),
        )),
        false => Ok(found),
    }
}

fn proposed(text: &str, path: &Path) -> Result<Proposed, String> {
    let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let role = file.role.parse().and_then(|arn| RoleId::of(&arn));
    let documents = file.proposal.documents.iter();
    let policies = documents.map(|document| Policy::parse(&document.policy));
    Ok(Proposed {
        role: role.map_err(|error: NotAnArn| error.to_string())?,
        policies: policies
            .collect::<Result<_, _>>()
            .map_err(|error| error.to_string())?,
        days: file.proposal.confidence.days,
        found_in: path.display().to_string(),
    })
}
