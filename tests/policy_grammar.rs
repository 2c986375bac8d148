//! Which policies are read and which are refused, with the place and the rule; and that nothing makes the reader panic or wait.
#![allow(
    clippy::print_stderr,
    reason = "a test that skips its work, or counts other people's data, has to say so"
)]

mod policies;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{env, fs};

use proptest::prelude::*;
use serde_json::{Value, json};
use tightrope::iam::{Policy, PolicyDocument, PolicyError, ResourcePolicy, TrustPolicy};

use policies::{policy, with_elements};

/// What a text of `tests/cases/policy-grammar.tsv` is, as the documents that it makes. What is only a part of a document
/// begins on its second line.
fn documents(of: &str, text: &str) -> Vec<(&'static str, String)> {
    let statement =
        |statement: &str| format!("{{\"Version\":\"2012-10-17\",\"Statement\":\n{statement}}}");
    let with = |element: &str, others: &str| {
        format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":{{\"Effect\":\"Allow\",{others},\"{element}\":\n{text}}}}}"
        )
    };
    const ACTION: &str = r#""Action":"sts:AssumeRole""#;
    const RESOURCE: &str = r#""Resource":"*""#;
    let both = format!("{ACTION},{RESOURCE}");
    match of {
        "identity" | "resource" | "trust" => {
            let kind = ["identity", "resource", "trust"];
            let kind = kind.into_iter().find(|kind| *kind == of);
            vec![(kind.unwrap_or_default(), text.to_owned())]
        }
        "Statement" => vec![("identity", statement(text))],
        "Sid" => {
            let sids: Vec<Value> = serde_json::from_str(text).expect("a list of texts");
            let each = |sid: &Value| format!("{{\"Sid\":{sid},\"Effect\":\"Allow\",{both}}}");
            let each: Vec<_> = sids.iter().map(each).collect();
            let list = format!("{{\"Statement\":[\n{}]}}", each.join(",\n"));
            vec![("identity", list)]
        }
        "Action" => vec![("identity", with("Action", RESOURCE))],
        "Resource" => vec![("identity", with("Resource", ACTION))],
        "Condition" => vec![("identity", with("Condition", &both))],
        "Date" => {
            let condition = json!({"DateLessThan": {"aws:CurrentTime": text}});
            documents("Condition", &condition.to_string())
        }
        "Principal" => vec![
            ("trust", with("Principal", ACTION)),
            ("resource", with("Principal", &both)),
        ],
        other => panic!("what is `{other}`?"),
    }
}

fn read(kind: &str, text: &str) -> Result<(), PolicyError> {
    match kind {
        "identity" => Policy::parse_text(text).map(|_| ()),
        "resource" => ResourcePolicy::parse_text(text).map(|_| ()),
        _ => TrustPolicy::parse(&text.into()).map(|_| ()),
    }
}

/// How the message of a refusal begins, from `line:column rule`; `?` where there is no place.
fn message(verdict: &str) -> String {
    let (place, rule) = verdict.split_once(' ').unwrap_or((verdict, ""));
    match place.split_once(':') {
        Some((line, column)) => format!("line {line}, column {column}: {rule}"),
        None => rule.to_owned(),
    }
}

