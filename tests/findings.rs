//! What a check came to, in every format.

mod found_by_hand;
mod shape;

use std::fs;
use std::path::PathBuf;

use found_by_hand::{hostile, many, nothing, ordinary};
use proptest::{prop_assert_eq, proptest};
use serde_json::{Value, json};
use shape::Objects;
use tightrope::gate::{CHECKS, Checked, Severity};
use tightrope::report::{
    findings_to_github, findings_to_gitlab, findings_to_json, findings_to_junit,
    findings_to_markdown, findings_to_sarif, findings_to_terminal,
};
use tightrope::text::Texts;

type Format = fn(&Checked, &Texts) -> String;
type Count = fn(&str) -> usize;

/// Each format, the end of the name of its files, and how many open findings a text of it tells.
const FORMATS: [(Format, &str, Count); 7] = [
    (findings_to_terminal, "txt", in_terminal),
    (findings_to_sarif, "sarif", in_sarif),
    (findings_to_junit, "xml", in_junit),
    (findings_to_github, "github", in_github),
    (findings_to_gitlab, "gitlab.json", in_gitlab),
    (findings_to_markdown, "md", in_markdown),
    (findings_to_json, "json", in_json),
];

/// Texts that mean something in one of the formats.
const HOSTILE: [&str; 22] = [
    "two\nlines",
    "carriage\r\nreturn",
    "a]]>b",
    "::error file=x::y",
    "\n::error::y",
    "100%0A",
    "a, b: c",
    "\"double\" 'single'",
    "| a | b |",
    "`code` and ``` more",
    "unpaired ` backtick",
    "\u{1b}[31mred\u{1b}[0m",
    "\u{9b}31m\u{0}\u{7}\u{7f}",
    "</details></summary><script>alert(1)</script>",
    "</failure></testcase><error/>",
    "--> <!-- tightrope -->",
    "[link](https://example.com) ![image](x)",
    "@everyone #1",
    "\u{202e}reversed\u{2066}",
    "back\\slash \\| \\`",
    "${AWS::Region} {0} {{x}}",
    "\u{fffe}\u{feff}é🦀",
];

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .expect("a list")
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

fn in_terminal(text: &str) -> usize {
    let begins = |line: &&str| {
        ["error[", "warning[", "note["]
            .iter()
            .any(|mark| line.starts_with(mark))
    };
    plain(text).lines().filter(begins).count()
}

fn in_sarif(text: &str) -> usize {
    let log = parsed(text);
    let open = |result: &&Value| result["suppressions"] == json!([]);
    list(&log, "/runs/0/results").iter().filter(open).count()
}

fn in_junit(text: &str) -> usize {
    let xml = roxmltree::Document::parse(text).expect("XML");
    let told = xml
        .descendants()
        .filter(|node| node.has_tag_name("failure") || node.has_tag_name("system-out"));
    let lines = told.flat_map(|node| node.text().unwrap_or_default().lines());
    lines.filter(|line| !line.starts_with("  ")).count()
}

fn in_github(text: &str) -> usize {
    let commands = text.lines().filter(|line| line.starts_with("::"));
    commands
        .filter(|line| !line.contains(",title=could not be read::"))
        .count()
}

fn in_gitlab(text: &str) -> usize {
    let issues = parsed(text);
    let found = |issue: &&Value| issue["check_name"] != "could-not-be-read";
    list(&issues, "").iter().filter(found).count()
}

fn in_markdown(text: &str) -> usize {
    let shown = text.matches("<details>").count();
    let rest = text
        .split("what ")
        .filter_map(|rest| rest.split_once(" finding"));
    let left_out = rest.filter_map(|(number, _)| number.replace(',', "").parse::<usize>().ok());
    shown + left_out.sum::<usize>()
}

fn in_json(text: &str) -> usize {
    let report = parsed(text);
    let open = |finding: &&Value| finding["standing"] == "open";
    list(&report, "/findings").iter().filter(open).count()
}

