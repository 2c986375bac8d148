//! What was not read, or not asked for, is neither unused nor absent.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{self, Ended};
use crate::stand_in::answers::{json_error, ok, roles, well};
use crate::stand_in::folder::{folder, has, json};
use crate::stand_in::{Call, Reply, StandIn};

/// Two of the roles of `tests/cases/webshop`, and all of its functions.
fn webshop(call: &Call) -> Reply {
    match call.what.as_str() {
        "GetAccountAuthorizationDetails" => roles(&["payments-role", "thumbnails-role"], None),
        "ListFunctions" => {
            let text = fs::read_to_string("tests/cases/webshop/functions.json");
            let all: Value = serde_json::from_str(&text.expect("a file")).expect("JSON");
            ok(200, &all)
        }
        _ => well(call),
    }
}

/// Runs a command on what was pulled, with the roles of the webshop as the account's.
fn ask(out: &TempDir, command: &str, more: &str) -> Ended {
    let account = out.path().join("account.json");
    fs::copy("tests/cases/webshop/account.json", &account).expect("a copy");
    let account = account.display().to_string();
    let region = out.path().join("eu-central-1").display().to_string();
    let words = format!("{command} --trail tests/cases/webshop/trail --account");
    let words = words.split(' ').map(str::to_owned);
    let functions = Path::new(&region)
        .exists()
        .then(|| ["--functions".to_owned(), region]);
    let files = [account].into_iter().chain(functions.into_iter().flatten());
    program::tightrope(
        words
            .chain(files)
            .chain(more.split_whitespace().map(str::to_owned)),
    )
}

#[test]
fn what_a_configuration_needs_that_could_not_be_read_is_not_taken_away() {
    let everywhere = "functions in eu-central-1";
    let polled = "event source mappings in eu-central-1";
    let sent = "destinations of function payments in eu-central-1";
    let cases = [
        ("ListFunctions", "payments-role", Some(everywhere)),
        ("ListEventSourceMappings", "thumbnails-role", Some(polled)),
        (
            "ListFunctionEventInvokeConfigs payments",
            "payments-role",
            Some(sent),
        ),
        (
            "ListFunctionEventInvokeConfigs payments",
            "thumbnails-role",
            None,
        ),
        ("ListFunctionUrlConfigs payments", "payments-role", None),
        ("ListRules", "payments-role", Some("rules in eu-central-1")),
        (
            "ListSchedules",
            "payments-role",
            Some("schedules in eu-central-1"),
        ),
        ("GetEventSelectors", "payments-role", None),
    ];
    for (denied, role, held_back) in cases {
        let answer = move |call: &Call, _: usize| match call.what == denied {
            true => json_error(403, "AccessDeniedException"),
            false => webshop(call),
        };
        let (aws, out) = (StandIn::new(answer), folder());
        aws.pull(out.path(), "--region eu-central-1");
        let said = |text: &str, what: &str| {
            text.contains(&format!("{what} could not be read (denied: the permission"))
        };
        let proposed = ask(&out, "propose", &format!("--role {role}"));
        match held_back {
            Some(what) => {
                assert!(
                    said(&proposed.stdout, what),
                    "{denied}: {}",
                    proposed.stdout
                );
                assert_eq!(proposed.code, 0, "{denied}: {}", proposed.stdout);
                let accepted = ask(&out, "propose", &format!("--role {role} --accept-coverage"));
                assert_eq!(accepted.code, 1, "{denied}: {}", accepted.stdout);
                assert!(
                    said(&accepted.stdout, what),
                    "{denied}: {}",
                    accepted.stdout
                );
            }
            None => assert_eq!(proposed.code, 1, "{denied}: {}", proposed.stdout),
        }
    }
}

#[test]
fn what_was_given_in_another_way_is_known() {
    let answer = |call: &Call, _: usize| match call.what.as_str() {
        "ListEventSourceMappings" => json_error(403, "AccessDeniedException"),
        _ => webshop(call),
    };
    let (aws, out) = (StandIn::new(answer), folder());
    aws.pull(out.path(), "--region eu-central-1");
    let mappings = out.path().join("mappings.json");
    fs::write(&mappings, r#"{"EventSourceMappings": []}"#).expect("a file");
    let more = format!(
        "--role payments-role --event-sources {}",
        mappings.display()
    );
    let proposed = ask(&out, "propose", &more);
    assert_eq!(proposed.code, 1, "{}", proposed.stdout);
}

#[test]
fn a_role_out_of_scope_is_there_and_gets_no_proposal() {
    let (aws, out) = (StandIn::new(|call, _| webshop(call)), folder());
    let ended = aws.pull(
        out.path(),
        "--region eu-central-1 --role pay* --role x --path / --tag team",
    );
    assert_eq!(
        ended.stdout,
        "1 role, 1 left out\neu-central-1: 9 functions, 1 trail\n",
    );
    assert_eq!(aws.asked("ListFunctionUrlConfigs payments"), 1);
    assert_eq!(aws.asked("ListFunctionUrlConfigs thumbnails"), 0);
    assert!(!has(&out, "eu-central-1/function-urls-thumbnails.json"));
    // What others have tells what is not the role's own.
    let roles = json(&out, "account.json")["RoleDetailList"].clone();
    assert_eq!(roles.as_array().map(Vec::len), Some(2));
    let functions = json(&out, "eu-central-1/functions.json")["Functions"].clone();
    assert_eq!(functions.as_array().map(Vec::len), Some(10));
    let left_out = json!([{"role": "arn:aws:iam::123456789012:role/thumbnails-role",
        "why": "its name matches no `pay*`, `x`"}]);
    assert_eq!(json(&out, "not-covered.json")["out_of_scope"], left_out);

    let proposed = ask(&out, "propose", "");
    assert!(
        proposed.stdout.contains("payments-role  arn:"),
        "{}",
        proposed.stdout
    );
    assert!(
        !proposed.stdout.contains("thumbnails-role  arn:"),
        "{}",
        proposed.stdout
    );
    let said =
        "not-covered.json: out of the scope of the pull, and without a proposal: thumbnails-role";
    assert!(proposed.stdout.contains(said), "{}", proposed.stdout);
    let named = ask(&out, "propose", "--role thumbnails-role");
    let said = "error: thumbnails-role was left out of the pull, and what its functions need is not known: its name matches no";
    assert_eq!(named.code, 2);
    assert!(named.stderr.starts_with(said), "{}", named.stderr);
}

#[test]
fn roles_with_the_tag_of_those_who_do_not_want_it_are_left_out() {
    for (words, expected) in [
        ("", "2 roles\n"),
        ("--opt-out-tag team", "0 roles, 2 left out\n"),
        ("--opt-out-tag team=shop", "2 roles\n"),
        ("--tag team=shop", "0 roles, 2 left out\n"),
    ] {
        let (aws, out) = (StandIn::new(|call, _| webshop(call)), folder());
        let ended = aws.pull(out.path(), &format!("--region eu-central-1 {words}"));
        assert!(
            ended.stdout.starts_with(expected),
            "{words}: {}",
            ended.stdout
        );
    }
}
