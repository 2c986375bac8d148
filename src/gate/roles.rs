//! What a role is, beside its statements: who may take it, what is attached, how many functions have it, how large it is.

use super::Fix;
use super::findings::{Findings, Says};
use super::scene::{Holder, called};
use crate::iac::{Carrier, FoundFunction, FoundPolicy, RoleOf};
use crate::iam::{INLINE_LIMIT, MANAGED_ATTACHMENTS, MANAGED_LIMIT, PolicySize, TrustedPrincipal};

/// Characters of the embedded policies of a user and of a group together.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const INLINE_OF_A_USER: usize = 2_048;
const INLINE_OF_A_GROUP: usize = 5_120;

pub(super) fn check_role(holder: &Holder<'_>, findings: &mut Findings<'_>) {
    if holder.role.carrier == Carrier::Role {
        trust(holder, findings);
        full_access(holder, findings);
        shared(holder, findings);
        not_known(holder, findings);
    }
    sizes(holder, findings);
}

/// What is said of a role.
pub(super) fn of<'h>(holder: &Holder<'h>, says: String) -> Says<'h> {
    Says {
        role: Some(holder.name.clone()),
        function: match holder.functions.as_slice() {
            [only] => Some(name_of(only)),
            _ => None,
        },
        ..Says::at(&holder.role.place, says)
    }
}

/// What a reader calls a function.
pub(super) fn name_of(function: &FoundFunction) -> String {
    match function.name.as_known() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => function.id.clone(),
    }
}

fn trust(holder: &Holder<'_>, findings: &mut Findings<'_>) {
    let Some(trust) = &holder.role.trust else {
        return;
    };
    if holder.functions.is_empty() {
        return;
    }
    let is_lambda = |principal: &&TrustedPrincipal| {
        let name = principal.to_string();
        name.starts_with("lambda.amazonaws.com")
            || name == "edgelambda.amazonaws.com"
            || name == "lambda.${AWS::URLSuffix}"
    };
    // Whom a parameter names is not known, and may be Lambda.
    let is_unknown = |principal: &&TrustedPrincipal| principal.to_string().contains("${");
    let others: Vec<_> = trust
        .others()
        .filter(|principal| !is_lambda(principal) && !is_unknown(principal))
        .map(ToString::to_string)
        .collect();
    if others.is_empty() {
        return;
    }
    let says = format!("{} may take the role too", others.join(", "));
    findings.add(
        "trust-only-lambda",
        Says {
            about: others.join(" "),
            fix: Fix::by_hand("give the other one a role of its own"),
            ..of(holder, says)
        },
    );
}

/// The managed policies of AWS for job functions that may do everything, or nearly.
const ADMINISTRATORS: [&str; 5] = [
    "AdministratorAccess",
    "PowerUserAccess",
    "SystemAdministrator",
    "DatabaseAdministrator",
    "NetworkAdministrator",
];

fn full_access(holder: &Holder<'_>, findings: &mut Findings<'_>) {
    for attached in &holder.role.attached {
        let Some(name) = attached.aws_name() else {
            continue;
        };
        if !name.contains("FullAccess") && !ADMINISTRATORS.contains(&name.as_str()) {
            continue;
        }
        findings.add(
            "no-full-access-managed-policy",
            Says {
                place: &attached.place,
                about: name.clone(),
                granted: Some(attached.arn.to_string()),
                fix: Fix::by_hand(
                    "write a policy with the actions that the function calls, on its resources; \
                     `tightrope propose` tells them from CloudTrail",
                ),
                ..of(holder, format!("the role has AWS's policy {name}"))
            },
        );
    }
}

fn shared(holder: &Holder<'_>, findings: &mut Findings<'_>) {
    let alone = |function: &&&FoundFunction| function.roles.len() == 1;
    let names: Vec<_> = holder
        .functions
        .iter()
        .filter(alone)
        .map(|one| name_of(one))
        .collect();
    if names.len() < 2 {
        return;
    }
    let shown = match names.as_slice() {
        [one, two] => format!("{one} and {two}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
        _ => String::new(),
    };
    findings.add(
        "no-shared-role",
        Says {
            fix: Fix::by_hand(
                "give each function a role of its own; `tightrope split` divides this one",
            ),
            ..of(
                holder,
                format!("{} functions have the role: {shown}", names.len()),
            )
        },
    );
}

fn not_known(holder: &Holder<'_>, findings: &mut Findings<'_>) {
    let trust = holder.role.trust.as_ref();
    let is_of_lambda = trust.is_some_and(|trust| trust.admits_lambda());
    if holder.functions.is_empty() && !is_of_lambda {
        return;
    }
    for attached in &holder.unknown {
        let says = match attached.aws_name() {
            Some(name) => format!("AWS's policy {name} is not carried here, and was not checked"),
            None => format!(
                "the policy {} is not here, and was not checked",
                attached.arn
            ),
        };
        findings.add(
            "unknown-policy",
            Says {
                place: &attached.place,
                about: attached.arn.to_string(),
                granted: Some(attached.arn.to_string()),
                ..of(holder, says)
            },
        );
    }
}

fn sizes(holder: &Holder<'_>, findings: &mut Findings<'_>) {
    // What is not known counts as one character, so that it may only be longer.
    let characters = |policy: &FoundPolicy| PolicySize::of(&policy.policy).characters();
    let inline: usize = holder.role.inline.iter().map(characters).sum();
    let limit = match holder.role.carrier {
        Carrier::Role => INLINE_LIMIT.characters(),
        Carrier::User => INLINE_OF_A_USER,
        Carrier::Group => INLINE_OF_A_GROUP,
    };
    let mut too_large = Vec::new();
    if inline > limit {
        let says = format!(
            "its embedded policies have at least {inline} characters, of {limit} that AWS allows"
        );
        too_large.push(("inline", says));
    }
    let certain = holder.role.attached.iter().filter(|one| one.certain);
    let attached = certain.count();
    if attached > MANAGED_ATTACHMENTS {
        let says = format!(
            "{attached} managed policies are attached, of {MANAGED_ATTACHMENTS} that AWS allows unless it raised the quota"
        );
        too_large.push(("attached", says));
    }
    for (about, says) in too_large {
        let says = Says {
            about: about.to_owned(),
            fix: Fix::by_hand("grant less: a function that needs so much is several functions"),
            ..of(holder, says)
        };
        findings.add("size-limit", says);
    }
}

/// The size of a managed policy that the code has.
pub(super) fn managed_size(policy: &FoundPolicy, findings: &mut Findings<'_>) {
    let size = PolicySize::of(&policy.policy);
    if policy.arn.is_none() || size <= MANAGED_LIMIT {
        return;
    }
    let (characters, limit) = (size.characters(), MANAGED_LIMIT.characters());
    let says = format!(
        "it has at least {characters} characters, of {limit} that AWS allows a managed policy"
    );
    findings.add(
        "size-limit",
        Says {
            about: "managed".to_owned(),
            fix: Fix::by_hand("divide it into several"),
            ..Says::at(&policy.place, says)
        },
    );
}

/// What a reader calls the roles of a function.
pub(super) fn roles_of(
    function: &FoundFunction,
    roles: &[crate::iac::FoundRole],
) -> Option<String> {
    match function.roles.as_slice() {
        [RoleOf::Here(index)] => roles.get(*index).map(called),
        _ => None,
    }
}
