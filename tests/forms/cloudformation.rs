//! A project as a template of CloudFormation, of SAM, and of the CDK.

use serde_json::{Map, Value, json};

use super::project::{KEY, Project, QUEUE};

fn put(object: &mut Value, key: &str, value: Option<Value>) {
    if let (Some(members), Some(value)) = (object.as_object_mut(), value) {
        members.insert(key.to_owned(), value);
    }
}

pub(super) fn role(project: &Project) -> Value {
    let mut properties =
        json!({"RoleName": "orders-role", "AssumeRolePolicyDocument": project.trust()});
    let attached = (!project.attached.is_empty()).then(|| json!(project.attached));
    put(&mut properties, "ManagedPolicyArns", attached);
    let own = json!([{"PolicyName": "own", "PolicyDocument": project.document()}]);
    let own = (!project.statements.is_empty()).then_some(own);
    put(&mut properties, "Policies", own);
    json!({"Type": "AWS::IAM::Role", "Properties": properties})
}

/// What a function has in both.
fn function(project: &Project, name: &str) -> Value {
    let mut properties = json!({
        "FunctionName": name.to_lowercase(),
        "Handler": "index.handler",
        "Runtime": project.runtime,
        "Role": {"Fn::GetAtt": ["OrdersRole", "Arn"]},
    });
    let environment = json!({"Variables": project.environment()});
    let has_variables = !project.variables.is_empty();
    put(
        &mut properties,
        "Environment",
        has_variables.then_some(environment),
    );
    put(
        &mut properties,
        "KmsKeyArn",
        project.key.then(|| json!(KEY)),
    );
    let vpc = json!({"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]});
    put(&mut properties, "VpcConfig", project.vpc.then_some(vpc));
    properties
}

fn log_group(project: &Project, name: &str, resources: &mut Map<String, Value>) {
    if let Some(days) = project.retention {
        let properties = json!({"LogGroupName": {"Fn::Sub": format!("/aws/lambda/${{{name}}}")},
            "RetentionInDays": days});
        let group = json!({"Type": "AWS::Logs::LogGroup", "Properties": properties});
        resources.insert(format!("{name}Logs"), group);
    }
}

pub(super) fn template(project: &Project) -> Value {
    let mut resources = Map::new();
    resources.insert("OrdersRole".to_owned(), role(project));
    for name in &project.functions {
        let mut properties = function(project, name);
        let tracing = project.traced.then(|| json!({"Mode": "Active"}));
        put(&mut properties, "TracingConfig", tracing);
        let made = json!({"Type": "AWS::Lambda::Function", "Properties": properties});
        resources.insert((*name).to_owned(), made);
        log_group(project, name, &mut resources);
        let arn = json!({"Fn::GetAtt": [name, "Arn"]});
        if let Some(auth) = project.url {
            let properties = json!({"TargetFunctionArn": arn, "AuthType": auth});
            let url = json!({"Type": "AWS::Lambda::Url", "Properties": properties});
            resources.insert(format!("{name}Url"), url);
        }
        if project.queue {
            let properties = json!({"FunctionName": {"Ref": name}, "EventSourceArn": QUEUE});
            let made = json!({"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties});
            resources.insert(format!("{name}Jobs"), made);
        }
    }
    json!({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})
}

/// The same, as the CDK writes it.
pub(super) fn of_the_cdk(project: &Project) -> Value {
    let mut template = template(project);
    let resources = template["Resources"].as_object_mut().expect("an object");
    for (id, resource) in resources {
        put(
            resource,
            "Metadata",
            Some(json!({"aws:cdk:path": format!("Stack/{id}/Resource")})),
        );
    }
    template
}

pub(super) fn of_sam(project: &Project) -> Value {
    let mut resources = Map::new();
    if project.own_role {
        resources.insert("OrdersRole".to_owned(), role(project));
    }
    for name in &project.functions {
        let mut properties = function(project, name);
        let tracing = project.traced.then(|| json!("Active"));
        put(&mut properties, "Tracing", tracing);
        if !project.own_role {
            let mut policies: Vec<Value> = project.attached.iter().map(|arn| json!(arn)).collect();
            policies.extend((!project.statements.is_empty()).then(|| project.document()));
            let members = properties.as_object_mut().expect("an object");
            members.remove("Role");
            members.insert("Policies".to_owned(), json!(policies));
        }
        put(
            &mut properties,
            "FunctionUrlConfig",
            project.url.map(|auth| json!({"AuthType": auth})),
        );
        let jobs = json!({"Jobs": {"Type": "SQS", "Properties": {"Queue": QUEUE}}});
        put(&mut properties, "Events", project.queue.then_some(jobs));
        let made = json!({"Type": "AWS::Serverless::Function", "Properties": properties});
        resources.insert((*name).to_owned(), made);
        log_group(project, name, &mut resources);
    }
    json!({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources})
}
