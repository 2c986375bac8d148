//! Which function made a call, and which calls no function made.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::catalog::Catalog;
use crate::iam::{Role, RoleId, TrustPolicy};
use crate::usage::{Scope, Usage};

const ROLE: &str = "arn:aws:iam::123456789012:role/r";
const MARKED: &str = "Boto3/1.40 md/Botocore#1.40 exec-env/AWS_Lambda_python3.12";
/// As Go's SDK calls itself in a function with an OS-only runtime.
const GO: &str = "aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.26 md/GOOS#linux";
const CLI: &str = "aws-cli/2.17 exe/x86_64";
const INSIDE: &str = "198.51.100.7";
const AWAY: &str = "203.0.113.66";

fn role(others: &[&str]) -> Role {
    let services: Vec<_> = ["lambda.amazonaws.com"].iter().chain(others).collect();
    let trust = json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": services}}});
    let arn = ROLE.parse().expect("an ARN");
    Role {
        id: RoleId::of(&arn).expect("a role"),
        arn,
        trust: TrustPolicy::parse(&trust).expect("a trust policy"),
        inline: Vec::new(),
        attached: Vec::new(),
        boundary: None,
        created: None,
    }
}

fn arn(name: &str) -> String {
    format!("arn:aws:lambda:eu-central-1:123456789012:function:{name}")
}

/// A function of the role; with `+` after its name it has a layer, and with `@` it is in another Region.
fn function(name: &str) -> Function {
    let plain = name.trim_end_matches(['+', '@']);
    let mut function = Function::new(arn(plain).parse().expect("an ARN"), plain, role(&[]).id);
    if name.ends_with('+') {
        function.configuration.layers = vec![arn("layer:1")];
    }
    if name.ends_with('@') {
        let elsewhere = arn(plain).replace("eu-central-1", "us-east-1");
        function.arn = elsewhere.parse().expect("an ARN");
    }
    function
}

/// A call of the role in the session `f`, with these elements changed; `session`, `key`, `scope` and `invokedBy` stand in
/// its identity.
fn call(changes: Value) -> Value {
    let mut record = json!({"eventType": "AwsApiCall", "eventName": "GetParameter", "eventSource": "ssm.amazonaws.com",
        "requestParameters": {"name": "a"}, "sourceIPAddress": AWAY, "userAgent": GO, "session": "f"});
    let elements = record.as_object_mut().expect("an object");
    if let Value::Object(changes) = changes {
        elements.extend(changes);
    }
    let mut take = |name: &str| elements.remove(name).unwrap_or_default();
    let session = take("session");
    let session = session.as_str().expect("a name");
    let session = format!("arn:aws:sts::123456789012:assumed-role/r/{session}");
    let identity = json!({"type": "AssumedRole", "accessKeyId": take("key"), "invokedBy": take("invokedBy"),
        "arn": session.trim_end_matches('/'), "inScopeOf": take("scope"),
        "sessionContext": {"sessionIssuer": {"arn": ROLE}}});
    elements.insert("userIdentity".into(), identity);
    record
}

fn marked() -> Value {
    call(json!({"userAgent": MARKED, "sourceIPAddress": INSIDE}))
}

/// The role is taken by this principal for a session, with a key.
fn taken(by: &str, session: &str, key: &str) -> Value {
    let identity = match by.ends_with(".amazonaws.com") {
        true => json!({"type": "AWSService", "invokedBy": by}),
        false => json!({"type": "IAMUser", "arn": by}),
    };
    json!({"eventType": "AwsApiCall", "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole",
        "userIdentity": identity, "requestParameters": {"roleArn": ROLE, "roleSessionName": session},
        "responseElements": {"credentials": {"accessKeyId": key}}})
}

const LAMBDA: &str = "lambda.amazonaws.com";
const MALLORY: &str = "arn:aws:iam::123456789012:user/mallory";

fn scope(version: &str) -> Value {
    json!({"issuerType": "AWS::Lambda::Function", "credentialsIssuedTo": arn("g"),
        "credentialsIssuedToVersion": format!("{}{version}", arn("g"))})
}

