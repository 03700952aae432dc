//! Sends numbered lines of no file, as the simulation does.

use weir_ingest::Outcome;

use super::sender::{Line, Sender};
use super::totals::Totals;

/// Sends lines with their numbers in one request, counts what became of them and prints those that were rejected.
pub(crate) async fn push_lines(
    sender: &Sender,
    name: &str,
    lines: impl Iterator<Item = (u64, Vec<u8>)>,
    totals: &mut Totals,
) -> anyhow::Result<()> {
    let lines = lines.map(|(number, text)| Line { number, text }).collect();
    let sent = sender.send(lines).await;
    for (number, result) in sent.results {
        totals.count(result.outcome);
        if result.outcome == Outcome::Rejected {
            for problem in &result.problems {
                eprintln!("{name} line {number}: {problem}");
            }
        }
    }
    sent.failed.map_or(Ok(()), Err)
}
