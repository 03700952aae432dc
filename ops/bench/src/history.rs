//! What an event costs on top of a short history, and on top of one ten times as long: a month's reports of all units,
//! with the units' states in aggregation's memory, and with aggregation and ClickHouse just started.

use std::time::Duration;

use anyhow::Context;
use jiff::ToSpan;

use crate::bare;
use crate::feed::{Event, LAST_MONTH, Monthly};
use crate::meter::{Meter, Spent};
use crate::report::{Bar, Report};
use crate::setup::Setup;
use crate::statements;
use crate::system::{Aggregation, System};

/// How much longer the long history is.
const TIMES: i32 = 10;
/// Cost on top of the long history, as a multiple of that on top of the short one.
const BAR: Bar = Bar::AtMost(1.2);

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Units that report every month
    #[arg(long, default_value_t = 20_000, value_name = "N")]
    units: u32,
    /// Months of the short history
    #[arg(long, default_value_t = 6, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=7))]
    months: i32,
    /// How often all is measured; the medians count
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    #[command(flatten)]
    setup: Setup,
}

/// What a month's reports took on top of one history, round by round.
#[derive(Default)]
struct Taken {
    bare: Vec<Spent>,
    warm: Vec<Spent>,
    cold: Vec<Spent>,
}

/// Measures, and reports.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let mut report = Report::of("history");
    let (mut short, mut long) = (Taken::default(), Taken::default());
    for _ in 0..args.rounds {
        measure(&args, args.months, &mut short).await?;
        measure(&args, args.months * TIMES, &mut long).await?;
    }
    let events = args.units as usize;
    report.size("units", args.units);
    report.size("rounds", args.rounds);
    report.size("short_history_months", args.months);
    report.size("long_history_months", args.months * TIMES);
    let all = [
        ("bare_insert", short.bare, long.bare),
        ("warm", short.warm, long.warm),
        ("cold", short.cold, long.cold),
    ];
    for (name, short, long) in all {
        let (short, long) = (median(short)?, median(long)?);
        let few = report.rate(&format!("{name}_short"), &short, events, None);
        let many = report.rate(&format!("{name}_long"), &long, events, None);
        if name != "bare_insert" {
            report.held(format!("{name}_long_over_short"), few / many, "times", BAR);
            let processors = |spent: Spent| (spent.own + spent.clickhouse).as_secs_f64();
            report.figure(
                format!("{name}_long_over_short_cpu"),
                processors(long) / processors(short),
                "times",
            );
        }
    }
    report.finish(&args.setup.results)
}

/// Lets a history of `months` months come in, and then measures the next two.
async fn measure(args: &Args, months: i32, taken: &mut Taken) -> anyhow::Result<()> {
    // A moment is closed often, so that what takes less than a second is not rounded.
    let settings =
        weir_aggregate::Settings { close_every: Duration::from_millis(20), ..args.setup.aggregation() };
    let feed = Monthly::of(args.units)?;
    let system = System::start(&args.setup).await?;
    let mut aggregation = Aggregation::start_current(&system, settings.clone()).await?;
    let begin = feed.begin();
    system.append(&begin).await?;
    for back in (2..months + 2).rev() {
        system.append(&feed.reports(LAST_MONTH - back.months())).await?;
    }
    aggregation.current().await?;
    let next = feed.reports(LAST_MONTH - 1.month());
    taken.bare.push(bare::insert(&system, &next).await?);
    taken.warm.push(take(&system, &mut aggregation, &next, args.setup.statements).await?);

    aggregation.stop().await?;
    let system = system.restart_clickhouse().await?;
    let mut aggregation = Aggregation::start_current(&system, settings).await?;
    taken.cold.push(take(&system, &mut aggregation, &feed.reports(LAST_MONTH), args.setup.statements).await?);
    aggregation.stop().await?;
    let months = usize::try_from(months)? + 2;
    system.holds(begin.len() + months * next.len()).await?;
    system.stop().await
}

/// What it takes until the cells reflect events that come in at once, from when the log has them.
async fn take(
    system: &System,
    aggregation: &mut Aggregation,
    events: &[Event],
    is_shown: bool,
) -> anyhow::Result<Spent> {
    system.rests().await?;
    system.append_at_once(events).await?;
    let meter = Meter::start(system)?;
    aggregation.current().await?;
    let spent = meter.stop()?;
    if is_shown {
        statements::print(system, spent.since).await?;
    }
    Ok(spent)
}

fn median(mut taken: Vec<Spent>) -> anyhow::Result<Spent> {
    taken.sort_by_key(|spent| spent.time);
    taken.get(taken.len() / 2).copied().context("nothing was measured")
}