/// What is seen of a role that others may take, with these functions, `None` for unknown ones, after these records.
fn seen_of(
    others: &[&str],
    functions: Option<&[&str]>,
    records: &[Value],
    decisions: &Decisions,
) -> Seen {
    let role = role(others);
    let mut usage = Usage::new(Scope {
        asked: BTreeSet::from([role.id.clone()]),
        others: BTreeSet::new(),
    });
    for (number, record) in records.iter().enumerate() {
        let mut record = record.clone();
        record["eventID"] = json!(format!("e{number}"));
        usage
            .push(record.to_string().as_bytes(), Catalog::bundled())
            .expect("a record");
    }
    let functions: Option<Vec<Function>> =
        functions.map(|names| names.iter().map(|name| function(name)).collect());
    let functions: Option<Vec<&Function>> = functions.as_ref().map(|all| all.iter().collect());
    let whose = Whose {
        functions: functions.as_deref(),
        assumed: usage.assumed.get(&role.id),
        decisions,
        only: None,
    };
    inside_and_outside(&role, &usage.roles[&role.id], &whose)
}

/// The functions that were seen: `name[:version] how`, with `service` if Lambda made the call, or `nobody`.
fn who(functions: Option<&[&str]>, records: &[Value]) -> String {
    let seen = seen_of(
        &["ec2.amazonaws.com"],
        functions,
        records,
        &Decisions::default(),
    );
    let each = seen.functions.iter().map(|(function, seen)| {
        let known_by: Vec<_> = seen.known_by.keys().map(|by| by.name()).collect();
        let version: Vec<_> = seen.versions.iter().map(|one| format!(":{one}")).collect();
        let service = if seen.by_lambda > 0 { " service" } else { "" };
        let arn = if function.arn().is_some() { "" } else { "~" };
        let name = function.name();
        format!(
            "{arn}{name}{} {}{service}",
            version.concat(),
            known_by.join("+")
        )
    });
    let unknown = (seen.of_no_function > 0).then(|| "nobody".to_owned());
    each.chain(unknown).collect::<Vec<_>>().join(", ")
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html> (`inScopeOf`),
/// <https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html>, and the session names and agents of
/// real logs.
#[test]
#[rustfmt::skip]
fn a_function_is_known_by_the_surest_of_several_ways() {
    let of = |changes: Value| vec![call(changes)];
    let environment = json!({"encryptionContext": {"aws:lambda:FunctionArn": arn("f")}});
    let filters = json!({"encryptionContext": {"aws:lambda:FunctionArn": arn("h")}});
    let kms = |agent: &str, by: Value, parameters: &Value| of(json!({"eventSource": "kms.amazonaws.com",
        "eventName": "Decrypt", "userAgent": agent, "invokedBy": by, "requestParameters": parameters}));
    let two = Some(&["f", "h"][..]);
    for (sentence, functions, records, expected) in [
        ("the record says it, with its version", None, of(json!({"scope": scope(":7")})), "g:7 in_scope_of"),
        ("before the session's name, though a function has it", two, of(json!({"scope": scope(":$LATEST")})), "g:$LATEST in_scope_of"),
        ("without a version", two, of(json!({"scope": {"credentialsIssuedTo": arn("g")}})), "g in_scope_of"),
        ("a session has the name of a function", two, of(json!({})), "f session_name_and_function"),
        ("of a function that a record names", None, vec![call(json!({"session": "g"})), call(json!({"scope": scope("")}))],
            "g in_scope_of+session_name_and_function"),
        ("the functions are not known: the name alone", None, of(json!({})), "~f session_name"),
        ("a function that is gone, by its mark", two, of(json!({"session": "old", "userAgent": MARKED})), "~old session_name"),
        ("a name that no function has, and no mark", two, of(json!({"session": "old"})), "nobody"),
        ("Lambda took the role for that name", two, vec![taken(LAMBDA, "old", "K"), call(json!({"session": "old"}))], "~old assume_role"),
        ("the same, the other way round", two, vec![call(json!({"session": "old"})), taken(LAMBDA, "old", "K")], "~old assume_role"),
        ("a session without a name, by its key", None, vec![taken(LAMBDA, "f", "K"), call(json!({"session": "", "key": "K"}))], "~f assume_role"),
        ("a session without a name, by its key, of a function", two, vec![taken(LAMBDA, "f", "K"), call(json!({"session": "", "key": "K"}))], "f assume_role"),
        ("a session without a name and another key", two, vec![taken(LAMBDA, "f", "K"), call(json!({"session": "", "key": "L"}))], "nobody"),
        ("Lambda's own session, of one function", Some(&["f"][..]), of(json!({"session": "awslambda_291_20230710122648994", "invokedBy": LAMBDA})), "f only_function service"),
        ("Lambda's own session, of two", two, of(json!({"session": "awslambda_291_20230710122648994", "invokedBy": LAMBDA})), "nobody"),
        ("Lambda's own session, of unknown ones", None, of(json!({"session": "tracing", "invokedBy": LAMBDA})), "nobody"),
        ("functions of two Regions with one name", Some(&["f", "f@"][..]), of(json!({})), "nobody"),
        ("of two Regions, and the record says which", Some(&["g", "g@"][..]), of(json!({"scope": scope("")})), "g in_scope_of"),
        ("another kind of issuer", None, of(json!({"scope": {"issuerType": "AWS::EC2::Instance", "credentialsIssuedTo": arn("g")}})), "~f session_name"),
        ("the log writer", None, of(json!({"userAgent": "awslambda-worker/1.0 rusoto/0.48.0 rust/1.87.0 linux"})), "~f session_name service"),
        ("the environment is decrypted", two, kms("aws-sdk-java/2.33", json!(null), &environment), "f session_name_and_function service"),
        ("the code decrypts its own text", two, kms(MARKED, json!(null), &environment), "f session_name_and_function"),
        ("the filters of a source are decrypted", two, kms(LAMBDA, json!(LAMBDA), &environment), "f session_name_and_function service"),
        ("the code lists functions, whose environments are decrypted", two, kms(LAMBDA, json!(LAMBDA), &filters), "f session_name_and_function"),
        ("a network interface is made", two, of(json!({"userAgent": LAMBDA, "sourceIPAddress": LAMBDA, "invokedBy": LAMBDA})), "f session_name_and_function service"),
        ("another service works for the code", two, of(json!({"sourceIPAddress": "athena.amazonaws.com"})), "f session_name_and_function"),
    ] {
        assert_eq!(who(functions, &records), expected, "{sentence}");
    }
}

/// Why each quarantined call is, by number of events; nothing if none is.
fn quarantined(others: &[&str], functions: Option<&[&str]>, records: &[Value]) -> String {
    let seen = seen_of(others, functions, records, &Decisions::default());
    let why = |outside: &Outside| match &outside.why {
        WhyOutside::TakenBy(_) => "taken",
        WhyOutside::Program(_) => "program",
        WhyOutside::NoMark => "no mark",
        WhyOutside::NoFunction => "no function",
    };
    let each = seen.quarantined.iter();
    let each = each.map(|outside| format!("{} {}", outside.what.events(), why(outside)));
    each.collect::<Vec<_>>().join(", ")
}

/// Extensions: <https://docs.aws.amazon.com/lambda/latest/dg/extensions-configuration.html>; signed URLs:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html>.
#[test]
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn only_what_is_beyond_doubt_is_use_from_outside() {
    let by = |agent: &str, address: &str| json!({"userAgent": agent, "sourceIPAddress": address});
    let with = |records: &[Value]| records.to_vec();
    let after_marked = |changes: Value| vec![marked(), call(changes)];
    let s3 = |agent: &str, method: Value| after_marked(json!({"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "userAgent": agent,
        "requestParameters": {"bucketName": "b", "key": "k"}, "additionalEventData": {"AuthenticationMethod": method}}));
    let f = Some(&["f"][..]);
    let browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
    let fromconsole = json!({"userAgent": "odd", "sessionCredentialFromConsole": "true"});
    let mac = "aws-cli/2.15 ua/2.0 os/macos#23.4.0 md/arch#arm64";
    let ubuntu = "Boto3/1.34 md/Botocore#1.34 ua/2.0 os/linux#6.8.0-45-generic md/arch#x86_64";
    let shell = "aws-cli/2.15 os/linux exec-env/CloudShell";
    let strange = json!({"session": "ci", "userAgent": CLI});
    let lambda_f = taken(LAMBDA, "f", "K");
    for (sentence, functions, records, expected) in [
        // What no function can have done.
        ("the console", None, vec![call(fromconsole.clone())], "1 program"),
        ("the console, from an address of the function", None, after_marked(json!({"userAgent": "console.amazonaws.com", "sourceIPAddress": INSIDE})), "1 program"),
        ("the CLI on macOS", None, vec![call(by(mac, AWAY))], "1 program"),
        ("an SDK on Ubuntu, whatever the function's runtime", None, vec![call(by(GO, INSIDE)), call(by(ubuntu, AWAY))], "1 program"),
        ("another Region's SDK on Windows", None, vec![call(json!({"userAgent": "aws-sdk-go/1.44 (go1.19; windows; amd64)", "awsRegion": "ap-southeast-2"}))], "1 program"),
        ("the CLI in CloudShell", None, vec![call(by(shell, AWAY))], "1 program"),
        ("though the credentials are the function's", f, vec![call(json!({"userAgent": mac, "scope": scope("")}))], "1 program"),
        // What lacks the mark that the function's calls bear.
        ("the CLI from another address", None, after_marked(by(CLI, AWAY)), "1 no mark"),
        ("the CLI as CloudTrail brackets it", None, after_marked(by("[aws-cli/2.17 exe/x86_64]", AWAY)), "1 no mark"),
        ("an SDK from another address, of a function without extensions", f, after_marked(by(GO, AWAY)), "1 no mark"),
        ("a browser that signs its calls itself", None, s3(browser, json!("AuthHeader")), "1 no mark"),
        // Sessions that are no function's.
        ("a session of no function, where Lambda's are seen to begin", f, with(&[lambda_f.clone(), marked(), call(strange.clone())]), "1 no function"),
        ("somebody took the role, by the key", None, with(&[marked(), taken(MALLORY, "f", "L"), call(json!({"key": "L"}))]), "1 taken"),
        ("the same, the other way round", None, with(&[marked(), call(json!({"key": "L"})), taken(MALLORY, "f", "L")]), "1 taken"),
        ("somebody took the role, and calls by a program of his own", None, with(&[taken(MALLORY, "f", "L"), call(json!({"key": "L", "userAgent": "my-client/1.0"}))]), "1 taken"),
        ("somebody took the role for a name of his own, and wears a function's mark", f, with(&[taken(MALLORY, "m", "L"), call(json!({"session": "m", "userAgent": MARKED}))]), "1 taken"),
        ("three places, and one of them twice", None, with(&[marked(), call(by(CLI, AWAY)), call(by(CLI, AWAY)), call(by(CLI, "203.0.113.67")), call(by(mac, AWAY))]),
            "1 program, 2 no mark, 1 no mark"),
        // Doubts.
        ("doubt: the function itself, from ever new addresses", None, after_marked(by(MARKED, "198.51.100.8")), ""),
        ("doubt: from an address of the function", None, after_marked(by(CLI, INSIDE)), ""),
        ("doubt: a program of its own", None, after_marked(by("my-client/1.0", AWAY)), ""),
        ("doubt: no call bears the mark", None, vec![call(by(CLI, AWAY))], ""),
        ("doubt: no call of this function bears the mark, though another's does", None,
            with(&[call(json!({"session": "g", "userAgent": MARKED, "sourceIPAddress": INSIDE})), call(by(CLI, AWAY))]), ""),
        ("doubt: an SDK, and the function's layers are not known", None, after_marked(by(GO, AWAY)), ""),
        ("doubt: an SDK, and a layer may hold an extension", Some(&["f+"][..]), after_marked(by(GO, AWAY)), ""),
        ("doubt: an SDK makes a call that Lambda's pollers make", f, after_marked(json!({"eventSource": "sqs.amazonaws.com", "eventName": "GetQueueAttributes"})), ""),
        ("no doubt: Lambda's pollers have no scope", f, with(&[marked(), call(json!({"eventSource": "sqs.amazonaws.com", "eventName": "GetQueueAttributes", "scope": {"credentialsIssuedTo": arn("f")}}))]), "1 no mark"),
        ("doubt: a browser with a URL that the function signed", None, s3(browser, json!("QueryString")), ""),
        ("doubt: a browser, and the record does not tell how it signed", None, s3(browser, json!(null)), ""),
        ("doubt: an SDK's program with a URL that the function signed", f, s3(GO, json!("QueryString")), ""),
        ("doubt: Lambda decrypts the environment", f, after_marked(json!({"userAgent": "aws-sdk-java/2.33", "eventSource": "kms.amazonaws.com", "eventName": "Decrypt",
            "requestParameters": {"encryptionContext": {"aws:lambda:FunctionArn": arn("f")}}})), ""),
        ("doubt: a service for the function", None, after_marked(json!({"userAgent": CLI, "sourceIPAddress": "athena.amazonaws.com"})), ""),
        ("doubt: no address", None, after_marked(json!({"userAgent": CLI, "sourceIPAddress": null})), ""),
        ("doubt: an unknown session, and the functions are not known", None, with(&[lambda_f.clone(), marked(), call(strange.clone())]), ""),
        ("doubt: an unknown session, and the trail does not show who takes the role", f, with(&[marked(), call(strange.clone())]), ""),
        ("doubt: an unknown session, and Lambda took the role for it", f, with(&[lambda_f.clone(), taken(LAMBDA, "ci", "L"), marked(), call(strange)]), ""),
        ("doubt: an unknown session that says whose it is", f, with(&[lambda_f.clone(), marked(), call(json!({"session": "ci", "userAgent": CLI, "scope": scope("")}))]), ""),
        ("doubt: an unknown session with the mark", f, with(&[lambda_f.clone(), call(json!({"session": "old", "userAgent": MARKED}))]), ""),
        ("doubt: a session of Lambda itself", f, with(&[lambda_f.clone(), marked(), call(json!({"session": "awslambda_1_2", "userAgent": CLI}))]), ""),
        ("doubt: somebody took the role for a function's name, and this key is not known to be his", f, with(&[taken(MALLORY, "f", "L"), call(json!({"key": "M"}))]), ""),
        ("doubt: somebody took the role for a name, and the functions are not known", None, with(&[taken(MALLORY, "m", "L"), call(json!({"session": "m", "userAgent": MARKED}))]), ""),
        ("doubt: Lambda took it for the same name too", None, with(&[taken(MALLORY, "m", "L"), taken(LAMBDA, "m", "M"), call(json!({"session": "m", "key": "M"}))]), ""),
        ("doubt: it was refused", None, with(&[{ let mut refused = taken(MALLORY, "m", "L"); refused["errorCode"] = json!("AccessDenied"); refused }, call(json!({"session": "m"}))]), ""),
    ] {
        assert_eq!(quarantined(&[], functions, &records), expected, "{sentence}");
        let others = quarantined(&["ec2.amazonaws.com"], functions, &records);
        assert_eq!(others, "", "others may take the role: {sentence}");
        let edge = quarantined(&["edgelambda.amazonaws.com"], functions, &records);
        assert_eq!(edge, expected, "Lambda@Edge is Lambda: {sentence}");
    }
}

#[test]
#[rustfmt::skip]
fn what_a_person_decides_stands_beside_what_is_seen() {
    let ci = |number: u8, error: Value| call(json!({"session": format!("ci-{number}"), "userAgent": MARKED,
        "sourceIPAddress": INSIDE, "errorCode": error}));
    let stolen = call(json!({"userAgent": CLI, "requestParameters": {"name": "stolen"}}));
    let records = [marked(), ci(1, json!(null)), ci(2, json!("AccessDenied")), stolen];
    let excluded = |names: &[&str]| -> Vec<SessionPattern> {
        names
            .iter()
            .map(|name| name.parse().expect("a pattern"))
            .collect()
    };
    for (others, count, names, expected) in [
        (&[][..], false, &[][..], "2 calls, 1 denied, 1 quarantined"),
        (&[], true, &[], "3 calls, 1 denied, 1 Decided"),
        (
            &["ec2.amazonaws.com"],
            false,
            &[],
            "3 calls, 1 denied, 1 OthersMay",
        ),
        (
            &["ec2.amazonaws.com"],
            true,
            &[],
            "3 calls, 1 denied, 1 OthersMay",
        ),
        (
            &[],
            false,
            &["ci-*"],
            "1 calls, 0 denied, 1 quarantined, ci-* 2",
        ),
        (
            &[],
            false,
            &["ci-1"],
            "1 calls, 1 denied, 1 quarantined, ci-1 1",
        ),
        (&[], false, &["f"], "1 calls, 1 denied, 1 quarantined, f 1"),
        (&[], true, &["f"], "1 calls, 1 denied, f 2"),
        (&[], true, &["f", "*"], "0 calls, 0 denied, * 2, f 2"),
    ] {
        let decisions = Decisions {
            count_outside_use: count,
            excluded: excluded(names),
        };
        let seen = seen_of(others, None, &records, &decisions);
        let mut parts = vec![
            format!("{} calls", seen.calls),
            format!("{} denied", seen.denied.len()),
        ];
        let outside = seen.quarantined.iter();
        parts.extend(outside.map(|outside| format!("{} quarantined", outside.what.events())));
        let counted = seen.counted.iter();
        parts.extend(counted.map(|(outside, why)| format!("{} {why:?}", outside.what.events())));
        let left = seen.excluded.iter();
        parts.extend(left.map(|(pattern, events)| format!("{pattern} {events}")));
        assert_eq!(parts.join(", "), expected, "{others:?} {count} {names:?}");
    }
}

#[test]
fn more_places_than_are_told_apart_count_as_the_functions() {
    let addresses = (0..1_200).map(|number| format!("203.0.{}.{}", number / 200, number % 200));
    let calls = addresses.map(|address| {
        let key = address.clone();
        call(json!({"userAgent": GO, "sourceIPAddress": address, "key": key}))
    });
    let records: Vec<_> = calls.chain([marked()]).collect();
    let seen = seen_of(&[], Some(&["f"]), &records, &Decisions::default());
    let outside: u64 = seen
        .quarantined
        .iter()
        .map(|outside| outside.what.events())
        .sum();
    assert_eq!((outside, seen.calls, seen.beyond), (1_000, 201, 200));
    assert_eq!(
        seen.of_no_function, 0,
        "they are told apart by session all the same"
    );
}
