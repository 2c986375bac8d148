//! The folder of proposals: `<role>/policy.json`, `<role>/proposal.json`, `<role>/diff.md`.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;

use crate::iam::MANAGED_ATTACHMENTS;
use crate::minimize::VerifiedProposal;
use crate::report::{Report, RoleReport, role_to_json, role_to_markdown};

/// Writes the files of every role.
pub(super) fn write(folder: &Path, report: &Report) -> anyhow::Result<()> {
    let mut roles = report.roles.iter();
    roles.try_for_each(|role| write_role(&folder.join(role.role.id.name()), role))
}

/// Removes what an earlier run wrote for roles that are no longer there, or are not asked for. Other files are left alone.
#[cfg(feature = "aws")]
pub(super) fn remove_others(folder: &Path, report: &Report) -> anyhow::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.with_context(|| folder.display().to_string())?,
    };
    for entry in entries {
        let entry = entry.with_context(|| folder.display().to_string())?;
        let name = entry.file_name();
        let mut roles = report.roles.iter();
        if roles.any(|role| *role.role.id.name() == *name) || !entry.path().is_dir() {
            continue;
        }
        let policies = (0..MANAGED_ATTACHMENTS).map(policy_name);
        let others = ["proposal.json", "diff.md"].map(str::to_owned);
        let files: Vec<_> = policies.chain(others).collect();
        remove(&entry.path(), &files)?;
        // It stays when something else is in it.
        let _ = std::fs::remove_dir(entry.path());
    }
    Ok(())
}

/// Writes the files of a role. What an earlier run wrote there, and this one does not, is removed: a policy of yesterday
/// must not be taken for today's. Other files are left alone.
pub(super) fn write_role(folder: &Path, role: &RoleReport) -> anyhow::Result<()> {
    let proposal = role.verdict.proposal();
    match proposal {
        Some(proposal) => write_proposal(folder, role, proposal)?,
        None => remove(
            folder,
            &["proposal.json".into(), "diff.md".into(), policy_name(0)],
        )?,
    }
    let documents = proposal.map_or(0, |proposal| proposal.layout().documents().len());
    let later: Vec<_> = (documents.max(1)..MANAGED_ATTACHMENTS)
        .map(policy_name)
        .collect();
    remove(folder, &later)
}

fn write_proposal(
    folder: &Path,
    role: &RoleReport,
    proposal: &VerifiedProposal,
) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let documents = proposal.layout().documents().iter().enumerate();
    let policies =
        documents.map(|(index, document)| (policy_name(index), document.policy().to_text()));
    let json = role_to_json(role).map(|text| ("proposal.json".to_owned(), text));
    let diff = role_to_markdown(role).map(|text| ("diff.md".to_owned(), text));
    for (name, text) in policies.chain(json).chain(diff) {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn policy_name(index: usize) -> String {
    match index {
        0 => "policy.json".to_owned(),
        later => format!("policy-{}.json", later + 1),
    }
}

fn remove(folder: &Path, names: &[String]) -> anyhow::Result<()> {
    for name in names {
        let path = folder.join(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| path.display().to_string());
            }
            _ => {}
        }
    }
    Ok(())
}
