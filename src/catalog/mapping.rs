//! Which event is which action, and what an error code says of the authorisation.

use std::sync::LazyLock;

use regex::Regex;

use super::table::{Row, Table};
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
    /// A call of API Gateway's own API, or one of two when its versions have the operation both.
    ///
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html>
    ApiGateway(Vec<GatewayCall>),
    /// No fact names the operation. By AWS's habit the action has the operation's own name, in the first of
    /// the services that the event's source stands for: a guess, and to be shown as one.
    Unverified(Action),
    /// The source or the name cannot be part of an action.
    Unknown,
}

/// An HTTP method on a path of API Gateway, whose actions are the methods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayCall {
    /// `apigateway:GET`, …
    pub action: Action,
    /// The path, with parameters as in `/restapis/{restapi_id}`; one of the second version of the API begins
    /// with `/v2`.
    pub path: &'static str,
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

/// A fact that decides on a mapping.
pub(super) enum Because<'a> {
    /// A row of a table.
    Row(&'a Table, Row),
    /// The action is in the catalog, and has the operation's name.
    Own(&'a Action),
}

impl Catalog {
    /// The service prefixes that an event source may stand for, in the order to try: the source's own name
    /// unless a fact says otherwise.
    #[must_use]
    pub fn prefixes<'a>(&self, source: &'a str) -> Vec<&'a str> {
        self.prefixes_by_row(source).0
    }

    /// The prefixes, and the row that says so, if one does.
    fn prefixes_by_row<'a>(&self, source: &'a str) -> (Vec<&'a str>, Option<Row>) {
        let short = source.strip_suffix(".amazonaws.com").unwrap_or(source);
        let row = self.event_sources.rows(&[short]).next();
        let prefixes = row.map_or_else(|| vec![short], |row| words(row.column(1)).collect());
        (prefixes, row)
    }

    /// The actions behind an event, from its `eventSource` and `eventName`: by the facts for this
    /// operation, else by the operation's own name, else by its name without an API version
    /// (`ListFunctions20150331`).
    #[must_use]
    pub fn mapping(&self, source: &str, name: &str) -> Mapping {
        self.mapped(source, name, &mut |_| {})
    }

    /// The mapping of an event; `because` is told the facts that lead to it, in the order in which they apply.
    /// When no fact is for the operation, it is a guess or unknown, and only one for the event's source is told.
    pub(super) fn mapped<'a>(
        &'a self,
        source: &str,
        name: &str,
        because: &mut dyn FnMut(Because<'a>),
    ) -> Mapping {
        let (prefixes, row) = self.prefixes_by_row(source);
        if let Some(row) = row {
            because(Because::Row(&self.event_sources, row));
        }
        let mut named = |name| {
            let mut prefixes = prefixes.iter();
            prefixes.find_map(|prefix| self.mapped_in(prefix, name, because))
        };
        let found = named(name).or_else(|| without_version(name).and_then(named));
        found.unwrap_or_else(|| {
            let name = without_version(name).unwrap_or(name);
            let action = prefixes.first().map(|prefix| Action::new(prefix, name));
            action
                .and_then(Result::ok)
                .map_or(Mapping::Unknown, Mapping::Unverified)
        })
    }

    fn mapped_in<'a>(
        &'a self,
        prefix: &str,
        event_name: &str,
        because: &mut dyn FnMut(Because<'a>),
    ) -> Option<Mapping> {
        let alias = self.event_names.rows(&[prefix, event_name]).next();
        let name = alias.map_or(event_name, |row| row.column(2));
        let mut alias = alias.map(|row| Because::Row(&self.event_names, row));
        let mut because = |fact| {
            alias
                .take()
                .into_iter()
                .chain([fact])
                .for_each(&mut *because);
        };
        if let Some(row) = self.no_permission.rows(&[prefix, name]).next() {
            because(Because::Row(&self.no_permission, row));
            return Some(Mapping::NoPermission);
        }
        if prefix == "apigateway" {
            let rows: Vec<_> = self.apigateway.rows(&[name]).collect();
            let calls: Vec<_> = rows.iter().filter_map(gateway_call).collect();
            rows.iter()
                .for_each(|row| because(Because::Row(&self.apigateway, *row)));
            return (!calls.is_empty()).then_some(Mapping::ApiGateway(calls));
        }
        let (actions, fact) = self.actions_behind(prefix, name)?;
        because(fact);
        let operation = Operation {
            service: prefix.into(),
            name: name.into(),
        };
        Some(Mapping::Actions { operation, actions })
    }

    fn actions_behind(&self, prefix: &str, name: &str) -> Option<(Vec<Action>, Because<'_>)> {
        let mut of_prefix = self.families.of(prefix);
        if let Some(family) = of_prefix.find(|family| family.decides(name)) {
            let because = Because::Row(self.families.table(), family.row);
            return Some((family.actions.clone(), because));
        }
        if let Some(row) = self.operations.rows(&[prefix, name]).next() {
            let actions = words(row.column(2)).filter_map(|name| name.parse().ok());
            return Some((actions.collect(), Because::Row(&self.operations, row)));
        }
        let own = |name: &str| {
            let action = &self.action(&Action::new(prefix, name).ok()?)?.action;
            Some((vec![action.clone()], Because::Own(action)))
        };
        if let Some(found) = own(name) {
            return Some(found);
        }
        let mut of_prefix = self.families.of(prefix);
        let family = of_prefix.find(|family| family.decides_rest())?;
        // Directory buckets have S3's operations, and S3's names of actions for those on buckets.
        let of_s3 = self.operations.rows(&["s3", name]).next();
        let of_s3 = of_s3.filter(|_| prefix == "s3express");
        let found = of_s3.and_then(|row| own(row.column(2).strip_prefix("s3:")?));
        let because = Because::Row(self.families.table(), family.row);
        Some(found.unwrap_or_else(|| (family.actions.clone(), because)))
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

fn gateway_call(row: &Row) -> Option<GatewayCall> {
    Some(GatewayCall {
        action: Action::new("apigateway", row.column(2)).ok()?,
        path: row.column(3),
    })
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
            Mapping::ApiGateway(calls) => {
                let texts = calls
                    .iter()
                    .map(|call| format!("{} {}", call.action, call.path));
                texts.collect::<Vec<_>>().join(", ")
            }
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
