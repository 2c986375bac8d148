//! `tightrope check` over as many templates as a large repository has, beside what reading their YAML alone takes: the limit.
//!
//! `cargo bench --bench gate`; with `TIGHTROPE_REAL_DATA=FOLDER` also over the templates of `iac/serverless-patterns` there.

#![allow(
    missing_docs,
    reason = "`criterion_group!` makes a public function without documentation"
)]

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, criterion_group, criterion_main};
use tightrope::code::{Code, File, files};
use tightrope::gate::{Inspection, Settings, inspect};
use tightrope::iac::Given;
use tightrope::text::{Texts, parse_yaml};

/// Templates of SAM with two functions each, of the size of those that AWS shows.
fn generated() -> Vec<File> {
    let template = |number: usize| {
        let function = |name: &str, action: &str| {
            format!(
                "  {name}:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: app.handler\n      \
                 Runtime: python3.13\n      CodeUri: src/\n      Environment:\n        Variables:\n          TABLE: \
                 !Ref Table\n      Policies:\n        - DynamoDBReadPolicy:\n            TableName: !Ref Table\n        - \
                 Statement:\n            - Effect: Allow\n              Action: {action}\n              Resource: !Sub \
                 'arn:aws:s3:::orders-{number}-${{AWS::AccountId}}/*'\n      Events:\n        Queue:\n          Type: \
                 SQS\n          Properties:\n            Queue: !GetAtt Orders.Arn\n"
            )
        };
        format!(
            "AWSTemplateFormatVersion: 2010-09-09\nTransform: AWS::Serverless-2016-10-31\nResources:\n{}{}  Orders:\n    \
             Type: AWS::SQS::Queue\n  Table:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      BillingMode: \
             PAY_PER_REQUEST\n",
            function("Take", "s3:GetObject"),
            function("Send", "s3:*")
        )
    };
    let file = |number| File {
        name: format!("templates/{number}/template.yaml").into(),
        text: Ok(template(number).into()),
        meant: true,
    };
    (0..445).map(file).collect()
}

fn check(files: Vec<File>) -> usize {
    let code = Code::of(files, &Given::default());
    let checked = inspect(&Inspection {
        found: &code.found,
        texts: &code.texts,
        before: None,
        proposals: &[],
        settings: &Settings::default(),
        today: jiff::civil::date(2026, 11, 28),
    });
    checked.findings.len()
}

fn texts(files: &[File]) -> Texts {
    let texts = files
        .iter()
        .filter_map(|file| Some((file.name.clone(), file.text.clone().ok()?)));
    texts.collect()
}

fn of(criterion: &mut Criterion, name: &str, files: &[File]) {
    let texts = texts(files);
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10);
    group.bench_function("check", |bencher| {
        bencher.iter(|| check(black_box(files.to_vec())))
    });
    group.bench_function("read the YAML, on one thread", |bencher| {
        bencher.iter(|| {
            texts
                .values()
                .filter(|text| parse_yaml(text).is_ok())
                .count()
        });
    });
    group.finish();
}

fn gate(criterion: &mut Criterion) {
    of(criterion, "445 generated templates", &generated());
    if let Some(data) = std::env::var_os("TIGHTROPE_REAL_DATA") {
        let folder = PathBuf::from(data).join("iac/serverless-patterns");
        let found = files(&[folder]).expect("the templates");
        of(criterion, "serverless-patterns", &found);
    }
}

criterion_group!(benches, gate);
criterion_main!(benches);
