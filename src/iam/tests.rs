//! Policy documents: what is read and what is refused.

use super::*;
use serde_json::{Value, json};

fn refusal(document: Value) -> String {
    Policy::parse(&document)
        .expect_err("not a policy")
        .to_string()
}

#[test]
fn a_document_reads_the_same_as_object_text_and_url_encoded_text() {
    let statement = json!({"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"});
    let object = json!({"Version": "2012-10-17", "Statement": [statement]});
    let text = object.to_string();
    let encoded = percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC)
        .to_string();
    let policy = Policy::parse(&object).expect("a policy");
    assert_eq!(Policy::parse(&Value::from(text)).as_ref(), Ok(&policy));
    assert_eq!(Policy::parse(&Value::from(encoded)).as_ref(), Ok(&policy));
}

#[test]
fn what_is_not_a_policy_is_refused_with_the_rule() {
    let with = |statement: Value| json!({"Version": "2012-10-17", "Statement": statement});
    let cases = [
        (json!([]), "a policy is a JSON object"),
        (json!({"Version": "2012-10-17"}), "no `Statement`"),
        (json!({"Version": "2013", "Statement": []}), "`Version`"),
        (json!({"Statment": []}), "element `Statment`"),
        (with(json!("x")), "must be an object"),
        (with(json!({"Effect": "allow"})), "statement 1: `Effect`"),
        (
            with(json!({"Effect": "Allow", "Resource": "*"})),
            "either `Action` or `NotAction`",
        ),
        (
            with(json!({"Effect": "Allow", "Action": "s3", "Resource": "*"})),
            "`s3` is not an action",
        ),
        (
            with(json!({"Effect": "Allow", "Action": [], "Resource": "*"})),
            "empty list",
        ),
        (
            with(json!({"Effect": "Allow", "Action": 1, "Resource": "*"})),
            "found a number",
        ),
        (
            with(json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"})),
            "`Principal`",
        ),
        (
            with(json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": []})),
            "`Condition`",
        ),
    ];
    for (document, expected) in cases {
        let found = refusal(document);
        assert!(found.contains(expected), "{found} / {expected}");
    }
}
