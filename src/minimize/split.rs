//! A shared role divided: a policy for each of its functions, by that function's own use and configuration.

use std::collections::BTreeSet;

use super::objection::Objection;
use super::premises::Known;
use super::settings::Settings;
use super::verify::VerifiedProposal;
use super::{NoProposal, minimize};
use crate::iam::Role;
use crate::lambda::{FunctionSeen, NamedFunction, Seen};

/// What a function would need of a role that it shares.
#[derive(Debug)]
pub struct Part {
    /// The function.
    pub function: NamedFunction,
    /// What was seen of it alone.
    pub seen: FunctionSeen,
    /// Its policy, or why there is none.
    pub result: Result<VerifiedProposal, NoProposal>,
}

/// Why a role is not divided.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoSplit {
    /// There are no two functions to divide it among.
    #[error("{}: there is nothing to divide", functions_in_words(.0))]
    NotShared(Vec<NamedFunction>),
    /// Of too many calls it is not known which function made them.
    #[error(
        "of {unknown} of the {calls} calls that count ({percent:.1} %) nothing tells which function made them, and at most {most} % \
         may be so: give `--functions` and a trail that has `inScopeOf`, or say `--least-attributed {}`", say(*percent)
    )]
    TooThin {
        /// Calls of which it is not known.
        unknown: u64,
        /// All calls that count.
        calls: u64,
        /// The share of the former.
        percent: f64,
        /// The most that is allowed, in percent.
        most: u8,
    },
}

/// The option's value by which a share of unknown calls passes.
fn say(percent: f64) -> String {
    format!("{:.0}", (100.0 - percent).floor())
}

fn functions_in_words(functions: &[NamedFunction]) -> String {
    match functions {
        [] => "no function of the role is known or was seen".to_owned(),
        [one, ..] => format!("the role has one function, {}", one.name()),
    }
}

/// A policy for each function of a role: each keeps its own use and what its configuration needs, and all keep the use of
/// which it is not known whose it is.
///
/// # Errors
/// When fewer than two functions have the role, or when the share of calls, in percent, of which the function is known is
/// less than `least_attributed`.
pub fn split(
    role: &Role,
    known: &Known<'_>,
    (settings, least_attributed): (&Settings, u8),
) -> Result<Vec<Part>, NoSplit> {
    let seen = known.seen(role);
    let functions = functions(role, known, &seen);
    if functions.len() < 2 {
        return Err(NoSplit::NotShared(functions.into_iter().collect()));
    }
    let percent = seen.percent_of_no_function();
    let most = 100_u8.saturating_sub(least_attributed);
    if percent > f64::from(most) {
        return Err(NoSplit::TooThin {
            unknown: seen.calls_of_no_function(),
            calls: seen.calls,
            percent,
            most,
        });
    }
    let part = |function: NamedFunction| {
        let its = seen.functions.get(&function).cloned().unwrap_or_default();
        let result = match its.events > 0 || settings.accept_coverage {
            true => minimize(role, &known.clone().only(function.clone()), settings),
            false => Err(NoProposal::NotEnough(Objection::FunctionNotSeen)),
        };
        Part {
            function,
            seen: its,
            result,
        }
    };
    Ok(functions.into_iter().map(part).collect())
}

/// The functions that were seen, and those that are configured.
fn functions(role: &Role, known: &Known<'_>, seen: &Seen) -> BTreeSet<NamedFunction> {
    let configured = known.functions.get(&role.id).into_iter().flatten();
    let configured = configured.map(|function| NamedFunction::Arn(function.arn.clone()));
    seen.functions.keys().cloned().chain(configured).collect()
}
