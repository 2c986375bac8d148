//! What files of infrastructure code say of roles, policies and functions, from `tests/cases/iac/`: each folder is a form, and
//! the text beside each of its files says what is found in it.

mod found;

use std::fs;
use std::path::{Path, PathBuf};

use tightrope::iac::{Found, Given, RoleOf, read, read_module};

const CASES: &str = "tests/cases/iac";

/// The files of every form, by name, without what is written beside them.
fn cases() -> Vec<PathBuf> {
    let entries = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("a folder of cases");
        entries.map(|entry| entry.expect("an entry").path())
    };
    let forms = entries(Path::new(CASES)).filter(|path| path.is_dir());
    let files = forms.flat_map(|form| entries(&form).collect::<Vec<_>>());
    let mut cases: Vec<_> = files
        .filter(|path| {
            path.extension()
                .is_some_and(|end| end != "txt" && end != "md")
        })
        .collect();
    cases.sort();
    cases
}

#[test]
fn every_file_says_what_is_written_beside_it_and_nothing_else() {
    let cases = cases();
    assert!(!cases.is_empty(), "{cases:?}");
    for case in cases {
        let text = fs::read_to_string(&case).expect("a case");
        let name = case.file_name().expect("a name").to_string_lossy();
        let told = found::told(&read(&name, &text, &Given::default()));
        let beside = case.with_extension("txt");
        let expected = fs::read_to_string(&beside).expect("the text beside it");
        assert_eq!(told, expected, "{}", case.display());
    }
}

/// A role with one policy, as one file of a folder.
const ROLES: &str = r#"
resource "aws_iam_role" "work" {
  name               = local.name
  assume_role_policy = file("trust.json")
}
resource "aws_iam_role_policy" "work" {
  role   = aws_iam_role.work.id
  policy = local.policy
}
"#;

