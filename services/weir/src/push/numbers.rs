//! Numbers of lines and rows in a sentence: the first of them.

use std::fmt::Display;

/// Numbers that are named at most.
const NAMED: usize = 10;

/// The first of some numbers, and whether there are more: `1, 2, 3, …`.
pub(super) fn first(numbers: impl IntoIterator<Item = impl Display>) -> String {
    let mut numbers = numbers.into_iter();
    let mut named: Vec<String> = numbers.by_ref().take(NAMED).map(|number| number.to_string()).collect();
    if numbers.next().is_some() {
        named.push("…".to_owned());
    }
    named.join(", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_left_out_shows() {
        assert_eq!(super::first(1..=10), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10");
        assert_eq!(super::first(1..=11), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …");
        assert_eq!(super::first([7]), "7");
    }
}