#[test]
fn every_format_tells_the_same_open_findings_and_the_same_each_time() {
    let hostile = HOSTILE.map(hostile);
    let others = [ordinary(), nothing(), many(2_000)];
    for (checked, sources) in hostile.iter().chain(&others) {
        let open = checked
            .findings
            .iter()
            .filter(|finding| finding.is_open())
            .count();
        for (format, name, count) in FORMATS {
            let text = format(checked, sources);
            assert_eq!(count(&text), open, "{name}:\n{text}");
            assert_eq!(text, format(checked, sources), "{name}");
        }
    }
}

#[test]
fn no_hostile_text_drives_a_terminal_or_a_workflow() {
    for hostile_text in HOSTILE {
        let (checked, sources) = hostile(hostile_text);
        for (format, name, _) in FORMATS {
            let text = format(&checked, &sources);
            // Colours are ours; whoever prints elsewhere than to a terminal takes them away. JSON is for programs.
            let text = match name {
                "txt" => plain(&text),
                "xml" | "github" | "md" => text,
                _ => continue,
            };
            let odd = text
                .chars()
                .find(|letter| letter.is_control() && *letter != '\n');
            assert_eq!(odd, None, "{name} {hostile_text:?}");
        }
        let lines = findings_to_github(&checked, &sources);
        assert_eq!(
            lines.lines().filter(|line| line.starts_with("::")).count(),
            3,
            "{lines}"
        );
        let markdown = findings_to_markdown(&checked, &sources);
        for (markup, times) in [
            ("<!-- ", 1),
            ("<details>", 2),
            ("</details>", 2),
            ("<summary>", 2),
            ("</summary>", 2),
            ("<script", 0),
        ] {
            let found = markdown.matches(markup).count();
            assert_eq!(found, times, "{markup} {markdown}");
        }
        let outside_of_code: String = markdown.split('`').step_by(2).collect();
        assert!(!outside_of_code.contains("@everyone"), "{markdown}");
    }
}

#[test]
fn a_terminal_shows_where_why_and_what_to_do() {
    let (checked, sources) = ordinary();
    let shown = plain(&findings_to_terminal(&checked, &sources));
    let expected = fs::read_to_string("tests/found_by_hand/ordinary.txt");
    assert!(shown == expected.expect("what is expected"), "{shown}");
}

#[test]
fn a_place_in_a_long_line_has_the_column_of_the_file() {
    let (mut checked, _) = many(1);
    let text = format!("{{\"é\": [{}\"here\"]}}", "1, ".repeat(1_000));
    checked.problems.clear();
    checked.findings = vec![found_by_hand::finding(
        "tracing",
        found_by_hand::place("plan.json", &text, "\"here\""),
        "it is here",
    )];
    checked.findings[0].severity = Severity::Warning;
    let sources = found_by_hand::sources([("plan.json", &text)]);
    let shown = plain(&findings_to_terminal(&checked, &sources));
    let lines: Vec<&str> = shown.lines().take(5).collect();
    let excerpt = format!("1 | …{}\"here\"]}}", "1, ".repeat(20));
    let caret = format!("  | {}^^^^^^", " ".repeat(61));
    let expected = [
        "warning[tracing]: it is here",
        " --> plan.json:1:3008",
        "  |",
        &excerpt,
        &caret,
    ];
    assert_eq!(lines, expected);
}

proptest! {
    #[test]
    fn no_place_of_no_text_makes_a_format_panic(
        text in "[a\u{e9}\u{1f980}\t\r\n\u{1b}\u{200b}]{0,40}",
        start in 0..150_usize,
        length in 0..50_usize,
        line in 0..9_usize,
    ) {
        let (mut checked, _) = many(2);
        for finding in &mut checked.findings {
            finding.place.file = "a".into();
            finding.place.span = Some((start..start + length).into());
            (finding.place.line, finding.place.column) = (line, line);
            for edit in finding.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
                (edit.file, edit.span) = ("a".into(), (start..start + length).into());
            }
        }
        let sources = found_by_hand::sources([("a", &text)]);
        for (format, name, count) in FORMATS {
            prop_assert_eq!(count(&format(&checked, &sources)), 2, "{}", name);
        }
    }
}

