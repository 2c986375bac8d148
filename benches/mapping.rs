//! From an event to its accesses, look-ups in the catalog, and how long a command that needs it takes whole.
#![allow(
    missing_docs,
    reason = "`criterion_group!` makes a public function without documentation"
)]

use std::hint::black_box;
use std::process::{Command, Stdio};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tightrope::catalog::Catalog;
use tightrope::iam::Action;
use tightrope::trail::{self, Item, Source};
use tightrope::usage::{Event, observe};

/// Every record of the shipped example.
fn records() -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    let sources = [Source::named("tests/cases/webshop/trail")];
    trail::read(&sources, &mut |item| {
        if let Item::Record { json, .. } = item {
            records.push(json.to_vec());
        }
    })
    .expect("the shipped example");
    records
}

fn events(criterion: &mut Criterion) {
    let (records, catalog) = (records(), Catalog::bundled());
    let mut group = criterion.benchmark_group("mapping");
    group.throughput(Throughput::Elements(records.len() as u64));
    group.bench_function("parse and observe", |bencher| {
        bencher.iter(|| {
            for record in &records {
                if let Ok(event) = Event::parse(record) {
                    black_box(observe(&event, catalog));
                }
            }
        });
    });
    group.bench_function("parse", |bencher| {
        bencher.iter(|| {
            records
                .iter()
                .filter_map(|json| Event::parse(json).ok())
                .count()
        });
    });
    group.finish();
}

/// Actions from all over the table, so that no look-up finds the last one's rows in the processor's cache.
fn look_ups(criterion: &mut Criterion) {
    let catalog = Catalog::bundled();
    let actions: Vec<Action> = catalog
        .actions()
        .step_by(97)
        .map(|facts| facts.action.clone())
        .collect();
    let mut group = criterion.benchmark_group("look-up");
    group.throughput(Throughput::Elements(actions.len() as u64));
    group.bench_function("action", |bencher| {
        bencher.iter(|| {
            actions
                .iter()
                .filter_map(|action| catalog.action(action))
                .count()
        });
    });
    let events: Vec<_> = actions
        .iter()
        .map(|action| (format!("{}.amazonaws.com", action.service()), action.name()))
        .collect();
    group.bench_function("mapping", |bencher| {
        bencher.iter(|| {
            for (source, name) in &events {
                black_box(catalog.mapping(source, name));
            }
        });
    });
    group.finish();
}

/// The whole process, from its start to its end; `--version` is what any process costs.
fn processes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("process");
    let cases: [&[&str]; 3] = [
        &["--version"],
        &["catalog", "s3:GetObject"],
        &["catalog", "event", "s3.amazonaws.com", "HeadObject"],
    ];
    for arguments in cases {
        group.bench_function(arguments.join(" "), |bencher| {
            bencher.iter(|| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_tightrope"));
                let status = command.args(arguments).stdout(Stdio::null()).status();
                assert!(status.expect("the program starts").success());
            });
        });
    }
    group.finish();
}

criterion_group!(benches, events, look_ups, processes);
criterion_main!(benches);
