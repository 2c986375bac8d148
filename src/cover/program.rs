//! What is left of the choice of facilities, as an integer program.
//!
//! The solver reckons in floating point. What it finds is checked and reckoned again in whole numbers; what it proves is
//! taken less a part in ten million, which is far more than its own tolerance.

use microlp::{
    ComparisonOp, Error, OptimizationDirection, Problem, Solution, SolveOptions, Variable,
};

use super::block::covers;
use super::facility::{Facilities, Facility, SCALE};
use super::multipliers::Known;
use super::part::Part;
use super::polish::polished;
use super::price::Tariff;

/// The most assignments of a program that is solved.
const MOST_ASSIGNMENTS: usize = 350;

/// The most nodes of its search tree that are looked at, times the square of the assignments: a node takes that long.
const MOST_WORK: usize = 12_000_000;

/// By how much less is done for what comes second, when what comes first is proved.
const LESS: usize = 10;

/// Looks for a better cover among these facilities, in which every better one is, if they are not too many.
pub(super) fn solve(part: &Part, tariff: &Tariff, facilities: &Facilities, known: &mut Known) {
    if facilities.assignments() > MOST_ASSIGNMENTS {
        return;
    }
    let mut program = Program::of(facilities);
    if !program.require_all(facilities) {
        return known.raise(known.cost);
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(nodes(facilities.assignments(), tariff, known));
    let outcome = match program.problem.solve_with(options) {
        Ok(outcome) => outcome,
        Err(Error::Infeasible) => return known.raise(known.cost),
        // The solver has given up: what is known stays.
        Err(_) => return,
    };
    if let Some(bound) = outcome.stats().best_bound {
        known.raise(proved(bound));
    }
    if let Some(solution) = outcome.solution() {
        let blocks = facilities.blocks(program.chosen(facilities, solution).into_iter());
        if covers(part, &blocks) {
            known.offer(part, tariff, polished(part, tariff, blocks));
        }
    }
}

/// How many nodes may be looked at.
fn nodes(assignments: usize, tariff: &Tariff, known: &Known) -> u64 {
    let proved = tariff.first(known.bound) >= tariff.first(known.cost);
    let work = if proved { MOST_WORK / LESS } else { MOST_WORK };
    (work / assignments.max(100).pow(2)) as u64
}

struct Program {
    problem: Problem,
    /// The facility, the place of its assignment, the column, and whether it is assigned.
    assigned: Vec<(usize, usize, usize, Variable)>,
}

impl Program {
    /// No column is assigned to what is not open.
    fn of(facilities: &Facilities) -> Program {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let mut assigned = Vec::new();
        for (
            facility,
            Facility {
                cost, assignments, ..
            },
        ) in facilities.all.iter().enumerate()
        {
            let open = problem.add_binary_var(unscaled(*cost));
            for (place, assignment) in assignments.iter().enumerate() {
                // A facility with one column left is open exactly when that is assigned.
                if assignments.len() == 1 && assignment.cost == 0 {
                    assigned.push((facility, place, assignment.column, open));
                    continue;
                }
                let variable = problem.add_binary_var(unscaled(assignment.cost));
                problem.add_constraint([(variable, 1.0), (open, -1.0)], ComparisonOp::Le, 0.0);
                assigned.push((facility, place, assignment.column, variable));
            }
        }
        Program { problem, assigned }
    }

    /// Each required cell is covered; false when one has nothing left that covers it.
    fn require_all(&mut self, facilities: &Facilities) -> bool {
        let mut covering = vec![Vec::new(); facilities.cells];
        for &(facility, place, _, variable) in &self.assigned {
            for &cell in &facilities.all[facility].assignments[place].cells {
                covering[cell].push((variable, 1.0));
            }
        }
        if covering.iter().any(Vec::is_empty) {
            return false;
        }
        for covering in covering {
            self.problem.add_constraint(covering, ComparisonOp::Ge, 1.0);
        }
        true
    }

    /// The sets of rows, each with a column that is assigned to it.
    fn chosen(&self, facilities: &Facilities, solution: &Solution) -> Vec<(u128, usize)> {
        let is_chosen = |variable: Variable| solution.var_value_raw(variable) > 0.5;
        let assigned = self.assigned.iter();
        let chosen = assigned.filter(|(.., variable)| is_chosen(*variable));
        chosen
            .map(|&(facility, _, column, _)| (facilities.all[facility].rows, column))
            .collect()
    }
}

fn unscaled(cost: i64) -> f64 {
    (cost / SCALE) as f64
}

/// The whole number that a bound in floating point surely proves.
fn proved(bound: f64) -> u128 {
    let slack = 1e-3 + 1e-7 * bound.abs();
    (bound - slack).ceil().max(0.0) as u128
}
