//! What a program says of itself in a user agent that bears no mark of Lambda.

use super::event::Event;

/// What a program without Lambda's mark is, and how sure it is that no function runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// The console: no function uses it.
    Console,
    /// It runs on a system that Lambda does not have: macOS, Windows, another distribution's kernel.
    OtherSystem,
    /// It says that it runs in another environment of AWS: CloudShell, an instance, a container.
    OtherEnvironment,
    /// A browser.
    Browser,
    /// The AWS CLI.
    CommandLine,
    /// An AWS SDK. An extension may use it in a function, and Lambda's pollers do beside it.
    Sdk,
}

impl Sign {
    /// Whether no function can have made the call.
    #[must_use]
    pub fn is_certain(self) -> bool {
        matches!(
            self,
            Sign::Console | Sign::OtherSystem | Sign::OtherEnvironment
        )
    }
}

/// How the tools that write the mark call themselves.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html>
const SDKS: [&str; 3] = ["aws-sdk-", "Boto3/", "Botocore/"];

/// The programs of the console.
const CONSOLE: [&str; 2] = ["console.amazonaws.com", "S3Console"];

/// What kernels of other distributions have in their release; Lambda's is Amazon Linux's. A release that tells no
/// distribution says nothing.
const OTHER_KERNELS: [&str; 12] = [
    "-generic",
    "-lowlatency",
    "-azure",
    "-gcp",
    "-aws",
    "-oracle",
    "-arch",
    "microsoft",
    "kali",
    "parrot",
    "linuxkit",
    "+deb",
];

/// The calls that Lambda itself makes with a role, beside those of [`Place::Lambda`](super::Place): it is not written
/// anywhere how each names its program, so that an SDK's call of these says nothing.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html>
const LAMBDAS_OWN: [(&str, &[&str]); 12] = [
    (
        "dynamodb",
        &[
            "DescribeStream",
            "GetRecords",
            "GetShardIterator",
            "ListStreams",
        ],
    ),
    (
        "ec2",
        &[
            "CreateNetworkInterface",
            "DeleteNetworkInterface",
            "DescribeNetworkInterfaces",
            "DescribeSecurityGroups",
            "DescribeSubnets",
            "DescribeVpcs",
        ],
    ),
    ("events", &["PutEvents"]),
    (
        "kafka",
        &[
            "DescribeCluster",
            "DescribeClusterV2",
            "GetBootstrapBrokers",
        ],
    ),
    (
        "kinesis",
        &[
            "DescribeStream",
            "DescribeStreamSummary",
            "DescribeStreamConsumer",
            "GetRecords",
            "GetShardIterator",
            "ListShards",
            "ListStreams",
            "SubscribeToShard",
        ],
    ),
    ("kms", &["Decrypt", "GenerateDataKey"]),
    ("lambda", &["Invoke"]),
    ("mq", &["DescribeBroker"]),
    ("secretsmanager", &["GetSecretValue"]),
    ("sns", &["Publish"]),
    (
        "sqs",
        &[
            "ChangeMessageVisibility",
            "DeleteMessage",
            "GetQueueAttributes",
            "ReceiveMessage",
            "SendMessage",
        ],
    ),
    ("xray", &["PutTraceSegments"]),
];

/// What a program is that bears no mark; nothing if it does not tell, or tells what Lambda itself could be.
pub(super) fn sign(event: &Event<'_>, agent: &str) -> Option<Sign> {
    if event.from_console || CONSOLE.iter().any(|console| agent.starts_with(console)) {
        return Some(Sign::Console);
    }
    if agent.starts_with("Mozilla/") {
        return Some(Sign::Browser);
    }
    let tool =
        |word: &str| word.starts_with("aws-cli/") || SDKS.iter().any(|sdk| word.starts_with(sdk));
    agent.split(' ').any(tool).then_some(())?;
    if agent.split(' ').any(|word| word.starts_with("exec-env/")) {
        return Some(Sign::OtherEnvironment);
    }
    if says_other_system(agent) {
        return Some(Sign::OtherSystem);
    }
    let first = |tools: &[&str]| tools.iter().any(|tool| agent.starts_with(tool));
    if first(&["aws-cli/"]) {
        return Some(Sign::CommandLine);
    }
    (first(&SDKS) && !is_lambdas_own(event)).then_some(Sign::Sdk)
}

