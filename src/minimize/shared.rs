//! Customer managed policies that several roles share, made smaller for all of their roles together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::evaluation::{Granted, NamedPolicy, Reading};
use crate::iam::{Arn, AttachedPolicy, Role, RoleId};

use super::draft::{Draft, Drafting};
use super::layout::Document;
use super::need::Ground;
use super::pack::{Space, TooLarge};
use super::piece::{Piece, Pieces};
use super::settings::{Broadened, Settings};
use super::widest::Covered;
use super::{NoProposal, Premises, Proposing, VerifiedProposal, narrow};

/// Why a policy that several roles share is replaced role by role, though it was to stay shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotShared {
    /// It is attached to users, groups or roles that nothing is proposed for.
    Elsewhere {
        /// How often it is attached, by the account data.
        attachments: usize,
        /// To how many of the roles that are looked at.
        looked_at: usize,
    },
    /// There is no proposal for one of its roles.
    NoProposal(RoleId),
    /// What its roles need of it together is more than one policy may hold.
    TooLarge(TooLarge),
}

impl fmt::Display for NotShared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotShared::Elsewhere {
                attachments,
                looked_at,
            } => write!(
                f,
                "it is attached {attachments} times, and only {looked_at} of the roles are looked at"
            ),
            NotShared::NoProposal(role) => {
                write!(f, "there is no proposal for its role {}", role.name())
            }
            NotShared::TooLarge(too_large) => write!(
                f,
                "what its roles need of it takes {} characters, more than a policy may hold",
                too_large.characters
            ),
        }
    }
}

/// A role, and what a proposal for it rests on.
type Member<'a> = (&'a Role, Result<Premises, NoProposal>);

/// Proposals of roles that may share policies. A policy stays shared only if there is a proposal for each of its roles,
/// since a change to it changes them all.
pub(super) fn together(
    roles: &[&Role],
    proposing: &Proposing<'_>,
) -> Vec<Result<VerifiedProposal, NoProposal>> {
    let premises = |role: &&Role| Premises::of(role, proposing.known, proposing.settings);
    let members: Vec<Member<'_>> = roles.iter().map(|role| (*role, premises(role))).collect();
    let mut refused = BTreeMap::new();
    loop {
        let tightened = Tightened::new(&members, &refused, proposing);
        let propose = |(role, premises): &Member<'_>| {
            proposing.propose((role, premises.clone()?), &tightened)
        };
        let results: Vec<_> = members.iter().map(propose).collect();
        let known = refused.len();
        let failed = members.iter().zip(&results);
        for ((role, _), _) in failed.filter(|(_, result)| result.is_err()) {
            for arn in tightened.arns_of(role) {
                let why = NotShared::NoProposal(role.id.clone());
                refused.entry(arn.clone()).or_insert(why);
            }
        }
        if refused.len() == known {
            return results;
        }
    }
}

/// The policies that several roles share, each made smaller, or why it was not.
#[derive(Debug, Default)]
pub(super) struct Tightened(BTreeMap<Arn, Result<SharedPolicy, NotShared>>);

/// A shared policy, made smaller.
#[derive(Debug)]
struct SharedPolicy {
    /// Of one document, or of none when no role needs anything of it.
    draft: Draft,
    /// What it allows.
    covered: Covered,
}

