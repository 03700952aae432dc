//! `weir status`.

use std::process::ExitCode;

use weir_aggregate::status::{GenerationStatus, PartitionStatus};
use weir_kernel::clickhouse::Accounts;

use super::Args;
use super::aggregation::Aggregation;

/// Prints how far aggregation is. Fails if a record of the log is not accounted for.
pub(crate) async fn status(args: Args) -> anyhow::Result<ExitCode> {
    let status = Aggregation::of(&args)?.status(true).await?;
    let mut balanced = true;
    for (generation, standing) in status.generations.iter().zip(standings(&status.generations)) {
        print(generation, standing);
        balanced &= generation.partitions.iter().all(|partition| partition.balanced);
    }
    if balanced {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "weir: records are not accounted for: stored + duplicates + conflicts + set aside must be the position"
    );
    Ok(ExitCode::FAILURE)
}

/// What nobody works on any more.
const SUPERSEDED: &str = "superseded";

/// What each generation is, of those from the oldest to the newest: worked on are the live one and the newest.
fn standings(generations: &[GenerationStatus]) -> Vec<&'static str> {
    let newest = generations.len().saturating_sub(1);
    let standing = |(at, generation): (usize, &GenerationStatus)| match generation.live {
        true => "live",
        false if at == newest => "being filled",
        false => SUPERSEDED,
    };
    generations.iter().enumerate().map(standing).collect()
}

fn print(generation: &GenerationStatus, standing: &str) {
    let (taken_in, records) = generation.progress();
    let closed = generation
        .closed
        .map_or_else(|| "no figures yet".to_owned(), |at| format!("figures of {at} or later"));
    if standing == SUPERSEDED {
        println!("{} ({standing}): kept until the next rebuild", generation.generation);
        return;
    }
    println!("{} ({standing}): {taken_in} of {records} records taken in, {closed}", generation.generation);
    println!("  partition    records   position     stored duplicates  conflicts  set aside");
    for partition in &generation.partitions {
        let PartitionStatus { partition, records, position, accounts, balanced, .. } = partition;
        let Accounts { stored, duplicates, conflicts, set_aside } = accounts;
        let verdict = if *balanced { "" } else { "  NOT BALANCED" };
        println!(
            "  {partition:>9} {records:>10} {position:>10} {stored:>10} {duplicates:>10} {conflicts:>10} {set_aside:>10}{verdict}"
        );
    }
    let summed: i64 = generation.marks.iter().map(|marks| marks.position).sum();
    let marks: i64 = generation.marks.iter().map(|marks| marks.records).sum();
    println!("  marks: {summed} of {marks} records summed");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generations(live: &[bool]) -> Vec<GenerationStatus> {
        let one = |live: &bool| GenerationStatus {
            generation: "weir_a".to_owned(),
            live: *live,
            closed: None,
            partitions: Vec::new(),
            marks: Vec::new(),
        };
        live.iter().map(one).collect()
    }

    #[test]
    fn what_is_neither_live_nor_the_newest_is_superseded() {
        assert_eq!(standings(&generations(&[false, true, false])), ["superseded", "live", "being filled"]);
        assert_eq!(standings(&generations(&[false, true])), ["superseded", "live"]);
        assert_eq!(standings(&generations(&[false, false])), ["superseded", "being filled"], "none is live");
    }
}
