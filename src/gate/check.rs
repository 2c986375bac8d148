//! The checks, as values in one table.

use super::Severity;
use crate::text::nearest;

/// A check.
#[derive(Debug)]
pub struct Check {
    /// Its name in `tightrope.toml`, in waivers and in outputs: `pass-role-scoped`.
    pub id: &'static str,
    /// What it is about, in a few words.
    pub title: &'static str,
    /// What holds when nothing is found.
    pub property: &'static str,
    /// Why that matters, and what to do.
    pub help: &'static str,
    /// How much a finding matters, unless `tightrope.toml` says otherwise.
    pub severity: Severity,
    /// The page of AWS, or of who says so, that it rests on.
    pub source: &'static str,
}

/// Every check, in the order in which they are listed.
pub static CHECKS: [Check; 25] = [
    Check {
        id: "no-new-access",
        title: "access that the baseline does not give",
        property: "Every request that a role allows, it allowed before.",
        help: "A change that widens a role should be seen by whoever reviews it. The finding shows a request that becomes \
               possible. A role that is new is told once, as a note: all that it allows is new.",
        severity: Severity::Error,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    },
    Check {
        id: "no-unused-access",
        title: "access that is not in use",
        property: "A role allows nothing that a log would show and did not.",
        help: "`tightrope propose --out DIR` says from CloudTrail which permissions a role needs. What the code grants beyond \
               that is open to whoever gets into the function. A budget allows a few.",
        severity: Severity::Error,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#remove-credentials",
    },
    Check {
        id: "access-not-granted",
        title: "access that no role may have",
        property: "No role allows a request that `tightrope.toml` says nothing may grant.",
        help: "Some requests have no place in any function's role. They are listed under `[[check.not-granted]]`.",
        severity: Severity::Error,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    },
    Check {
        id: "no-wildcard-action",
        title: "a wildcard for actions that write, manage permissions or read data",
        property: "A pattern of actions stands for none that writes, manages permissions or reads data.",
        help: "`s3:*` is also the right to delete a bucket and to change who may read it, and what AWS adds tomorrow. Name the \
               actions that the code calls. Patterns for actions that only list or describe are not found.",
        severity: Severity::Error,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
    },
    Check {
        id: "no-wildcard-resource",
        title: "every resource, where the resource can be named",
        property: "An action that can be limited to resources is limited to some.",
        help: "Each of these actions supports resource-level permissions, so the statement can name the table, queue or bucket \
               that the function works with. Statements with an action that needs `*` are not found.",
        severity: Severity::Error,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    },
    Check {
        id: "no-privilege-escalation",
        title: "a way to more access than the role has",
        property: "A role cannot give itself, or anyone, more access than it has.",
        help: "These permissions together let whoever holds them get those of other roles. Limit the resources, or the service \
               that a role is passed to.",
        severity: Severity::Error,
        source: "https://pathfinding.cloud",
    },
    Check {
        id: "pass-role-scoped",
        title: "roles passed without a limit",
        property: "`iam:PassRole` names the roles, and the service that they are passed to.",
        help: "Whoever may pass any role to a service can act with the strongest of them. Name the roles, and add \
               `iam:PassedToService`.",
        severity: Severity::Error,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    },
    Check {
        id: "trust-only-lambda",
        title: "a function's role that others may take",
        property: "The role of a function may be taken by Lambda alone.",
        help: "A second principal makes all of the function's access reachable from elsewhere, and its use hard to tell from \
               the function's. Give the other one a role of its own.",
        severity: Severity::Error,
        source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
    },
    Check {
        id: "no-not-action-allow",
        title: "everything but some actions",
        property: "No statement allows all actions but some.",
        help: "`NotAction` with `Allow` grants every action of every service that it does not name, and those of tomorrow.",
        severity: Severity::Error,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",
    },
    Check {
        id: "no-full-access-managed-policy",
        title: "a managed policy of AWS that gives full access",
        property: "No managed policy of AWS that is made for administrators is attached.",
        help: "These policies are for people who set up a service. A function needs a few actions on a few resources: write \
               them as a policy of its own, or let SAM's policy templates do so.",
        severity: Severity::Error,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html#aws-managed-policies",
    },
    Check {
        id: "no-shared-role",
        title: "one role for several functions",
        property: "Every function has a role of its own.",
        help: "A shared role gives each of its functions the access of all. `tightrope split` divides one by what each function \
               was seen to do.",
        severity: Severity::Warning,
        source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
    },
    Check {
        id: "missing-permission",
        title: "a permission that the function's configuration needs",
        property: "The role allows what the function's configuration needs.",
        help: "Lambda itself acts with the function's role: to write logs, to poll a queue, to put a function into a VPC. \
               Without the permission that does not work.",
        severity: Severity::Error,
        source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
    },
    Check {
        id: "grants-nothing",
        title: "a permission that grants nothing",
        property: "Every action exists, and can be asked on a resource that the statement names.",
        help: "A misspelt action, or an action on a resource that it is never asked on, grants nothing: what was meant will be \
               denied. What exists is by AWS's list as it is carried here: `tightrope catalog` shows of when.",
        severity: Severity::Warning,
        source: "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    },
    Check {
        id: "redundant-statement",
        title: "a statement that adds nothing",
        property: "Every statement allows something that the others of its role do not.",
        help: "It can go without a difference. Until then a reader has to find that out, and a later change of the other \
               statement has no effect.",
        severity: Severity::Warning,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    },
    Check {
        id: "size-limit",
        title: "a policy that AWS refuses for its size",
        property: "Policies and attachments are within AWS's quotas.",
        help: "The deployment would fail.",
        severity: Severity::Error,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    },
    Check {
        id: "no-secret-in-environment",
        title: "a secret in a function's environment",
        property: "No variable of a function's environment holds a secret as plain text.",
        help: "Everyone who may read the function's configuration, or the code that deploys it, has the secret. Keep it in \
               Secrets Manager or Parameter Store and read it when the function starts.",
        severity: Severity::Error,
        source: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
    },
    Check {
        id: "environment-key",
        title: "an environment under AWS's own key",
        property: "The environment of a function is encrypted with a key of the customer.",
        help: "With a key of your own you decide who may read the variables.",
        severity: Severity::Note,
        source: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
    },
    Check {
        id: "log-retention",
        title: "logs that are kept for ever",
        property: "The log group of a function is declared, and says for how long logs are kept.",
        help: "Lambda makes a log group that keeps everything. Declare `AWS::Logs::LogGroup` with `RetentionInDays`; then the \
               role also needs no `logs:CreateLogGroup`.",
        severity: Severity::Note,
        source: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
    },
    Check {
        id: "tracing",
        title: "a function without traces",
        property: "Functions send traces.",
        help: "Traces show which services a function calls.",
        severity: Severity::Note,
        source: "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",
    },
    Check {
        id: "runtime-deprecated",
        title: "a runtime without security updates",
        property: "The runtime of a function is supported on the day of the check.",
        help: "AWS no longer applies security patches to it, and later refuses to create and to update functions that have it.",
        severity: Severity::Warning,
        source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    },
    Check {
        id: "function-url-auth",
        title: "a function that anyone may call",
        property: "A function's URL asks for IAM's authentication.",
        help: "With `NONE` everyone in the world may invoke the function, unless its code asks who they are.",
        severity: Severity::Warning,
        source: "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    },
    Check {
        id: "vpc-interface-guard",
        title: "network interfaces in the hands of the function's code",
        property: "The role of a function in a VPC denies its code what only Lambda needs.",
        help: "Lambda needs to make network interfaces, and the function's code does not. A `Deny` for the same actions with \
               `lambda:SourceFunctionArn` keeps the code from them.",
        severity: Severity::Note,
        source: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
    },
    Check {
        id: "unknown-policy",
        title: "a policy that is not known here",
        property: "Every policy of a role is known when it is checked.",
        help: "A managed policy of another stack, or one that AWS publishes and this program does not carry, may grant anything. \
               What is known of the role was checked.",
        severity: Severity::Note,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    },
    Check {
        id: "expired-waiver",
        title: "a waiver whose time is over",
        property: "Every waiver holds on the day of the check.",
        help: "What it accepted has to be mended, or accepted again with a later day.",
        severity: Severity::Error,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#remove-credentials",
    },
    Check {
        id: "unused-waiver",
        title: "a waiver for nothing",
        property: "Every waiver accepts a finding.",
        help: "What it accepted is mended, or it names something else than was meant. It can go.",
        severity: Severity::Warning,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#remove-credentials",
    },
];

/// The check of this name.
#[must_use]
pub fn check(id: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.id == id)
}

/// The check of this name, or what to say where there is none.
///
/// ```
/// # use tightrope::gate::named;
/// let error = named("tracin").expect_err("a misspelt name");
/// assert_eq!(error, "there is no check `tracin`; did you mean `tracing`?");
/// ```
///
/// # Errors
/// When there is none, with the nearest name.
pub fn named(id: &str) -> Result<&'static Check, String> {
    check(id).ok_or_else(|| {
        let near = nearest(id, CHECKS.iter().map(|check| check.id));
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        format!("there is no check `{id}`{near}")
    })
}
