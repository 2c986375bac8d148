//! Which event is which action, and what an error code says of the authorisation.

use std::sync::LazyLock;

use regex::Regex;

use super::{Catalog, words};
use crate::iam::Action;

/// What IAM authorised when this event was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mapping {
    /// The operation needs no permission.
    NoPermission,
    /// These actions, all of them, before the parameters of the call are looked at.
    Actions {
        /// The operation that the event is of.
        operation: Operation,
        /// What it needs.
        actions: Vec<Action>,
    },
    /// An HTTP method on a path of API Gateway, whose actions are the methods.
    ///
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html>
    ApiGateway {
        /// `apigateway:GET`, …
        action: Action,
        /// The paths that the operation may have, with parameters as in `/restapis/{restapi_id}`: of the
        /// first version of API Gateway's own API, or of the second, which begin with `/v2`.
        paths: Vec<&'static str>,
    },
    /// No fact names the operation. By AWS's habit the action has the operation's own name, in the first of
    /// the services that the event's source stands for: a guess, and to be shown as one.
    Unverified(Action),
    /// The source or the name cannot be part of an action.
    Unknown,
}

/// An operation of a service by the names that the facts have for them: `s3` and `GetObject`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The service prefix of its actions.
    pub service: Box<str>,
    /// Its name in the API.
    pub name: Box<str>,
}

/// What an error code says of the authorisation of a call.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The call succeeded, or failed for another reason after it was authorised.
    Authorised,
    /// IAM said no.
    Denied,
    /// The caller was not even recognised, so that nothing was authorised.
    Unauthenticated,
}

/// Operations whose actions depend on the statements or items in them, with all that those can be.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html>
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html>
const BY_CONTENT: [((&str, &str), &[&str]); 5] = [
    (("dynamodb", "BatchExecuteStatement"), PARTIQL),
    (("dynamodb", "ExecuteStatement"), PARTIQL),
    (("dynamodb", "ExecuteTransaction"), PARTIQL),
    (("dynamodb", "TransactGetItems"), &["dynamodb:GetItem"]),
    (
        ("dynamodb", "TransactWriteItems"),
        &[
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        ],
    ),
];
const PARTIQL: &[&str] = &[
    "dynamodb:ConditionCheckItem",
    "dynamodb:PartiQLDelete",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLSelect",
    "dynamodb:PartiQLUpdate",
];

/// Services of which every operation without an action of its own name needs this one action.
///
/// <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-data-access.html>
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-authenticating-authorizing.html>
const BY_SERVICE: [(&str, &str); 2] = [
    ("aoss", "aoss:APIAccessAll"),
    ("s3express", "s3express:CreateSession"),
];

