//! Paths of policies by hand, and of policies that are made of the table of methods.

use serde_json::{Value, json};

use super::{Change, DependsOn, Own, Path, change, paths};
use crate::algebra::Witness;
use crate::catalog::{Catalog, EscalationMethod, RequiredAction};
use crate::evaluation::{Decision, Granted, NamedPolicy, Policies, Reading, evaluate};
use crate::iam::{Policy, Request, Resource};

const ROLE: &str = "arn:aws:iam::123456789012:role/app";

fn named(name: &str, statements: &Value) -> NamedPolicy {
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    NamedPolicy {
        name: name.into(),
        policy: Policy::parse(&document).expect("a policy"),
    }
}

pub(super) fn granted(statements: &Value) -> Granted {
    Granted::new(vec![named("p", statements)], Reading::default())
}

fn own() -> Own {
    let function = "arn:aws:lambda:eu-central-1:123456789012:function:app";
    Own {
        role: Some(ROLE.parse().expect("a role")),
        functions: vec![function.parse().expect("a function")],
    }
}

pub(super) fn statement(effect: &str, actions: &[&str], resources: &[&str]) -> Value {
    json!({"Effect": effect, "Action": actions, "Resource": resources})
}

/// Whether AWS's logic, asked for this one request, allows it.
fn is_allowed(granted: &Granted, witness: &Witness) -> bool {
    let request = Request {
        principal: ROLE.parse().expect("a role"),
        action: witness.action.parse().expect("an action"),
        resource: match witness.resource.as_str() {
            "*" => Resource::None,
            arn => Resource::Arn(arn.parse().expect("an ARN")),
        },
        context: witness.context.clone(),
    };
    let policies = Policies {
        identity: granted.policies().to_vec(),
        ..Policies::default()
    };
    evaluate(&policies, &request).decision == Decision::Allow
}

/// Paths in short: the method, `itself` or what it leads to, and whether that rests on conditions.
fn in_short(paths: &[Path]) -> Vec<String> {
    let short = |path: &Path| {
        let targets = &path.targets;
        let only: Vec<_> = targets.only.iter().map(ToString::to_string).collect();
        let except: Vec<_> = targets.except.iter().map(ToString::to_string).collect();
        let mut words = vec![path.method.id.to_owned()];
        words.extend(path.itself.then(|| "itself".into()));
        words.push(only.join(","));
        words.extend((!except.is_empty()).then(|| format!("but {}", except.join(","))));
        words.extend(match path.depends_on {
            DependsOn::Nothing => None,
            DependsOn::Conditions(_) => Some("if".to_owned()),
            DependsOn::Undecided => Some("perhaps".to_owned()),
        });
        words.join(" ")
    };
    paths.iter().map(short).collect()
}

fn found(statements: &Value) -> Vec<String> {
    let granted = granted(statements);
    let paths = paths(&granted, &own(), Catalog::bundled());
    for path in &paths {
        for witness in &path.witnesses {
            assert!(is_allowed(&granted, witness), "{witness:?} in {statements}");
        }
    }
    in_short(&paths)
}

/// The resources that a method's action has to be allowed on, with `*` for each placeholder.
fn resources(required: &RequiredAction) -> Vec<String> {
    let Some(name) = required.resource_type else {
        return vec!["*".into()];
    };
    let templates = Catalog::bundled().arn_templates(required.action.service(), name);
    let open = |template: &str| {
        let template = template.replace("${Partition}", "aws");
        let parts = template.split("${").enumerate();
        let part = |(at, part): (usize, &str)| match part.split_once('}') {
            Some((_, rest)) if at > 0 => format!("*{rest}"),
            _ => part.to_owned(),
        };
        parts.map(part).collect::<String>()
    };
    templates.map(open).collect()
}

fn on(effect: &str, required: &RequiredAction) -> Value {
    let mut statement = json!({"Effect": effect, "Action": required.action.as_str(), "Resource": resources(required)});
    if !required.services.is_empty() && effect == "Allow" {
        let last = required.services.last();
        statement["Condition"] = json!({"StringEquals": {"iam:PassedToService": last}});
    }
    statement
}

fn has(statements: &[Value], method: &EscalationMethod) -> Option<Path> {
    let granted = granted(&json!(statements));
    let found = paths(&granted, &Own::default(), Catalog::bundled());
    found.into_iter().find(|path| path.method.id == method.id)
}

