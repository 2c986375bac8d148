//! A bound that is proved in whole numbers, by Lagrange multipliers.
//!
//! Give each required cell a price that is paid for it once, and to be had back by each rectangle that covers it. Whatever
//! the prices, no cover costs less than all prices together, minus what every facility would win by being open with the
//! columns that win. Prices are sought that make this bound high; where it meets the cost of a cover, that is a best one.
//! And a facility or a column that loses more than lies between the bound and the cover is in no better cover: it is struck
//! out, so that what is left is often small.

use super::block::Block;
use super::facility::{Facilities, Facility, SCALE};
use super::part::Part;
use super::polish::{completed, polished};
use super::price::Tariff;

/// How often prices are changed.
const MOST_ROUNDS: usize = 400;

/// After so many rounds without a better bound, steps become half as long.
const PATIENCE: usize = 12;

/// After so many rounds, a cover is made of the facilities that win.
const BETWEEN_COVERS: usize = 25;

/// What is known of a part.
pub(super) struct Known {
    /// The best cover so far.
    pub(super) blocks: Vec<Block>,
    /// What it costs.
    pub(super) cost: u128,
    /// No cover costs less.
    pub(super) bound: u128,
}

impl Known {
    /// Takes a cover in that is better.
    pub(super) fn offer(&mut self, part: &Part, tariff: &Tariff, blocks: Vec<Block>) {
        let cost = tariff.all(part, &blocks);
        if cost < self.cost {
            (self.blocks, self.cost) = (blocks, cost);
        }
    }

    /// Takes a bound in that is better. No bound on covers that would be better than this one says more than its cost.
    pub(super) fn raise(&mut self, bound: u128) {
        self.bound = self.bound.max(bound.min(self.cost));
    }
}

/// What the prices of one round come to.
struct Round {
    bound: i64,
    /// What each facility loses by being open; below 0 it wins.
    losses: Vec<i64>,
    /// The rows of facilities that win, with the columns that win there.
    chosen: Vec<(u128, usize)>,
    /// How often each cell is covered by these.
    covered: Vec<i64>,
}

/// Raises the bound, finds covers on the way, and strikes out facilities that are in no better one.
pub(super) fn raise(part: &Part, tariff: &Tariff, facilities: &mut Facilities, known: &mut Known) {
    let mut prices = vec![0_i64; facilities.cells];
    first_prices(facilities, &mut prices);
    let (mut best, mut best_prices, mut idle, mut length) = (i64::MIN, prices.clone(), 0, 1.0_f64);
    for number in 1..=MOST_ROUNDS {
        let round = round(facilities, &prices);
        if round.bound > best {
            (best, idle) = (round.bound, 0);
            best_prices.clone_from(&prices);
            known.raise(unscaled(best));
            strike_out(facilities, &prices, &round, known.cost);
        } else {
            idle += 1;
        }
        if number % BETWEEN_COVERS == 0 {
            let blocks = facilities.blocks(round.chosen.iter().copied());
            let blocks = polished(part, tariff, completed(part, tariff, blocks));
            known.offer(part, tariff, blocks);
        }
        if known.bound >= known.cost || length < 0.005 {
            return;
        }
        if idle == PATIENCE {
            (idle, length) = (0, length / 2.0);
            prices.clone_from(&best_prices);
            continue;
        }
        step(&mut prices, &round, length, known.cost);
    }
}

/// Each cell at its share of the facility that is cheapest for it.
fn first_prices(facilities: &Facilities, prices: &mut [i64]) {
    prices.fill(i64::MAX);
    for facility in &facilities.all {
        let cells = facility
            .assignments
            .iter()
            .map(|assignment| assignment.cells.len() as i64);
        let costs = facility
            .assignments
            .iter()
            .map(|assignment| assignment.cost);
        let share = (facility.cost + costs.sum::<i64>()) / cells.sum::<i64>().max(1);
        for cell in facility
            .assignments
            .iter()
            .flat_map(|assignment| &assignment.cells)
        {
            prices[*cell] = prices[*cell].min(share);
        }
    }
    // Every cell is in a facility; this holds the sum of prices within 64 bits whatever happens.
    prices
        .iter_mut()
        .filter(|price| **price == i64::MAX)
        .for_each(|price| *price = 0);
}

/// What an assignment wins at these prices; below 0 it loses.
fn won(cells: &[usize], cost: i64, prices: &[i64]) -> i64 {
    cells.iter().map(|&cell| prices[cell]).sum::<i64>() - cost
}

fn round(facilities: &Facilities, prices: &[i64]) -> Round {
    let mut round = Round {
        bound: prices.iter().sum(),
        losses: Vec::with_capacity(facilities.all.len()),
        chosen: Vec::new(),
        covered: vec![0; prices.len()],
    };
    for facility in &facilities.all {
        let wins = facility
            .assignments
            .iter()
            .map(|assignment| won(&assignment.cells, assignment.cost, prices));
        let loss = facility.cost - wins.map(|won| won.max(0)).sum::<i64>();
        round.losses.push(loss);
        if loss < 0 {
            round.bound += loss;
            for assignment in &facility.assignments {
                if won(&assignment.cells, assignment.cost, prices) >= 0 {
                    round.chosen.push((facility.rows, assignment.column));
                    assignment
                        .cells
                        .iter()
                        .for_each(|&cell| round.covered[cell] += 1);
                }
            }
        }
    }
    round
}

/// Raises the prices of cells that are not covered, and lowers those of cells that are covered more than once.
fn step(prices: &mut [i64], round: &Round, length: f64, cost: u128) {
    let dearest = whole(cost).saturating_mul(SCALE);
    let lacks = |price: i64, covered: i64| {
        if price == 0 {
            (1 - covered).max(0)
        } else {
            1 - covered
        }
    };
    let all = prices.iter().zip(&round.covered);
    let norm: i64 = all
        .map(|(&price, &covered)| lacks(price, covered).pow(2))
        .sum();
    let between = dearest.saturating_sub(round.bound) as f64;
    let step = length * between / norm.max(1) as f64;
    for (price, &covered) in prices.iter_mut().zip(&round.covered) {
        let change = (step * lacks(*price, covered) as f64) as i64;
        *price = price.saturating_add(change).clamp(0, dearest);
    }
}

/// Leaves only what a cover that costs less may have: whoever uses a facility or an assignment pays what it loses on top of
/// the bound.
fn strike_out(facilities: &mut Facilities, prices: &[i64], round: &Round, cost: u128) {
    let most = whole(cost).saturating_sub(1).saturating_mul(SCALE);
    let room = most - round.bound;
    let mut losses = round.losses.iter();
    facilities.all.retain_mut(|facility: &mut Facility| {
        let loss = losses.next().map_or(0, |loss| (*loss).max(0));
        let stays = |cells: &[usize], cost: i64| loss - won(cells, cost, prices).min(0) <= room;
        facility
            .assignments
            .retain(|assignment| stays(&assignment.cells, assignment.cost));
        !facility.assignments.is_empty() && loss <= room
    });
}

/// A cost that facilities were made for fits.
fn whole(cost: u128) -> i64 {
    i64::try_from(cost).unwrap_or(i64::MAX)
}

/// The least whole cost that is not below a bound.
fn unscaled(bound: i64) -> u128 {
    let whole = bound.max(0) as u128;
    whole.div_ceil(SCALE as u128)
}
