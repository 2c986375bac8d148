//! What was asked beside the usual, and what was accepted against advice: it stands in the proposal, for whoever reviews it.

use crate::minimize::{MIN_DAYS, Unobservable, VerifiedProposal};

use super::who;

/// A line for each.
pub(super) fn on_record(proposal: &VerifiedProposal) -> Vec<String> {
    let settings = proposal.settings();
    let accepted = proposal.premises().accepted.iter();
    let accepted = accepted.map(|objection| format!("accepted (`--accept-coverage`): {objection}"));
    let unobservable = match settings.unobservable {
        Unobservable::Keep => None,
        Unobservable::Narrow => Some(
            "what no trail shows is kept on the resources that other evidence names, where it names any \
             (`--unobservable narrow`)",
        ),
        Unobservable::Remove => {
            Some("what no trail shows is taken away, used or not (`--unobservable remove`)")
        }
    };
    let days = (settings.min_days < MIN_DAYS).then(|| {
        format!(
            "{} days of trail are enough (`--min-days`), where {MIN_DAYS} are usual",
            settings.min_days
        )
    });
    let remembered = settings.last_accessed_days.map(|days| {
        format!(
            "what IAM says was last accessed counts until {days} days before the trail's last day (`--last-accessed-days`)"
        )
    });
    let unobservable = unobservable.map(str::to_owned);
    let decided = who::decided(&proposal.premises().seen);
    decided
        .into_iter()
        .chain(accepted)
        .chain(unobservable)
        .chain(days)
        .chain(remembered)
        .collect()
}