#[test]
fn each_method_is_a_path_with_all_that_it_requires_and_none_without_any_part_of_it() {
    for method in Catalog::bundled().escalation_methods() {
        let all: Vec<_> = method
            .requires
            .iter()
            .map(|required| on("Allow", required))
            .collect();
        let path = has(&all, method).unwrap_or_else(|| panic!("{} is not found", method.id));
        assert_eq!(path.depends_on, DependsOn::Nothing, "{}", method.id);
        assert_eq!(path.witnesses.len(), method.requires.len(), "{}", method.id);
        let granted = granted(&json!(all));
        for (witness, required) in path.witnesses.iter().zip(&method.requires) {
            assert!(
                required
                    .action
                    .as_str()
                    .eq_ignore_ascii_case(&witness.action)
            );
            assert!(is_allowed(&granted, witness), "{}: {witness:?}", method.id);
        }
        for (place, required) in method.requires.iter().enumerate() {
            let mut without = all.clone();
            without.remove(place);
            if !without.is_empty() {
                assert_eq!(
                    has(&without, method),
                    None,
                    "{} without {}",
                    method.id,
                    required.action
                );
            }
            let mut denied = all.clone();
            denied.push(on("Deny", required));
            assert_eq!(
                has(&denied, method),
                None,
                "{} with a denial of {}",
                method.id,
                required.action
            );
        }
    }
}

#[test]
fn a_role_is_reached_as_the_resources_say() {
    let other = "arn:aws:iam::123456789012:role/other";
    let abroad = "arn:aws:iam::210987654321:role/other";
    let put = |resources: &[&str]| json!([statement("Allow", &["iam:PutRolePolicy"], resources)]);
    let assume = |resources: &[&str]| json!([statement("Allow", &["sts:AssumeRole"], resources)]);
    let cases = [
        (put(&["*"]), "iam-put-role-policy itself *".to_owned()),
        (put(&[ROLE]), format!("iam-put-role-policy itself {ROLE}")),
        (put(&[other]), format!("iam-put-role-policy {other}")),
        (put(&[abroad]), String::new()),
        (put(&["arn:aws:iam::123456789012:user/*"]), String::new()),
        (assume(&[ROLE]), String::new()),
        (assume(&[abroad]), format!("sts-assume-role {abroad}")),
        (
            assume(&["arn:aws:iam::*:role/app*"]),
            "sts-assume-role arn:aws:iam::*:role/app*".into(),
        ),
    ];
    for (statements, expected) in cases {
        assert_eq!(found(&statements).join("; "), expected, "{statements}");
    }
}

