//! Findings that somebody has accepted: by waivers of `tightrope.toml` and beside the code, and by the baseline.

mod judged;

use judged::{inspected, settings};
use tightrope::gate::{Baseline, Checked, Finding, Settings, Severity, Standing};

/// A template with a finding in line 13 and one in line 14, which may have a text in front, beside and above them.
fn template(metadata: &str, above: &str, beside: &str) -> String {
    let metadata = match metadata {
        "" => String::new(),
        text => format!("    Metadata: {{Tightrope: {text}}}\n"),
    };
    format!(
        "AWSTemplateFormatVersion: '2010-09-09'
Resources:
  OrdersRole:
    Type: AWS::IAM::Role
{metadata}    Properties:
      RoleName: orders
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}
      Policies:
        - PolicyName: own
          PolicyDocument:
            Statement:
{above}              - {{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::orders/*'}} {beside}
              - {{Effect: Allow, Action: ['s3:Get*'], Resource: 'arn:aws:s3:::orders-*/*'}}
  PaymentsRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: payments
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}
      Policies:
        - PolicyName: own
          PolicyDocument:
            Statement: {{Effect: Allow, Action: 'sqs:*', Resource: 'arn:aws:sqs:eu-central-1:123456789012:jobs'}}
"
    )
}

fn plain() -> String {
    template("", "", "")
}

fn checked(text: &str, settings: &Settings) -> Checked {
    inspected(&[("stacks/t.yaml", text)], None, settings).1
}

/// What is open, as the check and what its sentence begins with or who is named in it.
fn open(checked: &Checked) -> Vec<Told> {
    let open = checked.findings.iter().filter(|finding| finding.is_open());
    let mut open: Vec<_> = open
        .map(|finding| (finding.check.id, finding.severity))
        .collect();
    open.sort_unstable();
    open
}

fn waived(checked: &Checked) -> usize {
    let is_waived = |finding: &&Finding| matches!(finding.standing, Standing::Waived { .. });
    checked.findings.iter().filter(is_waived).count()
}

