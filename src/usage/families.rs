//! Operations whose actions or resources follow from what is in them: `families.tsv` at work.

use serde_json::Value;

use crate::catalog::Operation;
use crate::iam::{Action, Arn, ResourcePattern};

use super::access::{Access, Observed, On};
use super::call::Call;
use super::{keys, models};

/// The accesses of an operation of a family; `None` for another operation, and where the content cannot be
/// read: then the operation needs all that it could need.
pub(super) fn of_content(call: &Call<'_>, operation: &Operation) -> Option<Vec<Observed>> {
    let pairs = match (operation.service.as_ref(), operation.name.as_ref()) {
        ("dynamodb", "TransactGetItems" | "TransactWriteItems") => transaction(call)?,
        ("dynamodb", "BatchExecuteStatement" | "ExecuteStatement" | "ExecuteTransaction") => {
            partiql(call)?
        }
        ("events", "PutEvents") => vec![("events:PutEvents", buses(call)?)],
        ("kms", "ReEncrypt") => keys::re_encryption(call)?,
        ("bedrock", name) => return models::called(call, name),
        _ => return None,
    };
    let observed = |(action, mut on): (&str, Vec<On>)| {
        on.sort();
        on.dedup();
        Some(Observed::from(Access::certain(action.parse().ok()?, on)))
    };
    pairs.into_iter().map(observed).collect()
}

/// Each item of a transaction is authorised by itself.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html>
fn transaction(call: &Call<'_>) -> Option<Vec<(&'static str, Vec<On>)>> {
    let parameters = call.event.parameters();
    let items = member(&parameters, "requestItems")?.as_array()?;
    let access = |item: &Value| {
        let action = match member(item, "operation")?.as_str()? {
            "Get" => "dynamodb:GetItem",
            "Put" => "dynamodb:PutItem",
            "Update" => "dynamodb:UpdateItem",
            "Delete" => "dynamodb:DeleteItem",
            "ConditionCheck" | "Check" => "dynamodb:ConditionCheckItem",
            _ => return None,
        };
        let table = member(item, "tableName")?.as_str()?;
        Some((action, vec![table_on(call, table, None)?]))
    };
    let accesses: Vec<_> = items.iter().map(access).collect::<Option<_>>()?;
    (!accesses.is_empty()).then(|| joined(accesses))
}

/// Each statement is authorised by what its first word says, on the table or index that it names.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html>
fn partiql(call: &Call<'_>) -> Option<Vec<(&'static str, Vec<On>)>> {
    let statements = call.request.get("statement");
    let accesses = statements.iter().map(|text| statement(call, text));
    let accesses: Vec<_> = accesses.collect::<Option<_>>()?;
    (!accesses.is_empty()).then(|| joined(accesses))
}

fn statement(call: &Call<'_>, text: &str) -> Option<(&'static str, Vec<On>)> {
    let verb = text.trim_start();
    let first = verb.split(|c: char| !c.is_ascii_alphabetic()).next()?;
    let (action, before) = match first.to_ascii_uppercase().as_str() {
        "SELECT" => ("dynamodb:PartiQLSelect", "FROM"),
        "INSERT" => ("dynamodb:PartiQLInsert", "INTO"),
        "UPDATE" => ("dynamodb:PartiQLUpdate", "UPDATE"),
        "DELETE" => ("dynamodb:PartiQLDelete", "FROM"),
        "EXISTS" => ("dynamodb:ConditionCheckItem", "FROM"),
        _ => return None,
    };
    let mut words = verb
        .split([' ', '\n', '\t', '\r', '('])
        .filter(|word| !word.is_empty());
    words.find(|word| word.eq_ignore_ascii_case(before))?;
    let target = words.next()?.trim_end_matches([';', ')']);
    let mut names = target.split('.').map(|name| name.trim_matches('"'));
    let table = names.next().filter(|name| !name.is_empty())?;
    let index = names.next();
    // A name with a dot or a blank in quotes is cut wrongly here, and is left to the wider answer.
    (target.matches('"').count() != 1 && names.next().is_none())
        .then_some(())
        .and_then(|()| Some((action, vec![table_on(call, table, index)?])))
}

