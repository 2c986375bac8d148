//! The proof of a proposal, from its printed text alone.

use std::collections::BTreeMap;

use crate::algebra::{self, Glob, Grant, Inclusion, Product, Strings, Witness};
use crate::cover::Certificate;
use crate::evaluation::{
    Granted, NamedPolicy, Prospect, UnknownGrant, Verdict, action_glob, included,
};
use crate::iam::{Policy, PolicySize, Request, RequestContext, Resource, Role};
use crate::usage::{Known, On};

use super::confide::Confidence;
use super::draft::Draft;
use super::layout::{Document, Layout};
use super::need::{NeededOn, asked, on_glob};
use super::settings::{Eased, Settings};
use super::shared::NotShared;
use super::support::Suggestion;
use super::{Need, Premises};

/// A proposal that was proved to
///
/// - allow nothing that the role's policies do not allow (promise 1: nothing new),
/// - allow all of the used, configured and unobservable requests that they allow (promise 2: nothing lost),
/// - fit into AWS's limits (promise 5),
/// - allow every observed request, one by one, as the role's policies did (promise 7: replay).
///
/// There is no other way to have one than to prove it, and nothing else is ever printed or written as a
/// proposal.
#[derive(Clone, Debug)]
pub struct VerifiedProposal {
    premises: Premises,
    draft: Draft,
    proposed: Granted,
    replay: Replay,
    confidence: Confidence,
    suggested: Vec<Suggestion>,
    settings: Settings,
}

/// The observed requests, evaluated one by one against the proposal. Those of which the events tell only a
/// pattern are too many to try, and the algebra proves them all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// Calls that the trail has of the role's functions.
    pub calls: u64,
    /// Distinct requests that the proposal allows.
    pub allowed: usize,
    /// Distinct requests that it allows under the conditions that it keeps.
    pub depends: usize,
    /// Distinct requests that the role's own policies did not allow either.
    pub never_granted: usize,
}

/// Why a proposal was not proved.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refutation {
    /// It allows a request that was not allowed.
    #[error("it would newly allow {} on {}", .0.action, .0.resource)]
    New(Witness),
    /// It loses a request that is needed.
    #[error("it would lose {} on {}, needed for {}", .1.action, .1.resource, .0.actions)]
    Lost(Box<Need>, Witness),
    /// It loses an observed request.
    #[error("it would deny {} on {}, which was observed", .0.action, .0.resource)]
    Replay(Box<Request>),
    /// It does not fit.
    #[error("it takes {0} characters, which is over AWS's limits")]
    Size(PolicySize),
    /// Its printed text does not read back.
    #[error("its text does not read back: {0}")]
    Text(#[from] UnknownGrant),
    /// The proof ran out of its budget.
    #[error("the proof that it allows nothing new and loses nothing took more than its budget")]
    Undecided,
}

impl VerifiedProposal {
    /// Proves a proposal, the only way to have one.
    pub(super) fn prove(
        role: &Role,
        premises: Premises,
        draft: Draft,
        settings: &Settings,
    ) -> Result<Self, Refutation> {
        if !draft.layout.fits(settings.attachments) {
            return Err(Refutation::Size(draft.layout.size()));
        }
        let proposed = read_back(&premises.granted, &draft.layout)?;
        let (before, after) = (premises.granted.grant(), proposed.grant());
        nothing_new(&premises.granted, &proposed)?;
        nothing_lost(&premises.needs, &before, &after)?;
        let replay = replay(role, &premises, &proposed)?;
        Ok(VerifiedProposal {
            premises,
            draft,
            proposed,
            replay,
            confidence: Confidence::default(),
            suggested: Vec::new(),
            settings: *settings,
        })
    }

    /// With what is said beside it: what its evidence is worth, and what else could be asked.
    pub(super) fn with(self, confidence: Confidence, suggested: Vec<Suggestion>) -> Self {
        VerifiedProposal {
            confidence,
            suggested,
            ..self
        }
    }

    /// How small it is known to be: the characters or the number of the statements that allow, without their `Sid`, and
    /// what no statements that hold the same, one service and one condition each, can have less than.
    #[must_use]
    pub fn certificate(&self) -> Certificate {
        self.draft.certificate
    }

    /// What was asked of it.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What was given up so that it fits into AWS's limits.
    #[must_use]
    pub fn eased(&self) -> &[Eased] {
        &self.draft.eased
    }

    /// The policies that were asked to stay shared and are replaced role by role, by ARN, and why.
    #[must_use]
    pub fn not_shared(&self) -> &[(String, NotShared)] {
        &self.draft.not_shared
    }

    /// What its evidence is worth.
    #[must_use]
    pub fn confidence(&self) -> &Confidence {
        &self.confidence
    }

    /// Conditions that all observed uses of some actions met and that it does not ask.
    #[must_use]
    pub fn suggested(&self) -> &[Suggestion] {
        &self.suggested
    }

    /// What it rests on.
    #[must_use]
    pub fn premises(&self) -> &Premises {
        &self.premises
    }

