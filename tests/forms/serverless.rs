//! A project as a file of the Serverless Framework.

use serde_json::{Map, Value, json};

use super::cloudformation::role;
use super::project::{KEY, Project, QUEUE};

fn function(project: &Project, name: &str) -> Value {
    let mut members = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            members.insert(key.to_owned(), value);
        }
    };
    put("handler", Some(json!("index.handler")));
    put("name", Some(json!(name.to_lowercase())));
    put("runtime", Some(json!(project.runtime)));
    put("role", project.own_role.then(|| json!("OrdersRole")));
    put("tracing", project.traced.then(|| json!("Active")));
    put("kmsKeyArn", project.key.then(|| json!(KEY)));
    put(
        "logRetentionInDays",
        project.retention.map(|days| json!(days)),
    );
    let variables = project.environment();
    put(
        "environment",
        (!project.variables.is_empty()).then_some(variables),
    );
    let vpc = json!({"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]});
    put("vpc", project.vpc.then_some(vpc));
    let url = project.url.map(|auth| match auth {
        "NONE" => json!(true),
        _ => json!({"authorizer": "aws_iam"}),
    });
    put("url", url);
    put("events", project.queue.then(|| json!([{"sqs": QUEUE}])));
    Value::Object(members)
}

pub(super) fn service(project: &Project) -> Value {
    let functions = project.functions.iter();
    let functions: Map<_, _> = functions
        .map(|name| ((*name).to_owned(), function(project, name)))
        .collect();
    let mut service = json!({"service": "shop", "functions": functions,
        "provider": {"name": "aws", "region": "eu-central-1"}});
    if project.own_role {
        service["resources"] = json!({"Resources": {"OrdersRole": role(project)}});
    } else {
        let statements = &project.statements;
        service["provider"]["iam"] =
            json!({"role": {"statements": statements, "managedPolicies": project.attached}});
    }
    service
}