/// Whether one of the words that name the system names another than Amazon Linux: `os/macos#14.5`, `Darwin/23.4.0`,
/// `(go1.22; windows; amd64)`, `Linux/6.5.0-kali3-amd64`.
fn says_other_system(agent: &str) -> bool {
    let says = |word: &str| {
        let word = word.trim_matches(['(', ')', ';']).to_ascii_lowercase();
        let (name, value) = word.split_once(['/', '#']).unwrap_or((&word, ""));
        let system = match name {
            "os" | "md" if word.starts_with("os/") || word.starts_with("md/goos#") => value,
            "linux" => return OTHER_KERNELS.iter().any(|other| value.contains(other)),
            name => name,
        };
        let system = system.strip_prefix("goos#").unwrap_or(system);
        match system.split_once('#') {
            Some(("linux", release)) => OTHER_KERNELS.iter().any(|other| release.contains(other)),
            _ => {
                [
                    "darwin", "macos", "mac_os_x", "mac os x", "windows", "ios", "android",
                ]
                .iter()
                .any(|other| system == *other || system.starts_with(&format!("{other}#")))
                    || system.starts_with("windows_")
            }
        }
    };
    agent.split(' ').any(says)
}

/// Lambda's own calls do not say in `inScopeOf` which function they are for; those of these names, that is.
fn is_lambdas_own(event: &Event<'_>) -> bool {
    if event.issued_to().is_some() {
        return false;
    }
    let service = event.source.split('.').next().unwrap_or_default();
    let mut own = LAMBDAS_OWN.iter();
    own.any(|(of, names)| *of == service && names.iter().any(|name| event.name.starts_with(name)))
}

/// Whether a call may be made with a URL that a function signed for somebody else, who then makes it with a program of
/// his own. S3 tells; where a record does not, a browser's call may be one.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html>
pub(super) fn from_a_presigned_url(event: &Event<'_>, sign: Sign) -> bool {
    if sign == Sign::Console {
        return false;
    }
    let additional = event.additional();
    match additional["AuthenticationMethod"].as_str() {
        Some(method) => method == "QueryString",
        None => sign == Sign::Browser,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Agents of real logs, and of the SDKs' own pages.
    #[test]
    fn a_system_that_lambda_does_not_have_is_told_by_the_agent() {
        let cases = [
            (
                "aws-cli/2.17.44 md/awscrt#0.21.2 ua/2.0 os/linux#6.8.0-45-generic md/arch#x86_64 exe/x86_64.ubuntu.22",
                true,
            ),
            ("aws-cli/2.15 ua/2.0 os/macos#23.4.0 md/arch#arm64", true),
            ("aws-cli/1.16 Python/3.7 Darwin/19.6 botocore/1.12", true),
            (
                "aws-cli/2.1.15 Python/3.7.3 Linux/5.9.0-kali5-amd64 exe/x86_64.kali.2020",
                true,
            ),
            (
                "aws-cli/2.9 Python/3.9 Linux/5.10.16.3-microsoft-standard-WSL2 exe/x86_64",
                true,
            ),
            (
                "Boto3/1.34 md/Botocore#1.34 ua/2.0 os/windows#10 md/arch#amd64",
                true,
            ),
            ("aws-sdk-go/1.44.1 (go1.19; darwin; arm64)", true),
            (
                "aws-sdk-go-v2/1.36.3 ua/2.1 os/other lang/go#1.26 md/GOOS#windows md/GOARCH#amd64",
                true,
            ),
            ("aws-sdk-java/1.12.1 Mac_OS_X/10.15 OpenJDK", true),
            ("aws-sdk-java/2.17 Windows_10/10.0 Java", true),
            (
                "Boto3/1.42.97 ua/2.1 os/linux#5.10.255-262-303.1063.amzn2.x86_64 md/arch#x86_64",
                false,
            ),
            (
                "aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.26.4 md/GOOS#linux md/GOARCH#arm64",
                false,
            ),
            ("aws-sdk-go/1.44.1 (go1.19; linux; amd64)", false),
            ("Boto3/1.34 os/linux#6.1.82 app/windows-sync", false),
            (
                "aws-sdk-js/3.600.0 ua/2.0 os/linux lang/js md/nodejs#20",
                false,
            ),
            ("aws-sdk-ruby3/3.1 app/darwin/1", false),
        ];
        for (agent, other) in cases {
            assert_eq!(says_other_system(agent), other, "{agent}");
        }
    }
}