    /// The documents.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.draft.layout
    }

    /// What the documents allow.
    #[must_use]
    pub fn proposed(&self) -> &Granted {
        &self.proposed
    }

    /// How the observed requests fare under it.
    #[must_use]
    pub fn replay(&self) -> Replay {
        self.replay
    }

    /// Whether it allows less than the role's policies do.
    #[must_use]
    pub fn is_narrower(&self) -> bool {
        !included(&self.premises.granted, &self.proposed).is_included()
    }
}

/// The documents as a reader of their text finds them.
fn read_back(granted: &Granted, layout: &Layout) -> Result<Granted, Refutation> {
    let read = |(index, document): (usize, &Document)| {
        let name = format!("proposal {}", index + 1);
        let text = document.policy().to_text();
        match Policy::parse(&text.into()) {
            Ok(policy) => Ok(NamedPolicy { name, policy }),
            Err(error) => Err(UnknownGrant::Unreadable {
                policy: name,
                error,
            }),
        }
    };
    let documents: Vec<_> = layout
        .documents()
        .iter()
        .enumerate()
        .map(read)
        .collect::<Result<_, _>>()?;
    Ok(granted.beside(documents))
}

fn nothing_new(before: &Granted, after: &Granted) -> Result<(), Refutation> {
    match included(after, before) {
        Verdict::Included => Ok(()),
        Verdict::Refuted(witness) => Err(Refutation::New(witness)),
        Verdict::Unknown(_) => Err(Refutation::Undecided),
    }
}

fn nothing_lost(needs: &[Need], before: &Grant, after: &Grant) -> Result<(), Refutation> {
    let needed_for = |witness: &Witness| needs.iter().find(|need| need.product().contains(witness));
    let inclusion = Inclusion::new(before, after);
    for asked in together(needs) {
        match inclusion.verdict(Some(&asked)) {
            algebra::Verdict::Included => {}
            algebra::Verdict::Unknown(_) => return Err(Refutation::Undecided),
            algebra::Verdict::Refuted(witness) => {
                return Err(match needed_for(&witness) {
                    Some(need) => Refutation::Lost(Box::new(need.clone()), witness),
                    None => Refutation::Undecided,
                });
            }
        }
    }
    Ok(())
}

/// The requests of all needs, in few products: what the actions of a service need on the same resources is one
/// question, and so is what one action needs on many.
fn together(needs: &[Need]) -> Vec<Product> {
    let mut on_any: BTreeMap<&Strings, Vec<Glob>> = BTreeMap::new();
    let mut seen: BTreeMap<_, Vec<Glob>> = BTreeMap::new();
    for need in needs {
        match &need.on {
            NeededOn::Any(resources) => {
                let actions = on_any.entry(resources).or_default();
                actions.push(action_glob(&need.actions));
            }
            NeededOn::Seen(on) => {
                let resources = seen.entry((&need.actions, &need.when)).or_default();
                resources.push(on_glob(on));
            }
        }
    }
    let on_any = on_any.into_iter().map(|(on, actions)| Product {
        action: Strings::AnyOf(actions),
        resource: on.clone(),
        when: asked(None),
    });
    let seen = seen.into_iter().map(|((actions, when), on)| Product {
        action: Strings::AnyOf(vec![action_glob(actions)]),
        resource: Strings::AnyOf(on),
        when: asked(when.as_ref()),
    });
    on_any.chain(seen).collect()
}

/// Evaluates each observed request against both; the slow and obvious check beside the algebra's. A
/// request of which only a pattern is known is the algebra's alone.
fn replay(role: &Role, premises: &Premises, proposed: &Granted) -> Result<Replay, Refutation> {
    let mut replay = Replay {
        calls: premises.calls,
        ..Replay::default()
    };
    let accesses = premises.seen.used.iter();
    let observed =
        accesses.flat_map(|(access, _)| access.on.iter().map(move |on| (&access.action, on)));
    let nothing = Known::default();
    for (action, on) in observed {
        let resource = match on {
            On::NoResource => Resource::None,
            On::Exactly(arn) => Resource::Arn(arn.clone()),
            On::Matching(_) => continue,
        };
        let mut context = RequestContext::default();
        let known = premises.seen.known.get(action).unwrap_or(&nothing);
        for (key, values) in known.iter() {
            context.set(key.clone(), values.iter().cloned());
        }
        let prospect = |granted: &Granted| granted.prospect(action, &resource, &context);
        let (before, after) = (prospect(&premises.granted), prospect(proposed));
        match after {
            after if after < before => {
                return Err(Refutation::Replay(Box::new(Request {
                    principal: role.arn.clone(),
                    action: action.clone(),
                    resource,
                    context,
                })));
            }
            Prospect::Allow => replay.allowed += 1,
            Prospect::Depends => replay.depends += 1,
            Prospect::ImplicitDeny | Prospect::ExplicitDeny => replay.never_granted += 1,
        }
    }
    Ok(replay)
}
