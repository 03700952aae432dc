//! The page of codes names every code, each once, in the order of the code.

use weir_schemas::problem::Code;

#[test]
fn the_page_names_every_code() {
    let page = include_str!("../../docs/codes.md");
    let row = |line: &'static str| line.strip_prefix("| `")?.split_once('`').map(|(code, _)| code);
    let named: Vec<&str> = page
        .lines()
        .filter_map(row)
        .filter(|code| code.starts_with("E-") || code.starts_with("W-"))
        .collect();
    let known: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(named, known);
}
