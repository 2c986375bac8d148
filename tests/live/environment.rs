//! What the environment says of how AWS is reached.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::program::Ended;
use crate::stand_in::answers::{caller, iam_error, json_error, well};
use crate::stand_in::folder::{files, folder, json};
use crate::stand_in::{Call, StandIn, ended, pulling};

/// An authority that has signed nothing: whom it is trusted to vouch for is nobody.
const AUTHORITY: &str = "tests/live/tls/authority.pem";

/// A proxy that connects nobody; its URL, and the hosts that it was asked for.
fn refusing() -> (String, Arc<Mutex<BTreeSet<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of loopback");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    let hosts = Arc::new(Mutex::new(BTreeSet::new()));
    let noted = Arc::clone(&hosts);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut line = String::new();
            let _ = BufReader::new(&stream).read_line(&mut line);
            let host = line
                .strip_prefix("CONNECT ")
                .and_then(|rest| rest.split(':').next());
            let host = host.map(str::to_owned);
            noted.lock().expect("nobody panicked").extend(host);
            let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        }
    });
    (url, hosts)
}

/// <https://docs.aws.amazon.com/general/latest/gr/iam-service.html>
#[test]
fn every_partition_is_asked_at_its_own_hosts_through_the_proxy_of_the_environment() {
    let cases = [
        (
            "cn-north-1",
            "iam.cn-north-1.amazonaws.com.cn",
            "cn-north-1.amazonaws.com.cn",
        ),
        (
            "us-gov-west-1",
            "iam.us-gov.amazonaws.com",
            "us-gov-west-1.amazonaws.com",
        ),
        (
            "eu-central-1",
            "iam.amazonaws.com",
            "eu-central-1.amazonaws.com",
        ),
    ];
    for (region, iam, suffix) in cases {
        let (proxy, hosts) = refusing();
        let out = folder();
        let variables = [
            ("AWS_ACCESS_KEY_ID", "A"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_MAX_ATTEMPTS", "1"),
            ("AWS_CA_BUNDLE", AUTHORITY),
            ("HTTPS_PROXY", proxy.as_str()),
        ];
        let ended = ended(&mut pulling(
            out.path(),
            &format!("--region {region}"),
            &variables,
        ));
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        let expected = ["cloudtrail", "lambda", "sts"].map(|name| format!("{name}.{suffix}"));
        let expected: BTreeSet<_> = expected.into_iter().chain([iam.to_owned()]).collect();
        assert_eq!(
            *hosts.lock().expect("nobody panicked"),
            expected,
            "{region}"
        );
        let said = "not covered: roles and policies: no connection: ";
        assert!(ended.stderr.starts_with(said), "{}", ended.stderr);
    }
}

/// Pulls with a configuration of AWS, and this of the environment.
fn configured(config: &str, words: &str, variables: &[(&str, &str)]) -> (Ended, tempfile::TempDir) {
    let (out, home) = (folder(), folder());
    let file = home.path().join("config");
    fs::write(&file, config).expect("a file");
    let mut command = pulling(out.path(), words, variables);
    (ended(command.env("AWS_CONFIG_FILE", &file)), out)
}

/// <https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html>
#[test]
fn endpoint_profile_region_and_credential_process_are_taken_as_the_cli_takes_them() {
    let script = folder();
    let path = script.path().join("credentials.sh");
    let text = r#"echo '{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "s"}'"#;
    fs::write(&path, text).expect("a file");
    let config = format!(
        "[profile shop]\nregion = eu-west-1\ncredential_process = sh {}\n",
        path.display()
    );
    let of_process = |call: &Call, _: usize| match call.key.as_str() {
        "AKIDPROCESS" => well(call),
        _ => iam_error(403, "InvalidClientTokenId"),
    };
    for (words, variables, region) in [
        ("", &[("AWS_PROFILE", "shop")][..], "eu-west-1"),
        (
            // It goes before the keys of another account.
            "--profile shop",
            &[("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s")],
            "eu-west-1",
        ),
        ("--profile shop", &[], "eu-west-1"),
        (
            "--profile shop",
            &[("AWS_REGION", "us-east-1")],
            "us-east-1",
        ),
        (
            "--profile shop --region eu-north-1",
            &[("AWS_REGION", "us-east-1")],
            "eu-north-1",
        ),
    ] {
        let aws = StandIn::new(of_process);
        let endpoint = [("AWS_ENDPOINT_URL", aws.url()), ("PATH", "/usr/bin:/bin")];
        let variables: Vec<_> = variables.iter().chain(&endpoint).copied().collect();
        let (ended, _out) = configured(&config, words, &variables);
        let expected = format!("2 roles\n{region}: 2 functions, 1 trail\n");
        assert_eq!(ended.stdout, expected, "{words}: {}", ended.stderr);
    }
}

#[test]
fn what_is_wrong_with_the_environment_is_said_in_a_sentence() {
    let bundle = folder();
    let broken = bundle.path().join("broken.pem");
    fs::write(
        &broken,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .expect("a file");
    let broken = broken.display().to_string();
    let sso = "[profile sso]\nregion = eu-west-1\nsso_start_url = https://example.awsapps.com/start\n\
               sso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = read\n";
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);
    let keys = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s")];
    let with = |name, value| [keys[0], keys[1], (name, value)];
    let cases: [Case<'_>; 5] = [
        (
            "--region eu-west-1",
            &with("AWS_CA_BUNDLE", "/nowhere.pem"),
            "AWS_CA_BUNDLE names /nowhere.pem, which cannot be used: ",
            "",
        ),
        (
            "--region eu-west-1",
            &with("AWS_CA_BUNDLE", &broken),
            "AWS_CA_BUNDLE names ",
            "",
        ),
        (
            "--region eu-west-1",
            &with("AWS_CA_BUNDLE", "Cargo.toml"),
            "AWS_CA_BUNDLE names Cargo.toml, which cannot be used: there is no certificate in it",
            "",
        ),
        (
            "--profile sso",
            &[],
            "the AWS credentials cannot be had: ",
            "`aws sso login` comes first",
        ),
        (
            "--profile none --region eu-west-1",
            &keys,
            "the AWS credentials cannot be had: profile `none` was not defined",
            "",
        ),
    ];
    for (words, variables, begins, ends) in cases {
        let (ended, out) = configured(sso, words, variables);
        assert_eq!(ended.code, 2, "{words}");
        let said = ended.stderr.trim_end();
        let expected = format!("error: {begins}");
        assert!(
            said.starts_with(&expected) && said.contains(ends),
            "{words}: {said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
        assert_eq!(files(out.path()), Vec::<String>::new(), "{words}");
    }
}

#[test]
fn a_region_that_is_not_enabled_is_not_covered_and_the_others_are_read() {
    let answer = |call: &Call, _: usize| match (call.what.as_str(), call.region.as_str()) {
        ("GetCallerIdentity", "af-south-1") => iam_error(403, "InvalidClientTokenId"),
        ("GetCallerIdentity", _) => caller(),
        (_, "af-south-1") => json_error(403, "UnrecognizedClientException"),
        _ => well(call),
    };
    // IAM has one host in all Regions of a partition.
    let answer = move |call: &Call, before| match call.what.as_str() {
        "GetAccountAuthorizationDetails" => well(call),
        _ => answer(call, before),
    };
    let (aws, out) = (StandIn::new(answer), folder());
    let ended = aws.pull(out.path(), "--region af-south-1 --region eu-west-1");
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let unknown = "AWS does not know the credentials (UnrecognizedClientException): is the key right, and is the Region enabled for \
                   the account?";
    let expected = format!(
        "not covered: functions in af-south-1: {unknown}\nnot covered: trails in af-south-1: {unknown}\n"
    );
    assert_eq!(ended.stderr, expected);
    let gaps = json(&out, "not-covered.json");
    assert_eq!(gaps["not_covered"].as_array().map(Vec::len), Some(2));
    assert!(Path::new(&out.path().join("eu-west-1/functions.json")).exists());
}
