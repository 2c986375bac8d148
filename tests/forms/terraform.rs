//! A project as a plan of Terraform.

use serde_json::{Value, json};

use super::project::{KEY, Project, QUEUE};

/// What a plan knows of its resources, and which others each of these refers to.
#[derive(Default)]
struct Plan {
    changes: Vec<Value>,
    configured: Vec<Value>,
}

impl Plan {
    /// A resource, with the attributes that are only known when another resource is there.
    fn add(&mut self, kind: &str, name: &str, after: Value, refers: &[(&str, &str)]) {
        let address = format!("{kind}.{name}");
        let refers = refers.iter();
        let unknown = refers
            .clone()
            .map(|(own, _)| ((*own).to_owned(), json!(true)));
        let unknown: Value = unknown.collect();
        let expressions = refers.map(|(own, other)| {
            let resource = other
                .rsplit_once('.')
                .map_or(*other, |(resource, _)| resource);
            ((*own).to_owned(), json!({"references": [other, resource]}))
        });
        let expressions: Value = expressions.collect();
        let change = json!({"actions": ["create"], "before": null, "after": after, "after_unknown": unknown});
        self.changes.push(json!({"address": address, "mode": "managed", "type": kind, "name": name, "change": change}));
        self.configured.push(json!({"address": address, "mode": "managed", "type": kind, "name": name, "expressions": expressions}));
    }
}

pub(super) fn plan(project: &Project) -> Value {
    let mut plan = Plan::default();
    let mut role =
        json!({"name": "orders-role", "assume_role_policy": project.trust().to_string()});
    if !project.statements.is_empty() {
        let policy = project.document().to_string();
        role["inline_policy"] = json!([{"name": "own", "policy": policy}]);
    }
    plan.add("aws_iam_role", "orders", role, &[]);
    for (number, arn) in project.attached.iter().enumerate() {
        let after = json!({"role": "orders-role", "policy_arn": arn});
        plan.add(
            "aws_iam_role_policy_attachment",
            &format!("attached{number}"),
            after,
            &[],
        );
    }
    for name in &project.functions {
        functions(project, name, &mut plan);
    }
    json!({
        "format_version": "1.2",
        "terraform_version": "1.13.3",
        "planned_values": {"root_module": {}},
        "resource_changes": plan.changes,
        "configuration": {"root_module": {"resources": plan.configured}},
    })
}

fn functions(project: &Project, name: &str, plan: &mut Plan) {
    let own_name = name.to_lowercase();
    let mut after =
        json!({"function_name": own_name, "handler": "index.handler", "runtime": project.runtime});
    let mode = if project.traced {
        "Active"
    } else {
        "PassThrough"
    };
    after["tracing_config"] = json!([{"mode": mode}]);
    if !project.variables.is_empty() {
        after["environment"] = json!([{"variables": project.environment()}]);
    }
    if project.key {
        after["kms_key_arn"] = json!(KEY);
    }
    if project.vpc {
        after["vpc_config"] = json!([{"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}]);
    }
    plan.add(
        "aws_lambda_function",
        name,
        after,
        &[("role", "aws_iam_role.orders.arn")],
    );
    let days = project.retention.unwrap_or(0);
    let group = json!({"name": format!("/aws/lambda/{own_name}"), "retention_in_days": days});
    plan.add("aws_cloudwatch_log_group", name, group, &[]);
    let named = format!("aws_lambda_function.{name}.arn");
    if let Some(auth) = project.url {
        let url = json!({"function_name": own_name, "authorization_type": auth});
        plan.add("aws_lambda_function_url", name, url, &[]);
    }
    if project.queue {
        let jobs = json!({"event_source_arn": QUEUE});
        plan.add(
            "aws_lambda_event_source_mapping",
            name,
            jobs,
            &[("function_name", &named)],
        );
    }
}
