//! Granted × observed × needed → a verified proposal: the policy that keeps what a role needs of what it
//! has, and nothing else.
//!
//! The steps, each a file: `gather` finds what must stay allowed; `narrow` cuts it out of each granted statement, so that
//! nothing new can come in; `learn` puts patterns in place of single resources; `state` writes the pieces as the fewest
//! statements or characters, with a certificate; `pack` lays them out within AWS's limits; `verify` proves the result
//! from its printed text alone. `confide` says what the evidence is worth.

mod authored;
mod beginnings;
mod capture;
mod cells;
mod confide;
mod gather;
mod kept;
mod layout;
mod learn;
mod name;
mod narrow;
mod need;
mod neighbours;
mod pack;
mod piece;
mod premises;
mod settings;
mod shorten;
mod speaking;
mod state;
mod support;
mod verify;
mod widest;

use crate::cover::Certificate;
use crate::evaluation::UnknownGrant;
use crate::generalize::Level;
use crate::iam::{PolicySize, Role};

pub use confide::{Confidence, Cut};
pub use kept::{KeptStatement, Shortened, WhyKept};
pub use layout::{Document, Layout};
pub use learn::Explained;
pub use need::{Ground, Need, NeededOn, Uses};
pub use neighbours::Neighbours;
pub use pack::TooLarge;
pub use premises::{Known, Premises};
pub use settings::{Eased, Settings, Style};
pub use support::Suggestion;
pub use verify::{Refutation, Replay, VerifiedProposal};

use learn::Learning;
use piece::Pieces;
use settings::{Broadened, easings};
use state::{Stated, Stating};

/// Why there is no proposal for a role.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NoProposal {
    /// Nothing was seen of it.
    #[error(
        "no event of the role is in the trail: that is no evidence that it needs nothing. Give a trail that covers \
         its work, or remove the role if nobody uses it"
    )]
    NoEvidence,
    /// Nothing was seen of its functions but refused calls or calls from elsewhere.
    #[error("none of the {events} events of the role shows what its function uses")]
    NoUse {
        /// The events of the role.
        events: u64,
    },
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

/// The documents of a proposal before they are proved, and how they came about.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) layout: Layout,
    pub(super) certificate: Certificate,
    pub(super) eased: Vec<Eased>,
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
    let premises = Premises::of(role, known)?;
    let draft = Drafting {
        role,
        premises: &premises,
        known,
        settings,
    }
    .draft()?;
    let learning = learning(role, &premises, known, settings.generalize);
    let confidence = confide::confide(&premises, &learning);
    let suggested = match settings.suggest_conditions {
        true => support::suggestions(&premises.seen, known.catalog),
        false => Vec::new(),
    };
    let proved = VerifiedProposal::prove(role, premises, draft, settings)?;
    Ok(proved.with(confidence, suggested))
}

fn learning<'a>(
    role: &'a Role,
    premises: &'a Premises,
    known: &'a Known<'_>,
    level: Level,
) -> Learning<'a> {
    Learning {
        granted: &premises.granted,
        catalog: known.catalog,
        role: &role.id,
        neighbours: &known.neighbours,
        level,
    }
}

/// What documents are drafted from.
struct Drafting<'a> {
    role: &'a Role,
    premises: &'a Premises,
    known: &'a Known<'a>,
    settings: &'a Settings,
}

impl Drafting<'_> {
    /// The documents, with as little given up as makes them fit.
    fn draft(&self) -> Result<Draft, TooLarge> {
        let mut last: Option<(Broadened, Stated)> = None;
        let mut result = Err(TooLarge::default());
        for eased in easings(self.settings) {
            let broadened = Broadened::by(&eased, self.settings);
            let stated = match last.take() {
                Some((same, stated)) if same == broadened => stated,
                _ => self.state(broadened),
            };
            let certificate = stated.certificate;
            result = self.lay_out(stated.clone(), &eased).map(|layout| Draft {
                layout,
                certificate,
                eased,
            });
            if result.is_ok() {
                break;
            }
            last = Some((broadened, stated));
        }
        result
    }

    fn state(&self, broadened: Broadened) -> Stated {
        let granted = &self.premises.granted;
        let pieces = narrow::narrow(granted, &self.premises.needs, broadened.most);
        let learning = learning(self.role, self.premises, self.known, broadened.level);
        let stating = Stating {
            granted,
            catalog: self.known.catalog,
            objective: self.settings.objective,
            across_services: broadened.across_services,
            as_authored: self.settings.style == Style::Preserve,
        };
        stating.state(Pieces {
            cut: learning.learn(pieces.cut),
            ..pieces
        })
    }

    fn lay_out(&self, mut stated: Stated, eased: &[Eased]) -> Result<Layout, TooLarge> {
        let (granted, catalog) = (&self.premises.granted, self.known.catalog);
        if eased.contains(&Eased::ActionPatterns) {
            let allow = stated.allow.iter_mut().map(|(kept, _)| kept);
            allow.for_each(|kept| shorten::shorten(kept, granted, catalog));
        }
        if self.settings.style == Style::Preserve {
            return authored::authored(stated, (granted, catalog), self.settings);
        }
        let allow = stated.allow.into_iter().map(|(kept, _)| kept);
        let mut statements: Vec<_> = allow.chain(stated.deny).collect();
        match eased.contains(&Eased::NoNames) {
            true => statements
                .iter_mut()
                .for_each(|kept| kept.statement.sid = None),
            false => name::name(&mut statements, catalog),
        }
        pack::pack(statements, self.settings.attachments)
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
mod tests_of_settings;
