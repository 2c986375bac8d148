//! `propose`, whole and in parts, over the shipped example and over a generated trail of 100,000 events.
#![allow(
    missing_docs,
    reason = "`criterion_group!` makes a public function without documentation"
)]

mod generate;

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use tightrope::account::{Account, Sources};
use tightrope::catalog::Catalog;
use tightrope::iam::Role;
use tightrope::minimize::{Known, Settings, minimize};
use tightrope::report::{Reading, Report, RoleReport, to_json};
use tightrope::trail::{self, Item, ReadSummary, Source};
use tightrope::usage::{Scope, Usage};

use generate::account::{ASKED, GRANTS};
use generate::{EVENTS, Generated};

fn account(path: &Path) -> Account {
    Account::read(path, &Sources::default()).expect("the snapshot can be read")
}

/// The first `asked` execution roles are asked for, the others are known to exist.
fn scope(account: &Account, asked: usize) -> Scope {
    let roles = || account.execution_roles().map(|role| role.id.clone());
    Scope {
        asked: roles().take(asked).collect(),
        others: roles().skip(asked).collect(),
    }
}

fn read(trail: &Path, sink: &mut dyn FnMut(Item<'_>)) -> ReadSummary {
    trail::read(&[Source::named(trail)], sink).expect("the trail can be read")
}

fn ingest(trail: &Path, scope: Scope) -> Usage {
    let mut usage = Usage::new(scope);
    read(trail, &mut |item| {
        if let Item::Record { json, .. } = item {
            usage
                .push(json, Catalog::bundled())
                .expect("the record is an event");
        }
    });
    usage
}

fn report(role: &Role, known: &Known<'_>) -> RoleReport {
    let result = minimize(
        role,
        known,
        &Settings {
            min_days: 0,
            ..Settings::default()
        },
    );
    RoleReport::new(role, known, result)
}

/// All that one run does but start and print: read the account and the trail, propose for each role, render.
fn propose(trail: &Path, snapshot: &Path, asked: usize) -> String {
    let account = account(snapshot);
    let usage = ingest(trail, scope(&account, asked));
    let roles = account.execution_roles().take(asked);
    let known = Known::new(&usage, Catalog::bundled(), account.arns());
    let report = Report {
        roles: roles.map(|role| report(role, &known)).collect(),
        reading: Reading {
            counts: usage.counts.clone(),
            ..Reading::default()
        },
    };
    to_json(&report)
}

fn example(criterion: &mut Criterion) {
    let case = Path::new("tests/cases/webshop");
    let (trail, snapshot) = (case.join("trail"), case.join("account.json"));
    criterion.bench_function("propose/example", |bencher| {
        bencher.iter(|| propose(&trail, &snapshot, usize::MAX));
    });
}

fn generated(criterion: &mut Criterion) {
    let generated = Generated::new().expect("a temporary folder can be written");
    let (trail, snapshot) = (generated.trail(), generated.account());
    let account = account(&snapshot);
    let asked = usize::try_from(ASKED).expect("a small number");
    let scope = || scope(&account, asked);

    let mut group = criterion.benchmark_group("100k events");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(EVENTS));
    group.bench_function("propose", |bencher| {
        bencher.iter(|| propose(&trail, &snapshot, asked));
    });
    let each = BatchSize::PerIteration;
    group.bench_function("ingest", |bencher| {
        bencher.iter_batched(scope, |scope| ingest(&trail, scope), each);
    });
    // The limit for the above: decompression, and brackets matched, with nothing done with the records.
    group.throughput(Throughput::BytesDecimal(generated.text_bytes));
    group.bench_function("ingest split only", |bencher| {
        bencher.iter(|| {
            read(&trail, &mut |item| {
                black_box(item);
            })
        });
    });
    group.finish();

    // The first role of each kind of grant: the role with the most events of its kind.
    let usage = ingest(&trail, scope());
    let known = Known::new(&usage, Catalog::bundled(), account.arns());
    let mut group = criterion.benchmark_group("minimize");
    group.sample_size(20);
    for (role, grants) in account.execution_roles().zip(GRANTS) {
        group.bench_function(grants, |bencher| bencher.iter(|| report(role, &known)));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(4));
    targets = example, generated
}
criterion_main!(benches);
