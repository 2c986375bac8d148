//! The values of a condition key, one for each way to be in some sets and not in others.

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use super::budget::{Budget, Exhausted};
use super::chart::Chart;
use super::glob::Glob;
use super::outside::Line;
use super::pieces::everything;
use super::request::Strings;
use super::scale::Scale;
use super::values::Values;

/// Whether a value is in a set, given what is known only at request time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Within {
    /// It is, whatever that is.
    pub(super) surely: bool,
    /// It may be.
    pub(super) maybe: bool,
    /// It is, taken letter by letter.
    pub(super) literally: bool,
}

/// A value, and the sets that it is in.
#[derive(Clone, Debug)]
pub(super) struct Minterm {
    /// The value; one that stands for what might not exist has the text of its better half.
    pub(super) text: String,
    pub(super) within: Vec<Within>,
}

/// The values that stand for all values, as far as these sets go.
#[derive(Debug)]
pub(super) struct Minterms {
    pub(super) values: Vec<Minterm>,
    /// Whether none is missing. One can be when texts with wildcards and ordered values are asked for at once.
    pub(super) complete: bool,
}

/// One value for each combination of the sets that a value can be in; with `and_maybe`, also for those of which it is
/// not known whether a value can, so that what holds for all of these holds for all values.
pub(super) fn minterms(
    sets: &[&Values],
    and_maybe: bool,
    budget: &mut Budget,
) -> Result<Minterms, Exhausted> {
    let texts: Vec<&Strings> = sets.iter().filter_map(|set| as_text(set)).collect();
    let globs = || texts.iter().flat_map(|strings| strings.globs());
    let literals: BTreeSet<&str> = globs().filter_map(Glob::as_literal).collect();
    let spelled = spelled(&texts, budget)?;
    let ordered = ordered_texts(sets, &literals);
    let complete = ordered.is_empty() || globs().all(|glob| glob.as_literal().is_some());
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    // Those that are numbers, dates or addresses first: that is what a reader expects of such a key.
    pairs.extend(
        ordered
            .iter()
            .chain(&spelled)
            .map(|text| (text.as_str(), text.as_str())),
    );
    if and_maybe && !complete {
        let with = |text| {
            ordered
                .iter()
                .map(move |point: &String| (text, point.as_str()))
        };
        pairs.extend(spelled.iter().flat_map(|text| with(text.as_str())));
    }
    let mut found = HashSet::new();
    let mut values: Vec<Minterm> = Vec::new();
    for (text, point) in pairs {
        budget.look(sets.len())?;
        let within = |set: &&Values| match set {
            Values::Text(_) => Within::of(set, text),
            Values::Ordered { .. } => Within::of(set, point),
        };
        let within: Vec<_> = sets.iter().map(within).collect();
        if found.insert(within.clone()) {
            let text = text.to_owned();
            values.push(Minterm { text, within });
        }
    }
    Ok(Minterms { values, complete })
}

impl Within {
    fn of(set: &Values, text: &str) -> Self {
        Within {
            surely: set.surely_contains(text),
            maybe: set.might_contain(text),
            literally: set.contains(text),
        }
    }
}

fn as_text(set: &Values) -> Option<&Strings> {
    match set {
        Values::Text(strings) => Some(strings),
        Values::Ordered { .. } => None,
    }
}

/// Texts for each range of each scale that the sets have, and one that is on no scale.
fn ordered_texts(sets: &[&Values], literals: &BTreeSet<&str>) -> Vec<String> {
    let ends = |scale: Scale| {
        let ranges = sets.iter().flat_map(move |set| match set {
            Values::Ordered {
                scale: own, ranges, ..
            } if *own == scale => ranges.as_slice(),
            _ => &[],
        });
        ranges.flat_map(|range| range.points())
    };
    let asked = |scale: &Scale| {
        let is = |set: &&Values| matches!(set, Values::Ordered { scale: own, .. } if own == scale);
        sets.iter().copied().any(|set| is(&set))
    };
    let scales = [Scale::Number, Scale::Instant, Scale::Address];
    let mut texts = Vec::new();
    for scale in scales.into_iter().filter(asked) {
        // The literals are points as well, so that each gap has a text that is none of them.
        let named = literals.iter().filter_map(|text| scale.read(text));
        let samples = scale.samples(ends(scale).chain(named).collect());
        texts.extend(samples.into_iter().flat_map(|point| point.texts(literals)));
    }
    if !texts.is_empty() {
        texts.push("x".to_owned());
        // Literals of one set are alike as texts, and not as points.
        texts.extend(literals.iter().map(|text| (*text).to_owned()));
    }
    texts
}

/// A text for each combination of these sets of texts.
fn spelled(sets: &[&Strings], budget: &mut Budget) -> Result<Vec<String>, Exhausted> {
    let globs_of = |strings: &&Strings| strings.globs().to_vec();
    let mut sides: Vec<Strings> = sets.iter().map(globs_of).map(Strings::AnyOf).collect();
    let unknown = sets.iter().filter(|strings| strings.has_unknown());
    let widened = unknown.map(|strings| strings.globs().iter().map(Glob::widened).collect());
    sides.extend(widened.map(Strings::AnyOf));
    let line = Line::new(sides.iter().map(|side| (side, 0)).collect());
    let all: Vec<usize> = (0..sides.len()).collect();
    let piece = everything();
    let chart = Chart::new(&piece, &[], &line, &all);
    let Some(start) = chart.start().map(Rc::new) else {
        return Ok(Vec::new());
    };
    let mut signatures = HashSet::new();
    let mut seen = HashSet::from([Rc::clone(&start)]);
    let mut states = vec![(start, String::new())];
    let mut texts = Vec::new();
    let mut index = 0;
    while let Some((state, text)) = states.get(index).cloned() {
        index += 1;
        if let Some(holding) = chart.holding(&state)
            && signatures.insert(holding)
        {
            texts.push(text.clone());
        }
        for letter in chart.letters(&state) {
            budget.look(state.size())?;
            let Some(next) = chart.step(&state, letter).map(Rc::new) else {
                continue;
            };
            if seen.insert(Rc::clone(&next)) {
                budget.visit()?;
                let mut longer = text.clone();
                longer.push(letter);
                states.push((next, longer));
            }
        }
    }
    Ok(texts)
}
