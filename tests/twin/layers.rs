//! Which policies count, and what they come to together.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use serde_json::Value;

use super::principals::{self, Named};
use super::statements::{Asked, speaking};
use super::variables::Context;
use super::{Reading, one_or_many};

/// `allow`, `explicit_deny` or `implicit_deny`; the principal and the resource are of one account.
pub(crate) fn decide(case: &Value, reading: Reading) -> &'static str {
    let request = &case["request"];
    let text = |member: &str| request[member].as_str().unwrap_or_default();
    let asked = Asked {
        principal: text("principal"),
        action: text("action"),
        resource: text("resource"),
        context: Context::of(request),
        reading,
    };
    // No permissions are required for it, and a deny does not keep anybody from it.
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    if asked.action.eq_ignore_ascii_case("sts:GetCallerIdentity") {
        return "allow";
    }
    if denied(case, &asked) {
        return "explicit_deny";
    }
    let allowed = |policies: &[&Value]| {
        let mut policies = policies.iter();
        policies.any(|policy| !speaking(policy, "Allow", &asked).is_empty())
    };
    let levels = one_or_many(&case["scps"]);
    if !levels.iter().all(|level| allowed(&one_or_many(level))) {
        return "implicit_deny";
    }
    let named = named_by_resource_policy(case, &asked);
    let granted = allowed(&one_or_many(&case["policies"])) || named == Named::ByRole;
    // A permissions boundary and session policies limit; where there is none, nothing is limited.
    let within = ["boundary", "session"].into_iter().all(|layer| {
        let policies = one_or_many(&case[layer]);
        policies.is_empty() || allowed(&policies)
    });
    if named == Named::Itself || (granted && within) {
        "allow"
    } else {
        "implicit_deny"
    }
}

/// Whether any policy of any layer denies explicitly.
fn denied(case: &Value, asked: &Asked) -> bool {
    let levels = one_or_many(&case["scps"]);
    let mut policies: Vec<&Value> = levels.into_iter().flat_map(one_or_many).collect();
    for layer in ["policies", "boundary", "session"] {
        policies.extend(one_or_many(&case[layer]));
    }
    let mut policies = policies.into_iter();
    let has_boundary = !one_or_many(&case["boundary"]).is_empty();
    policies.any(|policy| !speaking(policy, "Deny", asked).is_empty())
        || one_or_many(&case["resource_policy"])
            .into_iter()
            .flat_map(|policy| speaking(policy, "Deny", asked))
            .any(|statement| principals::denied(statement, asked.principal, has_boundary))
}

/// The most that an Allow of the resource-based policy says of the principal.
fn named_by_resource_policy(case: &Value, asked: &Asked) -> Named {
    one_or_many(&case["resource_policy"])
        .into_iter()
        .flat_map(|policy| speaking(policy, "Allow", asked))
        .map(|statement| principals::allowed(statement, asked.principal))
        .max()
        .unwrap_or(Named::No)
}
