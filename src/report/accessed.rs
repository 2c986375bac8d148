//! What IAM says that a role last accessed, and what became of that.

use crate::minimize::{Accessed, Decided, VerifiedProposal};
use crate::usage::LastAccess;

use super::json_v1::{AccessedV1, LastAccessV1};

/// More actions than this are counted.
const FEW: usize = 3;

/// What a reader should know of it that no statement says.
pub(super) fn remarks(proposal: &VerifiedProposal) -> Vec<String> {
    let all = &proposal.premises().accessed;
    let decided = |by: Decided| all.iter().filter(move |one| one.decided == by);
    let services = all.iter().filter_map(of_service);
    let trail = several(decided(Decided::ByOtherDays)).map(|what| {
        format!(
            "IAM says that {what}: the trail does not show that, and what it shows of other days decides"
        )
    });
    let configuration = several(decided(Decided::ByConfiguration)).map(|what| {
        format!("IAM says that {what}: the trail does not show that, and the resources that the configuration names stay")
    });
    services.chain(trail).chain(configuration).collect()
}

/// What becomes of a service of which nothing else is known.
fn of_service(accessed: &Accessed) -> Option<String> {
    let Accessed {
        what,
        last,
        decided,
    } = accessed;
    let service = what.service().filter(|_| what.as_action().is_none())?;
    let becomes = match decided {
        Decided::ByIam => {
            "the trail shows no use of it, so it is not known what of it goes unused, and what is granted of it is unobservable"
        }
        Decided::TooEarly => {
            "that was before the trail begins, IAM does not say which action it was, and nothing of it stays"
        }
        Decided::ByTrail | Decided::ByOtherDays | Decided::ByConfiguration => return None,
    };
    Some(format!(
        "IAM says that {service} was last accessed on {last}: {becomes}"
    ))
}

/// `a:B was last accessed on 2026-03-01 in eu-central-1, c:D on …, and 2 more`
fn several<'a>(accessed: impl Iterator<Item = &'a Accessed>) -> Option<String> {
    let mut accessed: Vec<_> = accessed.collect();
    accessed.sort_by_key(|one| std::cmp::Reverse(one.last.time));
    let (first, others) = accessed.split_first()?;
    let mut text = format!("{} was last accessed on {}", first.what, first.last);
    for other in others.iter().take(FEW - 1) {
        text.push_str(&format!(", {} on {}", other.what, other.last));
    }
    if accessed.len() > FEW {
        text.push_str(&format!(", and {} more", accessed.len() - FEW));
    }
    Some(text)
}

/// Why an action stays that no need of it names, or does not: for `explain`.
pub(super) fn in_words(accessed: &Accessed) -> String {
    let why = match accessed.decided {
        Decided::ByIam => "the trail does not show it",
        Decided::ByTrail => "the trail shows it too, and decides",
        Decided::ByOtherDays => {
            "the trail does not show that, and what it shows of other days decides"
        }
        Decided::ByConfiguration => {
            "the trail does not show it, and what the configuration names decides"
        }
        Decided::TooEarly => {
            "that was before the trail begins, and IAM does not say which action it was"
        }
    };
    format!(
        "{} last on {}, as IAM says: {why}",
        accessed.what, accessed.last
    )
}

/// For a program.
pub(super) fn to_json(accessed: &Accessed) -> AccessedV1 {
    AccessedV1 {
        actions: accessed.what.to_string(),
        last: last_access(&accessed.last),
        decided: match accessed.decided {
            Decided::ByIam => "by_iam",
            Decided::ByTrail => "by_trail",
            Decided::ByOtherDays => "by_trail_of_other_days",
            Decided::ByConfiguration => "by_configuration",
            Decided::TooEarly => "before_trail",
        },
    }
}

/// For a program.
pub(super) fn last_access(last: &LastAccess) -> LastAccessV1 {
    LastAccessV1 {
        time: last.time.to_string(),
        region: last.region.clone(),
    }
}
