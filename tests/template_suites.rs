//! Templates against what another reader of them finds, which is not part of the project: in the folder that
//! `TIGHTROPE_REAL_DATA` names. Without it each test says what it skipped, and passes.
#![allow(
    clippy::print_stderr,
    reason = "a test that skips its work, or counts other people's data, has to say so"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tightrope::iac::{Found, FoundPolicy, FoundRole, Given, read};
use tightrope::iam::Policy;

/// Cases in which something else is found, with the reason.
const DISAGREEMENTS: [(&[&str], &str); 4] = [
    (
        &["c11", "c18", "c47", "c85", "c102", "c126", "c140", "c159"],
        "the values of the parameters are in the test, and not in the suite",
    ),
    (
        &["n394", "n396"],
        "AWS compares texts: a condition that is compared is not decided here, and both values are looked at",
    ),
    (
        &["n464"],
        "the last part of a stack's id is made up by AWS, and by the suite",
    ),
    (
        &["n487"],
        "`${!Name}` is `${Name}`: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html",
    ),
];

/// The cases of a suite, or nothing, said.
fn cases(suite: &str) -> Option<Vec<Value>> {
    let folder = std::env::var_os("TIGHTROPE_REAL_DATA").map(PathBuf::from);
    let Some(folder) = folder.filter(|folder| folder.is_dir()) else {
        eprintln!("skipped, without a folder in TIGHTROPE_REAL_DATA: the suite {suite}");
        return None;
    };
    let file = folder.join("suites").join(format!("{suite}.json"));
    let text =
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let suite: Value = serde_json::from_str(&text).expect("a suite is JSON");
    Some(list(&suite["cases"]).to_vec())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Where the suite's own templates are deployed.
fn given() -> Given {
    Given {
        account: "111222333444".parse().ok(),
        region: Some("us-east-2".to_owned()),
        stack: Some("StackName".to_owned()),
        ..Given::default()
    }
}

/// Policies of the suite that AWS would refuse, as they are meant.
fn meant(value: &Value) -> String {
    let text = value.to_string();
    text.replace("\"Resources\":\"*\"", "\"Resource\":\"*\"")
        .replace("ec2:RunInstance\"", "ec2:RunInstances\"")
}

/// Names of policies, each with its document where all of it is known.
type Policies = BTreeMap<String, Vec<Option<Policy>>>;

fn expected(one: &Value) -> (String, Policies) {
    let names = ["RoleName", "UserName", "GroupName"];
    let name = names.iter().find_map(|name| one[*name].as_str());
    let mut policies = Policies::new();
    for policy in list(&one["Policies"]) {
        let document = serde_json::from_str(&meant(&policy["Policy"])).ok();
        let document = document.and_then(|document: Value| Policy::parse(&document).ok());
        policies
            .entry(text(&policy["Name"]).to_owned())
            .or_default()
            .push(document);
    }
    (name.unwrap_or_default().to_owned(), policies)
}

/// What is not known of a name is called by what it is the name of.
fn plain(name: &tightrope::iac::Text) -> String {
    name.to_string().replace("${", "").replace('}', "")
}

fn told(role: &FoundRole, found: &Found) -> (String, Policies) {
    let mut policies = Policies::new();
    let mut add = |policy: &FoundPolicy| {
        let name = policy.name.as_ref().map(plain).unwrap_or_default();
        let known = policy.unknown.is_empty().then(|| policy.policy.clone());
        policies.entry(name).or_default().push(known);
    };
    role.inline.iter().for_each(&mut add);
    let attached = role.attached.iter();
    attached
        .clone()
        .filter_map(|one| found.policies.get(one.policy?))
        .for_each(&mut add);
    for one in attached.filter(|one| one.policy.is_none()) {
        let name = one.aws_name().unwrap_or_else(|| one.arn.to_string());
        policies.entry(name).or_default().push(None);
    }
    (plain(&role.name), policies)
}

/// Whether they are the same, as far as both know their documents.
fn agree(left: &Policies, right: &Policies) -> bool {
    let same = |(left, right): (&Option<Policy>, &Option<Policy>)| {
        left.is_none() || right.is_none() || left == right
    };
    let documents = |left: &[Option<Policy>], right: &[Option<Policy>]| {
        left.len() == right.len()
            && left
                .iter()
                .all(|one| right.iter().any(|other| same((one, other))))
    };
    left.keys().eq(right.keys()) && left.iter().all(|(name, one)| documents(one, &right[name]))
}

#[test]
fn roles_users_and_groups_have_the_policies_that_another_reader_finds() {
    let Some(cases) = cases("cfn_policy_validator_identity") else {
        return;
    };
    let (mut agreed, mut refused, mut wrong) = (0, 0, BTreeSet::new());
    for case in &cases {
        // What is no template that AWS takes is told, or read as far as it can be.
        if case["expected"]["error"].is_string() {
            refused += 1;
            continue;
        }
        let found = read("t.json", &meant(&case["template"]), &given());
        let kinds = ["users", "groups", "roles"]
            .iter()
            .flat_map(|kind| list(&case["expected"][*kind]));
        let expected: BTreeMap<_, _> = kinds.map(expected).collect();
        let told: BTreeMap<_, _> = found.roles.iter().map(|role| told(role, &found)).collect();
        let same = told.keys().eq(expected.keys())
            && told.iter().all(|(name, one)| agree(one, &expected[name]));
        match same {
            true => agreed += 1,
            false => {
                eprintln!("{}: {expected:#?}, not {told:#?}", text(&case["test"]));
                wrong.insert(text(&case["id"]).to_owned());
            }
        }
    }
    eprintln!("{agreed} templates are read alike; {refused} are none");
    assert_eq!(wrong, disagreements(&cases));
}

/// The cases of a suite in which something else is known to be found, each of which is one.
fn disagreements(cases: &[Value]) -> BTreeSet<String> {
    let known = DISAGREEMENTS.iter().flat_map(|(ids, _)| *ids);
    let of_suite = |id: &&&str| cases.iter().any(|case| text(&case["id"]) == **id);
    known.filter(of_suite).map(|id| (*id).to_owned()).collect()
}

/// Whether a value refers to what only its template says.
fn refers(node: &Value) -> bool {
    match node {
        Value::Object(members) => members.iter().any(|(key, value)| match key.as_str() {
            "Ref" => !text(value).starts_with("AWS::"),
            "Fn::GetAtt" | "Fn::FindInMap" | "Fn::ImportValue" | "Fn::If" | "Condition" => true,
            _ => refers(value),
        }),
        Value::Array(items) => items.iter().any(refers),
        Value::String(text) => {
            text.contains("{{resolve:") || text.replace("${!", "").contains("${")
        }
        _ => false,
    }
}

/// The layers of a function whose layers are this value, or depend on it.
fn resolved(node: &Value, expected: &Value) -> Vec<String> {
    let (layers, conditions) = match expected {
        Value::Bool(_) => (
            json!([{"Fn::If": ["Asked", "true", "false"]}]),
            json!({"Asked": node}),
        ),
        Value::Array(_) => (node.clone(), json!({})),
        _ => (json!([node]), json!({})),
    };
    let function = json!({"Type": "AWS::Lambda::Function", "Properties": {"Layers": layers}});
    let template = json!({"Conditions": conditions, "Resources": {"Function": function}});
    let found = read("t.json", &template.to_string(), &given());
    assert!(
        found.problems.is_empty(),
        "{template}: {:?}",
        found.problems
    );
    let layers = &found.functions[0].layers;
    layers.iter().map(ToString::to_string).collect()
}

#[test]
fn functions_of_templates_have_the_values_that_another_reader_finds() {
    let Some(cases) = cases("cfn_policy_validator_intrinsics") else {
        return;
    };
    let (mut agreed, mut left_out, mut wrong) = (0, 0, BTreeSet::new());
    for case in &cases {
        let (node, expected) = (&case["node"], &case["expected"]);
        let is_function = node.as_object().is_some_and(|one| {
            one.keys()
                .all(|key| key == "Ref" || key.starts_with("Fn::"))
        });
        if !is_function || expected == node || expected.is_object() || refers(node) {
            left_out += 1;
            continue;
        }
        let expected_texts = match expected {
            Value::Array(items) => items.iter().map(|item| text(item).to_owned()).collect(),
            Value::String(text) => vec![text.clone()],
            other => vec![other.to_string()],
        };
        let told = resolved(node, expected);
        match told == expected_texts {
            true => agreed += 1,
            false => {
                eprintln!("{node}: {expected_texts:?}, not {told:?}");
                wrong.insert(text(&case["id"]).to_owned());
            }
        }
    }
    eprintln!(
        "{agreed} values are the same; {left_out} are of no function, or of one that needs its template"
    );
    assert!(agreed > 0);
    assert_eq!(wrong, disagreements(&cases));
}
