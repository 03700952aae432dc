//! How many events a second a new generation takes in from a log that holds them all, until it is live.

use crate::bare;
use crate::feed::Province;
use crate::meter::Meter;
use crate::report::{Bar, Report};
use crate::setup::Setup;
use crate::statements;
use crate::system::{Aggregation, System};

/// Events a second, on two cores.
const BAR: Bar = Bar::AtLeast(50_000.0);

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
    let mut report = Report::of("rebuild");
    let events = province.events()?;
    report.size("units", province.units);
    report.size("events", events.len());
    let system = System::start(&setup).await?;
    let spent = bare::insert(&system, &events).await?;
    let bare = report.rate("bare_insert", &spent, events.len(), None);

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
    let rate = report.rate("rebuild", &spent, events.len(), Some(BAR));
    report.figure("bare_insert_over_rebuild", bare / rate, "times");
    report.finish(&setup.results)
}