/// A check that tells something, and how much that matters.
type Told = (&'static str, Severity);

const WILDCARD: Told = ("no-wildcard-action", Severity::Error);
const READS: Told = ("no-wildcard-action", Severity::Warning);
const EXPIRED: Told = ("expired-waiver", Severity::Error);
const UNUSED: Told = ("unused-waiver", Severity::Warning);

#[test]
fn a_waiver_of_the_settings_accepts_what_it_names_until_its_day() {
    let all = [READS, WILDCARD, WILDCARD];
    assert_eq!(open(&checked(&plain(), &Settings::default())), all);
    let waiver = |check: &str, expires: &str, more: &str| {
        format!(
            "[[check.waiver]]\ncheck = \"{check}\"\nowner = \"orders-team\"\nreason = \"moving\"\nexpires = {expires}\n{more}\n"
        )
    };
    let id = "no-wildcard-action";
    // What more the waiver says, its check and its day; what is waived, and what is open.
    #[rustfmt::skip]
    let cases: [(&str, &str, &str, usize, &[Told]); 13] = [
        ("", id, "2027-01-31", 3, &[]),
        ("", id, "\"2027-01-31\"", 3, &[]),
        ("", id, "2026-11-28", 3, &[]),
        ("", id, "2026-11-27", 0, &[EXPIRED, READS, WILDCARD, WILDCARD]),
        ("", "tracing", "2027-01-31", 0, &[READS, WILDCARD, WILDCARD, UNUSED]),
        ("", "tracing", "2020-01-31", 0, &[READS, WILDCARD, WILDCARD, UNUSED]),
        ("paths = [\"stacks/\"]", id, "2027-01-31", 3, &[]),
        ("paths = [\"stacks/*.yaml\"]", id, "2027-01-31", 3, &[]),
        ("paths = [\"legacy/\"]", id, "2027-01-31", 0, &[READS, WILDCARD, WILDCARD, UNUSED]),
        ("role = \"orders\"", id, "2027-01-31", 2, &[WILDCARD]),
        ("role = \"pay*\"", id, "2027-01-31", 1, &[READS, WILDCARD]),
        ("role = \"pay\"", id, "2027-01-31", 0, &[READS, WILDCARD, WILDCARD, UNUSED]),
        ("role = \"orders\"\npaths = [\"legacy/\"]", id, "2027-01-31", 0, &[READS, WILDCARD, WILDCARD, UNUSED]),
    ];
    for (more, check, expires, waives, stay) in cases {
        let text = waiver(check, expires, more);
        let checked = checked(&plain(), &settings(&text));
        assert_eq!(
            (waived(&checked), open(&checked).as_slice()),
            (waives, stay),
            "{text}"
        );
        assert_eq!(
            checked.fails(),
            stay.iter()
                .any(|(_, severity)| *severity == Severity::Error),
            "{text}"
        );
    }
}

#[test]
fn a_waiver_beside_the_code_accepts_what_stands_there() {
    const GOOD: &str =
        "tightrope: no-wildcard-action, orders-team, until 2027-01-31: the bucket moves";
    const OVER: &str =
        "tightrope: no-wildcard-action, orders-team, until 2026-01-31: the bucket moves";
    const OTHER: &str = "tightrope: tracing, orders-team, until 2027-01-31: the bucket moves";
    let comment = |text: &str| format!("# {text}");
    let above = |text: &str| format!("              # {text}\n");
    let remark = |text: &str| format!("'{}'", text.trim_start_matches("tightrope: "));
    // A template with the waiver, what is waived, and what is open.
    #[rustfmt::skip]
    let cases: [(String, usize, &[Told]); 12] = [
        (template("", "", &comment(GOOD)), 2, &[WILDCARD]),
        (template("", &above(GOOD), ""), 1, &[READS, WILDCARD]),
        (template("", "", &comment(OVER)), 0, &[EXPIRED, READS, WILDCARD, WILDCARD]),
        (template("", "", &comment(OTHER)), 0, &[READS, WILDCARD, WILDCARD, UNUSED]),
        (template(&remark(GOOD), "", ""), 2, &[WILDCARD]),
        (template(&format!("[{}]", remark(GOOD)), "", ""), 2, &[WILDCARD]),
        (template(&remark(OVER), "", ""), 0, &[EXPIRED, READS, WILDCARD, WILDCARD]),
        (template(&remark(OTHER), "", ""), 0, &[READS, WILDCARD, WILDCARD, UNUSED]),
        (template(&format!("[{}, {}]", remark(GOOD), remark(OTHER)), "", ""), 2, &[WILDCARD, UNUSED]),
        (format!("# {GOOD}\n{}", plain()), 0, &[READS, WILDCARD, WILDCARD, UNUSED]),
        (format!("# the tightrope: walked by few\n{}", plain()), 0, &[READS, WILDCARD, WILDCARD]),
        (plain().replace("RoleName: orders", "RoleName: 'tightrope: orders'"), 0, &[READS, WILDCARD, WILDCARD]),
    ];
    for (text, waives, stay) in cases {
        let checked = checked(&text, &Settings::default());
        assert_eq!(
            (waived(&checked), open(&checked).as_slice()),
            (waives, stay),
            "{text}"
        );
    }
}

#[test]
fn what_is_meant_as_a_waiver_and_is_none_is_told_where_it_stands() {
    #[rustfmt::skip]
    let cases = [
        ("no-wildcard-acton, orders-team, until 2027-01-31: why", "there is no check `no-wildcard-acton`"),
        ("no-wildcard-action, orders-team: why", "write `tightrope: CHECK, OWNER, until 2027-01-31: REASON`"),
        ("no-wildcard-action, orders-team, 2027-01-31: why", "write `tightrope: CHECK, OWNER, until 2027-01-31: REASON`"),
        ("no-wildcard-action, orders-team, until soon: why", "`soon` is no day"),
        ("no-wildcard-action, , until 2027-01-31: why", "a waiver says who answers for it, and why"),
        ("no-wildcard-action", "write `tightrope: CHECK, OWNER, until 2027-01-31: REASON`"),
    ];
    for (waiver, why) in cases {
        let text = template("", &format!("              # tightrope: {waiver}\n"), "");
        let checked = checked(&text, &Settings::default());
        let mut told = checked
            .findings
            .iter()
            .filter(|finding| finding.check.id == "unused-waiver");
        let told = told
            .next()
            .unwrap_or_else(|| panic!("{waiver}: {:?}", checked.findings));
        assert!(told.says.contains(why), "{waiver}: {}", told.says);
        assert_eq!((told.place.line, waived(&checked)), (13, 0), "{waiver}");
    }
}

#[test]
fn the_baseline_accepts_what_is_there_and_nothing_new() {
    let mut today = checked(&plain(), &Settings::default());
    let text = Baseline::of(&today.findings).to_text();
    let baseline = Baseline::parse(&text).expect("it was written here");
    assert_eq!(baseline.findings.len(), 3);
    assert!(today.fails());
    assert!(baseline.accept(&mut today.findings).is_empty());
    assert!(!today.fails());
    // What is changed, what is open then, and how many of the baseline are mended.
    let moved = format!("# one\n\n{}", plain());
    let beside = plain().replace(
        "  PaymentsRole:",
        "  Jobs: {Type: AWS::SQS::Queue}\n  PaymentsRole:",
    );
    let other_role = plain().replace("'sqs:*'", "'sqs:SendMessage'");
    let new = plain().replace("'sqs:*'", "['sqs:*', 'sns:*']");
    let both = new.replace("'s3:*'", "'s3:GetObject'");
    #[rustfmt::skip]
    let cases: [(&str, &[Told], usize); 5] = [
        (&moved, &[], 0),
        (&beside, &[], 0),
        (&other_role, &[], 1),
        (&plain().replace("RoleName: payments", "RoleName: payments\n      Path: /x/"), &[], 0),
        (&plain().replace("'s3:*'", "['s3:*', 'sns:*']"), &[WILDCARD], 1),
    ];
    for (text, stay, mended) in cases {
        let mut checked = checked(text, &Settings::default());
        let gone = baseline.accept(&mut checked.findings).len();
        let new: Vec<_> = open(&checked)
            .into_iter()
            .filter(|one| stay.contains(one))
            .collect();
        assert_eq!(gone, mended, "{text}");
        assert_eq!(new.is_empty(), stay.is_empty(), "{text}");
        assert_eq!(checked.fails(), !stay.is_empty(), "{text}");
    }
    let mut checked = checked(&both, &Settings::default());
    baseline.accept(&mut checked.findings);
    assert!(checked.fails(), "{:#?}", checked.findings);
}

#[test]
fn a_statement_that_is_widened_is_new_to_the_baseline() {
    let mut today = checked(&plain(), &Settings::default());
    let baseline = Baseline::of(&today.findings);
    let wider = plain().replace("arn:aws:s3:::orders/*", "arn:aws:s3:::*/*");
    let mut later = checked(&wider, &Settings::default());
    baseline.accept(&mut today.findings);
    baseline.accept(&mut later.findings);
    assert!(!today.fails() && later.fails());
}

#[test]
fn a_baseline_has_what_is_not_waived_and_more_than_a_note() {
    let text = template(
        "",
        "",
        "# tightrope: no-wildcard-action, orders-team, until 2027-01-31: the bucket moves",
    );
    let findings = checked(
        &text,
        &settings("[check.severity]\nno-wildcard-action = \"warning\"\n"),
    )
    .findings;
    assert_eq!(Baseline::of(&findings).findings.len(), 1);
    let findings = checked(
        &text,
        &settings("[check.severity]\nno-wildcard-action = \"note\"\n"),
    )
    .findings;
    assert_eq!(Baseline::of(&findings).findings.len(), 0);
}

#[test]
fn a_baseline_that_is_none_is_told_as_such() {
    let cases = [
        ("", "EOF"),
        (
            "{\"version\": 2, \"findings\": []}",
            "it has version 2, and this program knows version 1",
        ),
        ("{\"version\": 1}", "findings"),
        ("{\"version\": 1, \"findings\": [], \"more\": 1}", "more"),
    ];
    for (text, why) in cases {
        let error = Baseline::parse(text).expect_err(text);
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn every_finding_of_a_file_has_a_fingerprint_of_its_own() {
    let twice = plain().replace("              - {Effect: Allow, Action: ['s3:Get*']", "              - {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::orders/*'}\n              - {Effect: Allow, Action: ['s3:Get*']");
    let checked = checked(&twice, &Settings::default());
    let mut all: Vec<_> = checked
        .findings
        .iter()
        .map(|finding| &finding.fingerprint)
        .collect();
    all.sort();
    let count = all.len();
    all.dedup();
    assert_eq!((all.len(), count), (count, 5), "{:#?}", checked.findings);
    assert!(
        all.iter()
            .all(|one| one.len() == 32 && one.chars().all(|letter| letter.is_ascii_hexdigit()))
    );
}
