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

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    operations: u32,
    mapped: u32,
    on_resources: u32,
    exact: u32,
    only_exact: u32,
    partly: u32,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.operations += other.operations;
        self.mapped += other.mapped;
        self.on_resources += other.on_resources;
        self.exact += other.exact;
        self.only_exact += other.only_exact;
        self.partly += other.partly;
    }

    fn share(part: u32, whole: u32) -> f64 {
        100.0 * f64::from(part) / f64::from(whole.max(1))
    }
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
        ("ecs", "taskdefinition") | ("batch", "jobdefinition") => "zzfamily:3".into(),
        (_, name) if name.ends_with("arn") || name.ends_with("arns") => arn(row, &lower),
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

fn record(row: &Row<'_>) -> String {
    let mut parameters = Map::new();
    for member in &row.members {
        let (name, value) = match (member.strip_suffix("[]"), member.strip_suffix("{}")) {
            (Some(name), _) => (name, json!([value(row, name)])),
            (_, Some(name)) => (name, json!({"value": MARK})),
            (None, None) => (*member, Value::from(value(row, member))),
        };
        let mut name = name.to_owned();
        name[..1].make_ascii_lowercase();
        parameters.insert(name, value);
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
    let told =
        |on: &&&On| !matches!(on, On::Matching(pattern) if !pattern.to_string().contains(MARK));
    counts.on_resources = 1;
    counts.exact = u32::from(on.iter().any(|on| matches!(on, On::Exactly(_))));
    counts.only_exact = u32::from(on.iter().all(|on| matches!(on, On::Exactly(_))));
    counts.partly = u32::from(on.iter().any(|on| told(&on)));
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
        services.entry(row.service).or_default().add(counts(&row));
    }
    let mut all = Counts::default();
    services.values().for_each(|counts| all.add(*counts));
    services.insert("all", all);
    println!("service operations mapped% with-resource an-exact% only-exact% exact-or-partly%");
    for (service, counts) in &services {
        println!(
            "{service:24} {:5} {:6.1} {:5} {:6.1} {:6.1} {:6.1}",
            counts.operations,
            Counts::share(counts.mapped, counts.operations),
            counts.on_resources,
            Counts::share(counts.exact, counts.on_resources),
            Counts::share(counts.only_exact, counts.on_resources),
            Counts::share(counts.partly, counts.on_resources),
        );
    }
    assert!(services.len() == 69, "{} services", services.len());
    assert!(Counts::share(all.mapped, all.operations) >= 97.0);
    assert!(Counts::share(all.exact, all.on_resources) >= 83.5);
    assert!(Counts::share(all.partly, all.on_resources) >= 93.5);
}
