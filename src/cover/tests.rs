//! The cover against a search through all sets of rectangles, and laws that hold for tables of any size.

use std::collections::HashMap;

use super::{Cell, Certificate, Cover, Objective, Prices, Rectangle, Table, cover};

#[path = "../../benches/generate/random.rs"]
#[allow(dead_code, reason = "the benches draw from it in more ways")]
mod random;

use random::Random;

const JSON: Prices = Prices {
    rectangle: 40,
    several: 2,
};
const OBJECTIVES: [Objective; 2] = [Objective::Characters, Objective::Statements];

fn table(rows: &[u64], columns: &[u64], cells: &[&str]) -> Table {
    let mut table = Table::new(rows.to_vec(), columns.to_vec());
    for (row, cells) in cells.iter().enumerate() {
        for (column, cell) in cells.chars().enumerate() {
            match cell {
                '#' => table.require(row, column),
                '+' => table.allow(row, column),
                _ => {}
            }
        }
    }
    table
}

fn shown(cover: &Cover) -> Vec<String> {
    let list = |places: &[usize]| {
        let places: Vec<_> = places.iter().map(usize::to_string).collect();
        places.join(",")
    };
    let rectangle =
        |rectangle: &Rectangle| format!("{} x {}", list(&rectangle.rows), list(&rectangle.columns));
    cover.rectangles.iter().map(rectangle).collect()
}

/// What is shown, the weights of rows and of columns, the cells, and the rectangles.
type Case = (
    &'static str,
    &'static [u64],
    &'static [u64],
    &'static [&'static str],
    &'static [&'static str],
);

#[test]
fn what_is_covered_and_how() {
    let cases: [Case; 9] = [
        ("nothing", &[], &[], &[], &[]),
        ("nothing that is required", &[9], &[9, 9], &["+."], &[]),
        ("one cell", &[9], &[9], &["#"], &["0 x 0"]),
        (
            "alike rows share",
            &[9, 9],
            &[9, 9],
            &["##", "##"],
            &["0,1 x 0,1"],
        ),
        (
            "what has nothing in common is apart",
            &[9, 9],
            &[9, 9],
            &["#.", ".#"],
            &["0 x 0", "1 x 1"],
        ),
        (
            "a free cell lets them share",
            &[9, 9],
            &[9, 9],
            &["#+", "+#"],
            &["0,1 x 0,1"],
        ),
        (
            "a free cell by itself does not",
            &[9, 9],
            &[9, 9],
            &["#+", ".#"],
            &["0 x 0", "1 x 1"],
        ),
        (
            "a light column stands twice",
            &[9, 9],
            &[5, 99],
            &["##", "#."],
            &["0 x 0,1", "1 x 0"],
        ),
        (
            "a light row joins two rectangles",
            &[9, 9, 9],
            &[90, 90],
            &["#.", "##", ".#"],
            &["0,1 x 0", "1,2 x 1"],
        ),
    ];
    for (name, rows, columns, cells, expected) in cases {
        let table = table(rows, columns, cells);
        let cover = cover(&table, JSON, Objective::Characters);
        assert_eq!(shown(&cover), expected, "{name}");
        assert!(cover.certificate.is_optimum(), "{name}");
    }
}

#[test]
fn the_two_objectives_differ_where_a_heavy_line_would_stand_twice() {
    // Four rectangles, in which each line stands that often that the heavy ones stand twice; or two, which both name both.
    let table = table(&[9, 200, 9], &[9, 200, 9], &["##.", "###", ".##"]);
    let covers = OBJECTIVES.map(|objective| cover(&table, JSON, objective));
    let counts = covers.each_ref().map(|cover| cover.rectangles.len());
    assert_eq!(counts, [4, 2], "{covers:?}");
}

#[test]
fn of_covers_that_cost_the_same_one_covers_less_that_is_free() {
    // The last row may stand with the first, over a free cell, or with the second, over two.
    let rows = ["##..", "#.##", "#+++"];
    for order in [
        [0, 1, 2],
        [1, 0, 2],
        [2, 1, 0],
        [2, 0, 1],
        [0, 2, 1],
        [1, 2, 0],
    ] {
        let table = table(&[50; 3], &[5; 4], &order.map(|row| rows[row]));
        let cover = cover(&table, JSON, Objective::Characters);
        let free = cells(&table, Cell::Free);
        let of =
            |rectangle: &Rectangle| free.iter().filter(|cell| holds(rectangle, **cell)).count();
        assert_eq!(
            cover.rectangles.iter().map(of).sum::<usize>(),
            1,
            "{order:?} {cover:?}"
        );
    }
}