/// What the role is called and may do, as another file.
const NAMES: &str = r#"
variable "stage" { default = "dev" }
locals {
  name   = "work-${var.stage}"
  policy = <<EOF
{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${var.stage}/*"},
  {"Effect": "Alow", "Action": "s3:PutObject", "Resource": "*"}]}
EOF
}
"#;

const FUNCTION: &str = r#"
resource "aws_lambda_function" "work" {
  function_name = "work"
  role          = aws_iam_role.work.arn
}
"#;

fn resources_of(found: &Found) -> Vec<String> {
    let statements = found.roles[0].inline[0].policy.statements.iter();
    let patterns = statements.flat_map(|statement| statement.resources.patterns());
    patterns.map(ToString::to_string).collect()
}

#[test]
fn the_files_of_a_folder_of_terraform_are_read_together_and_each_place_names_its_file() {
    let files = [
        ("a/roles.tf", ROLES),
        ("a/names.tf", NAMES),
        ("a/function.tf", FUNCTION),
    ];
    let found = read_module(&files, &Given::default());
    let [role] = found.roles.as_slice() else {
        panic!("{:?}", found.roles)
    };
    assert_eq!(
        (role.id.as_str(), role.name.to_string()),
        ("aws_iam_role.work", "work-dev".into())
    );
    assert_eq!(found.functions[0].roles, [RoleOf::Here(0)]);
    assert_eq!(
        found.functions[0].place.to_string(),
        "a/function.tf:2:1 (aws_lambda_function.work)"
    );
    let statement = role.inline[0].statements[0].to_string();
    assert_eq!(statement, "a/names.tf:7:3 (aws_iam_role_policy.work)");
    let problems: Vec<_> = found.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        ["a/names.tf:8:14 (aws_iam_role_policy.work): `Effect` must be \"Allow\" or \"Deny\""]
    );
}

#[test]
fn what_is_given_to_a_variable_counts_more_than_its_default_and_the_last_given_most() {
    let defaults = ("terraform.tfvars", "stage = \"test\"");
    let automatic = ("b.auto.tfvars", "stage = \"live\"");
    let json = ("a.auto.tfvars.json", "{\"stage\": \"json\"}");
    let other = ("other.tfvars", "stage = \"other\"");
    let given = |stage: &str| Given {
        parameters: [("stage".to_owned(), stage.to_owned())].into(),
        ..Given::default()
    };
    let none = Given::default();
    let cases = [
        (vec![other], &none, "dev"),
        (vec![defaults], &none, "test"),
        (vec![automatic, defaults], &none, "live"),
        (vec![json, defaults], &none, "json"),
        (vec![json, automatic, defaults], &given("asked"), "asked"),
    ];
    for (gifts, given, stage) in cases {
        let mut files = vec![("roles.tf", ROLES), ("names.tf", NAMES)];
        files.extend(gifts);
        let found = read_module(&files, given);
        assert_eq!(
            resources_of(&found),
            [format!("arn:aws:s3:::{stage}/*")],
            "{files:?}"
        );
    }
}

#[test]
fn what_stands_in_a_file_that_is_not_given_may_be_anything() {
    let found = read("roles.tf", ROLES, &Given::default());
    let [policy] = found.roles[0].inline.as_slice() else {
        panic!("{:?}", found.roles)
    };
    assert!(policy.policy.statements.is_empty());
    assert_eq!(policy.unknown[0].value, "${local.policy}");
    assert_eq!(
        (found.roles[0].trust.is_none(), found.problems.len()),
        (true, 0)
    );
}

#[test]
fn what_may_hide_a_policy_is_told() {
    let json = r#"{"resource": {"aws_iam_role": {"work": {"assume_role_policy": "{}"}}}}"#;
    let cut = "resource \"aws_iam_role\" \"work\" {\n  name =\n";
    let told = |found: Found| {
        let problems = found.problems.iter().map(ToString::to_string);
        problems
            .map(|problem| problem.chars().take(24).collect::<String>())
            .collect::<Vec<_>>()
    };
    let given = Given::default();
    let in_json = "a.tf.json:1:1: a configu";
    assert_eq!(told(read("a.tf.json", json, &given)), [in_json]);
    assert_eq!(
        told(read_module(&[("a.tf.json", json), ("b.tf", ROLES)], &given)),
        [in_json]
    );
    assert_eq!(
        told(read_module(&[("a.tf", cut), ("b.tf", ROLES)], &given)),
        ["a.tf:2:9: not Terraform:"]
    );
    // Of a file that says nothing of policies nothing is said.
    assert!(told(read("a.tf", "variable \"x\" {\n  default =\n", &given)).is_empty());
    let called = read(
        "a.tf",
        "module \"work\" {\n  source = \"./work\"\n}\n",
        &given,
    );
    assert_eq!(
        (called.modules[0].name.as_str(), called.problems.len()),
        ("work", 0)
    );
}

#[test]
fn what_a_condition_decides_that_nobody_knows_counts_on_both_sides() {
    let policy = |condition: &str| {
        let statement = |effect: &str, action: &str| {
            format!("{{ Effect = \"{effect}\", Action = \"{action}\", Resource = \"*\" }}")
        };
        let (yes, no) = (
            statement("Allow", "s3:GetObject"),
            statement("Deny", "s3:PutObject"),
        );
        let text = format!(
            "variable \"on\" {{ default = true }}\nlocals {{\n  on = var.on\n}}\nresource \"aws_iam_policy\" \"p\" {{\n  \
             policy = jsonencode({{ Statement = [{condition} ? {yes} : {no}] }})\n}}\n"
        );
        let found = read("main.tf", &text, &Given::default());
        let policy = &found.policies[0];
        (policy.policy.statements.len(), policy.unknown.len())
    };
    // An `Allow` counts, whatever is decided; a `Deny` only when it is sure.
    for (condition, statements, unknown) in [
        ("true", 1, 0),
        ("1 > 2", 1, 0),
        ("var.on", 1, 1),
        ("local.on && true", 1, 1),
        ("var.on || true", 1, 0),
        ("length([var.other]) > 3", 1, 1),
        ("length([1, 2]) == 2", 1, 0),
    ] {
        assert_eq!(policy(condition), (statements, unknown), "{condition}");
    }
}
