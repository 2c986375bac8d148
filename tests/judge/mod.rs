//! A judge of proposals: learns from the first days of a trace and decides the later ones, and the decoys.
//!
//! - `learning`: from a trace to a proposal, through the program
//! - `bounds`: what is judged beside it, to compare: the best policy that there is, and a simple one
//! - `score`: what was denied that should not have been, and the other way round
//! - `table`: the scores, to read

mod bounds;
mod learning;
mod score;
mod table;

use std::collections::BTreeSet;

use tightrope::evaluation::{Granted, Prospect};
use tightrope::iam::{Action, PolicySize, RequestContext, Resource};

use crate::traces::{Call, Set, Trace, seen};

pub(crate) use bounds::{BY_HAND, FOLDERS, hand_written};
pub(crate) use learning::account_role;
use learning::{LEVELS, Learner};
pub(crate) use score::Score;
pub(crate) use table::print;

/// Days that are judged after the training.
const TEST_DAYS: usize = 30;

/// The score of each level after so many days of training, over the first traces of a set.
pub(crate) fn judge(set: &Set, roles: u64, trainings: &[usize]) -> Vec<Score> {
    let names = LEVELS.iter().map(|level| level.name);
    let names = names.chain([FOLDERS, BY_HAND]);
    let rows = trainings
        .iter()
        .flat_map(|days| names.clone().map(move |name| Score::new(name, *days)));
    let mut scores: Vec<_> = rows.collect();
    let longest = trainings.iter().max().copied().unwrap_or_default();
    for number in 0..roles {
        let trace = Trace::of(set, number, longest + TEST_DAYS);
        let mut learner = Learner::new(&trace);
        for score in &mut scores {
            learner.learn_until(score.days);
            let judged = match LEVELS.iter().find(|level| level.name == score.level) {
                Some(level) => learner.learned(level),
                None if score.level == FOLDERS => Some(bounds::folders(&trace, score.days)),
                None => Some(bounds::by_hand(&trace, score.days)),
            };
            match judged {
                Some(judged) => score.add(&trace, &judged),
                None => score.without_proposal += 1,
            }
        }
    }
    scores
}

/// A policy to be judged.
struct Judged {
    granted: Granted,
    size: PolicySize,
    /// The actions that other names stand for.
    renamed: BTreeSet<Action>,
}

impl Judged {
    /// Whether it allows all that IAM is asked for a call.
    fn allows(&self, call: &Call) -> bool {
        let name = |action: &str| {
            let action: Action = action.parse().expect("an action");
            match self.renamed.contains(&action) {
                true => seen(action.as_str()).parse().expect("an action"),
                false => action,
            }
        };
        let mut asked = call.asked.iter();
        asked.all(|(action, resource)| is_allowed(&self.granted, &name(action), resource))
    }
}

/// Whether policies allow all that IAM is asked for a call, by the actions' own names.
pub(crate) fn allows(granted: &Granted, call: &Call) -> bool {
    let mut asked = call.asked.iter();
    asked.all(|(action, resource)| {
        is_allowed(granted, &action.parse().expect("an action"), resource)
    })
}

/// Whether policies surely allow a request.
fn is_allowed(granted: &Granted, action: &Action, resource: &str) -> bool {
    let resource = Resource::Arn(resource.parse().expect("an ARN"));
    granted.prospect(action, &resource, &RequestContext::default()) == Prospect::Allow
}
