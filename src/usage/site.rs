//! Where a call was made: in a function, by a service for it, or somewhere that bears no mark of one.

use super::event::Event;

/// Where a session's call came from, as far as the record tells.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallSite {
    /// The user agent bears Lambda's mark: the call was made in a function, from this address.
    Function {
        /// The address.
        address: String,
    },
    /// A service made the call with the session, or the program does not tell what it is: nothing speaks
    /// against the function.
    Unmarked,
    /// An AWS SDK, the AWS CLI or a browser without Lambda's mark. Those tools add the mark wherever
    /// Lambda's runtimes set `AWS_EXECUTION_ENV`.
    Elsewhere {
        /// The session's name.
        session: String,
        /// The address.
        address: String,
        /// The program, by the first word of how it names itself.
        agent: String,
    },
}

/// What the user agent of a call made in a function holds, where the runtime sets `AWS_EXECUTION_ENV`: the
/// SDKs write `exec-env/` and its value. OS-only runtimes do not set it. Lambda's own log writer has no such
/// mark either, and says nothing of what the function's SDK would write.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
const MARK: &str = "exec-env/AWS_Lambda";

/// How the tools that write the mark call themselves, and browsers.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html>
const TOOLS: [&str; 7] = [
    "aws-cli/",
    "aws-sdk-",
    "Boto3/",
    "Botocore/",
    "Mozilla/",
    "console.amazonaws.com",
    "S3Console",
];

impl CallSite {
    pub(super) fn of(event: &Event<'_>, session: &str) -> Self {
        let by_service = |text: &str| text.ends_with(".amazonaws.com") || text == "AWS Internal";
        let agent = event.agent.trim_start_matches('[');
        if agent.contains(MARK) {
            return CallSite::Function {
                address: event.address.to_string(),
            };
        }
        if environment_key(event) {
            return CallSite::Unmarked;
        }
        let console = event.from_console || agent.starts_with("console.amazonaws.com");
        let serviced =
            event.invoked_by.is_some() || by_service(&event.address) || by_service(agent);
        if !console && (serviced || !TOOLS.iter().any(|tool| agent.starts_with(tool))) {
            return CallSite::Unmarked;
        }
        CallSite::Elsewhere {
            session: session.to_owned(),
            address: event.address.to_string(),
            agent: agent.split(' ').next().unwrap_or_default().to_owned(),
        }
    }
}

/// Lambda itself decrypts a function's environment variables with the function's session, through an SDK of
/// its own that bears no mark; the encryption context names the function.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html>
fn environment_key(event: &Event<'_>) -> bool {
    event.source == "kms.amazonaws.com"
        && event
            .parameters()
            .pointer("/encryptionContext/aws:lambda:FunctionArn")
            .is_some()
}
