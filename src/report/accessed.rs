//! What IAM says that a role last accessed, and what became of that.

use std::cmp::Reverse;

use crate::minimize::{Accessed, Decided, VerifiedProposal};
use crate::usage::LastAccess;

use super::json_v1::{AccessedV1, LastAccessV1};

/// More of them than this are counted.
const FEW: usize = 3;

/// What a reader should know of it that no statement says.
pub(super) fn remarks(proposal: &VerifiedProposal) -> Vec<String> {
    let all = &proposal.premises().accessed;
    let becomes = [
        (
            true,
            Decided::ByIam,
            "the trail shows no use, so that of what is granted of the service nothing is known to be unused",
        ),
        (
            true,
            Decided::TooEarly,
            "the trail begins later, IAM does not say which action it was, and nothing of the service stays",
        ),
        (
            false,
            Decided::ByOtherDays,
            "the trail does not show that, and what it shows of other days decides",
        ),
        (
            false,
            Decided::ByConfiguration,
            "the trail does not show that, and the resources that the configuration names stay",
        ),
    ];
    let remarks = becomes.into_iter().filter_map(|(of_service, by, what)| {
        let is_one = |one: &&Accessed| is_of_service(one) == of_service && one.decided == by;
        let several = several(all.iter().filter(is_one))?;
        Some(format!("IAM says that {several}: {what}"))
    });
    remarks.collect()
}

/// Whether IAM says it of a service as a whole.
fn is_of_service(accessed: &Accessed) -> bool {
    accessed.what.as_action().is_none()
}

/// `a:B was last accessed on 2026-03-01 in eu-central-1, c:D on …, and 2 more`, the latest first.
fn several<'a>(accessed: impl Iterator<Item = &'a Accessed>) -> Option<String> {
    let mut accessed: Vec<_> = accessed.collect();
    accessed.sort_by_key(|one| Reverse(one.last.time));
    let what = |one: &'a Accessed| match is_of_service(one) {
        true => one.what.service().unwrap_or_default(),
        false => one.what.as_str(),
    };
    let (first, others) = accessed.split_first()?;
    let mut words = vec![format!(
        "{} was last accessed on {}",
        what(first),
        first.last
    )];
    let few = others.iter().take(FEW - 1);
    words.extend(few.map(|one| format!("{} on {}", what(one), one.last)));
    if accessed.len() > FEW {
        words.push(format!("and {} more", accessed.len() - FEW));
    }
    Some(words.join(", "))
}

/// What decided of it, for `explain`.
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
