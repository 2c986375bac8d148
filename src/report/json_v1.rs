//! The shapes of the JSON output, version 1: what programs of users rest on. The domain's own types may
//! change; these do not, but by a new version of [`SCHEMA`](super::SCHEMA).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::escalated_json::EscalationV1;

#[derive(Serialize)]
pub(super) struct Whole {
    pub(super) schema: &'static str,
    pub(super) roles: Vec<RoleV1>,
    pub(super) read: ReadV1,
}

#[derive(Serialize)]
pub(super) struct One {
    pub(super) schema: &'static str,
    #[serde(flatten)]
    pub(super) role: RoleV1,
}

#[derive(Serialize)]
pub(super) struct RoleV1 {
    pub(super) role: String,
    pub(super) functions: Vec<FunctionV1>,
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) boundary: Option<String>,
    pub(super) size_before: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) proposal: Option<ProposalV1>,
    /// The ways from what the role is granted to more, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) escalation: Option<EscalationV1>,
    pub(super) denied: Vec<AccessV1>,
    pub(super) unattributed: Vec<UnattributedV1>,
    /// Events of which it is not known which function made them.
    pub(super) events_of_no_function: u64,
    /// Use from outside of a function, where there is no proposal that holds it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) quarantined: Vec<OutsideV1>,
}

#[derive(Serialize)]
pub(super) struct FunctionV1 {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) arn: Option<String>,
    pub(super) events: u64,
    /// Those of them that Lambda made for it.
    pub(super) events_by_lambda: u64,
    /// How it is known of how many events that they are its.
    pub(super) known_by: BTreeMap<&'static str, u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) versions: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct ProposalV1 {
    pub(super) placement: &'static str,
    pub(super) size: usize,
    pub(super) documents: Vec<DocumentV1>,
    /// The role's policies that are to be taken away.
    pub(super) replaces: Vec<String>,
    /// Policies that several roles share and that are replaced for this one alone, though they were to stay shared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) not_shared: Vec<NotSharedV1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) difference: Option<DifferenceV1>,
    pub(super) certificate: CertificateV1,
    pub(super) confidence: ConfidenceV1,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) to_fit: Option<String>,
    /// What was asked beside the usual, and what was accepted against advice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) on_record: Vec<String>,
    /// What IAM says that the role last accessed, and what decided of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) last_accessed: Vec<AccessedV1>,
    pub(super) suggested_conditions: Vec<SuggestionV1>,
    pub(super) quarantined: Vec<OutsideV1>,
    /// Use from outside of a function that counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) counted: Vec<CountedV1>,
    /// Sessions that were left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) excluded: Vec<ExcludedV1>,
    pub(super) missing: Vec<AccessV1>,
    /// What a configuration does not work without and the role's own policies do not grant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) unmet: Vec<UnmetV1>,
    pub(super) proved: ProvedV1,
}

#[derive(Serialize)]
pub(super) struct AccessedV1 {
    /// An action, or all actions of a service.
    pub(super) actions: String,
    #[serde(flatten)]
    pub(super) last: LastAccessV1,
    pub(super) decided: &'static str,
}

#[derive(Serialize)]
pub(super) struct LastAccessV1 {
    pub(super) time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<String>,
}

#[derive(Serialize)]
pub(super) struct UnmetV1 {
    pub(super) action: String,
    pub(super) resource: String,
    pub(super) why: String,
    /// The page of AWS that says so.
    pub(super) source: &'static str,
}

#[derive(Serialize)]
pub(super) struct PermissionsV1 {
    pub(super) used: usize,
    pub(super) needed_by_configuration: usize,
    pub(super) unobservable: usize,
    pub(super) unused: usize,
}

#[derive(Serialize)]
pub(super) struct NotSharedV1 {
    pub(super) policy: String,
    pub(super) why: String,
}

#[derive(Serialize)]
pub(super) struct DocumentV1 {
    /// The policy that it takes the place of, where the author's layout is kept or several roles share it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) replaces: Option<String>,
    /// The roles that have it attached, where several share it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) shared_by: Vec<String>,
    pub(super) size: usize,
    pub(super) policy: Value,
    pub(super) statements: Vec<StatementV1>,
}

/// The reasons of the statement at the same place in the policy.
#[derive(Serialize)]
pub(super) struct StatementV1 {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) as_it_stands: Option<String>,
    /// The author's statement that it was cut from, where the author's layout is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) patterns: Vec<PatternV1>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) action_patterns: Vec<ActionPatternV1>,
    pub(super) reasons: Vec<ReasonV1>,
}

/// A pattern of the statement that is wider than what was seen.
#[derive(Serialize)]
pub(super) struct PatternV1 {
    pub(super) pattern: String,
    pub(super) resources_seen: usize,
    /// Why each open part is open, from the left.
    pub(super) open: Vec<String>,
    /// The binary logarithm of the number of texts that it matches; nothing if they may be of any length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bits: Option<u32>,
}

