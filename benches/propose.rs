//! `propose`, whole, over the shipped example.
#![allow(
    missing_docs,
    reason = "`criterion_group!` makes a public function without documentation"
)]

use criterion::{Criterion, criterion_group, criterion_main};

fn example(criterion: &mut Criterion) {
    let arguments = [
        "tightrope",
        "propose",
        "--trail",
        "tests/cases/webshop/trail",
        "--account",
        "tests/cases/webshop/account.json",
        "--format",
        "json",
        "--role",
        "nightly-cleanup-role",
    ];
    criterion.bench_function("propose/example", |bencher| {
        bencher.iter(|| tightrope::cli::run(arguments.map(Into::into)));
    });
}

criterion_group!(benches, example);
criterion_main!(benches);
