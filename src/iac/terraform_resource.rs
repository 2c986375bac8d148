//! A resource of Terraform, of a plan or of a configuration, as one of CloudFormation.

use std::collections::HashMap;

use super::given::Given;
use super::resource::Resource;
use super::source::Within;
use super::terraform_words::translate;
use super::text::{Text, Why};
use super::value::Value;
use crate::text::Span;

/// A resource as it will be.
pub(super) struct Planned<'n> {
    pub(super) address: &'n str,
    pub(super) kind: &'n str,
    pub(super) is_data: bool,
    pub(super) span: Option<Span>,
    /// Whether it is there whatever the conditions say.
    pub(super) certain: bool,
    pub(super) values: Value,
}

/// The resource in the words of CloudFormation; `None` of one that says nothing of roles, policies or functions.
pub(super) fn resource<'s>(
    planned: &Planned<'_>,
    by_address: &HashMap<&str, &Planned<'_>>,
    given: &Given,
    within: Within<'s>,
) -> Option<Resource<'s>> {
    let (kind, properties) = translate(planned, by_address)?;
    let name = name(planned);
    let arn = planned.values.text_of("arn");
    let arn = match arn.filter(|arn| arn.as_known().is_some()) {
        Some(arn) => arn,
        None => arn_of(kind, planned, &name, given),
    };
    Some(Resource {
        id: planned.address.to_owned(),
        kind: kind.to_owned(),
        within,
        properties,
        name: name.referring_to(planned.address),
        arn: arn.referring_to(planned.address),
        certain: planned.certain,
        implicit: false,
    })
}

/// The name of a resource. One that Terraform makes up begins with the prefix that it was given.
pub(super) fn name(planned: &Planned<'_>) -> Text {
    let values = &planned.values;
    let own = values
        .text_of("function_name")
        .or_else(|| values.text_of("name"));
    // Of a name that is one unknown part, nothing is said by it.
    if let Some(name) = own.filter(|name| name.as_known().is_some() || name.parts().len() > 1) {
        return name;
    }
    let prefix = values.text_of("name_prefix");
    let mut name = prefix
        .filter(|prefix| prefix.as_known().is_some())
        .unwrap_or_default();
    name.push_unknown(Why::Name(planned.address.to_owned()));
    name
}

/// The ARN that a resource will have, as far as it is known.
pub(super) fn arn_of(kind: &str, planned: &Planned<'_>, name: &Text, given: &Given) -> Text {
    let of_iam = match kind {
        "AWS::IAM::Role" => "role",
        "AWS::IAM::User" => "user",
        "AWS::IAM::Group" => "group",
        "AWS::IAM::ManagedPolicy" => "policy",
        _ => return Text::unknown(Why::Attribute(format!("{}.arn", planned.address))),
    };
    let mut arn = Text::known(format!("arn:{}:iam::", given.partition));
    match given.account {
        Some(account) => arn.push_known(&account.to_string()),
        None => arn.push_unknown(Why::Pseudo("the account")),
    }
    arn.push_known(&format!(":{of_iam}"));
    arn.push(
        &planned
            .values
            .text_of("path")
            .unwrap_or_else(|| Text::known("/")),
    );
    arn.push(name);
    arn
}
