//! `weir rebuild`.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::Args;
use super::aggregation::{Aggregation, NoAnswer};
use crate::progress;

/// How often to look how far it is.
const LOOK: Duration = Duration::from_millis(500);

/// How often one question is put before giving up: a rebuild takes long, and what it works with may be away for a moment.
const TRIES: u32 = 12;

/// How long to wait before a question is put again.
const PAUSE: Duration = Duration::from_secs(5);

/// Asks for a rebuild and waits until it is live.
pub(crate) async fn rebuild(args: Args) -> anyhow::Result<ExitCode> {
    let aggregation = Aggregation::of(&args)?;
    let begun = Instant::now();
    // Not asked twice: an answer that was lost may have begun one.
    let asked = aggregation.rebuild().await?;
    let name = asked.generation;
    if asked.under_way {
        eprintln!("{name} is under way already");
    }
    let bar = progress::records();
    loop {
        let status = patiently(PAUSE, || aggregation.status(false)).await?;
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

/// The answer to a question that changes nothing, put again while there is none for now.
async fn patiently<T, A>(pause: Duration, mut ask: impl FnMut() -> A) -> anyhow::Result<T>
where
    A: Future<Output = Result<T, NoAnswer>>,
{
    let mut tries = 1;
    loop {
        match ask().await {
            Ok(answer) => return Ok(answer),
            Err(NoAnswer::ForNow(why)) if tries < TRIES => {
                eprintln!("weir: {why:#}; asking again");
                tries += 1;
                tokio::time::sleep(pause).await;
            }
            Err(none) => return Err(none.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    /// How often a question was put that has no answer so many times, and whether it was answered.
    async fn asked(without: u32, none: fn() -> NoAnswer) -> (u32, bool) {
        let mut asked = 0;
        let answer = patiently(Duration::ZERO, || {
            asked += 1;
            let answer = if asked > without { Ok(()) } else { Err(none()) };
            async { answer }
        });
        let answered = answer.await.is_ok();
        (asked, answered)
    }

    #[tokio::test]
    async fn what_has_no_answer_for_now_is_asked_again_but_not_for_ever() {
        let for_now = || NoAnswer::ForNow(anyhow!("503"));
        assert_eq!(asked(0, for_now).await, (1, true));
        assert_eq!(asked(3, for_now).await, (4, true));
        assert_eq!(asked(u32::MAX, for_now).await, (TRIES, false));
        assert_eq!(asked(1, || NoAnswer::ForGood(anyhow!("401"))).await, (1, false));
    }
}
