//! How many operations of the services that Lambda functions use are turned into actions, and into exact
//! resources: each operation of `policy-data/generated/operations.tsv` as a record with made-up values.
//!
//! `cargo test --test mapping_coverage -- --nocapture` prints the table.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Map, Value, json};
use tightrope::catalog::{ActionFacts, Catalog, Mapping};
use tightrope::usage::{Access, Event, Necessity, Observation, On, observe};

/// What stands in every made-up value, so that a pattern that holds one can be told.
const MARK: &str = "zz";

/// Forms of IAM that hold a name that the caller gives and an id that AWS makes and that no request has: the
/// service, and what the resource begins with. A pattern of such a form is as exact as a policy can be from
/// the request.
///
/// The ARN formats of the services' pages in <https://docs.aws.amazon.com/service-authorization/latest/reference/>
const FORMS: [(&str, &str); 25] = [
    ("autoscaling", "autoScalingGroup:*:autoScalingGroupName/"),
    (
        "autoscaling",
        "launchConfiguration:*:launchConfigurationName/",
    ),
    ("backup", "framework:"),
    ("backup", "report-plan:"),
    ("backup", "restore-testing-plan:"),
    ("backup", "tiering-configuration:"),
    ("cloudformation", "stack/"),
    ("cloudformation", "stackset/"),
    ("codebuild", "fleet/"),
    ("ecs", "daemon-task-definition/"),
    ("ecs", "gateway/"),
    ("ecs", "task-definition/"),
    ("iot", "domainconfiguration/"),
    ("logs", "log-group:"),
    ("secretsmanager", "secret:"),
    ("ses", "tenant/"),
    ("states", "execution:"),
    ("states", "express:"),
    ("wafv2", "regional/ipset/"),
    ("wafv2", "regional/regexpatternset/"),
    ("wafv2", "regional/rulegroup/"),
    ("wafv2", "regional/webacl/"),
    ("xray", "group/"),
    ("iam", "role/aws-service-role/"),
    ("ecs", "task-set/"),
];

/// How well the resources of an operation are told, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    /// One resource by its ARN.
    Exactly,
    /// All that the request names, in a form that goes on with what AWS made.
    InForm,
    /// A resource that the call makes, and to which AWS gives the id.
    Made,
    /// A name of IAM, without the path that is part of the ARN.
    WithoutPath,
    /// A part of what tells the resource; the request has no more.
    Partly,
    /// Every resource of the type: the request names none.
    EveryOfType,
    /// Nothing tells whether the action was on a resource at all.
    Nothing,
}

#[derive(Clone, Debug, Default)]
struct Counts {
    operations: u32,
    mapped: u32,
    only_exact: u32,
    told: BTreeMap<Told, u32>,
}

impl Counts {
    fn add(&mut self, other: &Counts) {
        self.operations += other.operations;
        self.mapped += other.mapped;
        self.only_exact += other.only_exact;
        for (told, count) in &other.told {
            *self.told.entry(*told).or_default() += count;
        }
    }

    fn on_resources(&self) -> u32 {
        self.told.values().sum()
    }

    /// The share of the operations on resources that are told at least as well, in percent.
    fn at_least(&self, least: Told) -> f64 {
        let found = self.told.iter().filter(|(told, _)| **told <= least);
        share(found.map(|(_, count)| count).sum(), self.on_resources())
    }
}

fn share(part: u32, whole: u32) -> f64 {
    100.0 * f64::from(part) / f64::from(whole.max(1))
}

/// One row: service, operation, prefix, members.
struct Row<'a> {
    service: &'a str,
    operation: &'a str,
    prefix: &'a str,
    members: Vec<&'a str>,
}

fn rows(text: &str) -> impl Iterator<Item = Row<'_>> {
    text.lines().skip(1).map(|line| {
        let columns: Vec<_> = line.split('\t').collect();
        let members = columns[3].split(' ').filter(|member| *member != "-");
        Row {
            service: columns[0],
            operation: columns[1],
            prefix: columns[2],
            members: members.collect(),
        }
    })
}

fn actions(row: &Row<'_>) -> Vec<ActionFacts> {
    let catalog = Catalog::bundled();
    match catalog.mapping(row.prefix, row.operation) {
        Mapping::Actions { actions, .. } => {
            let facts = actions.iter().filter_map(|action| catalog.action(action));
            facts.cloned().collect()
        }
        _ => Vec::new(),
    }
}