#[test]
fn each_document_is_accepted_or_refused_with_the_place_and_the_rule() {
    let table = include_str!("cases/policy-grammar.tsv");
    let (mut wrong, mut count) = (Vec::new(), 0);
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<_> = line.splitn(4, '\t').collect();
        let [of, verdict, page, text] = columns[..] else {
            panic!("four columns: {line}")
        };
        assert!(page.starts_with("https://docs.aws.amazon.com/"), "{line}");
        for (kind, document) in documents(of, &text.replace('↵', "\n")) {
            let found = read(kind, &document).map_err(|error| error.to_string());
            let holds = match &found {
                Ok(()) => verdict == "accepted",
                Err(error) => verdict != "accepted" && error.starts_with(&message(verdict)),
            };
            count += 1;
            if !holds {
                wrong.push(format!("{kind}: {text}\n  {verdict}\n  {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "of {count}:\n{}", wrong.join("\n"));
    assert!(count >= 200, "{count} cases");
}

/// Documents of another project's suite that are judged otherwise here.
struct Disagreement {
    cases: &'static [&'static str],
    reason: &'static str,
    page: &'static str,
}

const DISAGREEMENTS: [Disagreement; 2] = [
    Disagreement {
        cases: &["i1", "i2"],
        reason: "IAM takes no new policy of version 2008-10-17 or without one, but keeps those that it has",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html",
    },
    Disagreement {
        cases: &["v39", "v40"],
        reason: "an underscore in a `Sid`: for IAM, letters and digits are the only characters allowed",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    },
];

#[test]
fn a_suite_of_documents_is_judged_as_there_but_for_known_disagreements() {
    let named = env::var_os("TIGHTROPE_REAL_DATA").map(PathBuf::from);
    let Some(folder) = named.filter(|folder| folder.is_dir()) else {
        eprintln!("skipped, without a folder in TIGHTROPE_REAL_DATA: a suite of policy documents");
        return;
    };
    let path = folder.join("suites/moto_policy_grammar.json");
    let text = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let suite: Value = serde_json::from_slice(&text).expect("it is JSON");
    let (mut counts, mut others) = (BTreeMap::new(), Vec::new());
    for case in suite["cases"].as_array().into_iter().flatten() {
        let document = match &case["document"] {
            Value::String(text) => text.clone(),
            object => object.to_string(),
        };
        let found = Policy::parse_text(&document).map(|_| "valid");
        let expected = case["expected"] == "valid";
        if found.is_ok() == expected {
            *counts.entry(expected).or_insert(0) += 1;
        } else {
            others.push(case["id"].as_str().unwrap_or_default().to_owned());
        }
        if let Err(error) = &found {
            assert!(error.position.is_some(), "{document}: {error}");
        }
    }
    let known = DISAGREEMENTS.iter().flat_map(|known| {
        assert!(!known.reason.is_empty() && known.page.starts_with("https://docs.aws.amazon.com/"));
        known.cases
    });
    assert_eq!(others, known.copied().collect::<Vec<_>>());
    eprintln!(
        "accepted as there (true), refused as there (false): {counts:?}; known to differ: {others:?}"
    );
}

#[test]
fn nesting_that_no_policy_has_is_an_error() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [100, 600, 100_000] {
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let inside = format!("{{\"Statement\":{text}}}");
            for text in [text, inside] {
                assert!(Policy::parse_text(&text).is_err(), "{open} {depth}");
            }
        }
    }
}

#[test]
fn a_policy_of_a_megabyte_is_read_at_once_and_so_is_what_is_hard_to_read() {
    // A debug build is slower by more than a factor of ten; a step that is not linear would take minutes.
    let limit = Duration::from_millis(if cfg!(debug_assertions) { 10_000 } else { 100 });
    let many = |count: usize, one: &dyn Fn(usize) -> String| {
        let each: Vec<_> = (0..count).map(one).collect();
        each.join(",")
    };
    let statement = |number: usize| {
        format!(
            r#"{{"Sid":"S{number}","Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"arn:aws:s3:::b{number}/*","Condition":{{"StringEquals":{{"aws:PrincipalTag/t":"{number}"}}}}}}"#
        )
    };
    let document =
        |statements: String| format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    let with = |element: &str| {
        document(format!(
            r#"{{"Effect":"Allow","Action":"*","Resource":"*",{element}}}"#
        ))
    };
    let resource = |text: String| {
        document(format!(
            r#"{{"Effect":"Allow","Action":"*","Resource":"{text}"}}"#
        ))
    };
    let keys = many(60_000, &|number| format!(r#""k:{number}":"x""#));
    let operators = many(60_000, &|number| format!(r#""o{number}":{{}}"#));
    let texts = [
        ("statements", document(many(6_000, &statement)), true),
        (
            "keys",
            with(&format!(r#""Condition":{{"StringEquals":{{{keys}}}}}"#)),
            true,
        ),
        (
            "operators",
            with(&format!(r#""Condition":{{{operators}}}"#)),
            true,
        ),
        ("names", with(&keys), false),
        (
            "braces",
            resource(format!("arn:aws:s3:::{}", "${".repeat(500_000))),
            true,
        ),
        (
            "colons",
            resource(format!("arn:aws:s3:::{}", ":".repeat(1_000_000))),
            true,
        ),
        ("dollars", resource("$".repeat(1_000_000)), false),
        ("quotes", resource("\\\"".repeat(500_000)), false),
    ];
    for (what, text, accepted) in texts {
        // The fastest of three, since others use the machine too.
        let took = (0..3).map(|_| {
            let start = Instant::now();
            let found = PolicyDocument::parse(&text);
            assert_eq!(found.is_ok(), accepted, "{what}");
            start.elapsed()
        });
        let took = took.min().unwrap_or_default();
        assert!(took < limit, "{what}: {took:?}");
        eprintln!("{what}: {} bytes in {took:?}", text.len());
    }
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_as_the_same_policy(document in policy()) {
        let policy = Policy::parse_text(&document).expect("it was made by the grammar");
        for text in [policy.to_text(), policy.to_compact_text()] {
            let again = Policy::parse_text(&text);
            prop_assert_eq!(again.as_ref(), Ok(&policy), "{}", text);
            let in_range = |character: char| matches!(character, '\n' | ' '..='\u{ff}');
            prop_assert!(text.chars().all(in_range), "IAM takes no other characters: {}", text);
        }
    }

    #[test]
    fn a_document_prints_as_it_was_written_and_its_statements_are_where_it_says(document in policy()) {
        let read = PolicyDocument::parse(&document).expect("it was made by the grammar");
        prop_assert_eq!(read.to_string(), &document[..]);
        let policy = Policy::parse_text(&document);
        prop_assert_eq!(policy.as_ref(), Ok(read.policy()));
        prop_assert_eq!(read.statements().count(), read.policy().statements.len());
        for (statement, span) in read.statements() {
            let alone = with_elements(read.policy().version, &document[span.start..span.end]);
            let alone = Policy::parse_text(&alone).expect("it is a statement");
            prop_assert_eq!(&alone.statements[..], std::slice::from_ref(statement));
        }
        let ink = document.split_whitespace().map(|part| part.chars().count()).sum();
        prop_assert!((ink..=document.len()).contains(&read.size().characters()));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let text = String::from_utf8_lossy(&bytes);
        for kind in ["identity", "resource", "trust"] {
            let _ = read(kind, &text);
            let _ = read(kind, &format!("%7B{text}"));
        }
    }

    #[test]
    fn no_json_in_the_place_of_an_element_makes_it_panic(value in policies::json(), name in "Version|Id|Statement|Sid|Effect|Action|Resource|Condition|Principal") {
        let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", &*name: value});
        for document in [json!({&*name: value}), json!({"Statement": statement}), value] {
            for kind in ["identity", "resource", "trust"] {
                let _ = read(kind, &document.to_string());
            }
            let _ = Policy::parse(&document);
        }
    }

    #[test]
    fn no_damage_to_a_policy_makes_it_panic_and_what_is_wrong_is_in_the_text(
        document in policy(), cut in any::<prop::sample::Index>(), length in 0..9_usize, other in "[\\[\\]{}\",:*$\u{e9}a-c1 ]{0,3}",
    ) {
        let characters: Vec<char> = document.chars().collect();
        let start = cut.index(characters.len());
        let (before, after) = (&characters[..start], &characters[(start + length).min(characters.len())..]);
        let damaged: String = before.iter().copied().chain(other.chars()).chain(after.iter().copied()).collect();
        for kind in ["identity", "resource", "trust"] {
            if let Err(error) = read(kind, &damaged) {
                let place = error.position.expect("it came as a text");
                let line = damaged.split('\n').nth(place.line - 1);
                let columns = line.map(|line| line.chars().count() + 1);
                prop_assert!(columns.is_some_and(|columns| place.column <= columns), "{} in {}", error, damaged);
            }
        }
    }
}