#[test]
fn a_list_of_one_has_no_brackets() {
    let rectangle = |rows: &[usize], columns: &[usize]| Rectangle {
        rows: rows.to_vec(),
        columns: columns.to_vec(),
    };
    let table = Table::new(vec![3, 4], vec![5, 6]);
    let cases = [
        (rectangle(&[0], &[0]), 40 + 3 + 5),
        (rectangle(&[0, 1], &[0]), 40 + 3 + 4 + 2 + 5),
        (rectangle(&[1], &[0, 1]), 40 + 4 + 5 + 6 + 2),
        (rectangle(&[0, 1], &[0, 1]), 40 + 3 + 4 + 5 + 6 + 4),
    ];
    for (rectangle, cost) in cases {
        assert_eq!(JSON.of(&table, &rectangle), cost, "{rectangle:?}");
    }
}

#[test]
fn certificates_add_up() {
    let one = Certificate {
        cost: 10,
        lower_bound: 8,
    };
    let other = Certificate {
        cost: 5,
        lower_bound: 5,
    };
    assert!(!one.is_optimum() && other.is_optimum());
    assert_eq!((one.gap(), other.gap()), (0.25, 0.0));
    let both: Certificate = [one, other].into_iter().sum();
    assert_eq!(
        both,
        Certificate {
            cost: 15,
            lower_bound: 13
        }
    );
    assert_eq!(Certificate::default() + other, other);
}

#[test]
fn weights_of_any_size_are_taken() {
    let table = table(&[u64::MAX, 1], &[u64::MAX, 0], &["##", "#."]);
    for objective in OBJECTIVES {
        let prices = Prices {
            rectangle: u64::MAX,
            several: u64::MAX,
        };
        let cover = cover(&table, prices, objective);
        assert_covers(&table, &cover);
    }
}

#[test]
fn cells_outside_of_a_table_are_nothing() {
    let mut table = table(&[9], &[9], &["#"]);
    let same = table.clone();
    table.require(1, 0);
    table.allow(0, 1);
    assert_eq!(table, same);
    assert_eq!(table.cell(0, 1), Cell::Forbidden);
}

/// What a cover comes to: what the objective puts first, and what it puts second.
fn figures(
    table: &Table,
    prices: Prices,
    objective: Objective,
    rectangles: &[Rectangle],
) -> (u64, u64) {
    let characters = rectangles
        .iter()
        .map(|rectangle| prices.of(table, rectangle))
        .sum();
    let count = rectangles.len() as u64;
    match objective {
        Objective::Characters => (characters, count),
        Objective::Statements => (count, characters),
    }
}

fn cells(table: &Table, kind: Cell) -> Vec<(usize, usize)> {
    let all = (0..table.rows.len())
        .flat_map(|row| (0..table.columns.len()).map(move |column| (row, column)));
    all.filter(|&(row, column)| table.cell(row, column) == kind)
        .collect()
}

fn holds(rectangle: &Rectangle, (row, column): (usize, usize)) -> bool {
    rectangle.rows.contains(&row) && rectangle.columns.contains(&column)
}

fn assert_covers(table: &Table, cover: &Cover) {
    let covered = |cell: &(usize, usize)| {
        cover
            .rectangles
            .iter()
            .any(|rectangle| holds(rectangle, *cell))
    };
    assert!(
        cells(table, Cell::Required).iter().all(covered),
        "{table:?} {cover:?}"
    );
    assert!(
        !cells(table, Cell::Forbidden).iter().any(covered),
        "{table:?} {cover:?}"
    );
    assert!(cover.rectangles.is_sorted());
}

fn some_of(count: usize) -> impl Iterator<Item = Vec<usize>> {
    (1_usize..1 << count)
        .map(move |mask| (0..count).filter(|place| mask >> place & 1 == 1).collect())
}

