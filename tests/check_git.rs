//! `tightrope check` over a change: against a revision of git, or files of before; what is not in use; and what it mends.

mod folder;

use folder::Folder;
use serde_json::{Value, json};

const ORDERS: &str = "AWSTemplateFormatVersion: '2010-09-09'
Resources:
  # Reads orders.
  OrdersRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: orders
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}
      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow # first
                Action:
                  - s3:GetObject # what it reads
                  - s3:PutObject
                Resource: arn:aws:s3:::orders/*
              # The second one.
              - {Effect: Allow, Action: [\"sqs:SendMessage\", \"sqs:DeleteMessage\"], Resource: 'arn:aws:sqs:eu-central-1:123456789012:jobs'}
Outputs: # and more
  Role: {Value: !Ref OrdersRole}
";

fn git(folder: &Folder, arguments: &[&str]) {
    let own = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b.c",
        "-c",
        "commit.gpgsign=false",
    ];
    let ended = folder.run("git", own.iter().chain(arguments).copied());
    assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
}

/// A repository with this as its only commit.
fn repository(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::of(files);
    git(&folder, &["init", "--quiet", "--initial-branch=main"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "--message=first"]);
    folder
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What a run says of a check: the code, and a sentence for each finding.
fn told(folder: &Folder, arguments: &str, check: &str) -> (i32, Vec<String>) {
    let ended = folder.check(&format!("{arguments} --output json"));
    assert!(ended.code < 2, "{}", ended.stderr);
    let json = parsed(&ended.stdout);
    let findings = json["findings"].as_array().expect("a list");
    let of_check = findings.iter().filter(|finding| finding["check"] == check);
    let says = of_check.map(|finding| finding["says"].as_str().unwrap_or_default().to_owned());
    (ended.code, says.collect())
}

#[test]
fn new_access_since_a_revision_fails_the_check() {
    let wider = ORDERS.replace("s3:PutObject", "s3:DeleteObject");
    // The file now, its name, the arguments, the code, and how many findings.
    #[rustfmt::skip]
    let cases = [
        (ORDERS, "stacks/orders.yaml", "--against main", 0, 0),
        (&wider, "stacks/orders.yaml", "--against main", 1, 1),
        (&wider, "stacks/orders.yaml", "--against HEAD stacks", 1, 1),
        (&wider, "stacks/orders.yaml", "--against HEAD ./stacks/orders.yaml", 1, 1),
        (&wider, "stacks/orders.yaml", "", 0, 0),
        (ORDERS, "other.yaml", "--against main", 0, 0),
        (&wider, "other.yaml", "--against main", 1, 1),
    ];
    for (now, name, arguments, code, count) in cases {
        let folder = repository(&[("stacks/orders.yaml", ORDERS), ("readme", "x")]);
        std::fs::remove_file(folder.path().join("stacks/orders.yaml")).expect("it is there");
        folder.write(name, now);
        let (ended, says) = told(&folder, arguments, "no-new-access");
        assert_eq!(
            (ended, says.len()),
            (code, count),
            "{name} {arguments}: {says:?}"
        );
        assert!(
            says.iter()
                .all(|says| says == "it newly allows s3:DeleteObject on arn:aws:s3:::orders/*"),
            "{says:?}"
        );
    }
}

#[test]
fn an_earlier_folder_does_as_well_as_a_revision() {
    let wider = ORDERS.replace("s3:PutObject", "s3:DeleteObject");
    let folder = Folder::of(&[("now/orders.yaml", &wider), ("before/orders.yaml", ORDERS)]);
    assert_eq!(
        told(&folder, "now --before before", "no-new-access")
            .1
            .len(),
        1
    );
    assert_eq!(
        told(&folder, "before --before now", "no-new-access")
            .1
            .len(),
        1
    );
    assert_eq!(
        told(&folder, "now --before now", "no-new-access"),
        (0, vec![])
    );
    assert_eq!(folder.check("now --before none").code, 2);
    assert_eq!(folder.check("now --before before --against main").code, 2);
}

#[test]
fn a_revision_that_cannot_be_read_is_told_as_such() {
    let folder = repository(&[("orders.yaml", ORDERS)]);
    let ended = folder.check("--against origin/none");
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(
        ended
            .stderr
            .contains("there is no revision `origin/none`; in CI, fetch it first"),
        "{}",
        ended.stderr
    );
    let ended = Folder::of(&[("orders.yaml", ORDERS)]).check("--against main");
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("not a git repository"),
        "{}",
        ended.stderr
    );
    assert_eq!(folder.check("--against --help").code, 2);
}

#[test]
fn what_could_not_be_read_before_is_told_and_does_not_fail_the_check() {
    let folder = repository(&[("orders.yaml", "AWSTemplateFormatVersion: x\nResources: {\n")]);
    folder.write("orders.yaml", ORDERS);
    let ended = folder.check("--against main");
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("before the change, orders.yaml:"),
        "{}",
        ended.stderr
    );
}

/// What `tightrope propose` would write for the role.
fn proposal(actions: &[&str]) -> String {
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": actions, "Resource": ["arn:aws:s3:::orders/*", "arn:aws:sqs:eu-central-1:123456789012:jobs"]}]});
    let proposal = json!({"role": "arn:aws:iam::123456789012:role/orders",
        "proposal": {"documents": [{"policy": policy}], "confidence": {"days": 30}}});
    proposal.to_string()
}

#[test]
fn what_is_not_in_use_is_found_beyond_the_budget() {
    let all = [
        "s3:GetObject",
        "s3:PutObject",
        "sqs:SendMessage",
        "sqs:DeleteMessage",
    ];
    // The actions in use, the settings, the code, and what is said.
    #[rustfmt::skip]
    let cases: [(&[&str], &str, i32, &str); 6] = [
        (&all, "", 0, ""),
        (&all[..3], "", 1, "it allows one action that it did not use in 30 days of its log: sqs:DeleteMessage"),
        (&all[..3], "unused = 1", 0, ""),
        (&all[..2], "unused = 1", 1, "it allows 2 actions that it did not use in 30 days of its log (1 are allowed): sqs:DeleteMessage, sqs:SendMessage"),
        (&all[..2], "unused = 0\n[[check.path]]\npaths = [\"orders.yaml\"]\nunused = 2", 0, ""),
        (&all[..2], "[check.severity]\nno-unused-access = \"warning\"", 0, "it allows 2 actions that it did not use in 30 days of its log: sqs:DeleteMessage, sqs:SendMessage"),
    ];
    for (used, settings, code, says) in cases {
        let folder = Folder::of(&[
            ("orders.yaml", ORDERS),
            ("out/orders/proposal.json", &proposal(used)),
            ("tightrope.toml", &format!("[check]\n{settings}\n")),
        ]);
        let (ended, told) = told(&folder, "--proposals out orders.yaml", "no-unused-access");
        let expected: Vec<_> = [says.to_owned()]
            .into_iter()
            .filter(|says| !says.is_empty())
            .collect();
        assert_eq!((ended, told), (code, expected), "{used:?} {settings}");
    }
}

#[test]
fn proposals_that_are_none_are_told_as_such() {
    #[rustfmt::skip]
    let cases = [
        (("out/a", ""), "no folder in it has a `proposal.json`"),
        (("out/orders/proposal.json", "{}"), "missing field `role`"),
        (("out/orders/proposal.json", "{\"role\": \"orders\", \"proposal\": {\"documents\": [], \"confidence\": {\"days\": 1}}}"), "orders"),
        (("none/a", ""), "out"),
    ];
    for (file, why) in cases {
        let folder = Folder::of(&[("orders.yaml", ORDERS), file]);
        let ended = folder.check("--proposals out orders.yaml");
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{file:?}");
        assert!(ended.stderr.contains(why), "{file:?}: {}", ended.stderr);
    }
}

const JSON: &str = "{
  \"AWSTemplateFormatVersion\": \"2010-09-09\",
  \"Resources\": {\"OrdersRole\": {\"Type\": \"AWS::IAM::Role\", \"Properties\": {\"RoleName\": \"orders\",
    \"AssumeRolePolicyDocument\": {\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"lambda.amazonaws.com\"}, \"Action\": \"sts:AssumeRole\"}]},
    \"Policies\": [{\"PolicyName\": \"own\", \"PolicyDocument\": {\"Version\": \"2012-10-17\", \"Statement\": [
      {\"Effect\": \"Allow\", \"Action\": [\"s3:GetObject\", \"s3:PutObject\"], \"Resource\": \"arn:aws:s3:::orders/*\"}@,
      {\"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::orders/1\"}@
    ]}}]
  }}}
}
";

/// A file is what it should be after `--fix`, and then nothing is found in it.
fn mends(name: &str, before: &str, after: &str, proposal: Option<&str>) {
    let folder = Folder::of(&[(name, before)]);
    let arguments = match proposal {
        Some(proposal) => {
            folder.write("out/orders/proposal.json", proposal);
            format!("--proposals out {name} --fail-on warning")
        }
        None => format!("{name} --fail-on warning"),
    };
    assert_eq!(folder.check(&arguments).code, 1, "{before}");
    assert_eq!(folder.read(name), before);
    let ended = folder.check(&format!("{arguments} --fix"));
    assert!(
        ended.stderr.contains(&format!("{name}: mended 1")),
        "{}",
        ended.stderr
    );
    assert_eq!(folder.read(name), after);
    let ended = folder.check(&arguments);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (0, ""),
        "{after}{}",
        ended.stdout
    );
}

#[test]
fn a_fix_changes_what_it_must_and_leaves_every_other_byte() {
    let again = "              - Effect: Allow # again
                Action: s3:GetObject
                Resource: arn:aws:s3:::orders/1
";
    let twice = ORDERS.replace(
        "              # The second one.\n",
        &format!("{again}              # The second one.\n"),
    );
    let windows = |text: &str| text.replace('\n', "\r\n");
    let redundant_json = JSON.replace('@', "");
    let mended_json = {
        let (before, rest) = JSON.split_once('@').expect("a mark");
        let (_, after) = rest.split_once('@').expect("a mark");
        format!("{before}{after}")
    };
    let used = |actions: &[&str]| Some(proposal(actions));
    let all = [
        "s3:GetObject",
        "s3:PutObject",
        "sqs:SendMessage",
        "sqs:DeleteMessage",
    ];
    let wild = ORDERS.replace("- s3:PutObject", "- s3:*Object");
    // What the file is called, what it is before and after, and what is in use.
    #[rustfmt::skip]
    let cases: [(&str, String, String, Option<String>); 8] = [
        ("t.yaml", twice.clone(), ORDERS.to_owned(), None),
        ("t.yaml", windows(&twice), windows(ORDERS), None),
        ("t.json", redundant_json.clone(), mended_json.clone(), None),
        ("t.json", windows(&redundant_json), windows(&mended_json), None),
        ("t.yaml", ORDERS.to_owned(), ORDERS.replace("                  - s3:PutObject\n", ""), used(&[all[0], all[2], all[3]])),
        ("t.yaml", ORDERS.to_owned(), ORDERS.replace(", \"sqs:DeleteMessage\"", ""), used(&all[..3])),
        ("t.yaml", ORDERS.to_owned(), ORDERS.replace("              - {Effect: Allow, Action: [\"sqs:SendMessage\", \"sqs:DeleteMessage\"], Resource: 'arn:aws:sqs:eu-central-1:123456789012:jobs'}\n", ""), used(&all[..2])),
        ("t.yaml", wild, ORDERS.to_owned(), used(&all)),
    ];
    for (name, before, after, used) in cases {
        mends(name, &before, &after, used.as_deref());
    }
}

#[test]
fn what_needs_a_decision_is_not_mended() {
    let wild = ORDERS.replace("- s3:PutObject", "- s3:*");
    let folder = Folder::of(&[("orders.yaml", &wild)]);
    let ended = folder.check("--fix");
    assert_eq!(ended.code, 1);
    assert!(
        ended
            .stderr
            .contains("nothing can be mended without a decision of yours"),
        "{}",
        ended.stderr
    );
    assert_eq!(folder.read("orders.yaml"), wild);
}
