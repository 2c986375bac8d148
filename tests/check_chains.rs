//! Roles that become others, step by step.
//!
//! <https://pathfinding.cloud>

use std::collections::BTreeMap;

use tightrope::gate::{Finding, Inspection, Settings, Severity, inspect};
use tightrope::iac::{Given, read};

/// A role that may do anything, one that is looked at, and one between them.
fn template(looked_at: &str, between: &str) -> String {
    let role = |id: &str, statement: &str| {
        format!(
            r#""{id}": {{"Type": "AWS::IAM::Role", "Properties": {{
                "AssumeRolePolicyDocument": {{"Version": "2012-10-17", "Statement": {{"Effect": "Allow",
                    "Principal": {{"Service": "lambda.amazonaws.com"}}, "Action": "sts:AssumeRole"}}}},
                "Policies": [{{"PolicyName": "p", "PolicyDocument": {{"Version": "2012-10-17", "Statement": [{statement}]}}}}]}}}}"#
        )
    };
    let roles = [
        role(
            "Admin",
            r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#,
        ),
        role("Between", between),
        role("Looked", looked_at),
    ];
    format!(r#"{{"Resources": {{{}}}}}"#, roles.join(",\n"))
}

const READS: &str =
    r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/1"}"#;

/// Passes a role to a new function and runs that.
fn passes(role: &str, denied: bool) -> String {
    let functions = r#"{"Effect": "Allow", "Action": ["lambda:CreateFunction", "lambda:InvokeFunction"], "Resource": "arn:aws:lambda:*:*:function:x"}"#;
    let pass = format!(
        r#"{{"Effect": "Allow", "Action": "iam:PassRole", "Resource": {{"Fn::GetAtt": ["{role}", "Arn"]}}}}"#
    );
    let deny = r#", {"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*"}"#;
    format!("{functions}, {pass}{}", if denied { deny } else { "" })
}

/// A role whose own managed policy lets it rewrite a policy of this name.
fn rewriting(policy: &str) -> String {
    format!(
        r#"{{"Resources": {{
          "Own": {{"Type": "AWS::IAM::ManagedPolicy", "Properties": {{"ManagedPolicyName": "own", "PolicyDocument": {{
            "Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "iam:CreatePolicyVersion",
              "Resource": {{"Fn::Sub": "arn:aws:iam::${{AWS::AccountId}}:policy/{policy}"}}}}}}}}}},
          "Looked": {{"Type": "AWS::IAM::Role", "Properties": {{
            "AssumeRolePolicyDocument": {{"Version": "2012-10-17", "Statement": {{"Effect": "Allow",
              "Principal": {{"Service": "lambda.amazonaws.com"}}, "Action": "sts:AssumeRole"}}}},
            "ManagedPolicyArns": [{{"Ref": "Own"}}]}}}}}}}}"#
    )
}

fn findings(text: &str) -> Vec<Finding> {
    let found = [read("t.json", text, &Given::default())];
    assert_eq!(found[0].problems, []);
    let checked = inspect(&Inspection {
        found: &found,
        texts: &BTreeMap::from([("t.json".into(), text.into())]),
        before: None,
        proposals: &[],
        settings: &Settings::default(),
        today: jiff::civil::date(2026, 11, 28),
    });
    let of_looked = checked.findings.into_iter();
    of_looked
        .filter(|finding| finding.role.as_deref() == Some("Looked"))
        .filter(|finding| finding.check.id == "no-privilege-escalation")
        .collect()
}

#[test]
fn a_role_that_can_rewrite_a_policy_of_its_own_changes_itself() {
    let cases = [("own", Severity::Error), ("another", Severity::Note)];
    for (policy, expected) in cases {
        let findings = findings(&rewriting(policy));
        let severities: Vec<_> = findings.iter().map(|finding| finding.severity).collect();
        assert_eq!(severities, [expected], "{policy}: {findings:?}");
    }
}

#[test]
fn a_role_that_becomes_one_that_may_do_anything_is_told_with_every_step() {
    let step = "(runs a new function with a role of choice, by a call)";
    let cases = [
        (
            passes("Admin", false),
            READS.to_owned(),
            Some(format!("Admin {step}")),
        ),
        (
            passes("Between", false),
            passes("Admin", false),
            Some(format!("Between {step}, then Admin {step}")),
        ),
        (passes("Between", false), READS.to_owned(), None),
        (passes("Admin", true), READS.to_owned(), None),
        (passes("Between", false), passes("Admin", true), None),
        (READS.to_owned(), passes("Admin", false), None),
    ];
    for (looked_at, between, expected) in cases {
        let text = template(&looked_at, &between);
        let chains = findings(&text).into_iter();
        let chains = chains.filter(|finding| finding.about == "chain");
        let says: Vec<_> = chains.map(|finding| finding.says).collect();
        let told = expected.map(|steps| format!("it becomes a role that may do anything: {steps}"));
        assert_eq!(says, Vec::from_iter(told), "{looked_at}\n{between}");
    }
}
