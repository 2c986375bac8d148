//! The products that a request must avoid, folded dimension by dimension.
//!
//! Two products that agree from a dimension on are one *class* there: once a request has come that far, avoiding one is
//! avoiding the other. So what is already known of one class is known of all products in it.

use std::collections::HashMap;
use std::hash::Hash;

use super::glob::{Glob, Unknown};
use super::prefixes::Prefixes;
use super::request::{Product, Strings};
use super::values::Conditions;

/// The outside products, and their classes in each dimension.
#[derive(Debug)]
pub(super) struct Outside<'a> {
    pub(super) action: Line<'a>,
    pub(super) resource: Line<'a>,
    /// The classes of the last dimension: what is asked of the condition keys.
    pub(super) conditions: Vec<&'a Conditions>,
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
    /// The strings of each class.
    strings: Vec<&'a Strings>,
}

impl<'a> Outside<'a> {
    pub(super) fn new(products: &[&'a Product]) -> Outside<'a> {
        let conditions = products.iter().map(|product| (&product.when, 0));
        let (conditions, condition_of) = classes(conditions);
        let resources = products.iter().map(|product| &product.resource);
        let (resources, resource_of) = classes(resources.zip(condition_of));
        let actions = products.iter().map(|product| &product.action);
        let (actions, _) = classes(actions.zip(resource_of));
        Outside {
            action: Line::new(actions),
            resource: Line::new(resources),
            conditions: conditions.into_iter().map(|(when, _)| when).collect(),
        }
    }
}

/// Puts a set of classes in ascending order, each of them once.
pub(super) fn sort_out(classes: &mut Vec<usize>) {
    classes.sort_unstable();
    classes.dedup();
}

impl<'a> Line<'a> {
    pub(super) fn new(classes: Vec<(&'a Strings, usize)>) -> Line<'a> {
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
            strings: classes.iter().map(|(strings, _)| *strings).collect(),
        }
    }

    /// The classes, ascending.
    pub(super) fn all(&self) -> Vec<usize> {
        (0..self.next.len()).collect()
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
        let unknown = text.chars().any(Unknown::is);
        let sure = |class: &usize| {
            let strings = self.strings[*class];
            !(unknown || strings.has_unknown()) || strings.surely_contains(text)
        };
        let but = self
            .none_of
            .iter()
            .copied()
            .filter(alive)
            .filter(|class| matched.binary_search(class).is_err())
            .filter(sure);
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
