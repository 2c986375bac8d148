//! How fast two policies are compared, parsing included: policies whose shape is that of published ones, one large
//! policy against many, and a minimised policy against its naive form.
//!
//! `cargo bench --bench algebra`. The first line of each group is a limit or a peer in the same run: parsing alone.

#![allow(
    missing_docs,
    reason = "`criterion_group!` makes a public function without documentation"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tightrope::catalog::Catalog;
use tightrope::diff::{Setting, World, compare};
use tightrope::evaluation::{Granted, NamedPolicy, Reading, included};
use tightrope::iam::Policy;

#[path = "generate/policies.rs"]
mod policies;
#[path = "generate/random.rs"]
#[allow(dead_code, reason = "another bench draws from it in more ways")]
mod random;

fn granted(text: &str) -> Granted {
    let policy = Policy::parse_text(text).expect("a generated policy is one");
    let named = NamedPolicy {
        name: "p".into(),
        policy,
    };
    Granted::new(vec![named], Reading::default())
}

/// Both directions of every pair.
fn related(pairs: &[(String, String)]) -> usize {
    let equal = |(one, other): &&(String, String)| {
        let (one, other) = (granted(one), granted(other));
        included(&one, &other).is_included() && included(&other, &one).is_included()
    };
    pairs.iter().filter(equal).count()
}

fn pairs(criterion: &mut Criterion) {
    let pairs = policies::pairs(200);
    let mut group = criterion.benchmark_group("200 pairs of Lambda size, both directions");
    group.sample_size(20);
    group.bench_function("parsing alone", |bencher| {
        bencher.iter(|| {
            for (one, other) in &pairs {
                black_box(Policy::parse_text(one).is_ok() && Policy::parse_text(other).is_ok());
            }
        });
    });
    group.bench_function("parsing and comparing", |bencher| {
        bencher.iter(|| black_box(related(&pairs)));
    });
    group.finish();
}

fn large(criterion: &mut Criterion) {
    let large = policies::large(900);
    let small: Vec<String> = policies::pairs(100)
        .into_iter()
        .map(|pair| pair.0)
        .collect();
    let mut group = criterion.benchmark_group("a policy of 900 actions");
    group.sample_size(10);
    group.bench_function("against 100 of Lambda size, both directions", |bencher| {
        let pairs: Vec<_> = small
            .iter()
            .map(|one| (one.clone(), large.clone()))
            .collect();
        bencher.iter(|| black_box(related(&pairs)));
    });
    group.finish();
}

fn minimised(criterion: &mut Criterion) {
    let (naive, minimised) = policies::naive_and_minimised(500, 20);
    let (naive, minimised) = (granted(&naive), granted(&minimised));
    let mut group = criterion.benchmark_group("a minimised policy of 500 ARNs");
    group.sample_size(20);
    group.bench_function("equals its naive form", |bencher| {
        bencher.iter(|| {
            assert!(included(&naive, &minimised).is_included());
            assert!(included(&minimised, &naive).is_included());
        });
    });
    group.finish();
}

fn for_a_reader(criterion: &mut Criterion) {
    let catalog = Catalog::bundled();
    let all =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let (all, one) = (granted(all), granted(&policies::pairs(1)[0].0));
    let mut group = criterion.benchmark_group("a diff for a reader");
    group.sample_size(10);
    group.bench_function("a policy of Lambda size against everything", |bencher| {
        bencher.iter(|| {
            let found = compare(&one, &all, (World::Open, catalog), &Setting::example());
            black_box(found.gained.len())
        });
    });
    group.finish();
}

criterion_group!(benches, pairs, large, minimised, for_a_reader);
criterion_main!(benches);
