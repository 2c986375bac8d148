//! A judge of proposals: learns from the first days of a trace and decides the later ones, and the decoys.
//!
//! - `learning`: from a trace to a proposal, through the program
//! - `score`: what was denied that should not have been, and the other way round
//! - `table`: the scores, to read

mod learning;
mod score;
mod table;

use std::collections::BTreeSet;

use tightrope::evaluation::{Granted, NamedPolicy, Reading};
use tightrope::iam::{Action, Arn, Policy, PolicySize};

use crate::traces::{Call, Set, Trace, seen};

pub(crate) use learning::{BY_HAND, account_role};
use learning::{LEVELS, Learner, Level};
pub(crate) use score::Score;
pub(crate) use table::print;

/// Days that are judged after the training.
const TEST_DAYS: usize = 30;

/// The score of each level after so many days of training, over the first traces of a set.
pub(crate) fn judge(set: &Set, roles: u64, trainings: &[usize]) -> Vec<Score> {
    let levels = LEVELS.iter().map(|level| level.name).chain([BY_HAND]);
    let rows = trainings
        .iter()
        .flat_map(|days| levels.clone().map(move |level| Score::new(level, *days)));
    let mut scores: Vec<_> = rows.collect();
    let longest = trainings.iter().max().copied().unwrap_or_default();
    for number in 0..roles {
        let trace = Trace::of(set, number, longest + TEST_DAYS);
        let mut learner = Learner::new(&trace);
        for score in &mut scores {
            learner.learn_until(score.days);
            let judged = match LEVELS.iter().find(|level| level.name == score.level) {
                Some(level) => learned(&learner, level),
                None => Some(by_hand(&trace)),
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
        let mut asked = call.asked.iter();
        asked.all(|(action, resource)| {
            let action: Action = action.parse().expect("an action");
            let action = match self.renamed.contains(&action) {
                true => seen(action.as_str()).parse().expect("an action"),
                false => action,
            };
            let resource: Arn = resource.parse().expect("an ARN");
            learning::allows(&self.granted, &action, resource)
        })
    }
}

/// The proposal of a level; `None` where the program says that there was no use to learn from.
fn learned(learner: &Learner<'_>, level: &Level) -> Option<Judged> {
    let proposal = learner.proposal(level)?;
    Some(Judged {
        granted: proposal.proposed().clone(),
        size: learning::size_of_learned(&proposal),
        renamed: learner.renamed().clone(),
    })
}

/// The policy that a person would write: the bound of what can be learned.
pub(crate) fn hand_written(trace: &Trace) -> Granted {
    let policy = Policy::parse(&trace.by_hand).expect("a policy");
    let name = BY_HAND.to_owned();
    Granted::new(vec![NamedPolicy { name, policy }], Reading::default())
}

fn by_hand(trace: &Trace) -> Judged {
    let granted = hand_written(trace);
    let policies = granted.policies().iter();
    Judged {
        size: policies.map(|named| PolicySize::of(&named.policy)).sum(),
        granted,
        renamed: BTreeSet::new(),
    }
}

/// Whether policies allow all that IAM is asked for a call, by the actions' own names.
pub(crate) fn allows(granted: &Granted, call: &Call) -> bool {
    let judged = Judged {
        granted: granted.clone(),
        size: PolicySize::default(),
        renamed: BTreeSet::new(),
    };
    judged.allows(call)
}
