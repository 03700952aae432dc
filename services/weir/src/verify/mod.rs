//! `weir verify`: every figure computed again from the log, by other code, and compared.

mod answers;
mod args;
mod cells;
mod difference;
mod expected;
mod history;
mod question;
mod reader;
mod system;
mod targets;

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
use self::question::Question;
use self::system::System;
use crate::progress;

/// What is said of answers about indicators, as of the moment and of now.
const INDICATORS: (&str, &str) =
    ("Answers about indicators as of the moment", "Answers about indicators, of now");
/// The same of measures.
const MEASURES: (&str, &str) = ("Answers about measures as of the moment", "Answers about measures, of now");
/// The same of targets.
const TARGETS: (&str, &str) = ("Answers about targets as of the moment", "Answers about targets, of now");

/// Compares, and prints what differs. Fails if anything does.
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let plan = Plan::parse(&settings::plan(args.plan.as_deref())?)?;
    let system = System::of(&args).await?;
    system.reader.answers_by(&plan).await?;
    system.reader.is_let_in().await?;
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

    let answers = Answers {
        figures,
        reader: &system.reader,
        moment,
        present: !recounted.goes_on,
        requests: usize::from(args.requests),
        show: args.show,
    };
    let mut both = Vec::new();
    for (names, questions) in [
        (INDICATORS, Question::indicators(figures, args.observations)),
        (MEASURES, Question::measures(figures, args.observations)),
        (TARGETS, Question::targets(figures, args.observations)),
    ] {
        let bar = progress::steps(questions.len() as u64, "questions");
        let compared = answers.compare(questions, names, &bar).await?;
        print!("{}", compared.past);
        if names == MEASURES {
            println!("  asked for by the year alone, and of no single field");
        }
        both.push(compared);
    }
    // The present is that of the moment only if nothing came until all was answered.
    let present = answers.present && system.log.ends(topics::EVENTS).await? == recounted.ends;
    if present {
        both.iter().for_each(|both| print!("{}", both.present));
    } else {
        println!("Events came since the moment: the answers of now were not compared");
    }

    ensure!(
        live(&system).await?.name() == generation.name(),
        "another generation was made live meanwhile: verify again"
    );
    let answered = both.iter().any(|both| both.past.any() || (present && both.present.any()));
    let differs = cells.contributions.any() || cells.cells.any() || answered;
    Ok(if differs { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The generation that answers.
async fn live(system: &System) -> anyhow::Result<Generation> {
    system.clickhouse.live().await?.context("ClickHouse holds no live generation yet")
}
