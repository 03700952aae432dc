//! The sum of what one unit says of several items is not told, where none of the items is.

use weir_release::{Form, Policy, Position, Release, Shown, Stage, Table, cut};

/// Three items that add up, and their sum; each by two prefectures and three fields.
const ITEMS: usize = 3;
const PLACES: usize = 6;

/// The number of a cell: of an item or, after all items, of their sum; of the whole, a prefecture (1, 2) or a field (3, 4, 5).
const fn cell(item: usize, place: usize) -> usize {
    item * PLACES + place
}

/// What a unit of a prefecture and a field says of each item.
fn unit(prefecture: usize, field: usize, amount: u128) -> Vec<Stage> {
    let stage = |item| {
        let own = [0, prefecture, 2 + field].map(|place| cell(item, place));
        let sum = [0, prefecture, 2 + field].map(|place| cell(ITEMS, place));
        Stage { from: 0, until: None, cells: own.into_iter().chain(sum).collect(), amount }
    };
    (0..ITEMS).map(stage).collect()
}

#[test]
fn a_sum_is_in_doubt_as_its_parts_are() {
    let mut contributors = vec![unit(1, 1, 40)];
    for (prefecture, field) in [(1, 2), (2, 1), (2, 3)] {
        contributors.extend((0..3).map(|_| unit(prefecture, field, 100)));
    }
    let cells = (0..(ITEMS + 1) * PLACES).map(|series| Position { series, slot: 0 }).collect();
    let table = Table::new(cells, contributors);
    let Release(shown) = cut(&table, &[], &Policy::default());
    // The one unit in its prefecture and field says what the prefecture says beyond the field that is all others' there.
    let at = |place| Form { cell: cell(ITEMS, place), cut: 0 };
    assert_eq!(table.sum(at(1)) - table.sum(at(4)), 120);
    let both = [1, 4].iter().all(|place| matches!(shown[cell(ITEMS, *place)], Shown::AsOf(_)));
    assert!(!both, "the sum is told: {shown:?}");
}
