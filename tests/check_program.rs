//! `tightrope check`, as a user runs it in a folder of code.

mod folder;

use folder::Folder;
use serde_json::Value;

const FORMATS: [&str; 7] = [
    "terminal", "sarif", "junit", "github", "gitlab", "markdown", "json",
];

type Files = &'static [(&'static str, &'static str)];

const READ: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*"}
]}
"#;
const ALL: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::orders/*"}
]}
"#;
/// A pattern that only reads: a warning.
const GET: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::orders/*"}
]}
"#;
const BROKEN: &str = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Role:\n    Type: AWS::IAM::Role\n   Properties: {\n";
/// Without a colon, it is a text of YAML, too.
const TERRAFORM: &str = "resource \"aws_iam_role\" \"orders\" {\n  name = \n}\n";
const TEMPLATE: &str = "AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Table: {Type: String}
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: dynamodb:GetItem
            Resource: !Sub 'arn:aws:dynamodb:eu-central-1:123456789012:table/${Table}'
";

const ANY_TABLE: &str = "[check.parameters]\nTable = \"*\"\n";

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The checks and files of the findings that are open, from the output for programs.
fn open(folder: &Folder, arguments: &str) -> Vec<(String, String)> {
    let ended = folder.check(&format!("{arguments} --output json"));
    let json = parsed(&ended.stdout);
    let findings = json["findings"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let open = findings
        .iter()
        .filter(|finding| finding["standing"] == "open");
    open.map(|finding| (text(&finding["check"]), text(&finding["place"]["file"])))
        .collect()
}

#[test]
fn the_exit_code_is_the_same_in_every_format() {
    // The files, the arguments, and the code.
    #[rustfmt::skip]
    let cases: [(Files, &str, i32); 12] = [
        (&[], "", 0),
        (&[("p.json", READ)], "", 0),
        (&[("p.json", ALL)], "", 1),
        (&[("p.json", GET)], "", 0),
        (&[("p.json", GET)], "--fail-on warning", 1),
        (&[("p.json", READ)], "--fail-on note", 0),
        (&[("p.json", ALL), ("t.yaml", BROKEN)], "", 2),
        (&[("p.json", READ), ("t.yaml", BROKEN)], "", 2),
        (&[("p.json", READ)], "none.json", 2),
        (&[("p.json", READ)], "--config none.toml", 2),
        (&[("p.json", READ)], "--against main", 2),
        (&[("p.json", READ)], "--baseline none.json", 2),
    ];
    for (files, arguments, code) in cases {
        let folder = Folder::of(files);
        for format in FORMATS {
            let ended = folder.check(&format!("{arguments} --output {format}"));
            assert_eq!(ended.code, code, "{arguments} {format}: {}", ended.stderr);
        }
        assert_eq!(folder.check(arguments).code, code, "{arguments}");
    }
}

#[test]
fn several_outputs_are_written_at_once() {
    let folder = Folder::of(&[("p.json", ALL)]);
    let ended = folder.check("--output terminal --output sarif=r.sarif --output json=r.out --output junit=r.xml --output markdown=r.md p.json");
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(
        ended.stdout.contains("no-wildcard-action"),
        "{}",
        ended.stdout
    );
    assert_eq!(parsed(&folder.read("r.sarif"))["version"], "2.1.0");
    assert!(parsed(&folder.read("r.out"))["findings"].is_array());
    roxmltree::Document::parse(&folder.read("r.xml")).expect("XML");
    assert!(folder.read("r.md").contains("no-wildcard-action"));
    let ended = folder.check("--output terminal=r.txt p.json");
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""));
    assert!(!folder.read("r.txt").contains('\u{1b}'));
    let ended = folder.check("--output sarif=none/r.sarif p.json");
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("none/r.sarif"), "{}", ended.stderr);
}

#[test]
fn what_is_found_stands_on_standard_output_and_words_elsewhere() {
    let folder = Folder::of(&[("a.txt", "nothing")]);
    let ended = folder.check("");
    assert_eq!(
        (
            ended.code,
            ended
                .stderr
                .contains("no file holds roles, policies or functions")
        ),
        (0, true),
        "{}",
        ended.stderr
    );
    let ended = Folder::of(&[("p.json", READ)]).check("--output json");
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}

#[test]
fn a_folder_is_searched_for_what_is_code_and_is_not_ignored() {
    let found = |file: &str| ("no-wildcard-action".to_owned(), file.to_owned());
    #[rustfmt::skip]
    let cases: [(&str, Vec<(String, String)>); 6] = [
        ("", vec![found("a/p.json"), found("p.json")]),
        (".", vec![found("a/p.json"), found("p.json")]),
        ("a", vec![found("a/p.json")]),
        ("./a", vec![found("a/p.json")]),
        ("p.json a", vec![found("a/p.json"), found("p.json")]),
        ("build/p.json p.json p.json", vec![found("build/p.json"), found("p.json")]),
    ];
    let folder = Folder::of(&[
        (".gitignore", "build/\n"),
        ("p.json", ALL),
        ("a/p.json", ALL),
        ("build/p.json", ALL),
        (".hidden/p.json", ALL),
        ("readme.md", ALL),
        ("package.json", "{\"name\": \"x\", \"Resources\": 1}"),
        ("list.yaml", "- Statement\n- aws_\n"),
        ("notes.txt", "AWS:: {{{ ["),
        ("image.json", "\u{0}\u{1}Statement"),
    ]);
    for (arguments, expected) in cases {
        let mut open = open(&folder, arguments);
        open.retain(|(_, file)| file != "readme.md");
        open.sort();
        assert_eq!(open, expected, "{arguments}");
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_place_and_the_rest_is_checked() {
    let folder = Folder::of(&[("p.json", ALL), ("t.yaml", BROKEN), ("main.tf", TERRAFORM)]);
    let ended = folder.check("--output json");
    assert_eq!(ended.code, 2);
    assert!(
        ended
            .stderr
            .contains("2 parts of the code could not be read, and were not checked"),
        "{}",
        ended.stderr
    );
    let json = parsed(&ended.stdout);
    assert_eq!(json["findings"][0]["check"], "no-wildcard-action");
    let terminal = folder.check("");
    let all = terminal.stdout + &terminal.stderr;
    assert!(
        all.contains("t.yaml:5:") && all.contains("main.tf:2:"),
        "{all}"
    );
    for format in FORMATS {
        let ended = folder.check(&format!("--output {format}"));
        assert!(
            ended.stdout.contains("t.yaml"),
            "{format}: {}",
            ended.stdout
        );
    }
}

#[test]
fn parameters_are_what_the_command_line_says_or_the_settings() {
    #[rustfmt::skip]
    let cases: [(Files, &str, usize); 5] = [
        (&[("t.yaml", TEMPLATE)], "", 0),
        (&[("t.yaml", TEMPLATE)], "--parameter Table=*", 1),
        (&[("t.yaml", TEMPLATE)], "--parameter Table=orders", 0),
        (&[("t.yaml", TEMPLATE), ("tightrope.toml", ANY_TABLE)], "", 1),
        (&[("t.yaml", TEMPLATE), ("tightrope.toml", ANY_TABLE)], "--parameter Table=orders", 0),
    ];
    for (files, arguments, count) in cases {
        let open = open(&Folder::of(files), arguments);
        let of_resources = open
            .iter()
            .filter(|(check, _)| check == "no-wildcard-resource");
        assert_eq!(of_resources.count(), count, "{arguments}: {open:?}");
    }
    let ended = Folder::of(&[("t.yaml", TEMPLATE)]).check("--parameter Table");
    assert_eq!(
        (ended.code, ended.stderr.contains("write it as NAME=VALUE")),
        (2, true),
        "{}",
        ended.stderr
    );
}

#[test]
fn settings_that_cannot_be_read_are_told_with_what_was_meant() {
    #[rustfmt::skip]
    let cases = [
        ("[check]\nfial-on = \"note\"\n", "line 2, column 1: there is no key `fial-on` here; did you mean `fail-on`?"),
        ("[check.severity]\nno-wildcard-acton = \"off\"\n", "did you mean `no-wildcard-action`?"),
        ("[chekc]\n", "did you mean `check`?"),
        ("[check\n", "line 1"),
    ];
    for (toml, why) in cases {
        let folder = Folder::of(&[
            ("p.json", READ),
            ("tightrope.toml", toml),
            ("other.toml", ""),
        ]);
        for arguments in ["", "--config tightrope.toml"] {
            let ended = folder.check(arguments);
            assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{toml}");
            assert!(
                ended.stderr.contains("tightrope.toml") && ended.stderr.contains(why),
                "{}",
                ended.stderr
            );
        }
        assert_eq!(folder.check("--config other.toml").code, 0);
    }
}

#[test]
fn the_baseline_file_is_written_and_then_accepts() {
    let folder = Folder::of(&[("p.json", ALL)]);
    let ended = folder.check("--update-baseline");
    assert_eq!(
        (
            ended.code,
            ended.stderr.contains("say which file: --baseline FILE")
        ),
        (2, true),
        "{}",
        ended.stderr
    );
    assert_eq!(folder.check("--baseline b.txt --update-baseline").code, 0);
    let first = folder.read("b.txt");
    assert_eq!(folder.check("--baseline b.txt").code, 0);
    folder.write("q.json", ALL);
    assert_eq!(folder.check("--baseline b.txt").code, 1);
    folder.write("q.json", READ);
    folder.write("p.json", READ);
    let ended = folder.check("--baseline b.txt");
    assert_eq!(ended.code, 0);
    assert!(
        ended
            .stderr
            .contains("1 of the findings in b.txt are mended; `--update-baseline` takes them out"),
        "{}",
        ended.stderr
    );
    assert_eq!(folder.read("b.txt"), first);
    folder.write("tightrope.toml", "[check]\nbaseline = \"b.txt\"\n");
    assert_eq!(folder.check("--update-baseline").code, 0);
    assert_ne!(folder.read("b.txt"), first);
}

#[test]
fn the_checks_are_listed_and_explained() {
    let folder = Folder::of(&[]);
    let list = folder.check("--list");
    assert_eq!(list.code, 0);
    for check in &tightrope::gate::CHECKS {
        assert!(
            list.stdout.contains(check.id),
            "{}: {}",
            check.id,
            list.stdout
        );
        let told = folder.check(&format!("--explain {}", check.id));
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(told.code, 0);
        assert!(
            words(&told.stdout).contains(&words(check.property)),
            "{}",
            told.stdout
        );
        assert!(told.stdout.contains(check.source), "{}", told.stdout);
    }
    let ended = folder.check("--explain no-wildcard-acton");
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("did you mean `no-wildcard-action`?"),
        "{}",
        ended.stderr
    );
}
