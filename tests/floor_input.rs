//! Outputs of the AWS CLI on functions that are broken, unknown, or spread over files: what is wrong is told with its
//! place, and the rest counts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;
use tightrope::account::{Account, AccountError, Sources};
use tightrope::lambda::floor;

const CASES: &str = "tests/cases/floor";

fn snapshot() -> PathBuf {
    Path::new(CASES).join("account.json")
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("it can be written");
    }
    folder
}

fn read(path: &Path) -> Result<Account, AccountError> {
    let sources = Sources {
        functions: vec![path.to_owned()],
        ..Sources::default()
    };
    Account::read(&snapshot(), &sources)
}

/// The account with one function that has these members too.
fn with(members: Value) -> Account {
    let mut function = json!({"FunctionName": "orders", "Role": "arn:aws:iam::123456789012:role/orders-role",
        "FunctionArn": "arn:aws:lambda:eu-central-1:123456789012:function:orders"});
    if let (Some(function), Value::Object(members)) = (function.as_object_mut(), members) {
        function.extend(members);
    }
    let text = json!({"Functions": [function]}).to_string();
    let folder = folder(&[("functions.json", &text)]);
    read(folder.path()).expect("a folder")
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_is_not_understood_is_told_and_the_function_counts() {
    let cases = [
        (
            json!({"Quantum": {"Mode": "On"}}),
            "function orders: `Quantum` is not understood",
        ),
        (
            json!({"VpcConfig": {"Mesh": "m"}}),
            "function orders: `VpcConfig`: `Mesh` is not understood",
        ),
        (
            json!({"TracingConfig": {"Mode": "Total"}}),
            "`Mode`: `Total` is not understood",
        ),
        (
            json!({"TracingConfig": "Active"}),
            "`TracingConfig` is text, not an object",
        ),
        (
            json!({"PackageType": "Tar"}),
            "`PackageType`: `Tar` is not understood",
        ),
        (json!({"Layers": "l"}), "`Layers` is text, not a list"),
        (
            json!({"Layers": ["l"]}),
            "`Layers` is text, not a list of objects",
        ),
        (
            json!({"Layers": [{"CodeSize": 1}]}),
            "`Layers`: it has no `Arn`",
        ),
        (
            json!({"KMSKeyArn": "my-key"}),
            "`KMSKeyArn`: `my-key`: an ARN begins with `arn:`",
        ),
        (
            json!({"VpcConfig": {"SubnetIds": [7]}}),
            "`SubnetIds` is a number, not a list of texts",
        ),
        (
            json!({"VpcConfig": {"SubnetIds": ["s"], "Ipv6AllowedForDualStack": "yes"}}),
            "is text, not a boolean",
        ),
        (
            json!({"MemorySize": "big", "FileSystemConfigs": []}),
            "`MemorySize` is text, not a number",
        ),
        (
            json!({"DeadLetterConfig": {"TargetArn": "arn:aws:firehose:eu-central-1:123456789012:deliverystream/d"}}),
            "a destination of the service `firehose` is not understood",
        ),
        (
            json!({"FileSystemConfigs": [{"Arn": "arn:aws:fsx:eu-central-1:123456789012:file-system/fs-1"}]}),
            "is no access point of EFS or S3 Files",
        ),
        (
            json!({"Environment": {"Error": {"ErrorCode": "AccessDeniedException", "Message": "no"}}}),
            "Lambda could not decrypt the variables (AccessDeniedException)",
        ),
    ];
    for (members, said) in cases {
        let account = with(members.clone());
        assert_eq!(account.functions.len(), 1, "{members}");
        let [problem] = account.problems.as_slice() else {
            panic!("{members}: {:?}", account.problems)
        };
        assert!(problem.contains(said), "{members}: {problem}");
        assert!(
            problem.contains("functions.json: line 1, column "),
            "{problem}"
        );
    }
}

#[test]
fn a_problem_tells_the_line_and_column_of_the_member() {
    let text = "{\n  \"Functions\": [\n    {\n      \"FunctionName\": \"orders\",\n      \"Role\": \"orders-role\"\n    }\n  ]\n}\n";
    let folder = folder(&[("f.json", text)]);
    let file = folder.path().join("f.json");
    let account = read(&file).expect("a list of functions");
    let said = [
        "line 3, column 5: function orders: it has no `FunctionArn`",
        "line 5, column 15: function orders: `Role`: `orders-role`: an ARN begins with `arn:`",
    ];
    let said = said.map(|said| format!("{}: {said}", file.display()));
    assert_eq!(account.problems, said);
    assert_eq!(account.functions, []);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn a_mapping_that_is_not_understood_is_told_and_the_others_count() {
    let mapping = |members: Value| {
        let mut mapping = json!({"UUID": "u-1", "State": "Enabled",
            "FunctionArn": "arn:aws:lambda:eu-central-1:123456789012:function:orders",
            "EventSourceArn": "arn:aws:sqs:eu-central-1:123456789012:orders-queue"});
        if let (Some(mapping), Value::Object(members)) = (mapping.as_object_mut(), members) {
            mapping.extend(members);
        }
        mapping
    };
    let stranger = "arn:aws:lambda:eu-central-1:123456789012:function:gone";
    let cases = [
        (
            json!({"EventSourceArn": "arn:aws:pulsar:eu-central-1:123456789012:t"}),
            "source of the service `pulsar`",
            1,
        ),
        (
            json!({"EventSourceArn": null}),
            "it has no `EventSourceArn`",
            1,
        ),
        (json!({"FunctionArn": null}), "it has no `FunctionArn`", 1),
        (
            json!({"FunctionArn": stranger}),
            "event source mappings of arn:aws:lambda",
            1,
        ),
        (
            json!({"SourceAccessConfigurations": [{"Type": "PASSKEY"}]}),
            "`PASSKEY` is not understood",
            2,
        ),
        (
            json!({"SourceAccessConfigurations": [{"Type": "BASIC_AUTH"}]}),
            "it has no `URI`",
            2,
        ),
        (
            json!({"DestinationConfig": {"OnFailure": {"Destination": "queue"}}}),
            "`Destination`: `queue`",
            2,
        ),
        (
            json!({"DestinationConfig": {"OnFailure": {"Destination": "kafka://failed"}}}),
            "`Destination`: the topic failed is in no cluster that is read",
            2,
        ),
        (
            json!({"FutureConfig": {}}),
            "event source mapping u-1: `FutureConfig` is not understood",
            2,
        ),
    ];
    let function =
        fs::read_to_string(Path::new(CASES).join("logging/functions.json")).expect("a case");
    for (members, said, read_mappings) in cases {
        let good = mapping(json!({"UUID": "u-2"}));
        let list = json!({"EventSourceMappings": [mapping(members.clone()), good]}).to_string();
        let folder = folder(&[("a.json", &function), ("b.json", &list)]);
        let account = read(folder.path()).expect("a folder");
        let mappings = account.functions[0]
            .event_sources
            .as_ref()
            .expect("they are known");
        assert_eq!(mappings.len(), read_mappings, "{members}");
        let [problem] = account.problems.as_slice() else {
            panic!("{members}: {:?}", account.problems)
        };
        assert!(problem.contains(said), "{members}: {problem}");
    }
}

#[test]
fn a_folder_is_told_by_what_its_files_hold_and_the_good_ones_count() {
    let case = |file: &str| fs::read_to_string(Path::new(CASES).join(file)).expect("a case");
    let functions = case("sqs-esm/functions.json");
    let mappings = case("sqs-esm/event-source-mappings.json");
    let page = mappings.replacen('{', "{\"NextToken\": \"more\",", 1);
    let empty = r#"{"FunctionEventInvokeConfigs": []}"#;
    let folder = folder(&[
        ("1.txt", &functions),
        ("2", &page),
        ("3.json", empty),
        ("4.json", "{\n oops"),
        ("5.json", r#"{"Buckets": []}"#),
        ("6.json", &functions),
        (".hidden", "oops"),
    ]);
    let account = read(folder.path()).expect("a folder");
    assert_eq!(account.functions.len(), 1);
    let function = &account.functions[0];
    assert_eq!(function.event_sources.as_ref().map(Vec::len), Some(1));
    assert_eq!(function.destinations, Some(Vec::new()));
    let said = [
        "2: line 1, column 15: this is one page of several",
        "4.json: not JSON: key must be a string at line 2 column 2; it is left out",
        "5.json: expected an output of the AWS CLI with functions, event source mappings, destinations or schedules, \
         found an object with `Buckets`; it is left out",
    ];
    for (problem, said) in account.problems.iter().zip(said) {
        assert!(problem.contains(said), "{problem}");
    }
    assert_eq!(account.problems.len(), said.len(), "{:?}", account.problems);
}

#[test]
fn every_form_in_which_the_aws_cli_gives_a_function_is_read() {
    let text = fs::read_to_string(Path::new(CASES).join("vpc/functions.json")).expect("a case");
    let list: Value = serde_json::from_str(&text).expect("JSON");
    let function = &list["Functions"][0];
    let forms = [
        list.clone(),
        list["Functions"].clone(),
        function.clone(),
        json!({"Configuration": function, "Code": {"RepositoryType": "S3"}, "Tags": {}}),
    ];
    let lists = forms.map(|form| {
        let folder = folder(&[("f", &form.to_string())]);
        let account = read(&folder.path().join("f")).expect("a form");
        assert_eq!(account.problems, Vec::<String>::new(), "{form}");
        account.functions
    });
    assert!(
        lists
            .iter()
            .all(|functions| *functions == lists[0] && functions.len() == 1)
    );
}

/// Of the functions `a` and `b` of Region 1 and `c` of Region 2, those whose event sources are known, and those
/// whose destinations are.
fn known(files: &[Value]) -> (String, String) {
    let function = |name: &str, region: u8| {
        json!({"FunctionName": name, "Role": "arn:aws:iam::123456789012:role/orders-role",
            "FunctionArn": format!("arn:aws:lambda:eu-west-{region}:123456789012:function:{name}")})
    };
    let functions = [function("a", 1), function("b", 1), function("c", 2)];
    let mut texts = vec![json!({"Functions": functions}).to_string()];
    texts.extend(files.iter().map(Value::to_string));
    let names: Vec<_> = (0..texts.len()).map(|name| name.to_string()).collect();
    let files: Vec<_> = names
        .iter()
        .zip(&texts)
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let account = read(folder(&files).path()).expect("a folder");
    assert_eq!(account.problems, Vec::<String>::new());
    let (mut sources, mut destinations) = (String::new(), String::new());
    for function in &account.functions {
        sources.extend(
            function
                .event_sources
                .as_ref()
                .map(|_| function.name.as_str()),
        );
        destinations.extend(
            function
                .destinations
                .as_ref()
                .map(|_| function.name.as_str()),
        );
    }
    (sources, destinations)
}

#[test]
fn what_nobody_gave_is_not_known_to_be_nothing() {
    let mapping = json!({"UUID": "u", "State": "Enabled", "EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:q",
        "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:a"});
    let sent = json!({"MaximumRetryAttempts": 1, "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:a:$LATEST"});
    let mappings = |items: &[&Value]| json!({"EventSourceMappings": items});
    let configs = |items: &[&Value]| json!({"FunctionEventInvokeConfigs": items});
    let cases = [
        ("no file", vec![], "", ""),
        ("one mapping alone", vec![mapping.clone()], "a", ""),
        (
            "the list of one Region of two",
            vec![mappings(&[&mapping])],
            "ab",
            "",
        ),
        (
            "an empty list of a Region that nobody knows",
            vec![mappings(&[])],
            "",
            "",
        ),
        (
            "a list of each Region",
            vec![mappings(&[&mapping]), mappings(&[])],
            "abc",
            "",
        ),
        (
            "the destinations of one function",
            vec![configs(&[&sent])],
            "",
            "a",
        ),
        ("those of one function alone", vec![sent.clone()], "", "a"),
        (
            "those of each function",
            vec![configs(&[&sent]), configs(&[]), configs(&[])],
            "",
            "abc",
        ),
    ];
    for (sentence, files, sources, destinations) in cases {
        let expected = (sources.to_owned(), destinations.to_owned());
        assert_eq!(known(&files), expected, "{sentence}");
    }
}

#[test]
fn what_is_not_understood_in_a_bare_list_is_told() {
    let function = json!({"FunctionName": "a", "Role": "arn:aws:iam::123456789012:role/orders-role",
        "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:a"});
    let list = folder(&[("f", &json!([function, {"Bucket": "b"}]).to_string())]);
    let account = read(&list.path().join("f")).expect("a list of functions");
    assert_eq!(account.functions.len(), 1);
    let [problem] = account.problems.as_slice() else {
        panic!("{:?}", account.problems)
    };
    assert!(
        problem.contains("an object with `Bucket` is not understood; it is left out"),
        "{problem}"
    );
    let none = folder(&[("f", r#"[{"Bucket": "b"}]"#)]);
    assert!(read(&none.path().join("f")).is_err());
}

/// Where a member has a meaning of somebody else's, or none for a role.
const FREE: [&str; 9] = [
    "/ImageConfigResponse",
    "/RuntimeVersionConfig",
    "/EphemeralStorage",
    "/Environment/Variables",
    "/FilterCriteria",
    "/ScalingConfig",
    "/ProvisionedPollerConfig",
    "/DocumentDBEventSourceConfig",
    "/MetricsConfig",
];

/// The places of all members of objects below a value.
fn members(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                let at = format!("{at}/{name}");
                members(value, &at, found);
                found.push(at);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                members(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// Renaming any member of any configuration is noticed: so no member that AWS adds is overlooked.
#[test]
fn no_member_of_any_configuration_is_overlooked() {
    let mut tried = 0;
    for entry in fs::read_dir(CASES).expect("the cases") {
        let case = entry.expect("an entry").path();
        for file in [
            "functions.json",
            "event-source-mappings.json",
            "event-invoke-configs.json",
        ] {
            let Ok(text) = fs::read_to_string(case.join(file)) else {
                continue;
            };
            let value: Value = serde_json::from_str(&text).expect("JSON");
            let mut places = Vec::new();
            members(&value, "", &mut places);
            let item = |place: &str| place.matches('/').count() > 2;
            let free = |place: &str| {
                let mut free = FREE.iter();
                free.any(|free| place.contains(&format!("{free}/")))
                    || place.contains("/SchemaValidationConfigs/")
            };
            for place in places.iter().filter(|place| item(place) && !free(place)) {
                let (outer, name) = place.rsplit_once('/').expect("a member");
                let mut changed = value.clone();
                let object = changed.pointer_mut(outer).and_then(Value::as_object_mut);
                let object = object.expect("an object");
                let member = object.remove(name).expect("a member");
                object.insert(format!("{name}Next"), member);
                let mut files = vec![(file, changed.to_string())];
                if file != "functions.json" {
                    let functions = fs::read_to_string(case.join("functions.json"));
                    files.push(("functions.json", functions.expect("functions")));
                }
                let files: Vec<_> = files
                    .iter()
                    .map(|(name, text)| (*name, text.as_str()))
                    .collect();
                let account = read(folder(&files).path()).expect("a folder");
                assert!(!account.problems.is_empty(), "{}: {place}", case.display());
                tried += 1;
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
}

/// Every file of the cases, by its text.
fn texts() -> Vec<String> {
    let mut texts = BTreeSet::new();
    for entry in fs::read_dir(CASES).expect("the cases") {
        let case = entry.expect("an entry").path();
        for file in case.read_dir().into_iter().flatten() {
            texts.insert(fs::read_to_string(file.expect("an entry").path()).expect("text"));
        }
    }
    texts.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// A piece of an output is replaced by something else: whatever that makes of it, something is answered.
    #[test]
    fn nothing_that_stands_in_a_file_is_too_much(
        text in prop::sample::select(texts()),
        (from, length) in (any::<prop::sample::Index>(), 0..40_usize),
        piece in prop::sample::select(vec!["", "null", "\"\"", "[]", "{}", "7", "\"arn:aws:kafka:::cluster/\"", ",", "}", "é"]),
    ) {
        let from = from.index(text.len());
        let mut bytes = text.into_bytes();
        bytes.splice(from..(from + length).min(bytes.len()), piece.bytes());
        let folder = TempDir::new().expect("a folder");
        fs::write(folder.path().join("f"), bytes).expect("it can be written");
        let account = read(folder.path()).expect("a folder");
        let functions: Vec<_> = account.functions.iter().collect();
        prop_assert!(floor(&functions).len() >= 4 * usize::from(!functions.is_empty()));
    }
}