/// The slow twin: the first cell that is not covered is put into each rectangle there is.
fn least(table: &Table, prices: Prices, objective: Objective) -> (u64, u64) {
    let required = cells(table, Cell::Required);
    let forbidden = cells(table, Cell::Forbidden);
    let mut rectangles = Vec::new();
    for rows in some_of(table.rows.len()) {
        for columns in some_of(table.columns.len()) {
            let rectangle = Rectangle {
                rows: rows.clone(),
                columns,
            };
            if !forbidden.iter().any(|cell| holds(&rectangle, *cell)) {
                let of_cell = |(place, cell)| u32::from(holds(&rectangle, cell)) << place;
                let mask: u32 = required.iter().copied().enumerate().map(of_cell).sum();
                rectangles.push((mask, figures(table, prices, objective, &[rectangle])));
            }
        }
    }
    fn best(
        left: u32,
        rectangles: &[(u32, (u64, u64))],
        known: &mut HashMap<u32, (u64, u64)>,
    ) -> (u64, u64) {
        if left == 0 {
            return (0, 0);
        }
        if let Some(&known) = known.get(&left) {
            return known;
        }
        let first = 1 << left.trailing_zeros();
        let mut least = (u64::MAX, 0);
        for (mask, cost) in rectangles.iter().filter(|(mask, _)| mask & first != 0) {
            let rest = best(left & !mask, rectangles, known);
            least = least.min((cost.0 + rest.0, cost.1 + rest.1));
        }
        known.insert(left, least);
        least
    }
    best((1 << required.len()) - 1, &rectangles, &mut HashMap::new())
}

/// A table of up to so many rows and columns, dense or sparse, with odd weights and odd prices.
fn small(random: &mut Random, (height, width): (u64, u64)) -> (Table, Prices) {
    let mut weights = |most: u64| {
        let lightest = random.below(4);
        let count = 1 + random.below(most);
        let weight = |_| {
            lightest
                + if random.one_in(3) {
                    random.below(60)
                } else {
                    random.below(6)
                }
        };
        (0..count).map(weight).collect::<Vec<_>>()
    };
    let mut table = Table::new(weights(height), weights(width));
    let (required, free) = (2 + random.below(8), random.below(6));
    for row in 0..table.rows.len() {
        for column in 0..table.columns.len() {
            match random.below(10) {
                draw if draw < required => table.require(row, column),
                draw if draw < required + free => table.allow(row, column),
                _ => {}
            }
        }
    }
    let prices = match random.below(4) {
        0 => JSON,
        1 => Prices {
            rectangle: 0,
            several: 0,
        },
        _ => Prices {
            rectangle: random.below(30),
            several: random.below(12),
        },
    };
    (table, prices)
}

#[test]
fn no_set_of_rectangles_is_better() {
    let mut random = Random::seeded(1);
    let mut proved = 0;
    let sizes = [(2, 3), (3, 3), (3, 4), (4, 3)];
    let mut cases: Vec<_> = (0..3000)
        .map(|case| small(&mut random, sizes[case % 4]))
        .collect();
    cases.extend((0..60).map(|_| small(&mut random, (4, 5))));
    for (table, prices) in &cases {
        for objective in OBJECTIVES {
            let cover = cover(table, *prices, objective);
            assert_covers(table, &cover);
            let figures = figures(table, *prices, objective, &cover.rectangles);
            assert_eq!(figures.0, cover.certificate.cost);
            let least = least(table, *prices, objective);
            assert!(
                cover.certificate.lower_bound <= least.0,
                "{table:?} {prices:?} {objective:?} {cover:?}"
            );
            if cover.certificate.is_optimum() {
                proved += 1;
                assert_eq!(
                    figures, least,
                    "{table:?} {prices:?} {objective:?} {cover:?}"
                );
            }
        }
    }
    assert_eq!(proved, 2 * cases.len());
}

