//! `weir simulate`: the events of a synthetic province, on standard output or pushed.

use std::io::{BufWriter, Write};
use std::process::ExitCode;
use std::time::Duration;

use super::{Detail, FIRST_YEAR, FULL_UNITS, LAST_YEAR, Province, Settings};
use crate::push::{Target, Totals, push_lines};

/// Write the events of a synthetic province as NDJSON, or push them
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// About how many units; the default is what the figures of 2021 are calibrated to
    #[arg(long, value_name = "N", default_value_t = FULL_UNITS)]
    units: u32,
    /// The first year
    #[arg(long, value_name = "YEAR", default_value_t = FIRST_YEAR)]
    from: i16,
    /// The last year
    #[arg(long, value_name = "YEAR", default_value_t = LAST_YEAR)]
    to: i16,
    /// Decides every draw
    #[arg(long, default_value_t = 14)]
    seed: u64,
    /// What `weir up --demo` loads: the same figures for whole years, with fewer monthly reports and reviews
    #[arg(long)]
    demo: bool,
    /// Events a second at most; as fast as they are taken if not given
    #[arg(long, value_name = "R")]
    rate: Option<u32>,
    /// Give each event the recorded time of the simulation, for `weir import`
    #[arg(long, conflicts_with = "push")]
    history: bool,
    /// Push the events to an ingestion service, that of the data folder if none is named, instead of writing them
    #[arg(long, value_name = "URL", num_args = 0..=1)]
    push: Option<Option<String>>,
    #[command(flatten)]
    target: Target,
}

/// Runs the simulation.
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Args { units, from, to, seed, .. } = args;
    let detail = if args.demo { Detail::Demo } else { Detail::Whole };
    let province = Province::new(Settings { units, from, to, seed, detail })?;
    match &args.push {
        Some(url) => pushed(&args, url.as_deref(), &province).await,
        None => written(&args, &province).await,
    }
}

/// How many events go out at a time, and how long that takes at the rate.
fn pace(rate: Option<u32>) -> (usize, Option<tokio::time::Interval>) {
    let Some(rate) = rate.map(|rate| rate.max(1)) else { return (1_000, None) };
    // Ten times a second, or one event at a time where that is too often.
    let at_a_time = rate.div_ceil(10);
    let every = Duration::from_secs(1) * at_a_time / rate;
    (at_a_time as usize, Some(tokio::time::interval(every)))
}

async fn written(args: &Args, province: &Province) -> anyhow::Result<ExitCode> {
    let events: Box<dyn Iterator<Item = super::TimedEvent>> =
        if args.history { Box::new(province.history()) } else { Box::new(province.events()) };
    let (at_a_time, mut pace) = pace(args.rate);
    let mut out = BufWriter::new(std::io::stdout().lock());
    for (index, event) in events.enumerate() {
        if index % at_a_time == 0
            && let Some(pace) = &mut pace
        {
            out.flush()?;
            pace.tick().await;
        }
        match writeln!(out, "{}", event.json) {
            // Whoever reads has seen enough, as `head` does.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(ExitCode::SUCCESS),
            written => written?,
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn pushed(args: &Args, url: Option<&str>, province: &Province) -> anyhow::Result<ExitCode> {
    let sender = args.target.sender(url)?;
    let (at_a_time, mut pace) = pace(args.rate);
    let bar = crate::progress::events();
    let mut totals = Totals::default();
    let mut events = province.events().peekable();
    while events.peek().is_some() {
        if let Some(pace) = &mut pace {
            pace.tick().await;
        }
        let lines = events.by_ref().take(at_a_time).map(|event| event.json.into_bytes());
        push_lines(&sender, "simulation", (1 + totals.all()..).zip(lines), &mut totals).await?;
        bar.set_position(totals.all());
    }
    bar.finish_and_clear();
    println!("{totals}");
    Ok(totals.exit_code())
}
