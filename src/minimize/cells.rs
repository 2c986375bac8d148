//! Pieces as the cells of a table, to be covered by statements.

use std::collections::{BTreeMap, BTreeSet};

use crate::algebra::{Glob, Product, Search, Strings, find};
use crate::catalog::Catalog;
use crate::cover::{Prices, Table};
use crate::evaluation::{Granted, Rule, resource_glob, resources_of};
use crate::iam::{ActionPattern, Condition, Effect, ResourcePattern};

use super::beginnings::Beginnings;
use super::kept::WhyKept;
use super::widest::Kept;

/// What statements of one kind have to cover: what is needed of actions on resources, under one condition.
#[derive(Debug, Default)]
pub(super) struct Cells<'a> {
    pub(super) actions: Vec<&'a ActionPattern>,
    pub(super) resources: Vec<&'a ResourcePattern>,
    needed: BTreeMap<(usize, usize), &'a Kept>,
}

/// What a statement costs in JSON beside its lists, as IAM counts: `{"Effect":"Allow","Action":…,"Resource":…}` and the comma
/// after it, less the comma that each list's last element does not have. A `Sid` is not counted.
const STATEMENT: u64 = 41 - 2;

/// What the two brackets of a list cost, which a single element goes without.
const BRACKETS: u64 = 2;

/// The cost of what is written once with a condition: `"Condition":` and a comma.
const CONDITION: u64 = 13;

impl<'a> Cells<'a> {
    /// From what is needed, each action on each resource once.
    pub(super) fn new(
        needed: impl Iterator<Item = (&'a ActionPattern, &'a ResourcePattern, &'a Kept)>,
    ) -> Self {
        let needed: Vec<_> = needed.collect();
        let actions: BTreeSet<_> = needed.iter().map(|(action, ..)| *action).collect();
        let resources: BTreeSet<_> = needed.iter().map(|(_, resource, _)| *resource).collect();
        let mut cells = Cells {
            actions: actions.into_iter().collect(),
            resources: resources.into_iter().collect(),
            needed: BTreeMap::new(),
        };
        for (action, resource, kept) in needed {
            let row = cells.actions.binary_search(&action);
            let column = cells.resources.binary_search(&resource);
            if let (Ok(row), Ok(column)) = (row, column) {
                cells.needed.insert((row, column), kept);
            }
        }
        cells
    }

    /// What is kept of an action on a resource, if that is needed.
    pub(super) fn kept(&self, row: usize, column: usize) -> Option<&'a Kept> {
        self.needed.get(&(row, column)).copied()
    }

    /// Why what a statement holds is kept.
    pub(super) fn why(&self, rows: &[usize], columns: &[usize]) -> Vec<WhyKept> {
        let pairs = rows
            .iter()
            .flat_map(|row| columns.iter().map(move |column| (*row, *column)));
        let kept = pairs.filter_map(|(row, column)| self.kept(row, column));
        kept.flat_map(|kept| kept.why.iter().cloned()).collect()
    }

    /// The table: what is needed must be covered, and what adds nothing may be.
    pub(super) fn table(&self, free: &Free<'_>) -> Table {
        let weight = |text: &str| json_length(text) + 1;
        let actions = self.actions.iter().map(|action| weight(action.as_str()));
        let resources = self.resources.iter();
        let resources = resources.map(|resource| weight(&resource.to_string()));
        let mut table = Table::new(actions.collect(), resources.collect());
        for (row, column) in self.needed.keys() {
            table.require(*row, *column);
        }
        for (row, column) in self.covered_by_needed().into_iter().chain(free.of(self)) {
            if !self.needed.contains_key(&(row, column)) {
                table.allow(row, column);
            }
        }
        table
    }

