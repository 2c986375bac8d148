//! The one question: is there a request in all of these products and in none of those?
//!
//! The search goes through the dimensions one after the other: action, then resource. In each it looks for
//! values by the outside classes that still hold them (the *signature* of a value): only the signature matters for what
//! follows, and a smaller one is better. Signatures come lazily, the shortest value first. When one leaves no request,
//! the classes that were needed to see it are learned as a core, and every signature with that core in it is passed
//! over; so in effect only the minimal ones are followed. A branch whose decided classes hold a core is cut.

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use super::budget::{Budget, Exhausted};
use super::chart::{Chart, State};
use super::covered::Covered;
use super::outside::{Outside, sort_out};
use super::pieces::{Common, Inside, Piece};
use super::request::{Product, Witness};

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// There is such a request, and this is one: a short one, not always a shortest.
    Found(Witness),
    /// There is none.
    Nothing,
    /// Not decided within [`super::MOST_STATES`] and [`super::MOST_MOVES`]: deciding it can take exponential time.
    Exhausted,
}

/// A request in every product of `inside` and in none of `outside`.
pub fn find(inside: &[&Product], outside: &[&Product]) -> Search {
    let inside: Vec<Inside<'_>> = inside.iter().map(|product| Inside::new(product)).collect();
    let inside: Vec<&Inside<'_>> = inside.iter().collect();
    find_prepared(&inside, &Outside::new(outside), &mut Budget::whole())
}

/// [`find`], where the products are prepared once for many questions, and the budget is given.
pub(super) fn find_prepared(
    inside: &[&Inside<'_>],
    outside: &Outside<'_>,
    budget: &mut Budget,
) -> Search {
    let action = Common::new(inside.iter().map(|product| &product.action));
    if action.pieces.is_empty() {
        return Search::Nothing;
    }
    let resource = Common::new(inside.iter().map(|product| &product.resource));
    // What the inside asks for holds and nothing else does: any more could only help the outside.
    let holding = inside
        .iter()
        .filter_map(|product| product.product.when)
        .collect();
    let mut hunt = Hunt::new(outside, [&action, &resource], budget);
    match hunt.hunt(Dimension::Action, &outside.applicable(&holding)) {
        Ok(Answer::Found(witness)) => Search::Found(Witness { holding, ..witness }),
        Ok(Answer::Covered(_)) => Search::Nothing,
        Err(Exhausted) => Search::Exhausted,
    }
}

/// In the order of the search.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dimension {
    Action,
    Resource,
    /// Past the last one. Its only class stands for all products that hold the request in every dimension.
    Done,
}

/// What is left of the question once some classes survive.
enum Answer {
    /// A request for the dimensions from here on.
    Found(Witness),
    /// None, on account of these classes alone, ascending.
    Covered(Vec<usize>),
}

struct Hunt<'q> {
    outside: &'q Outside<'q>,
    action: &'q Common<'q>,
    resource: &'q Common<'q>,
    /// One for each dimension.
    covered: [Covered; 3],
    budget: &'q mut Budget,
}

/// One dimension on the way: where its classes lead, and which were needed so far.
struct Stage<'q> {
    following: Dimension,
    next: &'q [usize],
    used: BTreeSet<usize>,
}

/// A state on the way, with how it was reached.
struct Node {
    state: Rc<State>,
    from: usize,
    letter: char,
}

impl Stage<'_> {
    /// The classes that `held` ones are in the next dimension, ascending.
    fn following(&self, held: &[usize]) -> Vec<usize> {
        let mut classes: Vec<usize> = held.iter().map(|class| self.next[*class]).collect();
        sort_out(&mut classes);
        classes
    }

    /// Notes classes of `held` that lead to all of `core`, rather ones that were noted before.
    fn note(&mut self, core: &[usize], held: &[usize]) {
        let mut missing: BTreeSet<usize> = core.iter().copied().collect();
        for class in held.iter().filter(|class| self.used.contains(class)) {
            missing.remove(&self.next[*class]);
        }
        for class in held {
            if missing.remove(&self.next[*class]) {
                self.used.insert(*class);
            }
        }
    }
}

impl<'q> Hunt<'q> {
    fn new(
        outside: &'q Outside<'q>,
        [action, resource]: [&'q Common<'q>; 2],
        budget: &'q mut Budget,
    ) -> Hunt<'q> {
        let mut covered: [Covered; 3] = Default::default();
        covered[Dimension::Done as usize].learn(vec![0]);
        Hunt {
            outside,
            action,
            resource,
            covered,
            budget,
        }
    }

    /// A request for the dimensions from `dimension` on that none of the surviving classes holds.
    fn hunt(&mut self, dimension: Dimension, survivors: &[usize]) -> Result<Answer, Exhausted> {
        match dimension {
            Dimension::Action | Dimension::Resource => self.hunt_strings(dimension, survivors),
            Dimension::Done => Ok(Answer::Found(Witness::default())),
        }
    }

    fn hunt_strings(
        &mut self,
        dimension: Dimension,
        survivors: &[usize],
    ) -> Result<Answer, Exhausted> {
        let (common, line, following) = match dimension {
            Dimension::Action => (self.action, &self.outside.action, Dimension::Resource),
            _ => (self.resource, &self.outside.resource, Dimension::Done),
        };
        let mut stage = Stage {
            following,
            next: &line.next,
            used: BTreeSet::new(),
        };
        for piece in &common.pieces {
            let found = match piece {
                Piece::Text(text) => {
                    let rest = self.go_on(&mut stage, &line.holding(text, survivors))?;
                    rest.map(|rest| ((*text).to_owned(), rest))
                }
                Piece::Globs(globs)
                    if self.settled_by(&mut stage, &line.naming(globs.globs(), survivors))? =>
                {
                    None
                }
                Piece::Globs(globs) => {
                    let chart = Chart::new(globs, &common.except, line, survivors);
                    let plain = common
                        .plain_text(globs)
                        .map(|text| (line.holding(&text, survivors), text));
                    self.walk(&mut stage, &chart, plain)?
                }
            };
            match found {
                Some((action, rest)) if dimension == Dimension::Action => {
                    return Ok(Answer::Found(Witness { action, ..rest }));
                }
                Some((resource, rest)) => return Ok(Answer::Found(Witness { resource, ..rest })),
                None => {}
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
            Answer::Found(rest) => Ok(Some(rest)),
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

    /// The strings of a piece, the shortest first, by what holds them, until one leaves a request.
    fn walk(
        &mut self,
        stage: &mut Stage<'_>,
        chart: &Chart<'_>,
        plain: Option<(Vec<usize>, String)>,
    ) -> Result<Option<(String, Witness)>, Exhausted> {
        let Some(start) = chart.start() else {
            return Ok(None);
        };
        if self.settled_by(stage, &start.met)? {
            return Ok(None);
        }
        if let Some((held, text)) = plain
            && let Some(rest) = self.go_on(stage, &held)?
        {
            return Ok(Some((text, rest)));
        }
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

    /// Do the classes that hold all strings of a piece leave no request by themselves? Asked before the strings are
    /// looked at one by one: that is how one product that is wider in every dimension ends a search at once.
    fn settled_by(&mut self, stage: &mut Stage<'_>, met: &[usize]) -> Result<bool, Exhausted> {
        if met.is_empty() {
            return Ok(false);
        }
        match self.go_on(stage, met)? {
            None => Ok(true),
            Some(witness) => {
                self.covered[stage.following as usize].learn_open(stage.following(met), witness);
                Ok(false)
            }
        }
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
