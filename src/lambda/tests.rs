//! The floor of a configuration is that of its parts, and its words are those of a reader.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::algebra::Witness;
use crate::iam::{Arn, PatternToken, RequestContext, ResourcePattern, RoleId};
use crate::usage::{Necessity, On};

fn arn(text: &str) -> Arn {
    text.parse().expect("an ARN")
}

fn of_service(service: &str, resource: &str) -> Arn {
    arn(&format!(
        "arn:aws:{service}:eu-central-1:123456789012:{resource}"
    ))
}

fn plain() -> Function {
    let role = RoleId::of(&arn("arn:aws:iam::123456789012:role/r")).expect("a role");
    Function {
        event_sources: Some(Vec::new()),
        destinations: Some(Vec::new()),
        ..Function::new(of_service("lambda", "function:orders"), "orders", role)
    }
}

fn mapping(source: Source) -> EventSource {
    EventSource {
        uuid: "u-1".into(),
        source,
        enabled: true,
        on_failure: Some(Destination::Queue(of_service("sqs", "failed"))),
        filter_key: Some(of_service("kms", "key/k")),
        logs: true,
    }
}

fn polled() -> Vec<Source> {
    let secrets = vec![of_service("secretsmanager", "secret:s-Ab12Cd")];
    let stream = of_service("kinesis", "stream/s");
    let kafka = Kafka {
        topics: vec!["t".into(), "u".into()],
        iam: true,
        ..Kafka::default()
    };
    vec![
        Source::Queue(of_service("sqs", "orders-queue")),
        Source::Stream {
            consumer: Some(of_service("kinesis", "stream/s/consumer/c:1")),
            stream,
        },
        Source::TableStream(of_service("dynamodb", "table/t/stream/2026")),
        Source::ManagedKafka {
            cluster: of_service("kafka", "cluster/c/u"),
            kafka: kafka.clone(),
        },
        Source::ManagedKafka {
            cluster: of_service("kafka", "vpc-connection/210987654321/d/u"),
            kafka: kafka.clone(),
        },
        Source::SelfManagedKafka {
            servers: vec!["k:9092".into()],
            in_vpc: true,
            kafka,
        },
        Source::Broker {
            broker: of_service("mq", "broker:b:b-1"),
            secrets: secrets.clone(),
        },
        Source::Documents {
            cluster: of_service("rds", "cluster:d"),
            secrets,
        },
    ]
}

/// Adds something to a function.
type Part = Box<dyn Fn(&mut Function)>;

/// Parts of a configuration; each adds to a function and takes nothing away.
fn parts() -> Vec<Part> {
    let mut parts: Vec<Part> = vec![
        Box::new(|function| function.configuration.tracing = TracingMode::Active),
        Box::new(|function| {
            function.configuration.vpc = Some(Vpc {
                subnets: vec!["subnet-1".into()],
                security_groups: Vec::new(),
                dual_stack: false,
            });
        }),
        Box::new(|function| {
            let layer = "arn:aws:lambda:eu-central-1:580247275435:layer:LambdaInsightsExtension:60";
            function.configuration.layers.push(layer.into());
        }),
        Box::new(|function| function.configuration.wrapper = Some("/opt/otel-instrument".into())),
        Box::new(|function| {
            let key = Some(of_service("kms", "key/d"));
            function.configuration.durable = Some(Durable { key });
        }),
        Box::new(|function| {
            let access_point = of_service("elasticfilesystem", "access-point/fsap-1");
            let file_system = FileSystem::of(access_point, false).expect("an access point");
            function.configuration.file_systems.push(file_system);
        }),
        Box::new(|function| function.edge = true),
        Box::new(|function| function.object_lambda = true),
        Box::new(|function| {
            let to = Destination::Topic(of_service("sns", "dead"));
            function.configuration.dead_letters = Some(to);
        }),
        Box::new(|function| {
            let to = Destination::Bucket(arn("arn:aws:s3:::failed"));
            let after = Outcome::Failure;
            let sent = function.destinations.get_or_insert_default();
            sent.push(AsyncDestination { after, to });
        }),
    ];
    for source in polled() {
        parts.push(Box::new(move |function| {
            let mappings = function.event_sources.get_or_insert_default();
            mappings.push(mapping(source.clone()));
        }));
    }
    parts
}