impl Catalog {
    /// The service prefixes that an event source may stand for, in the order to try: the source's own name
    /// unless a fact says otherwise.
    #[must_use]
    pub fn prefixes<'a>(&self, source: &'a str) -> Vec<&'a str> {
        let short = source.strip_suffix(".amazonaws.com").unwrap_or(source);
        match self.event_sources.rows(&[short]).next() {
            Some(row) => words(row.column(1)).collect(),
            None => vec![short],
        }
    }

    /// The actions behind an event, from its `eventSource` and `eventName`: by the facts for this
    /// operation, else by the operation's own name, else by its name without an API version
    /// (`ListFunctions20150331`).
    #[must_use]
    pub fn mapping(&self, source: &str, name: &str) -> Mapping {
        let prefixes = self.prefixes(source);
        let named = |name| {
            prefixes
                .iter()
                .find_map(|prefix| self.mapping_in(prefix, name))
        };
        named(name)
            .or_else(|| without_version(name).and_then(named))
            .unwrap_or_else(|| {
                let name = without_version(name).unwrap_or(name);
                let action = prefixes.first().map(|prefix| Action::new(prefix, name));
                action
                    .and_then(Result::ok)
                    .map_or(Mapping::Unknown, Mapping::Unverified)
            })
    }

    fn mapping_in(&self, prefix: &str, event_name: &str) -> Option<Mapping> {
        let alias = self.event_names.rows(&[prefix, event_name]).next();
        let name = alias.map_or(event_name, |row| row.column(2));
        if self.no_permission.rows(&[prefix, name]).next().is_some() {
            return Some(Mapping::NoPermission);
        }
        if prefix == "apigateway" {
            return self.api_gateway(name);
        }
        let operation = Operation {
            service: prefix.into(),
            name: name.into(),
        };
        let actions = self.actions_behind(prefix, name)?;
        Some(Mapping::Actions { operation, actions })
    }

    fn actions_behind(&self, prefix: &str, name: &str) -> Option<Vec<Action>> {
        let parsed = |names: &[&str]| names.iter().filter_map(|name| name.parse().ok()).collect();
        let by_content = BY_CONTENT
            .iter()
            .find(|((service, operation), _)| *service == prefix && *operation == name);
        if let Some((_, actions)) = by_content {
            return Some(parsed(actions));
        }
        if let Some(row) = self.operations.rows(&[prefix, name]).next() {
            return Some(parsed(&words(row.column(2)).collect::<Vec<_>>()));
        }
        if let Some(facts) = self.action(&Action::new(prefix, name).ok()?) {
            return Some(vec![facts.action.clone()]);
        }
        let (_, action) = BY_SERVICE.iter().find(|(service, _)| *service == prefix)?;
        // Directory buckets have S3's operations, and S3's names of actions for those on buckets.
        let of_s3 = self.operations.rows(&["s3", name]).next();
        let name = of_s3.and_then(|row| row.column(2).strip_prefix("s3:"));
        let own = name.and_then(|name| self.action(&Action::new(prefix, name).ok()?));
        Some(own.map_or_else(|| parsed(&[action]), |facts| vec![facts.action.clone()]))
    }

    fn api_gateway(&self, name: &str) -> Option<Mapping> {
        let rows: Vec<_> = self.apigateway.rows(&[name]).collect();
        let method = rows.first()?.column(2);
        Some(Mapping::ApiGateway {
            action: Action::new("apigateway", method).ok()?,
            paths: rows.iter().map(|row| row.column(3)).collect(),
        })
    }

    /// What this error says of the authorisation; `None` for a call without an error. A code that no fact
    /// names is one of the service's own, given after the call was authorised.
    #[must_use]
    pub fn outcome(&self, code: Option<&str>, message: Option<&str>) -> Outcome {
        let Some(code) = code else {
            return Outcome::Authorised;
        };
        let code = code
            .strip_prefix("Client.")
            .or_else(|| code.strip_prefix("Server."))
            .unwrap_or(code);
        let class = self
            .error_codes
            .rows(&[code])
            .next()
            .map(|row| row.column(1));
        // AWS's services write the two general codes with endings and beginnings of their own.
        let spelled = code.starts_with("AccessDenied") || code.ends_with("UnauthorizedOperation");
        let says_denied = |text: &str| text.contains("not authorized to perform");
        match class {
            Some("denied") => Outcome::Denied,
            Some("unauthenticated") => Outcome::Unauthenticated,
            Some(_) => Outcome::Authorised,
            None if spelled || message.is_some_and(says_denied) => Outcome::Denied,
            None => Outcome::Authorised,
        }
    }
}

