//! What senders are told of what is wrong, whatever they sent.

use weir_schemas::event::{DEPTH_MOST, NAME_MOST};
use weir_schemas::problem::{DETAIL_MOST, Problem};

/// Every record that is refused is refused for a reason, and each reason can be shown.
pub(crate) fn problems(problems: &[Problem]) {
    assert!(!problems.is_empty(), "refused for nothing");
    problems.iter().for_each(problem);
}

/// A place of bounded length and a sentence, neither of which a terminal obeys.
pub(crate) fn problem(problem: &Problem) {
    let Problem { pointer, detail, .. } = problem;
    assert!(!detail.is_empty() && detail.chars().count() <= DETAIL_MOST + 1, "{detail}");
    assert!(!detail.contains(char::is_control), "{detail:?}");
    assert!(pointer.is_empty() || pointer.starts_with('/'), "{pointer}");
    // A character of a name takes two where it is escaped.
    assert!(pointer.chars().count() <= DEPTH_MOST * (2 * NAME_MOST + 1), "{pointer}");
    assert!(!pointer.contains(char::is_control), "{pointer:?}");
}
