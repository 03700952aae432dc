//! `weir verify`: every figure computed again from the log, by other code, and compared.

mod answers;
mod args;
mod cells;
mod difference;
mod history;
mod reader;
mod system;

use std::process::ExitCode;

use anyhow::{Context, ensure};
use weir_kernel::clickhouse::Generation;
use weir_kernel::settings;
use weir_kernel::topics;
use weir_schemas::plan::Plan;

use self::answers::Answers;
pub(crate) use self::args::Args;
use self::cells::Cells;
use self::history::History;
use self::system::System;
use crate::progress;

/// Compares, and prints what differs. Fails if anything does.
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let plan = Plan::parse(&settings::plan(args.plan.as_deref())?)?;
    let system = System::of(&args).await?;
    system.reader.answers_by(&plan).await?;
    let generation = live(&system).await?;
    let closed = system.reader.closed(&plan).await?;
    let moment = args.as_of.unwrap_or(closed);
    ensure!(moment <= closed, "{moment} is not closed yet; the latest closed moment is {closed}");

    let progress = progress::records();
    let history = History { log: &system.log, moment, at_a_time: args.events, progress };
    let recounted = history.recount(&plan).await?;
    let figures = &recounted.figures;
    println!("{} events recorded up to {moment:.3} make {} cells.", recounted.events, figures.cells().len());

    let bar = progress::steps(2 * plan.measures.len() as u64, "tables of cells");
    let mut cells = Cells::new(figures, &generation, moment, args.show);
    cells.compare(&bar).await?;
    print!("{}{}", cells.contributions, cells.cells);
    if cells.moved_on > 0 {
        println!("  {} cells may have changed since and were passed over in the table", cells.moved_on);
    }

    let answers = Answers {
        figures,
        reader: &system.reader,
        moment,
        observations: args.observations,
        requests: usize::from(args.requests),
        show: args.show,
    };
    let bar = progress::steps(answers.questions().len() as u64, "questions");
    let both = answers.compare(!recounted.goes_on, &bar).await?;
    print!("{}", both.past);
    // The present is that of the moment only if nothing came until all was answered.
    let still = system.log.ends(topics::EVENTS).await? == recounted.ends;
    let present = both.present.filter(|_| still);
    match &present {
        Some(present) => print!("{present}"),
        None => println!("Events came since the moment: the answers of now were not compared"),
    }

    ensure!(
        live(&system).await?.name() == generation.name(),
        "another generation was made live meanwhile: verify again"
    );
    let differs = [Some(&cells.contributions), Some(&cells.cells), Some(&both.past), present.as_ref()];
    let differs = differs.into_iter().flatten().any(|compared| compared.any());
    Ok(if differs { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The generation that answers.
async fn live(system: &System) -> anyhow::Result<Generation> {
    system.clickhouse.live().await?.context("ClickHouse holds no live generation yet")
}
