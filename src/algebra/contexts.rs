//! The dimension of contexts: values for the condition keys so that all that is asked inside holds, and none of what
//! is asked outside.
//!
//! A key is one dimension more. Of its values only few matter: one for each combination of the sets that the tests of
//! the key speak of, absence, and, of a key with several values, as many of them together as tests can ask for. So the
//! search tries finitely many, and those first that fewest of the outside conditions hold for.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use super::budget::{Budget, Exhausted};
use super::minterms::{Minterm, Within, minterms};
use super::values::{Conditions, Share, Test, Values};
use crate::iam::{ConditionKey, RequestContext};

/// The search for a context, for one inside and one list of outside conditions.
#[derive(Debug)]
pub(super) struct Contexts<'q> {
    inside: Vec<&'q Conditions>,
    outside: &'q [&'q Conditions],
    several: &'q BTreeSet<ConditionKey>,
    known: HashMap<&'q ConditionKey, Rc<Vec<Candidate>>>,
    /// Whether values are looked at of which it is not known whether there are such.
    and_maybe: bool,
    /// A key of which not all values could be looked at.
    pub(super) mixed: Option<ConditionKey>,
}

/// What a key could have, with all that is asked of it inside.
#[derive(Debug)]
struct Candidate {
    /// Its values; none when it is absent.
    values: Vec<String>,
    /// The outside conditions that ask of the key, and hold as far as the key goes. Ascending.
    holding: Vec<usize>,
    /// Those that ask of the key.
    asking: Rc<Vec<usize>>,
}

impl<'q> Contexts<'q> {
    pub(super) fn new(
        inside: Vec<&'q Conditions>,
        outside: &'q [&'q Conditions],
        several: &'q BTreeSet<ConditionKey>,
        and_maybe: bool,
    ) -> Self {
        Contexts {
            and_maybe,
            inside,
            outside,
            several,
            known: HashMap::new(),
            mixed: None,
        }
    }

    /// Whether all that these conditions ask is asked inside too: then they hold, whatever is known only at request time.
    pub(super) fn is_asked_inside(&self, conditions: &Conditions) -> bool {
        conditions.iter().all(|(key, tests)| {
            let asked = |test| self.inside.iter().any(|all| all.of(key).contains(test));
            tests.iter().all(asked)
        })
    }

    /// A context in which all that is asked inside holds and none of the `survivors` does.
    pub(super) fn find(
        &mut self,
        survivors: &[usize],
        budget: &mut Budget,
    ) -> Result<Option<RequestContext>, Exhausted> {
        let asked = survivors.iter().map(|class| self.outside[*class]);
        let asked = asked.chain(self.inside.iter().copied());
        let keys: BTreeSet<&'q ConditionKey> = asked
            .flat_map(|conditions| conditions.iter().map(|(key, _)| key))
            .collect();
        let keys: Vec<_> = keys.into_iter().collect();
        let mut context = RequestContext::default();
        let mut failed = HashSet::new();
        let found = self.choose(
            &keys,
            survivors.to_vec(),
            (&mut context, &mut failed),
            budget,
        )?;
        Ok(found.then_some(context))
    }

    /// Gives the keys values, one key after the other.
    fn choose(
        &mut self,
        keys: &[&'q ConditionKey],
        survivors: Vec<usize>,
        (context, failed): (&mut RequestContext, &mut HashSet<(usize, Vec<usize>)>),
        budget: &mut Budget,
    ) -> Result<bool, Exhausted> {
        let Some((key, later)) = keys.split_first() else {
            return Ok(survivors.is_empty());
        };
        let place = (keys.len(), survivors);
        if failed.contains(&place) {
            return Ok(false);
        }
        let candidates = self.candidates(key, budget)?;
        for left in least(&candidates, &place.1) {
            budget.visit()?;
            let (candidate, survivors) = left;
            if self.choose(later, survivors, (context, failed), budget)? {
                context.set((*key).clone(), candidate.values.iter().cloned());
                return Ok(true);
            }
        }
        failed.insert(place);
        Ok(false)
    }

    /// What the key could have.
    fn candidates(
        &mut self,
        key: &'q ConditionKey,
        budget: &mut Budget,
    ) -> Result<Rc<Vec<Candidate>>, Exhausted> {
        if let Some(known) = self.known.get(key) {
            return Ok(Rc::clone(known));
        }
        let inside: Vec<&Test> = self.inside.iter().flat_map(|all| all.of(key)).collect();
        let numbered = self.outside.iter().enumerate();
        let outside: Vec<(usize, &[Test])> = numbered
            .map(|(class, conditions)| (class, conditions.of(key)))
            .filter(|(_, tests)| !tests.is_empty())
            .collect();
        let tests = inside.iter().copied();
        let tests = tests.chain(outside.iter().flat_map(|(_, tests)| *tests));
        let sets: BTreeSet<&Values> = tests.map(|test| &test.values).collect();
        let sets: Vec<_> = sets.into_iter().collect();
        let found = minterms(&sets, self.and_maybe, budget)?;
        if !found.complete {
            self.mixed = Some(key.clone());
        }
        let asked = Asked {
            place: sets
                .iter()
                .enumerate()
                .map(|(place, set)| (*set, place))
                .collect(),
            asking: Rc::new(outside.iter().map(|(class, _)| *class).collect()),
            inside,
            outside,
        };
        let mut candidates = Vec::new();
        let most = match self.several.contains(key) {
            true => asked.most_values(),
            false => 1,
        };
        asked.each(&found.values, most, &mut vec![], (&mut candidates, budget))?;
        let candidates = Rc::new(candidates);
        self.known.insert(key, Rc::clone(&candidates));
        Ok(candidates)
    }
}