impl Tightened {
    fn new(
        members: &[Member<'_>],
        refused: &BTreeMap<Arn, NotShared>,
        proposing: &Proposing<'_>,
    ) -> Self {
        let mut sharing: BTreeMap<&Arn, Vec<(&Member<'_>, &AttachedPolicy)>> = BTreeMap::new();
        for member in members {
            for policy in member.0.attached.iter().filter(|one| is_shared(one)) {
                let roles = sharing.entry(&policy.arn).or_default();
                roles.push((member, policy));
            }
        }
        let tighten = |(arn, roles): (&Arn, Vec<(&Member<'_>, &AttachedPolicy)>)| {
            let shared = match refused.get(arn) {
                Some(why) => Err(why.clone()),
                None => tighten(&roles, proposing),
            };
            (arn.clone(), shared)
        };
        Tightened(sharing.into_iter().map(tighten).collect())
    }

    /// The policies of a role that were made smaller.
    fn arns_of<'a>(&'a self, role: &'a Role) -> impl Iterator<Item = &'a Arn> {
        let attached = role.attached.iter().map(|policy| &policy.arn);
        attached.filter(|arn| matches!(self.0.get(arn), Some(Ok(_))))
    }

    /// What of it a role has.
    pub(super) fn of(&self, role: &Role) -> SharedByRole<'_> {
        let mut of_role = SharedByRole::default();
        for policy in &role.attached {
            match self.0.get(&policy.arn) {
                Some(Ok(shared)) => of_role.policies.push((policy.arn.to_string(), shared)),
                Some(Err(why)) => {
                    let not = (policy.arn.to_string(), why.clone());
                    of_role.not_shared.push(not);
                }
                None => {}
            }
        }
        of_role
    }
}

/// Whether a policy belongs to the account and somebody else has it attached too.
fn is_shared(policy: &AttachedPolicy) -> bool {
    policy.arn.account().is_some() && policy.attachments > 1
}

/// Makes a policy smaller for all of its roles.
fn tighten(
    roles: &[(&Member<'_>, &AttachedPolicy)],
    proposing: &Proposing<'_>,
) -> Result<SharedPolicy, NotShared> {
    let attachments = roles.iter().map(|(_, policy)| policy.attachments).max();
    let attachments = attachments.unwrap_or_default();
    if attachments > roles.len() {
        return Err(NotShared::Elsewhere {
            attachments,
            looked_at: roles.len(),
        });
    }
    let mut members = Vec::with_capacity(roles.len());
    let mut granted = Granted::default();
    for ((role, premises), policy) in roles {
        let no_proposal = || NotShared::NoProposal(role.id.clone());
        let premises = premises.as_ref().map_err(|_| no_proposal())?;
        let version = policy.default_version.as_ref();
        let (_, document) = version.ok_or_else(no_proposal)?;
        let policy = NamedPolicy {
            name: policy.arn.to_string(),
            policy: document.clone().map_err(|_| no_proposal())?,
        };
        granted = Granted::new(vec![policy], Reading::default());
        members.push((*role, premises));
    }
    let cut = |broadened: Broadened| pieces(&granted, &members, broadened, proposing);
    let drafting = Drafting {
        granted: &granted,
        catalog: proposing.known.catalog,
        settings: proposing.settings,
        space: Space {
            inline: false,
            attachments: 1,
        },
        cut: &cut,
    };
    let mut draft = drafting.draft().map_err(NotShared::TooLarge)?;
    let broadened = Broadened::by(&draft.eased, proposing.settings);
    let shared_by: BTreeSet<_> = members.iter().map(|(role, _)| role.id.clone()).collect();
    let replaces = granted.policies().first().map(|policy| policy.name.clone());
    draft.layout = draft.layout.map(|document| Document {
        replaces: replaces.clone(),
        shared_by: shared_by.clone(),
        ..document
    });
    Ok(SharedPolicy {
        draft,
        covered: Covered::by(cut(broadened).cut),
    })
}

/// What the roles need of the policy.
fn pieces(
    granted: &Granted,
    members: &[(&Role, &Premises)],
    broadened: Broadened,
    proposing: &Proposing<'_>,
) -> Pieces {
    let mut all = narrow::narrow(granted, &[], broadened.most);
    let mut uses_before = 0;
    for (role, premises) in members {
        let learning = proposing.learning(role, granted, broadened.level);
        let pieces = narrow::narrow(granted, &premises.needs, broadened.most);
        for mut piece in learning.learn(pieces.cut) {
            if let Ground::Used { uses, .. } = &mut piece.ground {
                *uses = uses.moved(uses_before);
            }
            all.cut.push(piece);
        }
        uses_before += premises.seen.used.len();
    }
    all
}

/// The shared policies of one role.
#[derive(Debug, Default)]
pub(super) struct SharedByRole<'a> {
    policies: Vec<(String, &'a SharedPolicy)>,
    not_shared: Vec<(String, NotShared)>,
}

impl SharedByRole<'_> {
    /// How many managed policies of its own the role may have beside them.
    pub(super) fn attachments_beside(&self, settings: &Settings) -> usize {
        let documents = self.policies.iter();
        let documents = documents.map(|(_, shared)| shared.draft.layout.documents().len());
        settings.attachments.saturating_sub(documents.sum())
    }

    /// The pieces that come from none of them and that none of them allows already.
    pub(super) fn leave_out(&self, granted: &Granted, pieces: Pieces) -> Pieces {
        let from = |policy: &str| self.policies.iter().any(|(shared, _)| shared == policy);
        let rules = granted.all_rules();
        let from_rule = |rule: usize| rules.get(rule).is_some_and(|rule| from(&rule.place.policy));
        let allowed = |piece: &Piece| {
            let mut shared = self.policies.iter();
            shared.any(|(_, shared)| shared.covered.holds(&piece.reach))
        };
        let cut = pieces.cut.into_iter();
        let denials = pieces.denials.into_iter();
        Pieces {
            cut: cut
                .filter(|piece| !from_rule(piece.from.rule) && !allowed(piece))
                .collect(),
            denials: denials.filter(|rule| !from(&rule.place.policy)).collect(),
        }
    }

    /// The role's whole draft: theirs, and then its own.
    pub(super) fn beside(&self, own: Draft) -> Draft {
        let documents = self.policies.iter();
        let documents = documents.flat_map(|(_, shared)| shared.draft.layout.documents());
        let certificates = self.policies.iter();
        let certificates = certificates.map(|(_, shared)| shared.draft.certificate);
        let mut eased = own.eased;
        for (_, shared) in &self.policies {
            let more = shared.draft.eased.iter().copied();
            let more: Vec<_> = more.filter(|one| !eased.contains(one)).collect();
            eased.extend(more);
        }
        eased.sort();
        Draft {
            layout: own.layout.behind(documents.cloned().collect()),
            certificate: own.certificate + certificates.sum(),
            eased,
            not_shared: self.not_shared.clone(),
        }
    }
}
