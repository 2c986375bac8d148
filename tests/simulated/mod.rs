//! What the program's evaluator says of a request that the program itself has shown.

use serde_json::{Value, json};

use crate::program::tightrope_reading;

/// The decision of `tightrope simulate` by a policy file for a request of this principal.
pub(crate) fn decision(policy: &str, request: &Value, principal: &str) -> String {
    let mut request = request.clone();
    request["principal"] = json!(principal);
    let arguments = [
        "simulate",
        "--policy",
        policy,
        "--requests",
        "-",
        "--format",
        "jsonl",
    ];
    let ended = tightrope_reading(arguments, request.to_string().as_bytes());
    let decided: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    decided["decision"].as_str().expect("a decision").to_owned()
}
