//! The slow twin against the cases of another evaluator, which are not part of the project: in the folder that
//! `TIGHTROPE_REAL_DATA` names. Without it the test says what it skipped, and passes.
#![allow(
    clippy::print_stderr,
    reason = "a test that skips its work, or counts other people's data, has to say so"
)]

mod decided;
mod foreign;
mod twin;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use foreign::Converted;
use twin::{Reading, decide};

/// Makes a case of the twin of a case of a suite.
type Convert = fn(&Value) -> Converted;

/// The suites, each with what makes a case of the twin of one of its cases.
const SUITES: [(&str, Convert); 6] = [
    ("iam_simulate_actions", foreign::actions),
    ("iam_simulate_conditions", foreign::conditions),
    ("iam_simulate_core", foreign::core),
    ("iam_simulate_integration", foreign::integration),
    ("iam_simulate_operators", foreign::operators),
    ("iam_simulate_resources", foreign::resources),
];

/// Cases that the twin decides otherwise, with the reason and the page of AWS.
struct Disagreement {
    suite: &'static str,
    cases: &'static [&'static str],
    reason: &'static str,
    page: &'static str,
}

const DISAGREEMENTS: [Disagreement; 12] = [
    Disagreement {
        suite: "iam_simulate_actions",
        cases: &["a333"],
        reason: "a service prefix is written out: IAM takes no policy with `*:GetBucket`",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
    },
    Disagreement {
        suite: "iam_simulate_conditions",
        cases: &["c237"],
        reason: "without a set operator the twin compares each of several values; AWS only says to use one",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
    },
    Disagreement {
        suite: "iam_simulate_core",
        cases: &["iam/managedPolicies/aws/denied.json"],
        reason: "that nobody can change a policy of AWS is a rule of the service, and no decision of a policy",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    },
    Disagreement {
        suite: "iam_simulate_core",
        cases: &["iam/roles/reserved/denied.json"],
        reason: "that nobody can change a reserved role is a rule of the service, and no decision of a policy",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html",
    },
    Disagreement {
        suite: "iam_simulate_core",
        cases: &["sessionPolicies.json#7"],
        reason: "what is granted to a session is not limited by an implicit deny of a session policy",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html",
    },
    Disagreement {
        suite: "iam_simulate_operators",
        cases: &[
            "op0", "op5", "op9", "op40", "op41", "op54", "op55", "op132", "op133",
        ],
        reason: "a value that is no address, ARN, number or date matches nothing, so that a negated operator holds",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    },
    Disagreement {
        suite: "iam_simulate_operators",
        cases: &["op51", "op72", "op99", "op106"],
        reason: "inverted operators match against a variable with no value",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html",
    },
    Disagreement {
        suite: "iam_simulate_operators",
        cases: &["op113"],
        reason: "UNIX time is in seconds, not in milliseconds",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    },
    Disagreement {
        suite: "iam_simulate_resources",
        cases: &["r15", "r17"],
        reason: "a wildcard for the type of a resource matches: the sixth part of an ARN is one segment",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    },
    Disagreement {
        suite: "iam_simulate_resources",
        cases: &[
            "r79", "r80", "r81", "r89", "r90", "r91", "r122", "r182", "r183", "r184",
        ],
        reason: "AWS tells no difference between the types of policies in how short ARNs match",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    },
    Disagreement {
        suite: "iam_simulate_resources",
        cases: &["r135"],
        reason: "what has a variable with no value matches no resource, so that NotResource spares none",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html",
    },
    Disagreement {
        suite: "iam_simulate_resources",
        cases: &[
            "r158", "r159", "r168", "r169", "r178", "r179", "r198", "r199", "r212", "r213", "r214",
            "r215", "r216", "r217",
        ],
        reason: "NotResource matches every resource except those specified, by a short ARN too",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html",
    },
];

impl Disagreement {
    /// Whether it is about a case; a file of cases stands for each of them.
    fn is_about(&self, suite: &str, id: &str) -> bool {
        let file = id.split('#').next().unwrap_or_default();
        self.suite == suite && self.cases.iter().any(|case| *case == id || *case == file)
    }
}