/// A value of the kind that the member's name asks for.
fn value(row: &Row<'_>, member: &str) -> String {
    let lower = member.to_ascii_lowercase();
    let id = "0a1b2c3d-0000-4000-8000-00000000zz01";
    match (row.prefix, lower.as_str()) {
        ("sqs", "queueurl") => "https://sqs.eu-west-1.amazonaws.com/123456789012/zzqueue".into(),
        ("kms", name) if name.contains("keyid") => id.into(),
        ("wafv2", "scope") => "REGIONAL".into(),
        ("bedrock", "modelid") => "anthropic.zzmodel-v1:0".into(),
        ("dynamodb", "statement") => r#"SELECT * FROM "zztable" WHERE a = ?"#.into(),
        ("dynamodb", "sharditerator") => {
            "arn:aws:dynamodb:eu-west-1:123456789012:table/zzt/stream/2026|1|zz".into()
        }
        ("lambda", "resource") | ("rds", "resourcename") => arn(row, "resourcearn"),
        ("ec2", "resources") => "i-0zz1".into(),
        ("ecs", "taskdefinition" | "taskdefinitions" | "daemontaskdefinition")
        | ("batch", "jobdefinition") => "zzfamily:3".into(),
        ("iam", "serialnumber") => "arn:aws:iam::123456789012:mfa/zzmfa".into(),
        ("s3", "mrap") => "arn:aws:s3::123456789012:accesspoint/zzalias.mrap".into(),
        ("iam", "deletiontaskid") => format!("task/aws-service-role/zz.amazonaws.com/zzrole/{id}"),
        ("apigateway", "resourcearn") => match row.service {
            "apigatewayv2" => "arn:aws:apigateway:eu-west-1::/apis/zz".into(),
            _ => "arn:aws:apigateway:eu-west-1::/restapis/zz".into(),
        },
        ("apigateway", "domainnameaccessassociationarn") => {
            "arn:aws:apigateway:eu-west-1:123456789012:/domainnameaccessassociations/domainname/zz/vpcesource/vpce-zz"
                .into()
        }
        ("rds", "resourceidentifier") => arn(row, "resourcearn"),
        ("ses", "reputationentityreference") => arn(row, "tenantarn"),
        (_, name) if name.ends_with("arn") || name.ends_with("arns") => arn(row, &lower),
        (_, name) if name.ends_with("arnlist") => arn(row, name.trim_end_matches("list")),
        _ => format!("{MARK}{member}"),
    }
}

/// The ARN of the action's resource type that the member's name is about, else of its first.
fn arn(row: &Row<'_>, member: &str) -> String {
    let catalog = Catalog::bundled();
    let stem = member.trim_end_matches('s').trim_end_matches("arn");
    let facts = actions(row);
    let types: Vec<_> = facts.iter().flat_map(ActionFacts::resource_types).collect();
    let same = |kind: &str| {
        let kind = kind.to_ascii_lowercase().replace(['-', '_'], "");
        !stem.is_empty() && (stem.contains(&kind) || kind.contains(stem))
    };
    let other = ["role", "key", "certificate", "destination"];
    let general = !other.iter().any(|word| stem.contains(word));
    let kind = types
        .iter()
        .find(|(kind, _)| same(kind))
        .or(types.first().filter(|_| general));
    let template = kind.and_then(|(kind, _)| catalog.arn_templates(row.prefix, kind).next());
    let Some(template) = template else {
        return format!("arn:aws:other:eu-west-1:123456789012:{stem}/{MARK}");
    };
    let common = [
        ("Partition", "aws"),
        ("Region", "eu-west-1"),
        ("Account", "123456789012"),
    ];
    let mut text = template.to_owned();
    for (name, value) in common {
        text = text.replace(&format!("${{{name}}}"), value);
    }
    while let (Some(from), Some(to)) = (text.find("${"), text.find('}')) {
        text.replace_range(from..=to, "zzA1b2C3");
    }
    text
}

/// Puts a value where a member's path says: `Outer.Inner`, `Outer[].Inner`, with small letters first.
fn put(parameters: &mut Map<String, Value>, path: &str, value: Value) {
    let (first, rest) = path
        .split_once('.')
        .map_or((path, None), |(a, b)| (a, Some(b)));
    let (name, list) = first
        .strip_suffix("[]")
        .map_or((first, false), |name| (name, true));
    let mut name = name.to_owned();
    name[..1].make_ascii_lowercase();
    let Some(rest) = rest else {
        parameters.insert(name, if list { json!([value]) } else { value });
        return;
    };
    let empty = if list { json!([{}]) } else { json!({}) };
    let held = parameters.entry(name).or_insert(empty);
    let inner = match held {
        Value::Array(items) => items.first_mut(),
        other => Some(other),
    };
    if let Some(Value::Object(inner)) = inner {
        put(inner, rest, value);
    }
}

