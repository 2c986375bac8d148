//! How the one question is answered.
//!
//! The search goes through the dimensions one after the other: action, resource, context. In each it looks at values by
//! the outside classes that still hold them (the *signature* of a value): only the signature matters for what follows,
//! and a smaller one is better. Signatures come lazily, from the shortest value on. When one leaves no request, the
//! classes that were needed to see it are learned as a core, and every signature with that core in it is passed over;
//! a branch whose decided classes hold a core is cut.

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use super::budget::{Budget, Exhausted};
use super::chart::{Chart, State};
use super::contexts::Contexts;
use super::covered::Covered;
use super::outside::{Line, Outside, sort_out};
use super::pieces::{Common, Piece, Shared};
use super::request::Witness;
use crate::iam::ConditionKey;

/// In the order of the search.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dimension {
    Action,
    Resource,
    Context,
}

/// What is left of the question once some classes survive.
pub(super) enum Answer {
    /// A request for the dimensions from here on.
    Found(Witness),
    /// None, on account of these classes alone, ascending.
    Covered(Vec<usize>),
}

/// The search for an answer to one question.
pub(super) struct Hunt<'q> {
    outside: &'q Outside<'q>,
    action: &'q Common<'q>,
    resource: &'q Common<'q>,
    contexts: Contexts<'q>,
    /// One for each dimension.
    covered: [Covered; 3],
    budget: &'q mut Budget,
}

/// One dimension on the way.
struct Stage<'q> {
    dimension: Dimension,
    following: Dimension,
    common: &'q Common<'q>,
    line: &'q Line<'q>,
    /// The classes to avoid, ascending.
    survivors: &'q [usize],
    /// Those of them that were needed so far to see that no request does.
    used: BTreeSet<usize>,
}

/// A value for one dimension, and a request for those that follow.
type Found = Option<(String, Witness)>;

/// A state on the way, with how it was reached.
struct Node {
    state: Rc<State>,
    from: usize,
    letter: char,
}

impl Stage<'_> {
    /// The classes that `held` ones are in the next dimension, ascending.
    fn following(&self, held: &[usize]) -> Vec<usize> {
        let mut classes: Vec<usize> = held.iter().map(|class| self.line.next[*class]).collect();
        sort_out(&mut classes);
        classes
    }

    /// Notes classes of `held` that lead to all of `core`, rather ones that were noted before.
    fn note(&mut self, core: &[usize], held: &[usize]) {
        let mut missing: BTreeSet<usize> = core.iter().copied().collect();
        for class in held.iter().filter(|class| self.used.contains(class)) {
            missing.remove(&self.line.next[*class]);
        }
        for class in held {
            if missing.remove(&self.line.next[*class]) {
                self.used.insert(*class);
            }
        }
    }
}

