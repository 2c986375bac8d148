//! The products that a request must avoid, folded dimension by dimension.
//!
//! Two products that agree from a dimension on are one *class* there: once a request has come that far, avoiding one is
//! avoiding the other. So what is already known of one class is known of all products in it.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use super::glob::Glob;
use super::prefixes::Prefixes;
use super::request::{Atom, Product, Strings};

/// The outside products, and their classes in each dimension of strings.
#[derive(Debug)]
pub(super) struct Outside<'a> {
    /// The classes of actions that products without a condition have, ascending.
    unconditional: Vec<usize>,
    /// The classes of actions of the other products, each with the condition.
    conditional: Vec<(Atom, usize)>,
    pub(super) action: Line<'a>,
    pub(super) resource: Line<'a>,
}

/// One dimension of strings.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// Does a class hold the strings that its globs match, or all the others?
    pub(super) any_of: Vec<bool>,
    /// The class of each class in the next dimension.
    pub(super) next: Vec<usize>,
    /// The classes that hold all strings but some.
    pub(super) none_of: Vec<usize>,
    /// The class of each glob in `globs`, ascending.
    pub(super) owner: Vec<usize>,
    /// The globs of all classes.
    pub(super) globs: Prefixes<'a>,
}

impl<'a> Outside<'a> {
    pub(super) fn new(products: &[&'a Product]) -> Outside<'a> {
        let last = products.iter().map(|product| (&product.resource, 0));
        let (resources, resource_of) = classes(last);
        let (actions, action_of) = classes(
            products
                .iter()
                .map(|product| &product.action)
                .zip(resource_of),
        );
        let conditions = || {
            products
                .iter()
                .map(|product| product.when)
                .zip(action_of.iter().copied())
        };
        let with_atom = |(when, class): (Option<Atom>, usize)| Some((when?, class));
        let mut unconditional: Vec<usize> = conditions()
            .filter_map(|(when, class)| when.is_none().then_some(class))
            .collect();
        sort_out(&mut unconditional);
        let conditional = conditions().filter_map(with_atom).collect();
        Outside {
            unconditional,
            conditional,
            action: Line::new(actions),
            resource: Line::new(resources),
        }
    }

    /// The classes of actions whose products apply when these conditions hold and no other, ascending.
    pub(super) fn applicable(&self, holding: &BTreeSet<Atom>) -> Cow<'_, [usize]> {
        if holding.is_empty() {
            return Cow::Borrowed(&self.unconditional);
        }
        let more = self
            .conditional
            .iter()
            .filter(|(atom, _)| holding.contains(atom))
            .map(|(_, class)| *class);
        let mut applicable = self.unconditional.iter().copied().chain(more).collect();
        sort_out(&mut applicable);
        Cow::Owned(applicable)
    }
}

/// Puts a set of classes in ascending order, each of them once.
pub(super) fn sort_out(classes: &mut Vec<usize>) {
    classes.sort_unstable();
    classes.dedup();
}

impl<'a> Line<'a> {
    fn new(classes: Vec<(&'a Strings, usize)>) -> Line<'a> {
        let any_of: Vec<bool> = classes
            .iter()
            .map(|(strings, _)| matches!(strings, Strings::AnyOf(_)))
            .collect();
        let next = classes.iter().map(|(_, next)| *next).collect();
        let none_of = (0..classes.len()).filter(|class| !any_of[*class]).collect();
        let owners = classes.iter().enumerate();
        let owner = owners
            .flat_map(|(class, (strings, _))| strings.globs().iter().map(move |_| class))
            .collect();
        let globs = Prefixes::new(classes.iter().flat_map(|(strings, _)| strings.globs()));
        Line {
            any_of,
            next,
            none_of,
            owner,
            globs,
        }
    }

    /// Those of the `survivors` that hold whatever `globs` match because they name one of them. All are ascending.
    pub(super) fn naming<'g>(
        &self,
        globs: impl Iterator<Item = &'g Glob>,
        survivors: &[usize],
    ) -> Vec<usize> {
        let classes = globs
            .flat_map(|glob| self.globs.equal(glob))
            .map(|glob| self.owner[glob]);
        let mut naming = classes
            .filter(|class| self.any_of[*class] && survivors.binary_search(class).is_ok())
            .collect();
        sort_out(&mut naming);
        naming
    }

    /// Which of the `survivors` hold `text`. Both are ascending.
    pub(super) fn holding(&self, text: &str, survivors: &[usize]) -> Vec<usize> {
        let alive = |class: &usize| survivors.binary_search(class).is_ok();
        let mut matched: Vec<usize> = self
            .globs
            .matching(text)
            .map(|glob| self.owner[glob])
            .filter(alive)
            .collect();
        sort_out(&mut matched);
        let but = self
            .none_of
            .iter()
            .copied()
            .filter(alive)
            .filter(|class| matched.binary_search(class).is_err());
        let mut holding: Vec<usize> = but.collect();
        holding.extend(matched.into_iter().filter(|class| self.any_of[*class]));
        holding.sort_unstable();
        holding
    }
}

/// Numbers equal pairs alike: the distinct pairs, and the number of each one given.
fn classes<T: Hash + Eq + Copy>(
    pairs: impl Iterator<Item = (T, usize)>,
) -> (Vec<(T, usize)>, Vec<usize>) {
    let mut distinct = Vec::new();
    let mut numbers = HashMap::new();
    let number = |pair| {
        *numbers.entry(pair).or_insert_with(|| {
            distinct.push(pair);
            distinct.len() - 1
        })
    };
    let number_of = pairs.map(number).collect();
    (distinct, number_of)
}
