//! Cases of other evaluators, made into cases of the slow twin.

use serde_json::{Map, Value, json};

/// A case of the twin with the decision that the suite expects, or why it cannot be made into one.
pub(crate) type Converted = Result<(Value, &'static str), &'static str>;

const USER: &str = "arn:aws:iam::123456789012:user/u";

/// Full requests with all of their policies.
pub(crate) fn core(case: &Value) -> Converted {
    let input = &case["input"];
    if input.get("simulation").is_some() {
        return Err("leaves conditions out (discovery mode)");
    }
    if !empty(&input["resourceControlPolicies"]) || !empty(&input["endpointPolicies"]) {
        return Err("resource control policies or endpoint policies");
    }
    let asked = &input["request"];
    let request = request(
        asked,
        &asked["context"],
        asked["wildcardOnlyAction"] == true,
    )?;
    let mut made = json!({
        "policies": input["identityPolicies"], "boundary": input["permissionBoundaries"],
        "session": input["sessionPolicy"], "resource_policy": input["resourcePolicy"], "request": request,
    });
    if !empty(&input["resourcePolicies"]) {
        made["resource_policy"] = input["resourcePolicies"].clone();
    }
    made["scps"] = levels(&input["serviceControlPolicies"], Value::clone);
    Ok((made, decision(&case["expected"])))
}

/// The same with a name for each policy.
pub(crate) fn integration(case: &Value) -> Converted {
    let input = &case["input"]["simulation"];
    if case["input"]["simulationOptions"]["simulationMode"] == "Discovery" {
        return Err("leaves conditions out (discovery mode)");
    }
    if !empty(&input["resourceControlPolicies"]) {
        return Err("resource control policies or endpoint policies");
    }
    let policies = |list: &Value| list_of(list).map(|named| named["policy"].clone()).collect();
    let made = json!({
        "policies": Value::Array(policies(&input["identityPolicies"])),
        "boundary": Value::Array(policies(&input["permissionBoundaryPolicies"])),
        "resource_policy": input["resourcePolicy"],
        "scps": levels(&input["serviceControlPolicies"], |policy| policy["policy"].clone()),
        "request": request(&input["request"], &input["request"]["contextVariables"], false)?,
    });
    Ok((made, decision(&case["expected"])))
}

/// One list of patterns of actions.
pub(crate) fn actions(case: &Value) -> Converted {
    let member = case["fn"].as_str().unwrap_or_default();
    let member = member.trim_start_matches("requestMatches");
    let member = member.trim_end_matches('s');
    let mut statement = json!({"Effect": "Allow", "Resource": "*"});
    statement[member] = patterns(case);
    let request = json!({"principal": USER, "action": case["request"]["action"], "resource": "arn:aws:s3:::b"});
    Ok((identity(statement, request), allowed(case)))
}

/// One list of patterns of resources, in a policy of some type.
pub(crate) fn resources(case: &Value) -> Converted {
    let resource = case["request"]["resource"].as_str().unwrap_or_default();
    let test = case["test"].as_str().unwrap_or_default();
    if resource.contains('*') && !test.contains("wildcard-only") {
        return Err("asks for many resources at once");
    }
    let [member, effect, layer] =
        [0, 1, 2].map(|at| case["extra"][at].as_str().unwrap_or_default());
    let mut statement = json!({"Effect": effect, "Action": "*"});
    statement[member] = patterns(case);
    let all = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    let request = json!({"principal": USER, "action": "s3:GetBucket", "resource": resource,
        "context": case["request"]["context"]});
    let mut made = json!({"policies": [all], "request": request});
    let policy = |statement: Value| json!({"Version": "2012-10-17", "Statement": statement});
    match layer {
        "identity" if effect == "Allow" => made["policies"] = json!([policy(statement)]),
        "identity" => made["policies"] = json!([all, policy(statement)]),
        "session" => made["session"] = policy(statement),
        "pb" => made["boundary"] = policy(statement),
        "scp" => made["scps"] = json!([[all, policy(statement)]]),
        "resource" => {
            statement["Principal"] = json!("*");
            made["policies"] = json!([]);
            made["resource_policy"] = policy(statement);
        }
        _ => return Err("resource control policies or endpoint policies"),
    }
    let expected = match (effect, &case["expected"]) {
        ("Deny", Value::Bool(true)) => "explicit_deny",
        ("Deny", _) => "allow",
        _ => allowed(case),
    };
    Ok((made, expected))
}

/// One operator between a value of the request and those of a policy.
pub(crate) fn operators(case: &Value) -> Converted {
    let mut context = case["context"].clone();
    context["suite:key"] = case["request_value"].clone();
    let operator = case["operator"].as_str().unwrap_or_default();
    let condition = json!({operator: {"suite:key": case["policy_values"]}});
    Ok((conditional(condition, context), allowed(case)))
}

/// One or more conditions.
pub(crate) fn conditions(case: &Value) -> Converted {
    let mode = case["extra"].as_array().and_then(|extra| extra.last());
    if mode.is_none_or(|mode| mode["simulationMode"] != "Strict" && *mode != "Strict") {
        return Err("leaves conditions out (discovery mode)");
    }
    let mut condition = Map::new();
    let conditions = match &case["condition"] {
        Value::Array(list) => list.clone(),
        one => vec![one.clone()],
    };
    for one in conditions {
        let operator = one["op"].as_str().unwrap_or_default();
        if operator.contains("Fake") {
            return Err("an operator that AWS does not have");
        }
        let key = one["key"].as_str().unwrap_or_default();
        let keys = condition.entry(operator).or_insert_with(|| json!({}));
        keys[key] = one["values"].clone();
    }
    let context = case["request"]["context"].clone();
    Ok((conditional(condition.into(), context), allowed(case)))
}

fn request(
    asked: &Value,
    context: &Value,
    knows_no_resources: bool,
) -> Result<Value, &'static str> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (principal, action) = (text(&asked["principal"]), text(&asked["action"]));
    let resource = text(&asked["resource"]["resource"]);
    if !principal.starts_with("arn:") {
        return Err("asked by a service or by nobody");
    }
    if principal.split(':').nth(4) != asked["resource"]["accountId"].as_str() {
        return Err("a resource of another account");
    }
    if action.starts_with("kms:") || action.starts_with("sts:AssumeRole") {
        return Err("key policies and trust policies, which have to allow");
    }
    let without_resources = ["s3:ListAllMyBuckets", "sts:GetCallerIdentity"];
    let whole =
        resource == "*" && (knows_no_resources || without_resources.contains(&action.as_str()));
    if resource.contains('*') && !whole {
        return Err("asks for many resources at once");
    }
    Ok(json!({"principal": principal, "action": action, "resource": resource, "context": context}))
}