impl<'q> Hunt<'q> {
    pub(super) fn new(
        outside: &'q Outside<'q>,
        [action, resource]: [&'q Common<'q>; 2],
        contexts: Contexts<'q>,
        budget: &'q mut Budget,
    ) -> Hunt<'q> {
        let mut covered: [Covered; 3] = Default::default();
        for (class, conditions) in outside.conditions.iter().enumerate() {
            if contexts.is_asked_inside(conditions) {
                covered[Dimension::Context as usize].learn(vec![class]);
            }
        }
        Hunt {
            outside,
            action,
            resource,
            contexts,
            covered,
            budget,
        }
    }

    /// A request that none of the outside products holds.
    pub(super) fn start(&mut self) -> Result<Answer, Exhausted> {
        self.hunt(Dimension::Action, &self.outside.action.all())
    }

    /// A key of which not every value could be looked at.
    pub(super) fn mixed(self) -> Option<ConditionKey> {
        self.contexts.mixed
    }

    /// A request for the dimensions from `dimension` on that none of the surviving classes holds.
    fn hunt(&mut self, dimension: Dimension, survivors: &[usize]) -> Result<Answer, Exhausted> {
        let (common, line, following) = match dimension {
            Dimension::Action => (self.action, &self.outside.action, Dimension::Resource),
            Dimension::Resource => (self.resource, &self.outside.resource, Dimension::Context),
            Dimension::Context => return self.hunt_contexts(survivors),
        };
        let used = BTreeSet::new();
        self.hunt_strings(Stage {
            dimension,
            following,
            common,
            line,
            survivors,
            used,
        })
    }

    fn hunt_contexts(&mut self, survivors: &[usize]) -> Result<Answer, Exhausted> {
        let found = self.contexts.find(survivors, self.budget)?;
        Ok(match found {
            Some(context) => Answer::Found(Witness {
                context,
                ..Witness::default()
            }),
            None => Answer::Covered(survivors.to_vec()),
        })
    }

    fn hunt_strings(&mut self, mut stage: Stage<'_>) -> Result<Answer, Exhausted> {
        for piece in &stage.common.pieces {
            let found = match piece {
                Piece::Text(text) => self.read(&mut stage, (*text).to_owned())?,
                Piece::Globs(globs) => self.walk(&mut stage, globs)?,
            };
            if let Some((text, rest)) = found {
                return Ok(Answer::Found(match stage.dimension {
                    Dimension::Action => Witness {
                        action: text,
                        ..rest
                    },
                    Dimension::Resource => Witness {
                        resource: text,
                        ..rest
                    },
                    Dimension::Context => rest,
                }));
            }
        }
        Ok(Answer::Covered(stage.used.into_iter().collect()))
    }

    /// A request for the dimensions after this one that none of the `held` classes holds. If there is none, the stage
    /// notes why.
    fn go_on(
        &mut self,
        stage: &mut Stage<'_>,
        held: &[usize],
    ) -> Result<Option<Witness>, Exhausted> {
        if self.is_covered(stage, held) {
            return Ok(None);
        }
        let following = stage.following(held);
        if let Some(known) = self.covered[stage.following as usize].witness_beyond(&following) {
            return Ok(Some(known.clone()));
        }
        match self.hunt(stage.following, &following)? {
            Answer::Found(rest) => {
                self.covered[stage.following as usize].learn_open(following, rest.clone());
                Ok(Some(rest))
            }
            Answer::Covered(core) => {
                stage.note(&core, held);
                self.covered[stage.following as usize].learn(core);
                Ok(None)
            }
        }
    }

    /// Is it known that no request avoids the `held` classes? The stage notes why.
    fn is_covered(&self, stage: &mut Stage<'_>, held: &[usize]) -> bool {
        let core = self.covered[stage.following as usize].core_within(&stage.following(held));
        core.map(|core| stage.note(core, held)).is_some()
    }

    /// Is it so that the `held` classes, which hold all strings of a piece, leave no request by themselves? Asked before
    /// the strings are looked at one by one: that is how one product that is wider in every dimension ends a search at
    /// once.
    fn is_settled(&mut self, stage: &mut Stage<'_>, held: &[usize]) -> Result<bool, Exhausted> {
        Ok(!held.is_empty() && self.go_on(stage, held)?.is_none())
    }

    /// One string.
    fn read(&mut self, stage: &mut Stage<'_>, text: String) -> Result<Found, Exhausted> {
        let held = stage.line.holding(&text, stage.survivors);
        Ok(self.go_on(stage, &held)?.map(|rest| (text, rest)))
    }

    /// The strings that some globs share: first what is plain to see of them, then all.
    fn walk(&mut self, stage: &mut Stage<'_>, globs: &Shared<'_>) -> Result<Found, Exhausted> {
        let naming = stage.line.naming(globs.globs(), stage.survivors);
        if self.is_settled(stage, &naming)? {
            return Ok(None);
        }
        let chart = Chart::new(globs, &stage.common.except, stage.line, stage.survivors);
        let Some(start) = chart.start() else {
            return Ok(None);
        };
        if self.is_settled(stage, &start.met)? {
            return Ok(None);
        }
        if let Some(text) = stage.common.plain_text(globs)
            && let Some(found) = self.read(stage, text)?
        {
            return Ok(Some(found));
        }
        self.walk_states(stage, &chart, start)
    }

    /// All strings from `start` on, the shortest first, one for each state, until one leaves a request.
    fn walk_states(
        &mut self,
        stage: &mut Stage<'_>,
        chart: &Chart<'_>,
        start: State,
    ) -> Result<Found, Exhausted> {
        let start = Rc::new(start);
        let mut seen = HashSet::from([Rc::clone(&start)]);
        let mut nodes = vec![Node {
            state: start,
            from: 0,
            letter: ' ',
        }];
        let mut index = 0;
        while let Some(node) = nodes.get(index) {
            let state = Rc::clone(&node.state);
            if !self.is_covered(stage, &state.met) {
                if let Some(held) = chart.holding(&state)
                    && let Some(rest) = self.go_on(stage, &held)?
                {
                    return Ok(Some((spelled(chart.beginning(), &nodes, index), rest)));
                }
                for letter in chart.letters(&state) {
                    self.budget.look(state.size())?;
                    let Some(next) = chart.step(&state, letter).map(Rc::new) else {
                        continue;
                    };
                    if seen.insert(Rc::clone(&next)) {
                        self.budget.visit()?;
                        nodes.push(Node {
                            state: next,
                            from: index,
                            letter,
                        });
                    }
                }
            }
            index += 1;
        }
        Ok(None)
    }
}

/// The string on which a node was reached.
fn spelled(beginning: &str, nodes: &[Node], mut index: usize) -> String {
    let mut letters = Vec::new();
    while index != 0 {
        letters.push(nodes[index].letter);
        index = nodes[index].from;
    }
    beginning.chars().chain(letters.into_iter().rev()).collect()
}