#[test]
fn a_deny_cuts_a_path() {
    let allow = statement("Allow", &["iam:PutRolePolicy"], &["*"]);
    let deny = |actions: &[&str], resources: &[&str]| statement("Deny", actions, resources);
    let on_condition = |statement: &Value, condition: Value| {
        let mut statement = statement.clone();
        statement["Condition"] = condition;
        statement
    };
    let all = deny(&["iam:*"], &["*"]);
    let mfa = json!({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}});
    let always = json!({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/a*"}});
    let never = json!({"ArnNotLike": {"aws:PrincipalArn": ROLE}});
    let cases = [
        (all.clone(), String::new()),
        (
            deny(&["iam:Put*"], &["arn:aws:iam::*:role/*"]),
            String::new(),
        ),
        (
            deny(&["iam:PutRolePolicy"], &[ROLE]),
            format!("iam-put-role-policy * but {ROLE}"),
        ),
        (
            deny(&["iam:PutUserPolicy"], &["*"]),
            "iam-put-role-policy itself *".into(),
        ),
        (
            on_condition(&all, mfa),
            "iam-put-role-policy itself * if".into(),
        ),
        (on_condition(&all, always), String::new()),
        (
            on_condition(&all, never),
            "iam-put-role-policy itself *".into(),
        ),
    ];
    for (denial, expected) in cases {
        let found = found(&json!([allow, denial])).join("; ");
        assert_eq!(found, expected, "{denial}");
    }
}

#[test]
fn a_role_that_is_passed_is_passed_to_the_service_of_the_method() {
    let create = statement(
        "Allow",
        &["lambda:CreateFunction", "lambda:InvokeFunction"],
        &["*"],
    );
    let pass = |condition: Value| {
        let mut pass = statement("Allow", &["iam:PassRole"], &["*"]);
        pass["Condition"] = condition;
        pass
    };
    let to = |operator: &str, service: &str| json!({operator: {"iam:PassedToService": service}});
    let cases = [
        (
            to("StringEquals", "lambda.amazonaws.com"),
            "lambda-create-and-invoke *",
        ),
        (to("StringEquals", "ec2.amazonaws.com"), ""),
        (
            to("StringLike", "*.amazonaws.com"),
            "lambda-create-and-invoke *",
        ),
        (to("StringNotEquals", "lambda.amazonaws.com"), ""),
        (
            to("StringEqualsIfExists", "lambda.amazonaws.com"),
            "lambda-create-and-invoke *",
        ),
        (json!({"Null": {"iam:PassedToService": "true"}}), ""),
        (
            json!({"StringEquals": {"aws:ResourceTag/team": "a"}}),
            "lambda-create-and-invoke * if",
        ),
    ];
    for (condition, expected) in cases {
        let found = found(&json!([create, pass(condition.clone())])).join("; ");
        assert_eq!(found, expected, "{condition}");
    }
    let mut deny = statement("Deny", &["iam:PassRole"], &["*"]);
    let all = statement("Allow", &["iam:PassRole"], &["*"]);
    deny["Condition"] = to("StringNotEquals", "ec2.amazonaws.com");
    assert_eq!(found(&json!([create, all, deny])), [""; 0]);
}

#[test]
fn code_of_its_own_function_gives_a_role_nothing() {
    let function = |name: &str| format!("arn:aws:lambda:eu-central-1:123456789012:function:{name}");
    let update = |name: &str| {
        json!([statement(
            "Allow",
            &["lambda:UpdateFunctionCode"],
            &[&function(name)]
        )])
    };
    let cases = [
        ("app", String::new()),
        ("app:*", String::new()),
        ("other", format!("lambda-update-code {}", function("other"))),
        ("a*", format!("lambda-update-code {}", function("a*"))),
    ];
    for (name, expected) in cases {
        assert_eq!(found(&update(name)).join("; "), expected, "{name}");
    }
}

#[test]
fn a_managed_policy_that_is_attached_leads_to_the_role_itself() {
    let policy = "arn:aws:iam::123456789012:policy/app";
    let rewrites = |resource: &str| {
        json!([statement(
            "Allow",
            &["iam:CreatePolicyVersion"],
            &[resource]
        )])
    };
    let cases = [
        (policy, policy, true),
        (policy, "*", true),
        (policy, "arn:aws:iam::123456789012:policy/other", false),
        ("arn:aws:iam::aws:policy/AWSOnes", "*", false),
        ("inline", "*", false),
    ];
    for (name, resource, itself) in cases {
        let granted = Granted::new(vec![named(name, &rewrites(resource))], Reading::default());
        let paths = paths(&granted, &own(), Catalog::bundled());
        assert_eq!(paths.len(), 1, "{name} on {resource}");
        assert_eq!(paths[0].itself, itself, "{name} on {resource}");
    }
}

#[test]
fn a_variable_is_no_wall() {
    let variable = "arn:aws:iam::123456789012:role/${aws:PrincipalTag/team}";
    let statements = json!([statement("Allow", &["sts:AssumeRole"], &[variable])]);
    assert_eq!(
        found(&statements),
        [format!("sts-assume-role {variable} if")]
    );
}

#[test]
fn what_reads_and_writes_data_is_no_path() {
    let actions = [
        "s3:*",
        "dynamodb:*",
        "logs:*",
        "sqs:*",
        "kms:Decrypt",
        "iam:Get*",
        "lambda:InvokeFunction",
    ];
    assert_eq!(
        found(&json!([statement("Allow", &actions, &["*"])])),
        [""; 0]
    );
}

#[test]
fn an_administrator_has_every_path() {
    let all = granted(&json!([statement("Allow", &["*"], &["*"])]));
    let paths = paths(&all, &own(), Catalog::bundled());
    assert_eq!(paths.len(), Catalog::bundled().escalation_methods().len());
    assert!(paths.iter().all(|path| path.targets.are_all()));
}

#[test]
fn a_change_cuts_paths_opens_paths_and_leaves_paths() {
    let of = |actions: &[&str]| {
        let granted = granted(&json!([statement("Allow", actions, &["*"])]));
        paths(&granted, &own(), Catalog::bundled())
    };
    let Change {
        cut,
        new,
        remaining,
    } = change(
        of(&["iam:PutRolePolicy", "sts:AssumeRole"]),
        of(&["sts:AssumeRole", "ssm:StartSession"]),
    );
    assert_eq!(in_short(&cut), ["iam-put-role-policy itself *"]);
    assert_eq!(in_short(&new), ["ssm-start-session *"]);
    assert_eq!(in_short(&remaining), ["sts-assume-role *"]);
    assert!(change(Vec::new(), Vec::new()).is_empty());
}
