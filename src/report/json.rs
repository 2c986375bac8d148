//! JSON for programs. Its shape is a contract of its own, versioned by `schema`; what the program thinks in
//! may change without it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::Catalog;
use crate::cover::Objective;
use crate::coverage::{EventClass, Why};
use crate::diff::{Diff, ServiceLoss};
use crate::iam::Effect;
use crate::lambda::FloorAccess;
use crate::minimize::{
    Confidence, Document, Explained, Form, Ground, KeptStatement, Layout, Shortened, Suggestion,
    VerifiedProposal, WhyKept,
};
use crate::usage::{Access, Evidence, Necessity, On};

use super::json_v1::{
    AccessV1, ActionPatternV1, BackTestV1, CertificateV1, ConfidenceV1, DifferenceV1, DocumentV1,
    EvidenceV1, FaultV1, NotSharedV1, One, PatternV1, PermissionsV1, ProposalV1, ProvedV1, ReadV1,
    ReasonV1, RoleV1, ServiceV1, StatementV1, SuggestionV1, UnattributedV1, UnmetV1, Whole,
    WitnessV1,
};
use super::record::on_record;
use super::view::{Reading, Report, RoleReport, Verdict};
use super::{accessed, escalated_json, weighed, who_json};

/// The version of the shape. It changes when something that was there changes or goes; additions keep it.
pub const SCHEMA: &str = "tightrope/propose/1";

/// The whole report.
#[must_use]
pub fn to_json(report: &Report) -> String {
    printed(&Whole {
        schema: SCHEMA,
        roles: report.roles.iter().map(role).collect(),
        read: read(&report.reading),
    })
}

/// One role, as in `proposal.json`; `None` when there is no proposal.
#[must_use]
pub fn role_to_json(report: &RoleReport) -> Option<String> {
    report.verdict.proposal()?;
    Some(printed(&One {
        schema: SCHEMA,
        role: role(report),
    }))
}

pub(super) fn printed(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

pub(super) fn role(report: &RoleReport) -> RoleV1 {
    let (status, reason) = match &report.verdict {
        Verdict::Smaller(..) => ("proposal", None),
        Verdict::AsSmallAsItsWork(_) => ("unchanged", None),
        Verdict::None(why) => ("no_proposal", Some(why.to_string())),
    };
    let difference = match &report.verdict {
        Verdict::Smaller(proposal, diff) => Some(difference(proposal, diff)),
        _ => None,
    };
    RoleV1 {
        role: report.role.arn.to_string(),
        functions: report.functions.iter().map(who_json::function).collect(),
        events_of_no_function: report.seen.of_no_function,
        quarantined: match report.verdict.proposal() {
            Some(_) => Vec::new(),
            None => who_json::quarantined(&report.seen),
        },
        status,
        reason,
        boundary: report.role.boundary.as_ref().map(ToString::to_string),
        size_before: report.size_before.characters(),
        proposal: report
            .verdict
            .proposal()
            .map(|proposal| proposal_v1(report, proposal, difference)),
        escalation: (!report.escalation.is_empty())
            .then(|| escalated_json::escalation(&report.escalation)),
        denied: report.seen.denied.iter().map(access).collect(),
        unattributed: report
            .seen
            .unattributed
            .iter()
            .map(|(name, seen)| unattributed((name, seen)))
            .collect(),
    }
}

fn proposal_v1(
    report: &RoleReport,
    proposal: &VerifiedProposal,
    difference: Option<DifferenceV1>,
) -> ProposalV1 {
    let layout = proposal.layout();
    let replay = proposal.replay();
    let inline = report.role.inline.iter().map(|policy| policy.name.clone());
    let stays = |policy: &String| {
        let mut documents = layout.documents().iter();
        documents.any(|document| document.is_shared() && document.replaces.as_ref() == Some(policy))
    };
    let attached = report.role.attached.iter();
    let attached = attached
        .map(|policy| policy.arn.to_string())
        .filter(|policy| !stays(policy));
    ProposalV1 {
        placement: placement(layout),
        size: layout.size().characters(),
        documents: layout.documents().iter().map(document).collect(),
        replaces: inline.chain(attached).collect(),
        not_shared: proposal
            .not_shared()
            .iter()
            .map(|(policy, why)| NotSharedV1 {
                policy: policy.clone(),
                why: why.to_string(),
            })
            .collect(),
        difference,
        certificate: certificate(proposal),
        confidence: confidence(proposal.confidence()),
        on_record: on_record(proposal),
        to_fit: weighed::eased(proposal),
        last_accessed: proposal
            .premises()
            .accessed
            .iter()
            .map(accessed::to_json)
            .collect(),
        suggested_conditions: proposal.suggested().iter().map(suggestion).collect(),
        quarantined: who_json::quarantined(&report.seen),
        counted: who_json::counted(&report.seen),
        excluded: who_json::excluded(&report.seen),
        missing: proposal.premises().missing.iter().map(access).collect(),
        unmet: proposal.premises().unmet.iter().map(unmet).collect(),
        proved: ProvedV1 {
            nothing_new: true,
            nothing_lost: true,
            within_limits: true,
            observed_calls: replay.calls,
            observed_allowed: replay.allowed,
            observed_allowed_under_kept_conditions: replay.depends,
            observed_never_granted: replay.never_granted,
        },
    }
}

/// Where the documents stand that are the role's alone.
fn placement(layout: &Layout) -> &'static str {
    match layout.own().next().map(|document| document.form) {
        None if layout.documents().is_empty() => "nothing",
        None => "shared",
        Some(_) if layout.is_as_authored() => "as_authored",
        Some(Form::Inline) => "inline",
        Some(Form::Managed) => "managed",
    }
}

