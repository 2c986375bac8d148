//! Tables as roles have them, actions by resources, and dense ones as no role has them.

use tightrope::cover::{Prices, Table};

use super::random::Random;

/// `{"Effect":"Allow","Action":,"Resource":},`, and the brackets of a list.
pub(crate) const JSON: Prices = Prices {
    rectangle: 41,
    several: 2,
};

/// How large a role is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Size {
    Small,
    Medium,
    Large,
}

/// A role of a few services. A resource of a service is used for one purpose or two, now and then with an action more or
/// less. With `free`, an action on a resource of another type of its service is free: no such request exists.
pub(crate) fn role(random: &mut Random, size: Size, free: bool) -> Table {
    let services = 3 + random.below(4);
    let (mut rows, mut columns, mut required, mut allowed) = (vec![], vec![], vec![], vec![]);
    for _ in 0..services {
        let actions: Vec<_> = (0..2 + random.below(6))
            .map(|place| rows.len() + place as usize)
            .collect();
        rows.extend(actions.iter().map(|_| 14 + random.below(22)));
        let purposes: Vec<u64> = (0..1 + random.below(4))
            .map(|_| 1 + random.below(255))
            .collect();
        let mean = match size {
            Size::Small => 3,
            Size::Medium => 11,
            Size::Large => 46,
        };
        for _ in 0..1 + random.tail(mean * 3) {
            let column = columns.len();
            columns.push(42 + random.below(40));
            let mut used = *random.of(&purposes);
            if random.one_in(4) {
                used |= random.of(&purposes);
            }
            if random.one_in(8) {
                used ^= 1 << random.below(8);
            }
            let kind = random.below(2);
            for (place, &row) in actions.iter().enumerate() {
                match used >> place & 1 == 1 {
                    _ if free && place as u64 % 2 != kind => allowed.push((row, column)),
                    true => required.push((row, column)),
                    false => {}
                }
            }
        }
    }
    table(rows, columns, &required, &allowed)
}

/// A table of so many rows and columns, of whose cells so many per cent are required.
pub(crate) fn dense(random: &mut Random, (rows, columns): (usize, usize), share: u64) -> Table {
    let mut weights = |count| {
        (0..count)
            .map(|_| 14 + random.below(60))
            .collect::<Vec<_>>()
    };
    let (heights, widths) = (weights(rows), weights(columns));
    let mut required = Vec::new();
    for row in 0..rows {
        required.extend(
            (0..columns)
                .filter(|_| random.below(100) < share)
                .map(|column| (row, column)),
        );
    }
    table(heights, widths, &required, &[])
}

fn table(
    rows: Vec<u64>,
    columns: Vec<u64>,
    required: &[(usize, usize)],
    allowed: &[(usize, usize)],
) -> Table {
    let mut table = Table::new(rows, columns);
    required
        .iter()
        .for_each(|&(row, column)| table.require(row, column));
    allowed
        .iter()
        .for_each(|&(row, column)| table.allow(row, column));
    table
}
