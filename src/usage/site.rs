//! Who made a call with a role's session, and where: all that its record alone tells of it.

use core::net::IpAddr;

use super::event::Event;
use super::identity::{AccessKeyId, Caller, IssuedTo, SessionName};
use super::tools::{Sign, from_a_presigned_url, sign};

/// Who made a call and where, as far as the record alone tells.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallSite {
    /// The session.
    pub session: SessionName,
    /// The access key, where more has to be known of the session: when its name is not there, and of calls that
    /// bear no mark.
    pub key: Option<AccessKeyId>,
    /// The function that Lambda gave the session's credentials to.
    pub issued_to: Option<IssuedTo>,
    /// Where the call was made.
    pub place: Place,
}

/// Where a call was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In a function: the user agent bears Lambda's mark.
    Function,
    /// In Lambda itself, which writes logs, decrypts environments, polls sources and sends records with the role.
    Lambda,
    /// Another service made the call with the session, or the program does not tell what it is: nothing speaks against
    /// the function.
    Unmarked,
    /// A tool without Lambda's mark, or one that no function runs. Those tools add the mark wherever Lambda's runtimes
    /// set `AWS_EXECUTION_ENV`.
    Elsewhere(Elsewhere),
}

/// A place that bears no mark of a function.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Elsewhere {
    /// What the program is.
    pub sign: Sign,
    /// The address.
    pub address: Box<str>,
    /// The program, by the first word of how it names itself.
    pub agent: Box<str>,
}

/// What the user agent of a call made in a function holds, where the runtime sets `AWS_EXECUTION_ENV`: the
/// SDKs write `exec-env/` and its value. OS-only runtimes do not set it, and extensions do not get it.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>,
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>
const MARK: &str = "exec-env/AWS_Lambda";

/// How Lambda's own log writer calls itself: `awslambda-worker/1.0 rusoto/0.48.0 rust/1.87.0 linux`.
const LOG_WRITER: &str = "awslambda-worker";

const LAMBDA: &str = "lambda.amazonaws.com";

impl CallSite {
    /// The site of a call; `None` if no session of a role made it.
    #[must_use]
    pub fn of_call(event: &Event<'_>) -> Option<Self> {
        match &event.caller {
            Caller::Session { name, .. } => Some(CallSite::of(event, name)),
            Caller::Service | Caller::Other => None,
        }
    }

    /// Whether no function can have made the calls.
    #[must_use]
    pub fn is_certainly_outside(&self) -> bool {
        matches!(&self.place, Place::Elsewhere(place) if place.sign.is_certain())
    }

    pub(super) fn of(event: &Event<'_>, session: &SessionName) -> Self {
        let place = Place::of(event, session);
        let unknown = match place {
            Place::Function | Place::Lambda => session.as_str().is_empty(),
            // A service's name stands where the address would.
            Place::Unmarked => {
                session.as_str().is_empty() || event.address.parse::<IpAddr>().is_ok()
            }
            Place::Elsewhere(_) => true,
        };
        CallSite {
            session: session.clone(),
            key: unknown.then(|| event.access_key()).flatten(),
            issued_to: event.issued_to(),
            place,
        }
    }
}

impl Place {
    pub(super) fn of(event: &Event<'_>, session: &SessionName) -> Self {
        let agent = event.agent.trim_start_matches('[');
        if agent.contains(MARK) {
            return Place::Function;
        }
        if agent.starts_with(LOG_WRITER) || decrypts_environment(event, agent) {
            return Place::Lambda;
        }
        let by = [
            event.invoked_by().unwrap_or_default(),
            &event.address,
            agent,
        ];
        let serviced = by
            .iter()
            .any(|by| by.ends_with(".amazonaws.com") || *by == "AWS Internal");
        let console = event.from_console || agent.starts_with("console.amazonaws.com");
        if serviced && !console {
            let lambda = by.contains(&LAMBDA) && !is_asked_for_others(event, session);
            return if lambda {
                Place::Lambda
            } else {
                Place::Unmarked
            };
        }
        match sign(event, agent) {
            Some(sign) if !from_a_presigned_url(event, sign) => Place::Elsewhere(Elsewhere {
                sign,
                address: (*event.address).into(),
                agent: first_word(agent).into(),
            }),
            _ => Place::Unmarked,
        }
    }
}

/// The first word of how a program names itself, without the brackets that CloudTrail sets around some.
pub(super) fn first_word(agent: &str) -> &str {
    let agent = agent.trim_start_matches('[');
    let word = agent.split([' ', ',']).next().unwrap_or_default();
    word.trim_end_matches(']')
}

/// Lambda itself decrypts a function's environment variables with the function's session, through an SDK for Java of
/// its own that bears no mark; the encryption context names the function.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html>
fn decrypts_environment(event: &Event<'_>, agent: &str) -> bool {
    agent.starts_with("aws-sdk-java/") && function_of_key(event).is_some()
}

/// A function that lists functions has Lambda decrypt their environments with its session: that is its own use.
fn is_asked_for_others(event: &Event<'_>, session: &SessionName) -> bool {
    let other = |name: String| name != session.as_str() && !session.is_of_lambda_itself();
    function_of_key(event).is_some_and(other)
}

/// The name of the function whose environment or filter a key of KMS is used for.
fn function_of_key(event: &Event<'_>) -> Option<String> {
    (event.source == "kms.amazonaws.com").then_some(())?;
    let parameters = event.parameters();
    let arn = parameters.pointer("/encryptionContext/aws:lambda:FunctionArn")?;
    Some(arn.as_str()?.rsplit(':').next()?.to_owned())
}