fn table_on(call: &Call<'_>, table: &str, index: Option<&str>) -> Option<On> {
    if let Ok(arn) = table.parse::<Arn>() {
        return Some(On::Exactly(arn));
    }
    let usual = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
    if !table
        .bytes()
        .chain(index.unwrap_or_default().bytes())
        .all(usual)
    {
        return None;
    }
    let index = index
        .map(|index| format!("/index/{index}"))
        .unwrap_or_default();
    Some(call.here("dynamodb", &format!("table/{table}{index}")))
}

/// One access an action: its resources together.
fn joined(accesses: Vec<(&'static str, Vec<On>)>) -> Vec<(&'static str, Vec<On>)> {
    let mut found: Vec<(&'static str, Vec<On>)> = Vec::new();
    for (action, on) in accesses {
        match found.iter_mut().find(|(known, _)| *known == action) {
            Some((_, known)) => known.extend(on),
            None => found.push((action, on)),
        }
    }
    found
}

/// Each entry goes to the bus that it names, or to the default one.
fn buses(call: &Call<'_>) -> Option<Vec<On>> {
    let parameters = call.event.parameters();
    let entries = member(&parameters, "entries")?.as_array()?;
    let bus = |entry: &Value| match member(entry, "eventBusName").and_then(Value::as_str) {
        Some(name) => match name.parse() {
            Ok(arn) => On::Exactly(arn),
            Err(_) => call.here("events", &format!("event-bus/{name}")),
        },
        None => call.here("events", "event-bus/default"),
    };
    let found: Vec<_> = entries.iter().map(bus).collect();
    (!found.is_empty()).then_some(found)
}

/// Buckets that are reached by other names: directory buckets, access points, Outposts, Object Lambda. Their
/// actions or resources are not those of plain buckets.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html>,
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html>,
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/S3OutpostsIAM.html>,
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-policies.html>
pub(super) fn other_buckets(call: &Call<'_>, observed: &mut Observed) {
    let access = &mut observed.access;
    if access.action.service() != "s3" {
        return;
    }
    let bucket = ["bucketName", "bucket"]
        .iter()
        .find_map(|name| call.request.get(name).first());
    let Some(bucket) = bucket else { return };
    let own = |service: &str| {
        let action = Action::new(service, access.action.name()).ok()?;
        call.catalog
            .action(&action)
            .map(|facts| facts.action.clone())
    };
    let is_directory = bucket.ends_with("--x-s3");
    if is_directory || bucket.contains(":s3express:") {
        let session = || "s3express:CreateSession".parse().ok();
        if let Some(action) = own("s3express").or_else(session) {
            access.action = action;
            access.on = vec![match bucket.parse() {
                Ok(arn) => On::Exactly(arn),
                Err(_) => call.here("s3express", &format!("bucket/{bucket}")),
            }];
        }
        return;
    }
    if bucket.ends_with("-s3alias") {
        access.on = vec![On::Matching(ResourcePattern::any())];
        return;
    }
    let Ok(arn) = bucket.parse::<Arn>() else {
        return;
    };
    let key = call.request.get("key").first();
    let object = match key {
        Some(key) => format!("{arn}/object/{key}").parse().ok(),
        None => Some(arn.clone()),
    };
    if let "s3-outposts" | "s3-object-lambda" = arn.service() {
        if let Some(action) = own(arn.service()) {
            access.action = action;
        }
        let lambda = arn.service() == "s3-object-lambda";
        let reached = if lambda { Some(arn) } else { object };
        access.on = reached.map(On::Exactly).into_iter().collect();
    } else if let Some(object) = object.filter(|_| arn.resource().starts_with("accesspoint/")) {
        access.on.retain(|on| matches!(on, On::Exactly(_)));
        access.on.push(On::Exactly(object));
        access.on.sort();
        access.on.dedup();
    }
}

/// The member of an object, by its name without case.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let map = value.as_object()?;
    map.iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}
