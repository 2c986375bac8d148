//! What a record says of a call, read once for all of its actions.

use crate::catalog::{Catalog, Operation};
use crate::iam::{Arn, PatternToken, ResourcePattern};

use super::access::On;
use super::cover::on;
use super::event::Event;
use super::parameters::Parameters;

/// A call's facts, read once for all of its actions.
pub(super) struct Call<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) event: &'a Event<'a>,
    pub(super) operation: Box<str>,
    pub(super) request: Parameters,
    pub(super) response: Parameters,
    /// The ARNs that the record and the request name.
    pub(super) named: Vec<Arn>,
    /// The ARNs of what the call made, where the request tells the last part.
    pub(super) made: Vec<Arn>,
}

impl<'a> Call<'a> {
    pub(super) fn new(catalog: &'a Catalog, event: &'a Event<'a>, operation: &Operation) -> Self {
        let request = Parameters::of(&event.parameters());
        let mut named = event.resources();
        named.extend(request.arns_but(&NOT_OF_THE_CALL));
        // The iterator over a stream of DynamoDB begins with the ARN of the stream.
        let iterators = request.get("shardIterator").iter();
        named.extend(iterators.filter_map(|text| text.split('|').next()?.parse().ok()));
        // So does the ARN of a subscription with that of its topic.
        let subscriptions = request.get("subscriptionArn").iter();
        named.extend(subscriptions.filter_map(|text| text.rsplit_once(':')?.0.parse().ok()));
        let response = Parameters::of(&event.response());
        let made = made(&request, &response);
        Call {
            catalog,
            event,
            operation: operation.name.clone(),
            request,
            response,
            named,
            made,
        }
    }

    /// The partition that the call's region belongs to.
    pub(super) fn partition(&self) -> &'static str {
        match self.event.region.split('-').next() {
            Some("cn") => "aws-cn",
            _ if self.event.region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// A resource of a service in the region and account of the event, by the last part of its ARN.
    pub(super) fn here(&self, service: &str, resource: &str) -> On {
        on(ResourcePattern::from_tokens(
            self.beginning(service, resource),
        ))
    }

    /// Every such resource whose last part begins like this.
    pub(super) fn below(&self, service: &str, resource: &str) -> On {
        let beginning = self.beginning(service, resource).into_iter();
        on(ResourcePattern::from_tokens(
            beginning.chain([PatternToken::AnyRun]),
        ))
    }

    fn beginning(&self, service: &str, resource: &str) -> [PatternToken; 5] {
        let any = |text: String| match text.is_empty() {
            true => PatternToken::AnyRun,
            false => PatternToken::Literal(text),
        };
        let account = self.event.account.map(|account| account.to_string());
        [
            PatternToken::Literal(format!("arn:{}:{service}:", self.partition())),
            any(self.event.region.to_string()),
            PatternToken::Literal(":".to_owned()),
            any(account.unwrap_or_default()),
            PatternToken::Literal(format!(":{resource}")),
        ]
    }

    /// The account that owns the resource, where a parameter names it.
    ///
    /// <https://docs.aws.amazon.com/glue/latest/webapi/API_GetTable.html> (`CatalogId`),
    /// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html> (`registryId`)
    pub(super) fn owner(&self, service: &str) -> Option<String> {
        let name = match service {
            "glue" => "catalogId",
            "ecr" => "registryId",
            _ => return None,
        };
        let account = self.request.get(name).first()?;
        let digits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| account.clone())
    }
}

/// Parameters with ARNs of something else than what the call is on: the source of a copy, and texts that only
/// begin with an ARN.
const NOT_OF_THE_CALL: [&str; 3] = ["x-amz-copy-source", "copysource", "sharditerator"];

/// The ARNs that the response names and the request names too by their last part: an id that AWS made up is
/// not known when IAM authorises a call, and is another one in the next call.
fn made(request: &Parameters, response: &Parameters) -> Vec<Arn> {
    let asked = |arn: &Arn| {
        let last = arn.resource().rsplit(['/', ':']).next().unwrap_or_default();
        request.texts().any(|text| text == last)
    };
    response.arns_but(&[]).filter(asked).collect()
}
