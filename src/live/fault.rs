//! Why a call has no answer, in one sentence that says what to do.

use std::error::Error;
use std::path::PathBuf;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};

use crate::iam::Arn;

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There are no credentials.
    #[error(
        "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, give a --profile that has some, or run where a role gives them"
    )]
    NoCredentials,
    /// The credentials cannot be had.
    #[error("the AWS credentials cannot be had: {0}; with SSO, `aws sso login` comes first")]
    BadCredentials(String),
    /// A role that reads another account cannot be assumed.
    #[error(
        "the role {role} cannot be assumed: {why}; does its trust policy name the caller, and may he call sts:AssumeRole?"
    )]
    NotAssumed {
        /// The role.
        role: Arn,
        /// What was said.
        why: String,
    },
    /// The file of authorities cannot be used.
    #[error("AWS_CA_BUNDLE names {path}, which cannot be used: {why}", path = path.display())]
    NoAuthorities {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The credentials are over.
    #[error(
        "the AWS credentials have expired: get new ones (`aws sso login`, or a new session) and run it again"
    )]
    Expired,
    /// AWS does not know the credentials.
    #[error(
        "AWS does not know the credentials ({code}): is the key right, and is the Region enabled for the account?"
    )]
    Unknown {
        /// AWS's code for it.
        code: String,
    },
    /// The caller may not do it.
    #[error("denied: the permission {permission} is missing{}", said(message))]
    Denied {
        /// The permission that it needs.
        permission: &'static str,
        /// What AWS said.
        message: String,
    },
    /// It was throttled to the end.
    #[error("throttled ({code}), however long it waited: run it again later")]
    Throttled {
        /// AWS's code for it.
        code: String,
    },
    /// Nobody answered.
    #[error("no connection: {0}; is the Region's name right, and can AWS be reached from here?")]
    NoConnection(String),
    /// AWS was still at work when it was asked for the last time.
    #[error("AWS was still at work on it, however long it was waited for: run it again later")]
    Unfinished,
    /// AWS answered with another error.
    #[error("AWS says {code}{}", said(message))]
    Said {
        /// AWS's code for it.
        code: String,
        /// What AWS said.
        message: String,
    },
    /// The answer ends too early, or makes no sense.
    #[error("the answer is broken off or not understood: {0}")]
    NotUnderstood(String),
}

fn said(message: &str) -> String {
    match message.trim() {
        "" => String::new(),
        message => format!(
            ": {}",
            message.split_whitespace().collect::<Vec<_>>().join(" ")
        ),
    }
}

impl Fault {
    /// Why a call that needs this permission failed.
    pub(crate) fn of<E>(error: &SdkError<E>, permission: &'static str) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        if let Some(credentials) = of_type::<CredentialsError>(error) {
            return Fault::of_credentials(credentials);
        }
        match error {
            SdkError::ServiceError(answer) => {
                let status = answer.raw().status().as_u16();
                let answer = answer.err();
                let message = answer.message().unwrap_or_default();
                match answer.code() {
                    None if status < 300 => Fault::NotUnderstood(innermost(error)),
                    Some(code) => Fault::of_code(code, message, permission),
                    None => Fault::of_code(&format!("HTTP {status}"), message, permission),
                }
            }
            SdkError::ResponseError(_) => Fault::NotUnderstood(innermost(error)),
            SdkError::ConstructionFailure(_) => Fault::NotUnderstood(innermost(error)),
            _ => Fault::NoConnection(innermost(error)),
        }
    }

    fn of_code(code: &str, message: &str, permission: &'static str) -> Self {
        let (code, message) = (code.to_owned(), message.to_owned());
        match code.as_str() {
            "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => Fault::Denied {
                // The key of an object is another permission than the object, and AWS says which is missing.
                permission: match message.contains("kms:Decrypt") {
                    true => "kms:Decrypt",
                    false => permission,
                },
                message,
            },
            "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => Fault::Expired,
            "InvalidClientTokenId"
            | "UnrecognizedClientException"
            | "SignatureDoesNotMatch"
            | "InvalidSignatureException"
            | "IncompleteSignature"
            | "MissingAuthenticationToken" => Fault::Unknown { code },
            "Throttling"
            | "ThrottlingException"
            | "TooManyRequestsException"
            | "RequestLimitExceeded"
            | "SlowDown" => Fault::Throttled { code },
            _ => Fault::Said { code, message },
        }
    }

    /// Why there are no credentials.
    pub(crate) fn of_credentials(error: &CredentialsError) -> Self {
        match error {
            // A profile that is named has to be there.
            CredentialsError::CredentialsNotLoaded(_) => match without_the_first(error) {
                why if why.starts_with("profile `") => Fault::BadCredentials(why),
                _ => Fault::NoCredentials,
            },
            error if innermost(error).to_lowercase().contains("expired") => Fault::Expired,
            error => Fault::BadCredentials(without_the_first(error)),
        }
    }

    /// Why a role cannot be assumed.
    pub(super) fn of_assuming(role: &Arn, error: &CredentialsError) -> Self {
        Fault::NotAssumed {
            role: role.clone(),
            why: innermost(error),
        }
    }

    /// Whether no other call will fare better.
    pub(crate) fn is_of_credentials(&self) -> bool {
        matches!(
            self,
            Fault::NoCredentials
                | Fault::BadCredentials(_)
                | Fault::Expired
                | Fault::Unknown { .. }
        )
    }

    /// Whether no other call will be answered, here or in another Region.
    pub(crate) fn ends_all(&self) -> bool {
        matches!(
            self,
            Fault::NoCredentials | Fault::BadCredentials(_) | Fault::Expired
        )
    }
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| {
        (*error).source()
    })
}

fn of_type<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).find_map(|error| error.downcast_ref::<T>())
}

/// What the causes of an error say, each once: the innermost alone may be that there is no such file.
fn without_the_first(error: &(dyn Error + 'static)) -> String {
    let mut said: Vec<String> = Vec::new();
    for cause in chain(error).skip(1).map(|cause| cause.to_string()) {
        let cause = cause.split_whitespace().collect::<Vec<_>>().join(" ");
        let general = cause.starts_with("an error occurred while loading");
        if !general && said.last().is_none_or(|last| !last.ends_with(&cause)) {
            said.push(cause);
        }
    }
    said.join(": ")
}

/// What the innermost error says: the others say that there is one.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let last = chain(error).last().map(ToString::to_string);
    last.unwrap_or_default().trim().to_owned()
}
