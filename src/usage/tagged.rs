//! Resources of EC2 that a call names by id alone: an id begins with its type.

use crate::iam::{PatternToken, ResourcePattern};

use super::access::On;
use super::call::Call;
use super::cover::on;

/// What ids begin with, and the type in the ARN; from the examples of
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>.
const TYPES: [(&str, &str); 26] = [
    ("acl", "network-acl"),
    ("ami", "image"),
    ("cgw", "customer-gateway"),
    ("dopt", "dhcp-options"),
    ("eigw", "egress-only-internet-gateway"),
    ("eipalloc", "elastic-ip"),
    ("eni", "network-interface"),
    ("fl", "vpc-flow-log"),
    ("i", "instance"),
    ("igw", "internet-gateway"),
    ("key", "key-pair"),
    ("lt", "launch-template"),
    ("nat", "natgateway"),
    ("pcx", "vpc-peering-connection"),
    ("pl", "prefix-list"),
    ("rtb", "route-table"),
    ("sg", "security-group"),
    ("sgr", "security-group-rule"),
    ("sir", "spot-instances-request"),
    ("snap", "snapshot"),
    ("subnet", "subnet"),
    ("tgw", "transit-gateway"),
    ("vgw", "vpn-gateway"),
    ("vol", "volume"),
    ("vpc", "vpc"),
    ("vpce", "vpc-endpoint"),
];

/// The resources of a call that gives or takes tags, or that takes ids of any type; of an id whose type is
/// not known, that id of any type.
pub(super) fn by_id(call: &Call<'_>) -> Vec<On> {
    let ids = ["resourceId", "resources"];
    let ids = ids.iter().flat_map(|name| call.request.get(name));
    let resource = |id: &String| {
        let begins = id.rsplit_once('-').map(|(begins, _)| begins);
        let kind = TYPES.iter().find(|(start, _)| Some(*start) == begins);
        match kind {
            // Images and snapshots are in no account.
            Some((_, kind @ ("image" | "snapshot"))) => {
                let head = format!("arn:{}:ec2:{}::", call.partition(), call.event.region);
                on(ResourcePattern::exactly(&format!("{head}{kind}/{id}")))
            }
            Some((_, kind)) => call.here("ec2", &format!("{kind}/{id}")),
            None => On::Matching(ResourcePattern::from_tokens([
                PatternToken::Literal(format!("arn:{}:ec2:", call.partition())),
                PatternToken::AnyRun,
                PatternToken::Literal(format!("/{id}")),
            ])),
        }
    };
    ids.map(resource).collect()
}
