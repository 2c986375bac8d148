//! `tightrope status` as it is called, on the account that is shipped.

mod program;

use program::tightrope;
use serde_json::{Value, json};

const ACCOUNT: &str = "tests/cases/webshop/account.json";
const TRAIL: &str = "tests/cases/webshop/trail";

fn status(more: &[&str]) -> program::Ended {
    let all = ["status", "--trail", TRAIL].into_iter();
    tightrope(all.chain(more.iter().copied()).map(str::to_owned))
}

#[test]
fn it_shows_what_was_seen_what_not_and_what_would_help() {
    let run = status(&["--account", ACCOUNT]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "there is no gap");
    for line in [
        "183 events in 22 log files",
        "account 123456789012 from 2026-10-02 to 2026-10-16, 15 days: no gap",
        "  2026-10  .########oo#####...............",
        "  record data events of AWS::DynamoDB::Table in 123456789012: 47 permissions of 4 roles",
    ] {
        assert!(
            run.stdout.lines().any(|found| found == line),
            "{line}\n{}",
            run.stdout
        );
    }
    let longest = run.stdout.lines().map(|line| line.chars().count()).max();
    assert!(longest < Some(120), "{longest:?}");
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html>
#[test]
fn a_log_file_that_a_digest_lists_and_that_is_not_what_it_was_is_a_gap() {
    let sound = status(&[]);
    let intact = "digests: 1 digest of 1 log file, 1 as delivered";
    assert!(
        sound.stdout.lines().any(|line| line == intact),
        "{}",
        sound.stdout
    );
    let copy = tempfile::tempdir().expect("a temporary folder can be made");
    let day = "AWSLogs/123456789012/CloudTrail/eu-central-1/2026/10/16";
    for file in shipped_files() {
        let to = copy
            .path()
            .join(file.strip_prefix(TRAIL).expect("a file of the trail"));
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("it can be made");
        let mut text = std::fs::read(&file).expect("a file");
        if file.starts_with(std::path::Path::new(TRAIL).join(day)) {
            text.push(b'\n');
        }
        std::fs::write(to, text).expect("it can be written");
    }
    let path = copy.path().to_str().expect("its name is text");
    let altered = tightrope(["status", "--trail", path].map(str::to_owned));
    let gap = "  123456789012 eu-central-1 2026-10-16: 1 log file that a digest lists is missing or altered";
    assert!(
        altered.stdout.lines().any(|line| line == gap),
        "{}",
        altered.stdout
    );
    assert_eq!(altered.code, 1);
}

/// Every file of the trail that is shipped.
fn shipped_files() -> Vec<std::path::PathBuf> {
    let mut folders = vec![std::path::PathBuf::from(TRAIL)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push(path),
            }
        }
    }
    files
}

#[test]
fn json_says_the_same_for_a_program() {
    let run = status(&["--account", ACCOUNT, "--format", "json"]);
    let json: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(json["schema"], "tightrope/status/1");
    assert_eq!((&json["events"], &json["files"]), (&json!(183), &json!(22)));
    let account = &json["accounts"][0];
    assert_eq!(account["account"], "123456789012");
    assert_eq!(account["window"]["days_with_gaps"], 0);
    let classes = account["classes"].as_array().into_iter().flatten();
    let seen: Vec<_> = classes
        .filter(|class| class["region"] == "eu-central-1" && class["events"] == "data")
        .map(|class| (class["of"].as_str(), class["days_seen"].as_u64()))
        .collect();
    assert_eq!(
        seen,
        [
            (Some("AWS::DynamoDB::Table"), Some(4)),
            (Some("AWS::S3::Object"), Some(6))
        ]
    );
    assert_eq!(json["gaps"], json!([]));
    let changes = json["changes"].as_array().expect("changes");
    let permissions: Vec<_> = changes
        .iter()
        .map(|change| change["permissions"].as_u64())
        .collect();
    assert!(
        permissions.is_sorted_by(|one, next| one >= next),
        "the most first"
    );
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html>
#[test]
fn what_a_trail_is_told_to_record_needs_no_change() {
    let selectors = json!({"TrailARN": "arn:aws:cloudtrail:eu-central-1:123456789012:trail/all",
        "AdvancedEventSelectors": [
            {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]},
            {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]},
                {"Field": "resources.type", "Equals": ["AWS::DynamoDB::Table"]}]}]});
    let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    std::fs::write(file.path(), selectors.to_string()).expect("it can be written");
    let path = file.path().to_str().expect("its name is text");
    let told = status(&["--account", ACCOUNT, "--event-selectors", path]);
    let change = "record data events of AWS::DynamoDB::Table in 123456789012";
    assert!(!told.stdout.contains(change), "{}", told.stdout);
    assert!(status(&["--account", ACCOUNT]).stdout.contains(change));
}

#[test]
fn without_an_account_it_says_nothing_of_changes() {
    let run = status(&[]);
    assert!(
        !run.stdout.contains("most granted permissions"),
        "{}",
        run.stdout
    );
}
