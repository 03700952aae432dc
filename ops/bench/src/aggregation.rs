//! How many events a second become figures: folded, summed, cells current. The generation is there and live before the
//! events are, and meets them all at once: what it takes to catch up.

use crate::bare;
use crate::feed::Province;
use crate::meter::Meter;
use crate::report::{Bar, Report};
use crate::setup::Setup;
use crate::statements;
use crate::system::{Aggregation, System};

/// Events a second, on two cores.
const BAR: Bar = Bar::AtLeast(30_000.0);

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    province: Province,
    #[command(flatten)]
    setup: Setup,
}

/// Measures, and reports.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let Args { province, setup } = args;
    let mut report = Report::of("aggregation");
    let events = province.events()?;
    report.size("units", province.units);
    report.size("events", events.len());
    let system = System::start(&setup).await?;

    let spent = bare::insert(&system, &events).await?;
    let bare = report.rate("bare_insert", &spent, events.len(), None);

    Aggregation::start_current(&system, setup.aggregation()).await?.stop().await?;
    system.append(&events).await?;

    let meter = Meter::start(&system)?;
    let aggregation = Aggregation::start_current(&system, setup.aggregation()).await?;
    let spent = meter.stop()?;
    aggregation.stop().await?;
    if setup.statements {
        statements::print(&system, spent.since).await?;
    }
    system.holds(events.len()).await?;
    system.stop().await?;
    let rate = report.rate("aggregation", &spent, events.len(), Some(BAR));
    report.figure("bare_insert_over_aggregation", bare / rate, "times");
    report.finish(&setup.results)
}
