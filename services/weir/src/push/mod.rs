//! `weir push`: sends events from NDJSON files and reports from tables, and says what became of every line.

mod accepted;
mod answers;
mod chinese;
mod file;
mod input;
mod journal;
mod kind;
mod lines;
mod numbers;
mod patience;
mod printed;
mod questions;
mod returned;
mod sender;
mod sending;
mod table;
mod target;
mod totals;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use crate::progress;

pub(crate) use self::lines::push_lines;
pub(crate) use self::returned::heading;
pub(crate) use self::table::{Column, form};
pub(crate) use self::target::Target;
pub(crate) use self::totals::Totals;

/// Send events from NDJSON files, or reports from CSV and XLSX tables, to an ingestion service
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files: NDJSON with one event a line, CSV or XLSX with one report a row
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The ingestion service [default: the one of the data folder's run.json]
    #[arg(long, env = "WEIR_INGEST_URL", value_name = "URL")]
    to: Option<String>,
    /// Lines that are sent in one request
    #[arg(long, env = "WEIR_PUSH_LINES", default_value_t = 1_000)]
    lines: usize,
    /// Rejected lines of each file to print at most; all are in the file that is returned
    #[arg(long, env = "WEIR_PUSH_SHOW", value_name = "N", default_value_t = 50)]
    show: usize,
    /// Where rejected lines are returned, and what was answered is remembered [default: beside each file]
    #[arg(long, value_name = "DIR")]
    rejected_dir: Option<PathBuf>,
    /// Write which event each accepted row of a table is, for its receipt, as NAME.accepted.xlsx
    #[arg(long)]
    accepted: bool,
    /// Go on after a push that broke off also with another key or token, which must be for the same system
    #[arg(long, conflicts_with = "from_start")]
    go_on: bool,
    /// Send from the start, whatever was answered to a push that broke off
    #[arg(long)]
    from_start: bool,
    #[command(flatten)]
    table: table::Args,
    #[command(flatten)]
    target: Target,
}

/// Sends the files. Success is that every line was accepted.
pub(crate) async fn run(mut args: Args) -> anyhow::Result<ExitCode> {
    let sender = args.target.sender(args.to.as_deref())?;
    args.table.bureau = args.table.bureau.or_else(|| args.target.bureau());
    let bar = progress::steps(0, "lines");
    let (mut totals, mut journals) = (Totals::default(), Vec::new());
    for path in &args.files {
        match file::push(path, &args, &sender, &bar).await {
            Ok(pushed) => {
                totals.add(pushed.totals);
                journals.extend(pushed.journal);
            }
            Err(error) => {
                // What the files before say is of another log as well.
                if error.is::<sending::AnotherLog>() {
                    forget(&journals)?;
                }
                return Err(error);
            }
        }
    }
    bar.finish_and_clear();
    // Until here the same command would have gone on where it was, and told the same of all files.
    forget(&journals)?;
    println!("{totals}");
    Ok(totals.exit_code())
}

/// Removes what was remembered of files.
fn forget(journals: &[PathBuf]) -> anyhow::Result<()> {
    for path in journals {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| path.display().to_string());
            }
            _ => {}
        }
    }
    Ok(())
}

/// How many rows of a workbook's table are reports of a bureau, or are refused.
#[cfg(test)]
pub(crate) fn rows(workbook: &[u8], bureau: &str) -> anyhow::Result<usize> {
    let table = table::Table::read(workbook, table::Kind::Xlsx, &table::args_of(&["--bureau", bureau]))?;
    Ok(table.events.len() + table.refused.len())
}

#[cfg(test)]
mod tests;
