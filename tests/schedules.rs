//! Rare jobs: what invokes a function more rarely than the trail reaches back, from outputs of the AWS CLI in
//! `tests/cases/schedules/`.

mod program;

use std::path::Path;

use program::tightrope;
use tightrope::account::{Account, Sources};

const ACCOUNT: &str = "tests/cases/webshop/account.json";
const FUNCTIONS: &str = "tests/cases/webshop/functions.json";
const TRAIL: &str = "tests/cases/webshop/trail";

/// The schedules of the function `payments` by these files, and what is said of them.
fn schedules(files: &[&str]) -> (Vec<String>, Vec<String>) {
    let path = |file: &&str| Path::new("tests/cases/schedules").join(file);
    let sources = Sources {
        functions: vec![FUNCTIONS.into()],
        schedules: files.iter().map(path).collect(),
        ..Sources::default()
    };
    let account = Account::read(Path::new(ACCOUNT), &sources).expect("outputs of the AWS CLI");
    let function = account.functions.iter().find(|one| one.name == "payments");
    let schedules = function.expect("the function").schedules.iter();
    let words = schedules.map(|one| format!("{} {}", one.name, one.rhythm));
    (words.collect(), account.problems)
}

const MONTHLY: &str = "schedule monthly comes round every 31 days";

#[test]
fn a_schedule_is_known_by_what_the_files_say_together() {
    let rules = [
        "rule close-of-quarter comes round every 92 days",
        "rule warm-up comes round daily",
    ];
    let both = [rules[0], rules[1], MONTHLY];
    let cases: [(&[&str], &[&str]); 7] = [
        (&["rules.json", "policy.json"], &rules),
        (
            &["rules.json", "targets-close-of-quarter.json"],
            &rules[..1],
        ),
        (
            &["rules.json", "policy.json", "targets-close-of-quarter.json"],
            &rules,
        ),
        (&["policy.json"], &[]),
        (
            &["schedules.json"],
            &["schedule monthly comes nobody knows when"],
        ),
        (&["monthly.json"], &[MONTHLY]),
        (
            &[
                "rules.json",
                "policy.json",
                "schedules.json",
                "monthly.json",
            ],
            &both,
        ),
    ];
    for (files, expected) in cases {
        let (found, problems) = schedules(files);
        assert_eq!(found, expected, "{files:?}");
        assert_eq!(problems, Vec::<String>::new(), "{files:?}");
    }
}

#[test]
fn rules_without_the_functions_policies_say_what_is_lacking() {
    let (found, problems) = schedules(&["rules.json"]);
    assert_eq!(found, Vec::<String>::new());
    assert!(
        problems[0].contains("aws lambda get-policy"),
        "{problems:?}"
    );
}

#[test]
fn nothing_is_taken_from_a_role_whose_rare_job_was_not_seen() {
    let propose = |more: &[&str]| {
        let evidence = [
            "propose",
            "--trail",
            TRAIL,
            "--account",
            ACCOUNT,
            "--functions",
            FUNCTIONS,
        ];
        let role = [
            "--role",
            "payments-role",
            "--schedules",
            "tests/cases/schedules",
        ];
        let all = evidence.iter().chain(&role).chain(more);
        tightrope(all.map(|word| (*word).to_owned()))
    };
    let refused = propose(&[]);
    assert_eq!(refused.code, 0, "there is nothing to do");
    let why = "rule close-of-quarter of function payments comes round every 92 days, and the trail shows 15 days";
    assert!(refused.stdout.contains(why), "{}", refused.stdout);
    let accepted = propose(&["--accept-coverage"]);
    assert_eq!(accepted.code, 1);
    for job in [
        why,
        "schedule monthly of function payments comes round every 31 days",
    ] {
        assert!(accepted.stdout.contains(job), "{}", accepted.stdout);
    }
}