/// A case with one statement, under a condition.
fn conditional(condition: Value, context: Value) -> Value {
    let statement =
        json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition});
    let request = json!({"principal": USER, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "context": context});
    identity(statement, request)
}

fn identity(statement: Value, request: Value) -> Value {
    json!({"policies": [{"Version": "2012-10-17", "Statement": [statement]}], "request": request})
}

fn levels(levels: &Value, policy: impl Fn(&Value) -> Value) -> Value {
    let level = |level: &Value| list_of(&level["policies"]).map(&policy).collect();
    Value::Array(list_of(levels).map(level).map(Value::Array).collect())
}

fn patterns(case: &Value) -> Value {
    let patterns = list_of(&case["patterns"]).map(|pattern| pattern["rawValue"].clone());
    Value::Array(patterns.collect())
}

fn decision(expected: &Value) -> &'static str {
    match expected.as_str() {
        Some("Allowed") => "allow",
        Some("ExplicitlyDenied") => "explicit_deny",
        _ => "implicit_deny",
    }
}

fn allowed(case: &Value) -> &'static str {
    let matches = case["expected"] == true || case["expected"] == "Match";
    if matches { "allow" } else { "implicit_deny" }
}

fn empty(list: &Value) -> bool {
    list_of(list).next().is_none()
}

fn list_of(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}