    /// The cells that lie within a needed one.
    fn covered_by_needed(&self) -> Vec<(usize, usize)> {
        let globs: Vec<_> = self
            .resources
            .iter()
            .map(|pattern| resource_glob(pattern))
            .collect();
        let known = |column: &usize| !self.resources[*column].has_variable();
        let mut wide = Beginnings::default();
        for column in (0..globs.len()).filter(known) {
            if globs[column].as_literal().is_none() {
                wide.add(&globs[column], column);
            }
        }
        let mut within: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for inner in (0..globs.len()).filter(known) {
            let outer = wide.that_may_cover(&globs[inner]);
            for outer in outer.filter(|outer| *outer != inner) {
                if globs[outer].covers(&globs[inner]) {
                    within.entry(outer).or_default().push(inner);
                }
            }
        }
        let needed = self.needed.keys();
        let inner = needed.filter_map(|(row, column)| Some((row, within.get(column)?)));
        inner
            .flat_map(|(row, columns)| columns.iter().map(|column| (*row, *column)))
            .collect()
    }
}

/// What a statement of this condition costs.
pub(super) fn prices(when: Option<&Condition>) -> Prices {
    let condition = when.map_or(0, |condition| {
        CONDITION + u64::try_from(condition.to_string().len()).unwrap_or(u64::MAX)
    });
    Prices {
        rectangle: STATEMENT + condition,
        several: BRACKETS,
    }
}

/// The length of a text in JSON, its quotes included.
fn json_length(text: &str) -> u64 {
    let written = serde_json::to_string(text).map_or(text.len() + 2, |json| json.len());
    u64::try_from(written).unwrap_or(u64::MAX)
}

/// Decides which cells hold no request at all, so that a statement may hold them: the catalog says that the action is never
/// asked on such a resource. They have to lie in one granted statement all the same, so that nothing new is allowed even if
/// the catalog is behind AWS.
pub(super) struct Free<'a> {
    pub(super) granted: &'a Granted,
    pub(super) catalog: &'a Catalog,
}

impl Free<'_> {
    /// The free ones of those cells that are not needed.
    fn of(&self, cells: &Cells<'_>) -> Vec<(usize, usize)> {
        let resources = cells.resources.iter();
        let columns: Vec<_> = resources.map(|pattern| resource_glob(pattern)).collect();
        let mut granting: Vec<Option<Vec<&Rule>>> = vec![None; columns.len()];
        // Actions of the same resource types fare the same.
        let mut never: BTreeMap<[Strings; 2], Vec<Option<bool>>> = BTreeMap::new();
        let mut free = Vec::new();
        for (row, action) in cells.actions.iter().enumerate() {
            let action = action.as_action();
            let Some(facts) = action.and_then(|action| self.catalog.action(&action)) else {
                continue;
            };
            let asked = resources_of(facts, self.catalog);
            let never = never
                .entry(asked.clone())
                .or_insert_with(|| vec![None; columns.len()]);
            for (column, glob) in columns.iter().enumerate() {
                let undecided =
                    cells.kept(row, column).is_none() && !cells.resources[column].has_variable();
                if !undecided || !*never[column].get_or_insert_with(|| is_never(&asked, glob)) {
                    continue;
                }
                let granting = granting[column].get_or_insert_with(|| self.granting(glob));
                let mut granting = granting.iter();
                if granting.any(|rule| rule.product.action.contains(facts.folded())) {
                    free.push((row, column));
                }
            }
        }
        free
    }

    /// The statements without conditions that allow all of these resources.
    fn granting(&self, resources: &Glob) -> Vec<&Rule> {
        let covers = |rule: &&Rule| match &rule.product.resource {
            Strings::AnyOf(globs) => globs.iter().any(|glob| glob.covers(resources)),
            Strings::NoneOf(globs) => globs.iter().all(|glob| glob.overlap(resources).is_none()),
        };
        let rules = self.granted.rules(Effect::Allow);
        rules
            .filter(|rule| !rule.depends_on_context())
            .filter(covers)
            .collect()
    }
}

/// Whether no resource of a pattern is one that such an action is asked on.
fn is_never([own, but]: &[Strings; 2], resources: &Glob) -> bool {
    if let Some(resource) = resources.as_literal() {
        return !(own.contains(resource) && but.contains(resource));
    }
    let asked = [
        own.clone(),
        but.clone(),
        Strings::AnyOf(vec![resources.clone()]),
    ]
    .map(Product::on);
    let [own, but, resources] = &asked;
    find(&[own, but, resources], &[]) == Search::Nothing
}
