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
    for generation in &status.generations {
        print(generation);
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

fn print(generation: &GenerationStatus) {
    let (taken_in, records) = generation.progress();
    let live = if generation.live { "live" } else { "being filled" };
    let closed = generation.closed.map_or_else(|| "nothing yet".to_owned(), |at| at.to_string());
    println!(
        "{} ({live}): {taken_in} of {records} records taken in, reflects {closed}",
        generation.generation
    );
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
