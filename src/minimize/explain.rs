//! Why a permission is kept or goes.

use crate::algebra::{self, Conditions, Glob, Inclusion, Product, Strings, Witness};
use crate::evaluation::{Rule, resource_text};
use crate::iam::{Action, Effect, Resource};

use super::kept::KeptStatement;
use super::need::Need;
use super::standing::{Standing, Standings};
use super::verify::VerifiedProposal;

/// What a proposal makes of a permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The role does not have it.
    NotGranted,
    /// All of it stays.
    Stays,
    /// Some of it stays; this request is no longer allowed.
    Narrower(Box<Witness>),
    /// Nothing of it stays.
    Goes,
    /// It took too long to say.
    Undecided,
}

/// Why a permission is kept or goes.
#[derive(Debug)]
pub struct Explanation<'a> {
    /// The action.
    pub action: Action,
    /// On this resource alone; `None` for any.
    pub resource: Option<Resource>,
    /// What the role's policies say of it, denials too.
    pub said: Vec<&'a Rule>,
    /// What is known of it.
    pub standing: Standing,
    /// What keeps it, each with its ground.
    pub needs: Vec<&'a Need>,
    /// The statements of the proposal that speak of it.
    pub kept: Vec<&'a KeptStatement>,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// Says why a proposal keeps an action, on one resource or on any, or lets it go.
#[must_use]
pub fn explain<'a>(
    proposal: &'a VerifiedProposal,
    action: &Action,
    resource: Option<&Resource>,
) -> Explanation<'a> {
    let premises = proposal.premises();
    let folded = action.as_str().to_ascii_lowercase();
    let on = resource.map(resource_text);
    let asked = Product {
        action: Strings::AnyOf(vec![Glob::literal(&folded)]),
        resource: match on {
            Some(text) => Strings::AnyOf(vec![Glob::literal(text)]),
            None => Strings::NoneOf(Vec::new()),
        },
        when: Conditions::default(),
    };
    let speaks = |product: &Product| {
        product.action.contains(&folded) && on.is_none_or(|on| product.resource.contains(on))
    };
    let rules = premises.granted.all_rules().iter();
    let said: Vec<_> = rules.filter(|rule| speaks(&rule.widest)).collect();
    let kept_rules = proposal.proposed().all_rules().iter();
    let documents = proposal.layout().documents().iter();
    let statements = documents.flat_map(|document| &document.statements);
    // The proposal was read back from its own text, so that its rules are its statements in order.
    let kept = kept_rules.zip(statements);
    let kept = kept.filter(|(rule, _)| speaks(&rule.widest));
    let kept: Vec<_> = kept.map(|(_, kept)| kept).collect();
    let standings = Standings::of(premises);
    let needs = standings.needs(action);
    let needs = needs.filter(|need| on.is_none_or(|on| need.product().resource.contains(on)));
    Explanation {
        action: action.clone(),
        resource: resource.cloned(),
        outcome: outcome(proposal, &asked, &said, &kept),
        standing: standings.of_action(action),
        needs: needs.collect(),
        said,
        kept,
    }
}

fn outcome(
    proposal: &VerifiedProposal,
    asked: &Product,
    said: &[&Rule],
    kept: &[&KeptStatement],
) -> Outcome {
    let (before, after) = (
        proposal.premises().granted.grant(),
        proposal.proposed().grant(),
    );
    let nothing = algebra::Grant::default();
    let granted = Inclusion::new(&before, &nothing).verdict(Some(asked));
    if said
        .iter()
        .all(|rule| rule.statement.effect == Effect::Deny)
        || granted == algebra::Verdict::Included
    {
        return Outcome::NotGranted;
    }
    let mut kept = kept.iter();
    let some_stays = kept.any(|kept| kept.statement.effect == Effect::Allow);
    match Inclusion::new(&before, &after).verdict(Some(asked)) {
        algebra::Verdict::Included => Outcome::Stays,
        algebra::Verdict::Refuted(witness) if some_stays => Outcome::Narrower(Box::new(witness)),
        algebra::Verdict::Refuted(_) => Outcome::Goes,
        algebra::Verdict::Unknown(_) => Outcome::Undecided,
    }
}
