//! What AWS's own message says was denied.

use crate::iam::{Action, ResourcePattern, Version};

use super::access::On;
use super::cover::on;

/// The action, and the resource where the message names it.
///
/// `User: arn:… is not authorized to perform: s3:PutObject on resource: "arn:…" because no identity-based
/// policy allows the s3:PutObject action`; services leave out the parts after the action, and the quotes.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
pub(super) fn denied_in(message: &str) -> Option<(Action, Option<On>)> {
    let (_, after) = message.split_once("not authorized to perform")?;
    let after = after.trim_start_matches([':', ' ']);
    let word = |text: &str| -> String {
        let stops = |c: char| c.is_whitespace() || matches!(c, '"' | ',' | ';' | '\'');
        text.split(stops).next().unwrap_or_default().to_owned()
    };
    let action = word(after);
    let action: Action = action.trim_end_matches(['.', ':']).parse().ok()?;
    let resource = after.split_once("on resource").map(|(_, rest)| {
        let rest = rest.trim_start_matches([':', ' ', '"', '\'']);
        word(rest).trim_end_matches('.').to_owned()
    });
    let resource = resource.filter(|text| text == "*" || text.starts_with("arn:"));
    Some((action, resource.map(|text| resource_on(&text))))
}

fn resource_on(text: &str) -> On {
    match text {
        "*" => On::NoResource,
        text => on(ResourcePattern::parse(text, Version::V2008)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shapes of <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html> and
    /// of public records.
    #[test]
    fn a_message_names_the_action_and_often_the_resource() {
        let cases = [
            (
                "User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform: s3:PutObject on \
                 resource: \"arn:aws:s3:::b/k\" because no identity-based policy allows the s3:PutObject action",
                "s3:PutObject arn:aws:s3:::b/k",
            ),
            (
                "User: arn:aws:iam::1:user/u is not authorized to perform: sts:AssumeRole on resource: \
                 arn:aws:iam::123456789012:role/x",
                "sts:AssumeRole arn:aws:iam::123456789012:role/x",
            ),
            (
                "User: u is not authorized to perform: shield:DescribeDRTAccess on resource: * with an explicit deny",
                "shield:DescribeDRTAccess *",
            ),
            (
                "User: u is not authorized to perform: rds:DeleteDBInstance",
                "rds:DeleteDBInstance ",
            ),
            (
                "User is not authorized to perform: rds:AddRoleToDBInstance.",
                "rds:AddRoleToDBInstance ",
            ),
            (
                "User: u is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext",
                "kms:Decrypt ",
            ),
            ("You are not authorized to perform this operation.", ""),
            ("Access Denied", ""),
        ];
        for (message, expected) in cases {
            let found = denied_in(message).map_or(String::new(), |(action, on)| {
                format!("{action} {}", on.map_or(String::new(), |on| on.to_string()))
            });
            assert_eq!(found, expected, "{message}");
        }
    }
}