fn document(document: &Document) -> DocumentV1 {
    let shared_by = document.shared_by.iter();
    DocumentV1 {
        replaces: document.replaces.clone(),
        shared_by: shared_by.map(|role| role.name().to_owned()).collect(),
        size: document.size().characters(),
        policy: serde_json::from_str(&document.policy().to_compact_text()).unwrap_or_default(),
        statements: document.statements.iter().map(statement).collect(),
    }
}

fn statement(kept: &KeptStatement) -> StatementV1 {
    let denies = kept.statement.effect == Effect::Deny;
    StatementV1 {
        as_it_stands: kept
            .from
            .as_ref()
            .filter(|_| denies)
            .map(ToString::to_string),
        from: kept
            .from
            .as_ref()
            .filter(|_| !denies)
            .map(ToString::to_string),
        patterns: kept.explained.iter().map(pattern).collect(),
        action_patterns: kept.shortened.iter().map(action_pattern).collect(),
        reasons: kept.why.iter().map(reason).collect(),
    }
}

fn pattern(explained: &Explained) -> PatternV1 {
    PatternV1 {
        pattern: explained.pattern.to_string(),
        resources_seen: explained.seen,
        open: explained.opened.iter().map(ToString::to_string).collect(),
        bits: explained.bits(),
    }
}

fn action_pattern(shortened: &Shortened) -> ActionPatternV1 {
    ActionPatternV1 {
        pattern: shortened.pattern.to_string(),
        stands_for: shortened.actions.iter().map(ToString::to_string).collect(),
        catalog: Catalog::bundled().contents().date,
    }
}

fn certificate(proposal: &VerifiedProposal) -> CertificateV1 {
    let certificate = proposal.certificate();
    CertificateV1 {
        of: match proposal.settings().objective {
            Objective::Characters => "characters",
            Objective::Statements => "statements",
        },
        cost: certificate.cost,
        lower_bound: certificate.lower_bound,
        optimum: certificate.is_optimum(),
    }
}

fn confidence(confidence: &Confidence) -> ConfidenceV1 {
    ConfidenceV1 {
        days: confidence.days,
        days_used: confidence.active,
        days_that_alone_hold_a_permission: confidence.alone,
        unseen_use_below_percent_of_days: confidence.rule_of_three(),
        back_tests: confidence
            .cuts
            .iter()
            .map(|cut| BackTestV1 {
                derived_from_days: cut.days,
                later_accesses: cut.later,
                would_have_denied: cut.denied,
            })
            .collect(),
    }
}

fn suggestion(suggestion: &Suggestion) -> SuggestionV1 {
    SuggestionV1 {
        condition: serde_json::from_str(&suggestion.condition.to_string()).unwrap_or_default(),
        actions: suggestion.actions.iter().map(ToString::to_string).collect(),
    }
}