#[test]
fn a_comment_has_room_for_all_or_says_what_it_left_out() {
    for (number, left_out) in [(1, false), (30, false), (200, true), (5_000, true)] {
        let (checked, sources) = many(number);
        let text = findings_to_markdown(&checked, &sources);
        assert!(text.starts_with("<!-- tightrope -->\n"));
        assert!(
            text.chars().count() <= 60_000,
            "{number}: {}",
            text.chars().count()
        );
        assert_eq!(text.contains("Left out"), left_out, "{number}");
    }
    let (mut checked, sources) = many(300);
    let long = "ÿ|".repeat(20_000);
    checked.problems = vec![checked.problems[0].clone(); 500];
    for finding in &mut checked.findings {
        finding.says.clone_from(&long);
        finding.granted = Some(long.clone());
    }
    let text = findings_to_markdown(&checked, &sources);
    assert!(text.chars().count() <= 60_000, "{}", text.chars().count());
    assert_eq!(in_markdown(&text), 300);
}

#[test]
fn sarif_has_what_code_hosts_ask_for() {
    let (checked, sources) = ordinary();
    let log = parsed(&findings_to_sarif(&checked, &sources));
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(list(run, "/tool/driver/rules").len(), CHECKS.len());
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(
        run["invocations"][0]["toolExecutionNotifications"][0]["level"],
        "error"
    );
    for result in list(run, "/results") {
        let index = result["ruleIndex"]
            .as_u64()
            .and_then(|index| usize::try_from(index).ok())
            .expect("an index");
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        assert!(place["region"]["startLine"].as_u64() >= Some(1), "{result}");
    }
    let passes = &run["results"][1];
    let region = json!({"startLine": 11, "startColumn": 27, "endLine": 11, "endColumn": 30});
    let change = &passes["fixes"][0]["artifactChanges"][0];
    assert_eq!(passes["locations"][0]["physicalLocation"]["region"], region);
    assert_eq!(change["replacements"][0]["deletedRegion"], region);
    assert_eq!(
        change["replacements"][0]["insertedContent"]["text"],
        "!GetAtt WorkerRole.Arn"
    );
    assert_eq!(passes["properties"]["witness"]["action"], "iam:PassRole");
    let kinds: Vec<_> = list(passes, "/locations/0/logicalLocations")
        .iter()
        .map(|one| &one["kind"])
        .collect();
    assert_eq!(kinds, ["resource", "role", "function"]);
    assert_eq!(
        run["results"][6]["suppressions"][0]["justification"],
        "split in spring (platform, until 2027-01-31)"
    );
}

#[test]
fn junit_has_a_suite_a_file_whose_numbers_add_up() {
    let (checked, sources) = ordinary();
    let text = findings_to_junit(&checked, &sources);
    let xml = roxmltree::Document::parse(&text).expect("XML");
    let suites: Vec<_> = xml
        .descendants()
        .filter(|node| node.has_tag_name("testsuite"))
        .collect();
    let numbers: Vec<_> = suites
        .iter()
        .map(|suite| {
            ["name", "tests", "failures", "errors", "skipped"]
                .map(|name| suite.attribute(name).expect("one"))
        })
        .collect();
    assert_eq!(
        numbers,
        [
            ["broken.json", "1", "0", "1", "0"],
            ["not-at-hand.json", "1", "0", "0", "0"],
            ["stacks/fine.yaml", "1", "0", "0", "0"],
            ["stacks/orders.yaml", "6", "2", "0", "2"],
        ]
    );
    for suite in suites {
        let count = |name: &str| {
            suite
                .descendants()
                .filter(|node| node.has_tag_name(name))
                .count()
                .to_string()
        };
        for (attribute, element) in [
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ] {
            assert_eq!(suite.attribute(attribute), Some(&*count(element)));
        }
    }
}

#[test]
fn a_workflow_gets_a_command_a_finding_the_worst_first() {
    let (checked, sources) = ordinary();
    let text = findings_to_github(&checked, &sources);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "::error file=broken.json,line=1,endLine=1,col=1,endColumn=2,title=could not be read::could not be read: not JSON: an object has no end"
    );
    assert!(
        lines[1].starts_with("::error file=stacks/orders.yaml,line=11,endLine=11,col=27,endColumn=30,title=pass-role-scoped%3A roles passed without a limit::`iam:PassRole` on every role, for every service%0Aabout: role OrdersRole"),
        "{text}"
    );
    assert!(
        lines[3].starts_with("::warning file=stacks/orders.yaml,line=9,endLine=11,title="),
        "{text}"
    );
    assert!(
        lines[4].starts_with("::notice file=not-at-hand.json,line="),
        "{text}"
    );
    assert!(
        lines[6].starts_with("2 errors, 1 warning, 2 notes in 3 files"),
        "{text}"
    );
}

