//! `weir rebuild`.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::Args;
use super::aggregation::Aggregation;
use crate::progress;

/// How often to look how far it is.
const LOOK: Duration = Duration::from_millis(500);

/// Asks for a rebuild and waits until it is live.
pub(crate) async fn rebuild(args: Args) -> anyhow::Result<ExitCode> {
    let aggregation = Aggregation::of(&args)?;
    let begun = Instant::now();
    let asked = aggregation.rebuild().await?;
    let name = asked.generation;
    if asked.under_way {
        eprintln!("{name} is under way already");
    }
    let bar = progress::records();
    loop {
        let status = aggregation.status(false).await?;
        let found = status.generations.iter().find(|generation| generation.generation == name);
        let generation = found.with_context(|| format!("{name} is gone: another generation went live"))?;
        let (taken_in, records) = generation.progress();
        bar.set_length(u64::try_from(records).unwrap_or(0));
        bar.set_position(u64::try_from(taken_in).unwrap_or(0));
        if generation.live {
            bar.finish_and_clear();
            println!("{name} is live: {records} records in {:.1} s", begun.elapsed().as_secs_f64());
            return Ok(ExitCode::SUCCESS);
        }
        if status.generations.last().is_some_and(|newest| newest.generation != name) {
            bail!("{name} is superseded by a newer generation");
        }
        tokio::time::sleep(LOOK).await;
    }
}
