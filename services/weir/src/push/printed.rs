//! The lines that were rejected, on standard error, up to a number.

use std::path::Path;

use weir_schemas::problem::Problem;

use super::input::Input;
use super::numbers::first;
use super::returned::place;

/// What was printed of a file so far.
pub(super) struct Printed {
    left: usize,
    more: u64,
}

impl Printed {
    /// Prints so many lines at most.
    pub(super) const fn new(most: usize) -> Self {
        Self { left: most, more: 0 }
    }

    /// Prints what is wrong with a line, if there is room left.
    pub(super) fn print<'p>(
        &mut self,
        name: &str,
        what: &str,
        number: u64,
        problems: impl Iterator<Item = &'p Problem>,
        input: &Input<'_>,
    ) {
        if self.left == 0 {
            self.more += 1;
            return;
        }
        self.left -= 1;
        for problem in problems {
            match &input.table {
                None => eprintln!("{name} {what} {number}: {problem}"),
                Some(table) => {
                    let (place, Problem { code, detail, .. }) =
                        (place::named(&problem.pointer, table), problem);
                    eprintln!("{name} {what} {number}: {} at {place}: {detail}", code.as_str());
                }
            }
        }
    }

    /// Names the first rows that report nothing of a unit, and how many there are.
    pub(super) fn passed_over(&self, name: &str, input: &Input<'_>) {
        let Some(table) = &input.table else { return };
        for (rows, why) in [
            (&table.passed_over, "name no unit and hold no figure, and were passed over"),
            (&table.sums, "are labelled as totals (合计) and name no unit, and were not sent"),
        ] {
            if !rows.is_empty() {
                eprintln!("{name}: {} rows {why}: {}", rows.len(), first(rows));
            }
        }
    }

    /// Says how many were left out, and where all of them are.
    pub(super) fn finish(&self, name: &str, returned: Option<&Path>) {
        if self.more > 0 {
            eprintln!("{name}: {} more were rejected", self.more);
        }
        if let Some(returned) = returned {
            eprintln!("{name}: all that were rejected are in {}", returned.display());
        }
    }
}
