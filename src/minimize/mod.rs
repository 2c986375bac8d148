//! Granted × observed × needed → a verified proposal: the policy that keeps what a role needs of what it
//! has, and nothing else.
//!
//! The steps, each a file: `gather` finds what must stay allowed; `narrow` cuts it out of each granted statement, so that
//! nothing new can come in; `learn` puts patterns in place of single resources; `state` writes the pieces as the fewest
//! statements or characters, with a certificate; `pack` lays them out within AWS's limits; `verify` proves the result
//! from its printed text alone. `confide` says what the evidence is worth.

mod accessed;
mod anywhere;
mod authored;
mod beginnings;
mod capture;
mod cells;
mod confide;
mod draft;
mod explain;
mod gather;
mod kept;
mod kin;
mod layout;
mod learn;
mod meeting;
mod name;
mod narrow;
mod need;
mod neighbours;
mod objection;
mod pack;
mod piece;
mod premises;
mod settings;
mod shared;
mod shorten;
mod speaking;
mod split;
mod standing;
mod state;
mod support;
mod unobservable;
mod verify;
mod widest;

use crate::evaluation::{Granted, UnknownGrant};
use crate::generalize::Level;
use crate::iam::{PolicySize, Role};

pub use accessed::{Accessed, Decided};
pub use confide::{Confidence, Cut};
pub use explain::{Explanation, Outcome, explain};
pub use kept::{KeptStatement, Shortened, WhyKept};
pub use layout::{Document, Form, Layout};
pub use learn::Explained;
pub use need::{Ground, Need, NeededOn, Uses};
pub use neighbours::Neighbours;
pub use objection::Objection;
pub use pack::TooLarge;
pub use premises::{Known, Premises};
pub use settings::{Eased, MIN_DAYS, Settings, Sharing, Style, Unobservable};
pub use shared::NotShared;
pub use split::{NoSplit, Part, split};
pub use standing::{Standing, Standings};
pub use support::Suggestion;
pub use verify::{Refutation, Replay, VerifiedProposal};

use draft::Drafting;
use learn::Learning;
use pack::Space;
use piece::Pieces;
use settings::Broadened;
use shared::Tightened;

/// Why there is no proposal for a role.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NoProposal {
    /// The evidence is not enough.
    #[error("{0}, or say `--accept-coverage` to propose all the same")]
    NotEnough(Objection),
    /// It is not known what it is granted.
    #[error(transparent)]
    UnknownGrant(#[from] UnknownGrant),
    /// It grants nothing, so there is nothing to make smaller.
    #[error("the role's policies grant nothing")]
    GrantsNothing,
    /// What it needs does not fit.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The proposal did not pass its own proof: a defect of this program, and never shown as a proposal.
    #[error("the proposal failed its proof and is withheld: {0}")]
    Refuted(#[from] Refutation),
}

/// The smaller policy for a role, proved, or why there is none.
///
/// # Errors
/// Each with what to do about it: no evidence, an unknown grant, nothing that fits.
pub fn minimize(
    role: &Role,
    known: &Known<'_>,
    settings: &Settings,
) -> Result<VerifiedProposal, NoProposal> {
    let premises = Premises::of(role, known, settings)?;
    let proposing = Proposing { known, settings };
    proposing.propose((role, premises), &Tightened::default())
}

/// The smaller policies of several roles, in their order. What they share of customer managed policies is made smaller
/// for all of them together, if [`Settings::sharing`] asks for it.
pub fn minimize_all(
    roles: &[&Role],
    known: &Known<'_>,
    settings: &Settings,
) -> Vec<Result<VerifiedProposal, NoProposal>> {
    match settings.sharing {
        Sharing::Split => {
            let each = roles.iter().map(|role| minimize(role, known, settings));
            each.collect()
        }
        Sharing::Union => shared::together(roles, &Proposing { known, settings }),
    }
}

/// How proposals are made.
struct Proposing<'a> {
    known: &'a Known<'a>,
    settings: &'a Settings,
}

impl Proposing<'_> {
    /// The proposal for a role, beside policies that it shares and that are made smaller already.
    fn propose(
        &self,
        (role, premises): (&Role, Premises),
        tightened: &Tightened,
    ) -> Result<VerifiedProposal, NoProposal> {
        let shared = tightened.of(role);
        let narrowed = narrow::narrow(&premises.granted, &premises.needs, usize::MAX);
        let cut = |broadened: Broadened| {
            let learning = self.learning(role, &premises.granted, broadened.level);
            let pieces = match broadened.most {
                usize::MAX => narrowed.clone(),
                most => narrow::narrow(&premises.granted, &premises.needs, most),
            };
            shared.leave_out(
                &premises.granted,
                Pieces {
                    cut: learning.learn(pieces.cut),
                    ..pieces
                },
            )
        };
        let drafting = Drafting {
            granted: &premises.granted,
            catalog: self.known.catalog,
            settings: self.settings,
            space: Space {
                inline: true,
                attachments: shared.attachments_beside(self.settings),
            },
            cut: &cut,
        };
        let unseen = |too_large: TooLarge| TooLarge {
            unseen: premises.unseen(),
            ..too_large
        };
        let draft = shared.beside(drafting.draft().map_err(unseen)?);
        let learning = self.learning(role, &premises.granted, self.settings.generalize);
        let confidence = confide::confide(&premises, &narrowed.cut, &learning);
        let suggested = match self.settings.suggest_conditions {
            true => support::suggestions(&premises, self.known.catalog),
            false => Vec::new(),
        };
        let proved = VerifiedProposal::prove(role, premises, draft, self.settings)?;
        Ok(proved.with(confidence, suggested))
    }

    fn learning<'a>(&'a self, role: &'a Role, granted: &'a Granted, level: Level) -> Learning<'a> {
        Learning {
            granted,
            catalog: self.known.catalog,
            role: &role.id,
            neighbours: &self.known.neighbours,
            level,
        }
    }
}

/// The size of all policies of a role together, as IAM counts each.
#[must_use]
pub fn size_before(role: &Role) -> PolicySize {
    let inline = role.inline.iter().map(|policy| policy.document.as_ref());
    let attached = role
        .attached
        .iter()
        .filter_map(|policy| policy.default_version.as_ref());
    let documents = inline.chain(attached.map(|(_, document)| document.as_ref()));
    documents.filter_map(Result::ok).map(PolicySize::of).sum()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_accessed;
#[cfg(test)]
mod tests_of_evidence;
#[cfg(test)]
mod tests_of_settings;
#[cfg(test)]
mod tests_of_sharing;
