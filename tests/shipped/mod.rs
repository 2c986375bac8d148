//! The example that the repository ships, and what `propose` makes of it; run once for all tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

use crate::program::{Ended, tightrope};

pub(crate) const TRAIL: &str = "tests/cases/webshop/trail";
pub(crate) const ACCOUNT: &str = "tests/cases/webshop/account.json";
pub(crate) const FUNCTIONS: &str = "tests/cases/webshop/functions.json";

/// The roles with a proposal.
pub(crate) const PROPOSED: [&str; 6] = [
    "checkout-role",
    "inventory-role",
    "payments-role",
    "reports-role",
    "shared-worker-role",
    "thumbnails-role",
];

/// A whole run with `--format json --out`.
pub(crate) struct Shipped {
    pub(crate) ended: Ended,
    pub(crate) json: Value,
    out: tempfile::TempDir,
}

impl Shipped {
    /// What the report says of a role.
    pub(crate) fn role(&self, name: &str) -> &Value {
        role(&self.json, name)
    }

    /// The folder that `--out` named.
    pub(crate) fn out(&self) -> &Path {
        self.out.path()
    }

    /// The policies that were written for a role, in order.
    pub(crate) fn policies(&self, role: &str) -> Vec<Value> {
        let later = (2..).map(|number| format!("policy-{number}.json"));
        ["policy.json".to_owned()]
            .into_iter()
            .chain(later)
            .map(|name| self.out().join(role).join(name))
            .take_while(|path| path.exists())
            .map(|path| json(&path))
            .collect()
    }
}

/// What `propose` makes of the example.
pub(crate) fn shipped() -> &'static Shipped {
    static RUN: OnceLock<Shipped> = OnceLock::new();
    RUN.get_or_init(|| {
        let out = tempfile::tempdir().expect("a temporary folder can be made");
        let folder = out.path().to_str().expect("its name is text").to_owned();
        let ended = propose(&[
            "--functions",
            FUNCTIONS,
            "--format",
            "json",
            "--out",
            &folder,
        ]);
        let json = serde_json::from_str(&ended.stdout).expect("the output is JSON");
        Shipped { ended, json, out }
    })
}

/// Runs `propose` over the example.
pub(crate) fn propose(more: &[&str]) -> Ended {
    let start = ["propose", "--trail", TRAIL, "--account", ACCOUNT];
    tightrope(start.iter().chain(more))
}

/// What a report says of a role.
pub(crate) fn role<'a>(report: &'a Value, name: &str) -> &'a Value {
    let roles = report["roles"].as_array().expect("a list of roles");
    let ends = format!("/{name}");
    let found = roles.iter().find(|role| {
        role["role"]
            .as_str()
            .is_some_and(|arn| arn.ends_with(&ends))
    });
    found.unwrap_or_else(|| panic!("no {name} in the report"))
}

/// A JSON file.
pub(crate) fn json(path: &Path) -> Value {
    let text = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The policies that a role of the example has, straight from the snapshot: inline, and attached in their
/// default versions.
pub(crate) fn granted(role: &str) -> Vec<Value> {
    let account = json(Path::new(ACCOUNT));
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let managed: BTreeMap<String, Value> = list(&account["Policies"])
        .into_iter()
        .map(|policy| {
            let versions = list(&policy["PolicyVersionList"]);
            let default = versions
                .into_iter()
                .find(|version| version["IsDefaultVersion"] == true);
            let document = default.expect("a policy has one")["Document"].clone();
            (policy["Arn"].to_string(), document)
        })
        .collect();
    let roles = list(&account["RoleDetailList"]);
    let role = roles.iter().find(|found| found["RoleName"] == role);
    let role = role.expect("the account has it");
    let inline = list(&role["RolePolicyList"]);
    let attached = list(&role["AttachedManagedPolicies"]);
    let attached = attached
        .iter()
        .filter_map(|policy| managed.get(&policy["PolicyArn"].to_string()));
    let inline = inline.iter().map(|policy| &policy["PolicyDocument"]);
    inline.chain(attached).cloned().collect()
}

/// The log files of the example, in order.
pub(crate) fn log_files() -> Vec<PathBuf> {
    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => files(&path, found),
                false => found.push(path),
            }
        }
    }
    let mut found = Vec::new();
    files(Path::new(TRAIL), &mut found);
    found.retain(|path| path.iter().any(|part| part == "CloudTrail"));
    found.sort();
    found
}

/// Every record of the example.
pub(crate) fn records() -> Vec<Value> {
    let files = log_files();
    let records = files
        .iter()
        .map(|path| json(path)["Records"].as_array().cloned());
    records
        .flat_map(|list| list.expect("a log file holds records"))
        .collect()
}
