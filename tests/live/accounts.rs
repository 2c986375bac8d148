//! Several accounts, each by a role in it.

use std::fs;

use serde_json::{Value, json};

use crate::program;
use crate::stand_in::answers::{iam_error, well};
use crate::stand_in::folder::{folder, has, json};
use crate::stand_in::{Call, Reply, StandIn};

const FIRST: &str = "AssumeRole arn:aws:iam::123456789012:role/tightrope-read x1";
const SECOND: &str = "AssumeRole arn:aws:iam::210987654321:role/tightrope-read ";

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
pub(super) fn assumed(name: &str) -> Reply {
    let body = format!(
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
         <AccessKeyId>ASIA{name}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
         <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>\
         <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleResponse>"
    );
    Reply::Body(200, body)
}

/// Pulls both accounts.
fn pulled(answer: fn(&Call) -> Reply) -> (StandIn, tempfile::TempDir, program::Ended) {
    let (aws, out) = (StandIn::new(move |call, _| answer(call)), folder());
    let config = out.path().join("accounts.toml");
    let text = r#"
[[account]]
role = "arn:aws:iam::123456789012:role/tightrope-read"
external-id = "x1"
regions = ["eu-central-1", "eu-west-1"]
[[account]]
role = "arn:aws:iam::210987654321:role/tightrope-read"
"#;
    fs::write(&config, text).expect("a file");
    let words = format!("--region us-east-1 --config {}", config.display());
    let ended = aws.pull(out.path(), &words);
    (aws, out, ended)
}

#[test]
fn each_account_is_read_into_a_folder_of_its_own_with_the_credentials_of_its_role() {
    let (aws, out, ended) = pulled(|call| match call.what.as_str() {
        FIRST => assumed("FIRST"),
        SECOND => assumed("SECOND"),
        // Of every other call the credentials are those of a role.
        _ if call.key == "ASIAFIRST" || call.key == "ASIASECOND" => well(call),
        _ => iam_error(403, "AccessDenied"),
    });
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let expected = "\
123456789012 2 roles
123456789012 eu-central-1: 2 functions, 1 trail
123456789012 eu-west-1: 2 functions, 1 trail
210987654321 2 roles
210987654321 us-east-1: 2 functions, 1 trail
";
    assert_eq!(ended.stdout, expected);
    for name in [
        "123456789012/account.json",
        "123456789012/eu-west-1/functions.json",
        "210987654321/us-east-1/trails.json",
    ] {
        assert!(has(&out, name), "{name}");
    }
    assert!(
        aws.asked(FIRST) <= 2,
        "asked once to see that it can be, and kept"
    );
}

#[test]
fn an_account_whose_role_cannot_be_assumed_is_said_and_the_others_are_read() {
    let (_, out, ended) = pulled(|call| match call.what.as_str() {
        FIRST => iam_error(403, "AccessDenied"),
        SECOND => assumed("SECOND"),
        _ => well(call),
    });
    let said = "123456789012 not covered: the account: the role arn:aws:iam::123456789012:role/tightrope-read cannot be assumed: ";
    assert_eq!(ended.code, 0);
    assert!(ended.stderr.starts_with(said), "{}", ended.stderr);
    assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    assert!(has(&out, "210987654321/account.json"));
    let gaps = json(&out, "123456789012/not-covered.json");
    assert_eq!(gaps["not_covered"][0]["what"], "the account");

    // What an earlier pull left there is not taken for what is so today.
    let account = out.path().join("123456789012/account.json");
    fs::copy("tests/cases/webshop/account.json", &account).expect("a copy");
    let account = account.display().to_string();
    let words = "propose --trail tests/cases/webshop/trail --role payments-role --account";
    let proposed = program::tightrope(words.split(' ').chain([account.as_str()]));
    assert!(
        proposed.stdout.contains("the account could not be read"),
        "{}",
        proposed.stdout
    );
    assert_eq!(proposed.code, 0, "{}", proposed.stdout);
}

#[test]
fn when_no_account_can_be_read_it_could_not_be_done() {
    let (_, out, ended) = pulled(|_| iam_error(403, "AccessDenied"));
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert_eq!(ended.stderr.lines().count(), 3, "{}", ended.stderr);
    let gaps: Value = json(&out, "210987654321/not-covered.json");
    assert_eq!(gaps["not_covered"].as_array().map(Vec::len), Some(1));
    assert_ne!(gaps, json!({}));
}
