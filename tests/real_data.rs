//! The program over real logs and real policies that are not part of the project: in the folder that `TIGHTROPE_REAL_DATA`
//! names. Without it each test says what it skipped, and passes.
#![allow(
    clippy::print_stderr,
    reason = "a test that skips its work, or counts other people's data, has to say so"
)]

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tightrope::iac::{Form, Found, Given, read, read_module};
use tightrope::iam::{Policy, PolicyDocument, PolicyError, ResourcePolicy, TrustPolicy};

use program::tightrope;

/// AWS managed policies for roles that are not granted everything; each role gets a few of them.
const MANAGED: [&str; 9] = [
    "AmazonS3FullAccess",
    "AWSLambda_FullAccess",
    "PowerUserAccess",
    "AmazonEC2FullAccess",
    "IAMFullAccess",
    "SecurityAudit",
    "ReadOnlyAccess",
    "AmazonSSMFullAccess",
    "AWSCloudTrail_FullAccess",
];

/// The folder, or nothing, said.
fn real_data(skipped: &str) -> Option<PathBuf> {
    let named = std::env::var_os("TIGHTROPE_REAL_DATA").map(PathBuf::from);
    let folder = named.filter(|folder| folder.is_dir());
    if folder.is_none() {
        eprintln!("skipped, without a folder in TIGHTROPE_REAL_DATA: {skipped}");
    }
    folder
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Every record of the derived logs, as JSON and nothing else sees it.
fn records(folder: &Path) -> Vec<Value> {
    let mut records = Vec::new();
    for entry in fs::read_dir(folder).expect("the logs") {
        let file = fs::File::open(entry.expect("an entry").path()).expect("a log file");
        let mut text = String::new();
        let mut gzip = flate2::read::GzDecoder::new(file);
        gzip.read_to_string(&mut text).expect("it is text");
        let file: Value = serde_json::from_str(&text).expect("it is JSON");
        records.extend(list(&file["Records"]).iter().cloned());
    }
    records
}

/// The roles of the sessions in the records, with the number of events that are not refusals.
fn roles(records: &[Value]) -> BTreeMap<String, usize> {
    let mut roles = BTreeMap::new();
    for record in records {
        let issuer = &record["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"];
        let error = text(&record["errorCode"]);
        let refused = [
            "AccessDenied",
            "UnauthorizedOperation",
            "Unauthorized",
            "Forbidden",
        ];
        let authorised = !refused.iter().any(|refusal| error.contains(refusal));
        *roles.entry(text(issuer).to_owned()).or_default() += usize::from(authorised);
    }
    roles
}

/// A role that Lambda may take, with these policies.
fn role(arn: &str, inline: &Value, managed: &[String]) -> Value {
    let attached = managed
        .iter()
        .map(|name| json!({"PolicyName": name, "PolicyArn": policy_arn(name)}));
    json!({
        "RoleName": arn.rsplit('/').next(),
        "Arn": arn,
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        "RolePolicyList": inline,
        "AttachedManagedPolicies": attached.collect::<Vec<_>>(),
    })
}

fn policy_arn(name: &str) -> String {
    format!("arn:aws:iam::aws:policy/{name}")
}

/// Runs `propose` over the derived logs with this snapshot.
fn report(data: &Path, snapshot: &Value) -> Value {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let account = folder.path().join("account.json");
    fs::write(&account, snapshot.to_string()).expect("it can be written");
    let trail = data.join("cloudtrail/derived");
    // The logs are short.
    let mut arguments: Vec<_> = ["propose", "--min-days", "0", "--format", "json", "--trail"]
        .map(Into::into)
        .to_vec();
    arguments.extend([trail.into_os_string(), "--account".into(), account.into()]);
    let ended = tightrope(arguments);
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    serde_json::from_str(&ended.stdout).expect("the output is JSON")
}

/// What holds of every report: the counts add up to the records, and every proposal is proved.
fn holds(report: &Value, records: usize) {
    let read = &report["read"];
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    let counts = [
        "used",
        "denied",
        "quarantined",
        "unattributed",
        "duplicates",
        "not_understood",
    ];
    let aside: u64 = read["set_aside"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(_, count)| number(count))
        .sum();
    let sum = counts
        .iter()
        .map(|count| number(&read[*count]))
        .sum::<u64>()
        + aside;
    assert_eq!(
        (sum, number(&read["events"])),
        (records as u64, records as u64),
        "{read}"
    );
    assert_eq!(
        (
            &read["not_understood"],
            &read["faults"],
            &read["account_problems"]
        ),
        (&json!(0), &json!([]), &json!([]))
    );
    for role in list(&report["roles"]) {
        let reason = text(&role["reason"]);
        assert!(!reason.contains("proof"), "{}: {reason}", role["role"]);
        if let Some(proposal) = role.get("proposal") {
            let proved = ["nothing_new", "nothing_lost", "within_limits"]
                .map(|name| &proposal["proved"][name] == true);
            assert_eq!(proved, [true; 3], "{}", role["role"]);
            let gained = proposal
                .get("difference")
                .map(|difference| list(&difference["gained"]).len());
            assert!(gained.is_none_or(|gained| gained == 0), "{}", role["role"]);
        }
    }
}

/// A role with an authorised event has a proposal; but of an account whose log has no management event that reads, or none
/// that writes, all of those may be used, and may be too much for AWS's limits.
fn assert_proposed(role: &Value, authorised: usize) {
    let reason = text(&role["reason"]);
    let unseen = reason.contains("only because no trail shows");
    let proposed = role["status"] != "no_proposal";
    assert!(
        proposed == (authorised > 0) || unseen,
        "{}: {authorised} events: {reason}",
        role["role"]
    );
    if unseen {
        eprintln!("{}: {reason}", role["role"]);
    }
}

#[test]
fn every_role_that_may_do_everything_gets_a_proposal_that_loses_nothing_it_did() {
    let Some(data) = real_data("proposals for the roles of real logs, each granted everything")
    else {
        return;
    };
    let records = records(&data.join("cloudtrail/derived"));
    let roles = roles(&records);
    let star = json!([{"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]);
    let details: Vec<_> = roles.keys().map(|arn| role(arn, &star, &[])).collect();
    let snapshot = json!({"RoleDetailList": details, "Policies": []});
    let report = report(&data, &snapshot);
    holds(&report, records.len());
    eprintln!("{} records: {}", records.len(), report["read"]);
    for role in list(&report["roles"]) {
        let authorised = roles[text(&role["role"])];
        assert_proposed(role, authorised);
        if let Some(proposal) = role.get("proposal") {
            let never_granted = &proposal["proved"]["observed_never_granted"];
            assert_eq!(
                (never_granted, &proposal["missing"]),
                (&json!(0), &json!([])),
                "{}",
                role["role"]
            );
        }
    }
}

#[test]
fn roles_with_managed_policies_of_aws_get_proofs_or_reasons() {
    let Some(data) = real_data("proposals for the roles of real logs with AWS managed policies")
    else {
        return;
    };
    let records = records(&data.join("cloudtrail/derived"));
    let documents = managed(&data);
    let version = |name: &&str| {
        let document = &documents[*name];
        json!({"PolicyName": name, "Arn": policy_arn(name), "PolicyVersionList":
            [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document}]})
    };
    let attached = |index: usize| {
        let each = [index, index + 1 + index / MANAGED.len()];
        let each: BTreeSet<_> = each
            .map(|index| MANAGED[index % MANAGED.len()].to_owned())
            .into();
        each.into_iter().collect::<Vec<_>>()
    };
    let roles = roles(&records);
    let details = roles
        .keys()
        .enumerate()
        .map(|(index, arn)| role(arn, &json!([]), &attached(index)));
    let snapshot = json!({"RoleDetailList": details.collect::<Vec<_>>(), "Policies": MANAGED.iter().map(version).collect::<Vec<_>>()});
    let report = report(&data, &snapshot);
    holds(&report, records.len());
    for role in list(&report["roles"]) {
        let authorised = roles[text(&role["role"])];
        assert_proposed(role, authorised);
    }
}

/// AWS's managed policies by name.
fn managed(data: &Path) -> BTreeMap<String, Value> {
    let file = policies(&data.join("policies/mamip_aws_managed.json"));
    let named = |policy: Value| {
        (
            text(&policy["path"])
                .trim_start_matches("policies/")
                .to_owned(),
            policy["policy"].clone(),
        )
    };
    file.into_iter().map(named).collect()
}

fn policies(path: &Path) -> Vec<Value> {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file: Value = serde_json::from_slice(&bytes).expect("it is JSON");
    list(&file["policies"]).to_vec()
}

/// Policies of the documentation that are none: words, a partition of that name and a space stand where an ARN must.
const PLACEHOLDERS: [&str; 4] = [
    "awsdocs_iam-00042",
    "awsdocs_iam-00100",
    "awsdocs_iam-00129",
    "awsdocs_iam-00237",
];

#[derive(Deserialize)]
struct Published {
    id: String,
    kind: String,
    policy: Box<RawValue>,
}

/// Reads a policy, and checks that it is printed as it stood and that what is printed anew says the same.
fn reads_back(text: &str) -> Result<(), PolicyError> {
    let document = PolicyDocument::parse(text)?;
    assert_eq!(document.to_string(), text);
    for (statement, span) in document.statements() {
        let found: Value =
            serde_json::from_str(&text[span.start..span.end]).expect("it is a statement");
        let sid = found["Sid"].as_str().filter(|sid| !sid.is_empty());
        assert_eq!(sid, statement.sid.as_deref(), "{text}");
    }
    let policy = document.policy();
    let printed = [policy.to_text(), policy.to_compact_text()];
    for again in printed.map(|text| Policy::parse_text(&text)) {
        assert_eq!(again.as_ref(), Ok(policy));
    }
    Ok(())
}

#[test]
fn every_policy_that_aws_publishes_is_read_and_printed_back() {
    let Some(data) = real_data("reading the policies that AWS publishes") else {
        return;
    };
    #[derive(Deserialize)]
    struct File {
        policies: Vec<Published>,
    }
    let mut refused = Vec::new();
    for file in ["mamip_aws_managed", "awsdocs_iam", "awsdocs_lambda"] {
        let mut read = BTreeMap::<String, usize>::new();
        let text = fs::read(data.join(format!("policies/{file}.json"))).expect("the policies");
        let published: File = serde_json::from_slice(&text).expect("it is JSON");
        for policy in published.policies {
            let text = policy.policy.get();
            let found = match policy.kind.as_str() {
                "identity" => reads_back(text),
                "resource" => ResourcePolicy::parse_text(text).map(|_| ()),
                "trust" => TrustPolicy::parse(&text.into()).map(|_| ()),
                other => panic!("{}: {other}", policy.id),
            };
            match found {
                Ok(()) => *read.entry(policy.kind).or_default() += 1,
                Err(error) => {
                    eprintln!("  {} {}: {error}", policy.kind, policy.id);
                    refused.push(policy.id);
                }
            }
        }
        eprintln!("{file}: read {read:?}");
    }
    assert_eq!(refused, PLACEHOLDERS);
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let below = |path: PathBuf| match path.is_dir() {
        true => files(&path),
        false => vec![path],
    };
    paths.into_iter().flat_map(below).collect()
}

/// What was counted in files of one form.
#[derive(Default)]
struct Counted {
    files: usize,
    roles: usize,
    policies: usize,
    functions: usize,
    unknown: usize,
    problems: usize,
}

impl Counted {
    fn add(&mut self, files: usize, found: &Found) {
        let inline = found.roles.iter().flat_map(|role| &role.inline);
        let policies: Vec<_> = inline.chain(&found.policies).collect();
        let unknown = policies.iter().map(|policy| policy.unknown.len());
        self.files += files;
        self.roles += found.roles.len();
        self.policies += policies.len();
        self.functions += found.functions.len();
        self.unknown += unknown.sum::<usize>();
        self.problems += found.problems.len();
        for problem in &found.problems {
            eprintln!("{problem}");
        }
    }
}

/// Whether a file is read together with the others of its folder.
fn is_of_terraform(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| end == "tf" || end == "tfvars")
}

#[test]
fn every_file_of_infrastructure_code_is_read_and_what_could_not_be_is_said() {
    let Some(folder) = real_data("reads templates") else {
        return;
    };
    let mut table: BTreeMap<&str, Counted> = BTreeMap::new();
    let mut folders: BTreeMap<PathBuf, Vec<(String, String)>> = BTreeMap::new();
    let mut count = |files: usize, found: Found| {
        let form = found.form.map_or("(no form)", Form::name);
        table.entry(form).or_default().add(files, &found);
    };
    for path in files(&folder.join("iac")) {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let name = path.strip_prefix(&folder).unwrap_or(&path);
        let named = (name.display().to_string(), text);
        match is_of_terraform(&path) {
            true => {
                let parent = name.parent().unwrap_or(name).to_owned();
                folders.entry(parent).or_default().push(named);
            }
            false => count(1, read(&named.0, &named.1, &Given::default())),
        }
    }
    for files in folders.values() {
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        count(files.len(), read_module(&files, &Given::default()));
    }
    for (form, row) in &table {
        let Counted {
            files,
            roles,
            policies,
            functions,
            unknown,
            problems,
        } = row;
        eprintln!(
            "{form}: {files} files, {roles} roles, {policies} policies, {functions} functions, {unknown} unknown, {problems} problems"
        );
    }
    assert!(table.len() > 2);
}
