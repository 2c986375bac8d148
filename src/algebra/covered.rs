//! What a search has learned: which sets of classes leave no request, and which leave one.

use std::collections::HashMap;

use super::request::Witness;

/// Lessons of one dimension. All sets are ascending.
#[derive(Debug, Default)]
pub(super) struct Covered {
    /// Even the empty set leaves no request: nothing is inside in the dimensions from here on.
    always: bool,
    /// Sets that leave no request, by their first class.
    cores: HashMap<usize, Vec<Vec<usize>>>,
    /// Sets that leave a request, each with one.
    open: Vec<(Vec<usize>, Witness)>,
}

impl Covered {
    /// Remembers that no request avoids all of `core`.
    pub(super) fn learn(&mut self, core: Vec<usize>) {
        match core.first() {
            None => self.always = true,
            Some(first) => self.cores.entry(*first).or_default().push(core),
        }
    }

    /// Remembers a request that avoids all of `classes`.
    pub(super) fn learn_open(&mut self, classes: Vec<usize>, witness: Witness) {
        self.open.push((classes, witness));
    }

    /// A known set within `classes` that no request avoids: then none avoids `classes`.
    pub(super) fn core_within(&self, classes: &[usize]) -> Option<&[usize]> {
        if self.always {
            return Some(&[]);
        }
        let begun = classes
            .iter()
            .filter_map(|first| self.cores.get(first))
            .flatten();
        begun
            .map(Vec::as_slice)
            .find(|core| is_subset(core, classes))
    }

    /// A known request that avoids all of `classes`.
    pub(super) fn witness_beyond(&self, classes: &[usize]) -> Option<&Witness> {
        self.open
            .iter()
            .find(|(wider, _)| is_subset(classes, wider))
            .map(|(_, witness)| witness)
    }
}

/// Is every number of `few` in `many`? Both ascend.
fn is_subset(few: &[usize], many: &[usize]) -> bool {
    let mut rest = many.iter();
    few.len() <= many.len()
        && few
            .iter()
            .all(|wanted| rest.find(|other| *other >= wanted) == Some(wanted))
}
