//! Reading the compiled-in CSV files: comment lines, a header, rows without quoting.

/// The rows of a list, in the file's order. A row of another width is left out; the tests of each list count them.
pub(super) fn rows<const WIDTH: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; WIDTH]> {
    data_lines(text).filter_map(|line| {
        let mut cells = line.split(',');
        let row = std::array::from_fn(|_| cells.next());
        if cells.next().is_some() || row.contains(&None) {
            return None;
        }
        Some(row.map(Option::unwrap_or_default))
    })
}

/// The lines below the header, without comments.
pub(super) fn data_lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#')).skip(1)
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn skips_comments_header_and_rows_of_another_width() {
        let text = "# about\ncode,name\n1,a\n2\n3,c,d\n4,e\n";
        assert_eq!(rows::<2>(text).collect::<Vec<_>>(), [["1", "a"], ["4", "e"]]);
    }
}