fn record(row: &Row<'_>) -> String {
    let mut parameters = Map::new();
    // A message goes to a topic or to a telephone.
    let members = row
        .members
        .iter()
        .filter(|member| **member != "PhoneNumber");
    for member in members {
        let last = member.rsplit('.').next().unwrap_or(member);
        let (path, value) = match (member.strip_suffix('#'), member.strip_suffix("{}")) {
            (Some(path), _) => (path, json!(3)),
            (_, Some(path)) => (path, json!({"value": MARK})),
            (None, None) => (*member, value(row, last.trim_end_matches("[]")).into()),
        };
        put(&mut parameters, path, value);
    }
    let event = json!({
        "eventSource": format!("{}.amazonaws.com", row.prefix), "eventName": row.operation,
        "eventType": "AwsApiCall", "awsRegion": "eu-west-1", "recipientAccountId": "123456789012",
        "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/r/s"},
        "requestParameters": parameters,
    });
    event.to_string()
}

/// The accesses of the actions that the operation is mapped to, without those that rules add.
fn own_accesses(row: &Row<'_>) -> Vec<Access> {
    let json = record(row);
    let event = Event::parse(json.as_bytes()).expect("a record");
    let Observation::Used(observed) = observe(&event, Catalog::bundled()) else {
        return Vec::new();
    };
    let accesses = observed.into_iter().map(|observed| observed.access);
    let own = |access: &Access| {
        access.need == Necessity::Certain && access.action.as_str() != "iam:PassRole"
    };
    accesses.filter(own).collect()
}

/// How well a pattern tells its resource, or `Exactly`.
fn told(row: &Row<'_>, on: &On) -> Told {
    let On::Matching(pattern) = on else {
        return Told::Exactly;
    };
    let text = pattern.to_string();
    let resource = text.splitn(6, ':').nth(5).unwrap_or_default();
    let named = text.contains(MARK);
    let of_form = |(prefix, begins): &(&str, &str)| {
        text.split(':').nth(2) == Some(prefix) && resource.starts_with(begins)
    };
    // `CreateVpc` on `vpc/*`.
    let kind = resource.split(['/', ':']).next().unwrap_or_default();
    let object = row
        .operation
        .trim_start_matches(|c: char| c.is_ascii_uppercase());
    let object = object.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let verb = row.operation.strip_suffix(object).unwrap_or_default();
    let makes = ["Create", "Import", "Start"].contains(&verb)
        && resource.ends_with('*')
        && !kind.contains('*')
        && object
            .to_ascii_lowercase()
            .starts_with(&kind.replace('-', "").to_ascii_lowercase());
    match (named, text.as_str()) {
        (true, _) if FORMS.iter().any(of_form) => Told::InForm,
        (false, "*") => Told::Nothing,
        (false, _) if makes => Told::Made,
        (false, _) => Told::EveryOfType,
        (true, _) if row.prefix == "iam" => Told::WithoutPath,
        (true, _) => Told::Partly,
    }
}

fn counts(row: &Row<'_>) -> Counts {
    let mut counts = Counts {
        operations: 1,
        ..Counts::default()
    };
    let mapping = Catalog::bundled().mapping(row.prefix, row.operation);
    if matches!(mapping, Mapping::Unverified(_) | Mapping::Unknown) {
        return counts;
    }
    counts.mapped = 1;
    let accesses = own_accesses(row);
    let on: Vec<_> = accesses.iter().flat_map(|access| &access.on).collect();
    if on.iter().all(|on| **on == On::NoResource) {
        return counts;
    }
    counts.only_exact = u32::from(on.iter().all(|on| matches!(on, On::Exactly(_))));
    let on = on.into_iter().filter(|on| **on != On::NoResource);
    let best = on.map(|on| told(row, on)).min();
    counts.told.extend(best.map(|best| (best, 1)));
    counts
}

#[test]
#[allow(
    clippy::print_stdout,
    reason = "the table is what a reader runs this test for"
)]
fn most_operations_of_lambda_functions_give_an_exact_resource() {
    let text = fs::read_to_string("policy-data/generated/operations.tsv").expect("the table");
    let mut services: BTreeMap<&str, Counts> = BTreeMap::new();
    for row in rows(&text) {
        services.entry(row.service).or_default().add(&counts(&row));
    }
    let mut all = Counts::default();
    services.values().for_each(|counts| all.add(counts));
    println!("{:?} of {} on resources", all.told, all.on_resources());
    services.insert("all", all.clone());
    println!(
        "service operations mapped% on-resources exact% as-IAM's-form-allows% or-partly% only-exact%"
    );
    for (service, counts) in &services {
        println!(
            "{service:24} {:5} {:6.1} {:5} {:6.1} {:6.1} {:6.1} {:6.1}",
            counts.operations,
            share(counts.mapped, counts.operations),
            counts.on_resources(),
            counts.at_least(Told::Exactly),
            counts.at_least(Told::Made),
            counts.at_least(Told::Partly),
            share(counts.only_exact, counts.on_resources()),
        );
    }
    assert!(services.len() == 69, "{} services", services.len());
    assert!(share(all.mapped, all.operations) >= 97.0);
    assert!(all.at_least(Told::Exactly) >= 87.8);
    assert!(all.at_least(Told::Made) >= 93.0);
    assert!(all.at_least(Told::Partly) >= 96.0);
}