fn all_of(function: &Function) -> BTreeSet<FloorAccess> {
    floor(&[function]).into_iter().collect()
}

/// A text that a pattern matches.
fn text_of(pattern: &ResourcePattern) -> String {
    let text = |token: &PatternToken| match token {
        PatternToken::Literal(text) => text.clone(),
        _ => "x".into(),
    };
    pattern.tokens().iter().map(text).collect()
}

proptest! {
    /// The slow way: each part alone, and the floors put together.
    #[test]
    fn a_floor_is_that_of_its_parts_together(chosen in prop::collection::vec(any::<bool>(), 18)) {
        let parts = parts();
        prop_assert_eq!(parts.len(), chosen.len());
        let mut whole = plain();
        let mut together = all_of(&whole);
        for (part, _) in parts.iter().zip(&chosen).filter(|(_, chosen)| **chosen) {
            part(&mut whole);
            let mut alone = plain();
            part(&mut alone);
            let added = all_of(&alone);
            prop_assert!(added.len() > all_of(&plain()).len());
            together.extend(added);
        }
        prop_assert_eq!(all_of(&whole), together);
    }

    /// A request as the configuration makes it is in the set, and is not when a guard is absent.
    #[test]
    fn the_set_of_an_access_holds_its_request_and_asks_for_its_guards(part in 0..18_usize) {
        let mut function = plain();
        parts()[part](&mut function);
        for access in floor(&[&function]) {
            let mut context = RequestContext::default();
            for guard in &access.guards {
                context.set(guard.key.clone(), [text_of(&guard.value)]);
            }
            let request = Witness {
                action: access.action.as_str().to_ascii_lowercase(),
                resource: match &access.on {
                    On::Matching(pattern) => text_of(pattern),
                    on => on.to_string(),
                },
                context,
            };
            prop_assert!(access.product().contains(&request), "{:?}", access);
            let bare = Witness { context: RequestContext::default(), ..request };
            prop_assert_eq!(access.product().contains(&bare), access.guards.is_empty());
        }
    }
}

#[test]
fn what_is_only_known_in_part_is_never_certain() {
    let mut off = mapping(Source::Queue(of_service("sqs", "orders-queue")));
    off.enabled = false;
    let mut open = mapping(polled().swap_remove(3));
    if let Source::ManagedKafka { kafka, .. } = &mut open.source {
        kafka.iam = false;
    }
    for (mapping, service) in [(off, "sqs"), (open, "kafka-cluster")] {
        let mut function = plain();
        function.event_sources = Some(vec![mapping]);
        let floor = floor(&[&function]);
        let mut of_service = floor.iter();
        let certain = of_service
            .find(|access| access.action.service() == service && access.need == Necessity::Certain);
        assert_eq!(certain, None, "{service}");
    }
}

#[test]
fn what_is_polled_has_the_name_that_a_reader_knows() {
    let expected = ["orders-queue", "s", "t", "c", "d", "k:9092", "b", "d"];
    let names: Vec<_> = polled()
        .iter()
        .map(|source| source.name().to_owned())
        .collect();
    assert_eq!(names, expected);
}

#[test]
fn a_function_of_which_nothing_is_known_writes_logs_somewhere() {
    let floor = floor_of_any_function();
    let line =
        |access: &FloorAccess| format!("{} on {} ({})", access.action, access.on, access.reason);
    let lines: Vec<_> = floor.iter().map(line).collect();
    let actions = ["CreateLogGroup", "CreateLogStream", "PutLogEvents"];
    let expected = actions
        .map(|action| format!("logs:{action} on arn:*:logs:* (logs, as for every function)"));
    assert_eq!(lines, expected);
}