/// The operation without the API version that some services append to it; `None` when it has none.
fn without_version(name: &str) -> Option<&str> {
    static VERSION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(.+?)_?[0-9]{4}_?[0-9]{2}_?[0-9]{2}(v[0-9]+)?$")
            .expect("a literal pattern that a test compiles")
    });
    VERSION
        .captures(name)
        .and_then(|found| found.get(1))
        .map(|name| name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actions(source: &str, name: &str) -> String {
        match Catalog::bundled().mapping(&format!("{source}.amazonaws.com"), name) {
            Mapping::Actions { actions, .. } => {
                let texts: Vec<_> = actions.iter().map(Action::as_str).collect();
                texts.join(" ")
            }
            Mapping::ApiGateway { action, paths } => format!("{action} {}", paths.join(" ")),
            Mapping::NoPermission => "none".into(),
            Mapping::Unverified(action) => format!("{action}?"),
            Mapping::Unknown => "unknown".into(),
        }
    }

    /// Source, event name, actions. The pages: the Service Authorization Reference of each service, and
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html> for S3.
    #[test]
    fn an_event_is_the_actions_that_aws_authorised() {
        let cases = [
            ("s3", "GetObject", "s3:GetObject"),
            ("s3", "HeadObject", "s3:GetObject"),
            ("s3", "HeadBucket", "s3:ListBucket"),
            ("s3", "ListObjectsV2", "s3:ListBucket"),
            ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
            ("s3", "CreateMultipartUpload", "s3:PutObject"),
            ("s3", "PutBucketLifecycle", "s3:PutLifecycleConfiguration"),
            (
                "s3",
                "GetAccelerateConfiguration",
                "s3:GetAccelerateConfiguration",
            ),
            ("dynamodb", "getitem", "dynamodb:GetItem"),
            ("monitoring", "PutMetricData", "cloudwatch:PutMetricData"),
            ("rdsdata", "ExecuteStatement", "rds-data:ExecuteStatement"),
            ("sqs", "SendMessageBatch", "sqs:SendMessage"),
            ("sns", "PublishBatch", "sns:Publish"),
            ("kms", "ReEncrypt", "kms:ReEncryptFrom kms:ReEncryptTo"),
            ("lambda", "Invoke", "lambda:InvokeFunction"),
            ("lambda", "ListFunctions20150331", "lambda:ListFunctions"),
            ("lambda", "GetFunction20150331v2", "lambda:GetFunction"),
            (
                "cloudfront",
                "ListDistributions2020_05_31",
                "cloudfront:ListDistributions",
            ),
            ("kafka", "DescribeClusterV2", "kafka:DescribeClusterV2"),
            ("dynamodb", "TransactGetItems", "dynamodb:GetItem"),
            ("sts", "GetCallerIdentity", "none"),
            ("apigateway", "GetRestApis", "apigateway:GET /restapis"),
            (
                "autoscaling",
                "RegisterScalableTarget",
                "application-autoscaling:RegisterScalableTarget",
            ),
            ("aoss", "Search", "aoss:APIAccessAll"),
            ("aoss", "ListCollections", "aoss:ListCollections"),
            ("s3express", "GetObject", "s3express:CreateSession"),
            ("s3express", "CreateBucket", "s3express:CreateBucket"),
            ("iam", "NotCreateUser", "iam:NotCreateUser?"),
            ("newthing", "DoIt", "newthing:DoIt?"),
            ("s3", "", "unknown"),
            ("", "x y", "unknown"),
        ];
        for (source, name, expected) in cases {
            assert_eq!(actions(source, name), expected, "{source} {name}");
        }
    }

    #[test]
    fn only_an_api_version_at_the_end_is_cut() {
        let cases = [
            ("ListFunctions20150331", Some("ListFunctions")),
            ("GetFunction20150331v2", Some("GetFunction")),
            ("ListDistributions2020_05_31", Some("ListDistributions")),
            ("DescribeClusterV2", None),
            ("20150331", None),
            ("Get", None),
        ];
        for (name, expected) in cases {
            assert_eq!(without_version(name), expected, "{name}");
        }
    }

    #[test]
    fn an_error_that_is_not_of_authorisation_means_that_the_call_was_authorised() {
        let cases = [
            (None, Outcome::Authorised),
            (Some("NoSuchKey"), Outcome::Authorised),
            (Some("ThrottlingException"), Outcome::Authorised),
            (Some("Client.DryRunOperation"), Outcome::Authorised),
            (Some("ConditionalCheckFailedException"), Outcome::Authorised),
            (Some("AccessDenied"), Outcome::Denied),
            (Some("AccessDeniedException"), Outcome::Denied),
            (Some("Client.UnauthorizedOperation"), Outcome::Denied),
            (Some("UnauthorizedOperation"), Outcome::Denied),
            (Some("AuthorizationError"), Outcome::Denied),
            (Some("InvalidClientTokenId"), Outcome::Unauthenticated),
            (Some("ExpiredToken"), Outcome::Unauthenticated),
        ];
        for (code, expected) in cases {
            assert_eq!(Catalog::bundled().outcome(code, None), expected, "{code:?}");
        }
        let message = "User: arn:aws:sts::1:x is not authorized to perform: a:B on resource: r";
        assert_eq!(
            Catalog::bundled().outcome(Some("Odd"), Some(message)),
            Outcome::Denied
        );
    }
}