/// A pattern in place of actions, to fit into AWS's limits.
#[derive(Serialize)]
pub(super) struct ActionPatternV1 {
    pub(super) pattern: String,
    pub(super) stands_for: Vec<String>,
    /// The day of the catalog that it was made by.
    pub(super) catalog: String,
}

/// How small the statements that allow are known to be.
#[derive(Serialize)]
pub(super) struct CertificateV1 {
    pub(super) of: &'static str,
    pub(super) cost: u64,
    pub(super) lower_bound: u64,
    pub(super) optimum: bool,
}

#[derive(Serialize)]
pub(super) struct ConfidenceV1 {
    pub(super) days: usize,
    pub(super) days_used: usize,
    pub(super) days_that_alone_hold_a_permission: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unseen_use_below_percent_of_days: Option<u32>,
    pub(super) back_tests: Vec<BackTestV1>,
}

#[derive(Serialize)]
pub(super) struct BackTestV1 {
    pub(super) derived_from_days: usize,
    pub(super) later_accesses: u64,
    pub(super) would_have_denied: u64,
}

#[derive(Serialize)]
pub(super) struct SuggestionV1 {
    pub(super) condition: Value,
    pub(super) actions: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct ReasonV1 {
    pub(super) actions: String,
    pub(super) ground: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) coverage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evidence: Option<EvidenceV1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_accessed: Option<LastAccessV1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unverified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource_confirmed: Option<bool>,
}

#[derive(Serialize)]
pub(super) struct EvidenceV1 {
    pub(super) events: u64,
    /// The days in UTC that have any of them.
    pub(super) days: usize,
    pub(super) first: Option<String>,
    pub(super) last: Option<String>,
    pub(super) samples: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct AccessV1 {
    pub(super) action: String,
    pub(super) resources: Vec<String>,
    pub(super) exact: bool,
    pub(super) unverified: bool,
    pub(super) evidence: EvidenceV1,
}

#[derive(Serialize)]
pub(super) struct UnattributedV1 {
    pub(super) source: String,
    pub(super) name: String,
    pub(super) evidence: EvidenceV1,
}

#[derive(Serialize)]
pub(super) struct DifferenceV1 {
    /// What is known of the permissions that the role is granted.
    pub(super) permissions: PermissionsV1,
    pub(super) actions_before: usize,
    pub(super) actions_after: usize,
    pub(super) gained: Vec<ServiceV1>,
    pub(super) lost: Vec<ServiceV1>,
}

#[derive(Serialize)]
pub(super) struct ServiceV1 {
    pub(super) service: String,
    pub(super) gone: BTreeMap<&'static str, Vec<String>>,
    pub(super) narrowed: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) witness: Option<WitnessV1>,
}

/// A request that the one side allows and the other does not.
#[derive(Serialize)]
pub(super) struct WitnessV1 {
    pub(super) action: String,
    pub(super) resource: String,
}

#[derive(Serialize)]
pub(super) struct OutsideV1 {
    pub(super) session: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) function: Option<String>,
    pub(super) address: String,
    pub(super) agent: String,
    /// Why no function made the calls.
    pub(super) why: String,
    /// Authorised calls.
    pub(super) events: u64,
    /// Calls that IAM said no to.
    pub(super) events_denied: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last: Option<String>,
    pub(super) accesses: Vec<AccessV1>,
    pub(super) denied: Vec<AccessV1>,
    pub(super) unattributed: Vec<UnattributedV1>,
}

#[derive(Serialize)]
pub(super) struct CountedV1 {
    /// `others_may` or `decided`.
    pub(super) because: &'static str,
    #[serde(flatten)]
    pub(super) outside: OutsideV1,
}

#[derive(Serialize)]
pub(super) struct ExcludedV1 {
    /// A name, or with `*` at its end the beginning of names.
    pub(super) session: String,
    pub(super) events: u64,
}

#[derive(Serialize)]
pub(super) struct ProvedV1 {
    pub(super) nothing_new: bool,
    pub(super) nothing_lost: bool,
    pub(super) within_limits: bool,
    pub(super) observed_calls: u64,
    pub(super) observed_allowed: usize,
    pub(super) observed_allowed_under_kept_conditions: usize,
    pub(super) observed_never_granted: usize,
}

#[derive(Serialize)]
pub(super) struct ReadV1 {
    pub(super) files: u64,
    pub(super) digest_files: u64,
    pub(super) insight_files: u64,
    pub(super) other_files: u64,
    pub(super) events: u64,
    pub(super) used: u64,
    pub(super) denied: u64,
    pub(super) quarantined: u64,
    pub(super) unattributed: u64,
    pub(super) set_aside: BTreeMap<&'static str, u64>,
    pub(super) duplicates: u64,
    pub(super) not_understood: u64,
    pub(super) faults: Vec<FaultV1>,
    pub(super) account_problems: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct FaultV1 {
    pub(super) file: String,
    pub(super) what: String,
}
