//! What configurations of functions need of the role, from outputs of the AWS CLI in `tests/cases/floor/`: each
//! folder is a configuration, and the text file beside it says what its floor is, beyond the logs that every
//! function writes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tightrope::account::{Account, Sources};
use tightrope::catalog::Catalog;
use tightrope::lambda::{Cause, FloorAccess, floor};
use tightrope::usage::Necessity;

const CASES: &str = "tests/cases/floor";

/// The configurations whose own logs are what is tested.
const LOGS: [&str; 2] = ["custom-log-group", "logging"];

fn account(case: &Path) -> Account {
    let sources = Sources {
        functions: vec![case.to_owned()],
        ..Sources::default()
    };
    let snapshot = Path::new(CASES).join("account.json");
    Account::read(&snapshot, &sources).expect("outputs of the AWS CLI")
}

fn floor_of(account: &Account) -> Vec<FloorAccess> {
    floor(&account.functions.iter().collect::<Vec<_>>())
}

fn line(access: &FloorAccess) -> String {
    let need = match access.need {
        Necessity::Certain => "required",
        Necessity::Possible => "possible",
    };
    let guards: Vec<_> = access.guards.iter().map(ToString::to_string).collect();
    let when = match guards.is_empty() {
        true => String::new(),
        false => format!(" when {}", guards.join(" and ")),
    };
    let FloorAccess {
        action, on, reason, ..
    } = access;
    format!("{need} {action} on {on}{when} ({reason})")
}

/// The folders, one a configuration, by name.
fn cases() -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(CASES).expect("the cases");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let folders = paths.filter(|path| path.is_dir());
    let named = folders.map(|path| {
        let name = path.file_name().expect("a name").to_string_lossy();
        (name.into_owned(), path.clone())
    });
    let mut cases: Vec<_> = named.collect();
    cases.sort();
    cases
}

#[test]
fn every_configuration_needs_what_is_written_beside_it_and_nothing_else() {
    for (name, folder) in cases() {
        let account = account(&folder);
        assert_eq!(account.problems, Vec::<String>::new(), "{name}");
        let own = |access: &FloorAccess| matches!(access.reason.cause, Cause::Logs(_));
        let floor = floor_of(&account).into_iter();
        let floor: BTreeSet<_> = floor
            .filter(|access| LOGS.contains(&name.as_str()) || !own(access))
            .map(|access| line(&access))
            .collect();
        let expected = fs::read_to_string(folder.with_extension("txt")).expect("what is needed");
        let expected: BTreeSet<_> = expected.lines().map(str::to_owned).collect();
        assert_eq!(floor, expected, "{name}");
    }
}

#[test]
fn every_function_writes_its_own_logs_and_no_other() {
    for (name, folder) in cases() {
        let account = account(&folder);
        let floor = floor_of(&account);
        for function in &account.functions {
            let group = function.configuration.log_group.clone();
            let group = group.unwrap_or_else(|| format!("/aws/lambda/{}", function.name));
            let own: BTreeSet<_> = floor
                .iter()
                .filter(|access| matches!(access.reason.cause, Cause::Logs(_)))
                .filter(|access| access.need == Necessity::Certain)
                .map(|access| format!("{} {}", access.action, access.on))
                .collect();
            let arn = function.arn.as_str().replace(":lambda:", ":logs:");
            let arn = arn.split(":function:").next().expect("a beginning");
            let expected = ["logs:CreateLogStream", "logs:PutLogEvents"]
                .map(|action| format!("{action} {arn}:log-group:{group}:*"));
            assert_eq!(own, expected.into(), "{name}");
        }
    }
}

#[test]
fn every_configuration_of_the_facts_has_a_case() {
    let cases: BTreeSet<_> = cases().into_iter().map(|(name, _)| name).collect();
    // A part of another configuration, which is in that one's cases.
    let parts = [
        ("documentdb-esm-secret", "documentdb-esm"),
        ("durable-key", "durable"),
        ("kafka-schema-registry-glue", "msk-esm-glue-registry"),
        ("kafka-schema-registry-secret", "kafka-self-managed"),
        ("kafka-self-managed-secret", "kafka-self-managed"),
        ("kafka-self-managed-vpc", "kafka-self-managed"),
        ("mq-esm-secret", "mq-esm"),
        ("msk-esm-iam", "kafka-self-managed-iam"),
        ("msk-esm-secret", "msk-esm-scram"),
        ("msk-esm-vpc-connection", "msk-esm-of-another-account"),
        ("s3files-direct-read", "s3files-direct"),
    ];
    let configurations = Catalog::bundled().configurations();
    assert!(configurations.len() > 40, "{}", configurations.len());
    for configuration in configurations {
        let part = parts.iter().find(|(part, _)| *part == configuration);
        let case = part.map_or(configuration, |(_, case)| case);
        assert!(cases.contains(case), "{configuration} has no case");
    }
}

/// A placeholder that nothing fills makes no resource, and its row would be lost without a word.
#[test]
fn every_row_of_the_facts_is_in_the_floor_of_some_case() {
    let found: BTreeSet<_> = cases()
        .iter()
        .flat_map(|(_, folder)| floor_of(&account(folder)))
        .map(|access| (access.action.to_string(), access.source))
        .collect();
    let catalog = Catalog::bundled();
    for configuration in catalog.configurations() {
        for row in catalog.configured(configuration) {
            for action in &row.actions {
                let row = (action.to_string(), row.source);
                assert!(found.contains(&row), "{configuration}: {row:?}");
            }
        }
    }
}

#[test]
fn functions_that_share_a_role_each_have_their_reasons_and_nothing_twice() {
    let of = |case: &str| account(&Path::new(CASES).join(case)).functions;
    let functions = [of("sqs-esm"), of("vpc"), of("sqs-esm")].concat();
    let together = floor(&functions.iter().collect::<Vec<_>>());
    let each = functions.iter().flat_map(|function| floor(&[function]));
    let each: BTreeSet<_> = each.collect();
    assert_eq!(together, each.into_iter().collect::<Vec<_>>());
}