/// Tables too large for the slow twin: with rows and columns alike, and with parts apart.
fn large(random: &mut Random) -> (Table, Prices) {
    let (one, prices) = small(random, (7, 9));
    let (other, _) = small(random, (4, 5));
    let placed = |place: usize, from: usize| place.checked_sub(from);
    let rows: Vec<_> = one
        .rows
        .iter()
        .chain(&other.rows)
        .chain(&one.rows[..1])
        .copied()
        .collect();
    let columns: Vec<_> = one
        .columns
        .iter()
        .chain(&other.columns)
        .chain(&one.columns[..1])
        .copied()
        .collect();
    let (height, width) = (one.rows.len(), one.columns.len());
    // The first row and the first column have a twin at the end.
    let back = |place: usize, last: usize| if place + 1 == last { 0 } else { place };
    let mut table = Table::new(rows, columns);
    for row in 0..table.rows.len() {
        for column in 0..table.columns.len() {
            let (from_row, from_column) = (
                back(row, table.rows.len()),
                back(column, table.columns.len()),
            );
            let cell = match (placed(from_row, height), placed(from_column, width)) {
                (None, None) => one.cell(from_row, from_column),
                (Some(row), Some(column)) => other.cell(row, column),
                _ => Cell::Forbidden,
            };
            set(&mut table, (row, column), cell);
        }
    }
    (table, prices)
}

fn set(table: &mut Table, (row, column): (usize, usize), cell: Cell) {
    match cell {
        Cell::Required => table.require(row, column),
        Cell::Free => table.allow(row, column),
        Cell::Forbidden => {}
    }
}

/// Checks a law on generated tables of all kinds, for both objectives.
fn hold(seed: u64, law: impl Fn(&mut Random, &Table, Prices, Objective, &Cover)) {
    let mut random = Random::seeded(seed);
    for _ in 0..60 {
        let (table, prices) = large(&mut random);
        for objective in OBJECTIVES {
            let cover = cover(&table, prices, objective);
            law(&mut random, &table, prices, objective, &cover);
        }
    }
}

#[test]
fn all_that_is_required_is_covered_and_nothing_that_is_forbidden() {
    hold(2, |_, table, prices, objective, cover| {
        assert_covers(table, cover);
        let figures = figures(table, prices, objective, &cover.rectangles);
        assert_eq!(figures.0, cover.certificate.cost);
        assert!(cover.certificate.lower_bound <= cover.certificate.cost);
    });
}

#[test]
fn a_cover_is_never_dearer_than_what_is_written_down_without_thinking() {
    hold(3, |_, table, prices, objective, cover| {
        let mut by_row: Vec<_> = (0..table.rows.len())
            .map(|row| (vec![row], row_of(table, row)))
            .collect();
        by_row.retain(|(_, columns)| !columns.is_empty());
        let mut by_column: Vec<_> = (0..table.columns.len())
            .map(|column| (column_of(table, column), vec![column]))
            .collect();
        by_column.retain(|(rows, _)| !rows.is_empty());
        let mut of_columns: HashMap<Vec<usize>, Vec<usize>> = HashMap::new();
        for (rows, columns) in by_row.clone() {
            of_columns.entry(columns).or_default().extend(rows);
        }
        let alike_rows = of_columns
            .into_iter()
            .map(|(columns, rows)| (rows, columns))
            .collect();
        let mut of_rows: HashMap<Vec<usize>, Vec<usize>> = HashMap::new();
        for (rows, columns) in by_column.clone() {
            of_rows.entry(rows).or_default().extend(columns);
        }
        let alike_columns = of_rows.into_iter().collect();
        for baseline in [by_row, by_column, alike_rows, alike_columns] {
            let rectangle = |(rows, columns)| Rectangle { rows, columns };
            let rectangles: Vec<_> = baseline.into_iter().map(rectangle).collect();
            let dearest = figures(table, prices, objective, &rectangles).0;
            assert!(
                cover.certificate.cost <= dearest,
                "{table:?} {prices:?} {objective:?} {cover:?}"
            );
        }
    });
}

fn row_of(table: &Table, row: usize) -> Vec<usize> {
    let columns = 0..table.columns.len();
    columns
        .filter(|&column| table.cell(row, column) == Cell::Required)
        .collect()
}

fn column_of(table: &Table, column: usize) -> Vec<usize> {
    let rows = 0..table.rows.len();
    rows.filter(|&row| table.cell(row, column) == Cell::Required)
        .collect()
}

