//! How good covers are, and how long they and whole proposals take: tables as roles have them in three sizes, dense ones, and
//! roles that were seen at work.
//!
//! `cargo bench --bench minimize` prints the share that is proved best, the largest gap, and times, then criterion's
//! figures for the middle size and for proposals.

#![allow(
    missing_docs,
    reason = "`criterion_group!` makes a public function without documentation"
)]
#![allow(
    clippy::print_stdout,
    reason = "a table of figures is what is asked for"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use tightrope::catalog::Catalog;
use tightrope::cover::{Objective, Table, cover};
use tightrope::minimize::{Known, Settings, minimize};

#[path = "generate/random.rs"]
#[allow(dead_code, reason = "other benches draw from it in more ways")]
mod random;
#[path = "generate/roles.rs"]
mod roles;
#[path = "generate/tables.rs"]
mod tables;

use random::Random;
use tables::{JSON, Size, dense, role};

const OBJECTIVES: [Objective; 2] = [Objective::Characters, Objective::Statements];

fn tables(count: usize, make: impl Fn(&mut Random) -> Table) -> Vec<Table> {
    let mut random = Random::seeded(7);
    (0..count).map(|_| make(&mut random)).collect()
}

fn families() -> Vec<(String, Vec<Table>)> {
    let mut families = Vec::new();
    for size in [Size::Small, Size::Medium, Size::Large] {
        for free in [false, true] {
            let name = format!("{size:?} roles{}", if free { ", free cells" } else { "" });
            families.push((name, tables(200, |random| role(random, size, free))));
        }
    }
    for (shape, share, count) in [
        ((5, 7), 50, 100),
        ((8, 12), 60, 50),
        ((14, 16), 50, 20),
        ((80, 500), 50, 3),
    ] {
        let name = format!("dense {}x{}, {share} %", shape.0, shape.1);
        families.push((name, tables(count, |random| dense(random, shape, share))));
    }
    families
}

/// One line: how many are proved, the largest gap, and the time of the middle one, of one of twenty, and of the slowest.
fn measured(tables: &[Table], objective: Objective) -> String {
    let (mut proved, mut gap, mut times) = (0, 0.0_f64, Vec::new());
    for table in tables {
        let start = Instant::now();
        let certificate = black_box(cover(table, JSON, objective)).certificate;
        times.push(start.elapsed());
        proved += usize::from(certificate.is_optimum());
        gap = gap.max(certificate.gap());
    }
    times.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let fast = times
        .iter()
        .filter(|time| **time < Duration::from_millis(10))
        .count();
    let at = |share: usize| ms(times[(times.len() - 1) * share / 100]);
    format!(
        "{proved:>4}/{:<4} {fast:>4} in 10 ms  gap {:>5.1} %  p50 {:>8.3}  p95 {:>8.3}  max {:>8.3} ms",
        tables.len(),
        gap * 100.0,
        at(50),
        at(95),
        at(100)
    )
}

fn covers(criterion: &mut Criterion) {
    let families = families();
    for (name, tables) in &families {
        for objective in OBJECTIVES {
            println!(
                "{name:<26} {:<10} {}",
                format!("{objective:?}"),
                measured(tables, objective)
            );
        }
    }
    let mut group = criterion.benchmark_group("covers");
    group.sample_size(10);
    let (name, tables) = &families[2];
    group.bench_function(format!("200 {name}"), |bencher| {
        bencher.iter(|| {
            for table in tables {
                black_box(cover(table, JSON, Objective::Characters));
            }
        });
    });
    group.finish();
}

/// Whole proposals, what was seen being there already: one large role, and many ordinary ones.
fn proposals(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("proposals");
    group.sample_size(10);
    for (name, count, actions, resources) in [
        ("one role, 80 actions, 500 resources", 1, 80, 500),
        ("100 roles, 25 actions, 20 resources", 100, 25, 20),
    ] {
        let roles = roles::roles(count);
        let usage = roles::seen(&roles, actions, resources);
        let known = Known::new(&usage, Catalog::bundled(), []);
        let settings = Settings {
            min_days: 0,
            ..Settings::default()
        };
        let mut proved = 0;
        for role in &roles {
            match minimize(role, &known, &settings) {
                Ok(proposal) => proved += usize::from(proposal.certificate().is_optimum()),
                Err(error) => panic!("{name}: {error}"),
            }
        }
        println!("{name}: {proved} of {count} proved the fewest");
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for role in &roles {
                    let _ = black_box(minimize(role, &known, &settings));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, covers, proposals);
criterion_main!(benches);