#[test]
fn a_merge_request_gets_an_issue_a_finding() {
    let (checked, sources) = ordinary();
    let issues = parsed(&findings_to_gitlab(&checked, &sources));
    let severities: Vec<_> = list(&issues, "")
        .iter()
        .map(|issue| &issue["severity"])
        .collect();
    assert_eq!(
        severities,
        ["blocker", "info", "major", "major", "minor", "info"]
    );
    for issue in list(&issues, "") {
        assert_eq!(issue["fingerprint"].as_str().map(str::len), Some(32));
    }
    assert_eq!(
        issues[2]["location"],
        json!({"path": "stacks/orders.yaml", "lines": {"begin": 11}})
    );
}

/// The contract `tightrope/check/1`.
#[rustfmt::skip]
const SHAPE: Objects<'static> = &[
    ("report", "schema=text version=number fails=bool fails_on=text looked_at=looked_at counts=counts findings=[finding] problems=[problem]"),
    ("looked_at", "files=number roles=number policies=number functions=number unknown=number"),
    ("counts", "error=number warning=number note=number accepted=number"),
    ("finding", "check=text severity=text says=text place=place role?=text function?=text granted?=text witness?=witness fix?=fix about=text standing=text waiver?=waiver fingerprint=text"),
    ("place", "file=text line=number column=number end_line?=number end_column?=number resource?=text cdk_path?=text"),
    ("witness", "action=text resource=text context=any"),
    ("fix", "says=text edits=[edit]"),
    ("edit", "file=text start=number end=number text=text"),
    ("waiver", "owner=text reason=text expires=text"),
    ("problem", "place=place says=text"),
];

#[test]
fn json_has_its_schema_and_no_surprise() {
    let (checked, sources) = ordinary();
    let report = parsed(&findings_to_json(&checked, &sources));
    assert_eq!(
        (&report["schema"], &report["version"]),
        (&json!("tightrope/check/1"), &json!(1))
    );
    assert_eq!(
        report["counts"],
        json!({"error": 2, "warning": 1, "note": 2, "accepted": 2})
    );
    assert_eq!(
        (&report["fails"], &report["fails_on"]),
        (&json!(true), &json!("error"))
    );
    let met = shape::check(SHAPE, "report", &report);
    let all = SHAPE.iter().flat_map(|(name, keys)| {
        let keys = keys.split(' ').filter_map(|key| key.split_once("?="));
        let optional = keys.map(move |(key, _)| format!("{name}.{key}"));
        optional.chain([(*name).to_owned()])
    });
    assert_eq!(
        met,
        all.collect(),
        "every part of the shape is checked at least once"
    );
    let standings: Vec<_> = list(&report, "/findings")
        .iter()
        .map(|one| &one["standing"])
        .collect();
    assert_eq!(standings[5..], ["in_baseline", "waived"]);
}

/// For the validators of others: each format of each of these to a folder, which `TIGHTROPE_FORMATS` names.
#[test]
fn formats_are_written_where_a_validator_looks_for_them() {
    let Some(folder) = std::env::var_os("TIGHTROPE_FORMATS").map(PathBuf::from) else {
        return;
    };
    fs::create_dir_all(&folder).expect("a folder");
    let hostile = HOSTILE.iter().enumerate();
    let hostile =
        hostile.map(|(number, text)| (format!("hostile-{number}"), found_by_hand::hostile(text)));
    let others = [
        ("ordinary", ordinary()),
        ("nothing", nothing()),
        ("few", many(3)),
    ];
    let others = others.map(|(of, checked)| (of.to_owned(), checked));
    for (of, (checked, sources)) in hostile.chain(others) {
        for (format, name, _) in FORMATS {
            let text = format(&checked, &sources);
            fs::write(folder.join(format!("{of}.{name}")), text).expect("a file");
        }
    }
}