#[test]
fn what_a_best_cover_covers_is_covered_no_better() {
    hold(4, |_, table, prices, objective, best| {
        let mut covered = Table::new(table.rows.clone(), table.columns.clone());
        for rectangle in &best.rectangles {
            for &row in &rectangle.rows {
                rectangle
                    .columns
                    .iter()
                    .for_each(|&column| covered.require(row, column));
            }
        }
        let again = cover(&covered, prices, objective);
        if best.certificate.is_optimum() && again.certificate.is_optimum() {
            assert_eq!(again.certificate, best.certificate, "{table:?} {prices:?}");
        }
        // Bounds hold of each other's covers, whether or not they are proved best.
        assert!(best.certificate.lower_bound <= again.certificate.cost);
        assert!(again.certificate.lower_bound <= best.certificate.cost);
    });
}

#[test]
fn in_another_order_or_on_its_side_a_table_costs_the_same() {
    hold(5, |random, table, prices, objective, best| {
        let rows = shuffled(random, table.rows.len());
        let columns = shuffled(random, table.columns.len());
        let of = |weights: &[u64], order: &[usize]| {
            order
                .iter()
                .map(|&place| weights[place])
                .collect::<Vec<_>>()
        };
        let (heights, widths) = (of(&table.rows, &rows), of(&table.columns, &columns));
        let (mut moved, mut turned) = (
            Table::new(heights.clone(), widths.clone()),
            Table::new(widths, heights),
        );
        for (row, &from_row) in rows.iter().enumerate() {
            for (column, &from_column) in columns.iter().enumerate() {
                let cell = table.cell(from_row, from_column);
                set(&mut moved, (row, column), cell);
                set(&mut turned, (column, row), cell);
            }
        }
        for other in [moved, turned].map(|table| cover(&table, prices, objective)) {
            assert!(best.certificate.lower_bound <= other.certificate.cost);
            assert!(other.certificate.lower_bound <= best.certificate.cost);
            if best.certificate.is_optimum() && other.certificate.is_optimum() {
                assert_eq!(
                    best.certificate, other.certificate,
                    "{table:?} {prices:?} {objective:?}"
                );
            }
        }
    });
}

fn shuffled(random: &mut Random, count: usize) -> Vec<usize> {
    let mut order: Vec<(u64, usize)> = (0..count).map(|place| (random.next(), place)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, place)| place).collect()
}

#[test]
fn the_same_table_has_the_same_cover() {
    hold(6, |_, table, prices, objective, best| {
        assert_eq!(cover(table, prices, objective), *best);
    });
}

#[test]
fn nothing_can_be_left_out_of_a_cover() {
    hold(7, |_, table, _, _, cover| {
        let required = cells(table, Cell::Required);
        for place in 0..cover.rectangles.len() {
            let mut others = cover.rectangles.clone();
            others.remove(place);
            let covered =
                |cell: &(usize, usize)| others.iter().any(|rectangle| holds(rectangle, *cell));
            assert!(!required.iter().all(covered), "{table:?} {cover:?}");
        }
    });
}

#[test]
fn nearly_all_tables_are_proved() {
    let proved = std::cell::Cell::new(0);
    hold(8, |_, _, _, _, cover| {
        proved.set(proved.get() + usize::from(cover.certificate.is_optimum()))
    });
    assert!(proved.get() >= 118, "{} of 120", proved.get());
}

#[test]
fn a_table_of_any_size_has_a_cover() {
    let mut random = Random::seeded(9);
    for (rows, columns, share) in [
        (2000, 1, 10),
        (1, 2000, 10),
        (80, 500, 5),
        (130, 20, 3),
        (20, 19, 8),
    ] {
        let mut table = Table::new(vec![20; rows], vec![50; columns]);
        for row in 0..rows {
            for column in 0..columns {
                if random.below(10) < share {
                    table.require(row, column);
                }
            }
        }
        {
            let cover = cover(&table, JSON, Objective::Characters);
            assert!(cover.certificate.lower_bound > 0 && cover.certificate.gap().is_finite());
            let mut left: usize = cells(&table, Cell::Required).len();
            let mut covered = std::collections::HashSet::new();
            for rectangle in &cover.rectangles {
                for &row in &rectangle.rows {
                    covered.extend(rectangle.columns.iter().map(|&column| (row, column)));
                }
            }
            left -= covered
                .iter()
                .filter(|cell| table.cell(cell.0, cell.1) == Cell::Required)
                .count();
            assert_eq!(left, 0);
            assert!(
                covered
                    .iter()
                    .all(|cell| table.cell(cell.0, cell.1) != Cell::Forbidden)
            );
        }
    }
}