/// The candidates that leave the fewest survivors, none of which leaves more than another, with those that are left.
fn least<'c>(candidates: &'c [Candidate], survivors: &[usize]) -> Vec<(&'c Candidate, Vec<usize>)> {
    let mut least: Vec<(&Candidate, Vec<usize>)> = Vec::new();
    for candidate in candidates {
        let stays = |class: &&usize| {
            candidate.asking.binary_search(class).is_err()
                || candidate.holding.binary_search(class).is_ok()
        };
        let left: Vec<usize> = survivors.iter().filter(stays).copied().collect();
        let within = |few: &[usize], many: &[usize]| {
            few.iter().all(|class| many.binary_search(class).is_ok())
        };
        if !least.iter().any(|(_, fewer)| within(fewer, &left)) {
            least.retain(|(_, more)| !within(&left, more));
            least.push((candidate, left));
        }
    }
    least.sort_by_key(|(_, left)| left.len());
    least
}

/// What is asked of one key, inside and outside.
struct Asked<'t> {
    place: HashMap<&'t Values, usize>,
    inside: Vec<&'t Test>,
    outside: Vec<(usize, &'t [Test])>,
    asking: Rc<Vec<usize>>,
}

impl Asked<'_> {
    /// How many values can be asked for at once: one by each test inside that asks for some, and one to break each test
    /// outside that asks it of every one.
    fn most_values(&self) -> usize {
        let some = |test: &&&Test| test.share == Share::Some;
        let every = |test: &&Test| test.share == Share::Every;
        let outside: BTreeSet<&Test> = self.outside.iter().flat_map(|(_, tests)| *tests).collect();
        let outside = outside.into_iter().filter(every).count();
        (self.inside.iter().filter(some).count() + outside).max(1)
    }

    /// Adds each choice of up to `most` of the values that all that is asked inside holds for.
    fn each<'v>(
        &self,
        values: &'v [Minterm],
        most: usize,
        chosen: &mut Vec<&'v Minterm>,
        (candidates, budget): (&mut Vec<Candidate>, &mut Budget),
    ) -> Result<(), Exhausted> {
        budget.look(self.inside.len() + self.outside.len() + 1)?;
        if self.fits_inside(chosen) {
            let holds = |tests: &[Test]| {
                tests
                    .iter()
                    .all(|test| self.holds(test, chosen, |within| within.surely))
            };
            let holding = self.outside.iter().filter(|(_, tests)| holds(tests));
            candidates.push(Candidate {
                values: chosen.iter().map(|minterm| minterm.text.clone()).collect(),
                holding: holding.map(|(class, _)| *class).collect(),
                asking: Rc::clone(&self.asking),
            });
        }
        if chosen.len() == most {
            return Ok(());
        }
        for (index, value) in values.iter().enumerate() {
            chosen.push(value);
            self.each(&values[index + 1..], most, chosen, (candidates, budget))?;
            chosen.pop();
        }
        Ok(())
    }

    /// Could all that is asked inside hold? What one test asks for may be known only at request time: then the letter
    /// that stands for it is the value, and the other tests may hold of it.
    fn fits_inside(&self, chosen: &[&Minterm]) -> bool {
        let unknown = self.inside.iter().find(|test| test.values.has_unknown());
        let fits = |test: &&Test| self.holds(test, chosen, |within| within.maybe);
        self.inside.iter().copied().all(|test| fits(&test))
            && unknown.is_none_or(|test| self.holds(test, chosen, |within| within.literally))
    }

    fn holds(&self, test: &Test, chosen: &[&Minterm], is: impl Fn(Within) -> bool) -> bool {
        if chosen.is_empty() && test.or_absent {
            return true;
        }
        let place = self.place[&test.values];
        let mut within = chosen.iter().map(|minterm| is(minterm.within[place]));
        match test.share {
            Share::Some => within.any(|within| within),
            Share::Every => within.all(|within| within),
        }
    }
}