fn real_data() -> Option<PathBuf> {
    let named = std::env::var_os("TIGHTROPE_REAL_DATA").map(PathBuf::from);
    let folder = named.filter(|folder| folder.is_dir());
    if folder.is_none() {
        eprintln!(
            "skipped, without a folder in TIGHTROPE_REAL_DATA: the suites of another evaluator"
        );
    }
    folder
}

fn cases(folder: &Path, suite: &str) -> Vec<Value> {
    let path = folder.join(format!("suites/{suite}.json"));
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file: Value = serde_json::from_slice(&bytes).expect("it is JSON");
    file["cases"].as_array().expect("cases").clone()
}

/// What became of the cases of a suite.
#[derive(Default)]
struct Outcome {
    agreed: usize,
    /// Those that the twin decides otherwise, each with what it was asked.
    disagreed: BTreeMap<String, String>,
    readings_differ: usize,
    /// How many the program decides as the twin does, in both readings.
    program_agrees: usize,
    /// How many hold a policy or a request that the program refuses, as AWS does.
    program_refuses: usize,
    /// Those that the program decides otherwise than the twin.
    program_differs: Vec<String>,
    /// How many could not be made into cases of the twin, by the reason.
    left: BTreeMap<&'static str, usize>,
}

impl Outcome {
    fn ask_the_program(&mut self, id: &str, case: &Value) {
        for reading in [Reading::Segments, Reading::Spanning] {
            let twin = decide(case, reading);
            match decided::decide_if_read(case, reading) {
                None => return self.program_refuses += 1,
                Some(found) if found == twin => {}
                Some(found) => {
                    let said = format!("{id}: the program says {found} for {twin}: {case}");
                    return self.program_differs.push(said);
                }
            }
        }
        self.program_agrees += 1;
    }
}

fn run(cases: &[Value], convert: Convert) -> Outcome {
    let mut outcome = Outcome::default();
    for case in cases {
        let id = case["id"].as_str().expect("an id");
        let id = id.rsplit_once("Tests/").map_or(id, |(_, id)| id);
        match convert(case) {
            Err(reason) => *outcome.left.entry(reason).or_default() += 1,
            Ok((case, expected)) => {
                // The suites read an ARN by its segments.
                let found = decide(&case, Reading::Segments);
                let differ = found != decide(&case, Reading::Spanning);
                outcome.readings_differ += usize::from(differ);
                outcome.ask_the_program(id, &case);
                if found == expected {
                    outcome.agreed += 1;
                } else {
                    let asked = format!("{id}: {found} for {expected}: {case}");
                    outcome.disagreed.insert(id.to_owned(), asked);
                }
            }
        }
    }
    outcome
}

#[test]
fn the_twin_agrees_with_the_suites_but_where_aws_says_otherwise() {
    let Some(folder) = real_data() else {
        return;
    };
    let mut wrong = Vec::new();
    for (suite, convert) in SUITES {
        let outcome = run(&cases(&folder, suite), convert);
        eprintln!(
            "{suite}: {} run, {} agreed, {} known disagreements, {} where the readings differ",
            outcome.agreed + outcome.disagreed.len(),
            outcome.agreed,
            outcome.disagreed.len(),
            outcome.readings_differ,
        );
        eprintln!(
            "  the program: {} as the twin, {} refused",
            outcome.program_agrees, outcome.program_refuses
        );
        wrong.extend(
            outcome
                .program_differs
                .iter()
                .map(|said| format!("{suite} {said}")),
        );
        for (reason, count) in &outcome.left {
            eprintln!("  {count} not converted: {reason}");
        }
        for (id, asked) in &outcome.disagreed {
            if !DISAGREEMENTS.iter().any(|known| known.is_about(suite, id)) {
                wrong.push(format!("{suite} {asked}"));
            }
        }
        for known in DISAGREEMENTS.iter().filter(|known| known.suite == suite) {
            let about = |id: &&String| known.is_about(suite, id);
            let count = outcome.disagreed.keys().filter(about).count();
            eprintln!("  {count} disagree: {} ({})", known.reason, known.page);
            if count < known.cases.len() {
                wrong.push(format!("{suite} {:?}: some of them agree", known.cases));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