pub(super) fn reason(kept: &WhyKept) -> ReasonV1 {
    let plain = |ground, why| ReasonV1 {
        actions: kept.actions.to_string(),
        ground,
        why,
        evidence: None,
        coverage: None,
        last_accessed: None,
        unverified: None,
        resource_confirmed: None,
    };
    match &kept.ground {
        Ground::Used {
            uses,
            verified,
            resource_confirmed,
            need,
        } => ReasonV1 {
            evidence: uses.evidence().as_ref().map(evidence),
            unverified: Some(!verified),
            resource_confirmed: Some(*resource_confirmed),
            ..match need {
                Necessity::Certain => plain("used", None),
                Necessity::Possible => plain("possibly_used", None),
            }
        },
        Ground::NeededBy(action) => plain("needed_by_action", Some(action.to_string())),
        Ground::Configuration(why) => plain("needed_by_configuration", Some(why.to_string())),
        Ground::LastAccessed(last) => ReasonV1 {
            last_accessed: Some(accessed::last_access(last)),
            ..plain("last_accessed", None)
        },
        Ground::Unobservable(reason) => ReasonV1 {
            last_accessed: match &reason.why {
                Why::Accessed(_, last) => Some(accessed::last_access(last)),
                _ => None,
            },
            coverage: reason.why.is_of_trail().then(|| reason.to_string()),
            ..match (&reason.why, reason.why.class()) {
                (Why::NeverLogged, _) => plain("never_logged", None),
                (Why::InPart(what), _) => plain("logged_in_part", Some((*what).to_owned())),
                (Why::Accessed(service, _), _) => {
                    plain("service_last_accessed", Some(service.clone()))
                }
                (_, Some(EventClass::Data(of))) => plain("data_event", Some(of.to_string())),
                (_, Some(class)) => plain("management_event", Some(class.to_string())),
                (_, None) => plain("left_out_of_trail", None),
            }
        },
    }
}

fn unmet(access: &FloorAccess) -> UnmetV1 {
    UnmetV1 {
        action: access.action.to_string(),
        resource: access.on.to_string(),
        why: access.reason.to_string(),
        source: access.source,
    }
}

pub(super) fn access((access, seen): &(Access, Evidence)) -> AccessV1 {
    access_seen((access, seen))
}

pub(super) fn access_seen((access, seen): (&Access, &Evidence)) -> AccessV1 {
    AccessV1 {
        action: access.action.to_string(),
        resources: access.on.iter().map(ToString::to_string).collect(),
        exact: !access.on.iter().any(|on| matches!(on, On::Matching(_))),
        unverified: !access.verified,
        evidence: evidence(seen),
    }
}

fn evidence(evidence: &Evidence) -> EvidenceV1 {
    EvidenceV1 {
        events: evidence.events,
        days: evidence.days().len(),
        first: evidence.span.map(|(first, _)| first.to_string()),
        last: evidence.span.map(|(_, last)| last.to_string()),
        samples: evidence.samples().map(ToString::to_string).collect(),
    }
}

pub(super) fn unattributed(
    ((source, name), seen): (&(String, String), &Evidence),
) -> UnattributedV1 {
    UnattributedV1 {
        source: source.clone(),
        name: name.clone(),
        evidence: evidence(seen),
    }
}

fn difference(proposal: &VerifiedProposal, diff: &Diff) -> DifferenceV1 {
    let [used, needed_by_configuration, unobservable] = weighed::counts(proposal);
    DifferenceV1 {
        permissions: PermissionsV1 {
            used,
            needed_by_configuration,
            unobservable,
            unused: diff
                .actions_before
                .saturating_sub(used + needed_by_configuration + unobservable),
        },
        actions_before: diff.actions_before,
        actions_after: diff.actions_after,
        gained: diff.gained.iter().map(service).collect(),
        lost: diff.lost.iter().map(service).collect(),
    }
}

pub(super) fn service(loss: &ServiceLoss) -> ServiceV1 {
    let mut gone: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for lost in &loss.gone {
        gone.entry(lost.level.name())
            .or_default()
            .push(lost.action.name().to_owned());
    }
    let narrowed = loss
        .narrowed
        .iter()
        .map(|lost| lost.action.name().to_owned());
    ServiceV1 {
        service: loss.service.clone(),
        gone,
        narrowed: narrowed.collect(),
        witness: loss.example().map(|lost| WitnessV1 {
            action: lost.action.to_string(),
            resource: lost.witness.resource.clone(),
        }),
    }
}

pub(super) fn read(reading: &Reading) -> ReadV1 {
    let counts = &reading.counts;
    ReadV1 {
        files: reading.files,
        digest_files: reading.digest_files,
        insight_files: reading.insight_files,
        other_files: reading.other_files,
        events: counts.events(),
        used: counts.used.saturating_sub(reading.quarantined),
        denied: counts.denied,
        quarantined: reading.quarantined,
        unattributed: counts.unattributed,
        set_aside: counts
            .set_aside
            .iter()
            .map(|(reason, number)| (reason.reason(), *number))
            .collect(),
        duplicates: counts.duplicates,
        not_understood: counts.not_understood,
        faults: reading
            .faults
            .iter()
            .map(|fault| FaultV1 {
                file: fault.file.clone(),
                what: fault.what.clone(),
            })
            .collect(),
        account_problems: reading.account_problems.clone(),
    }
}
