//! `weir push`: sends events from NDJSON files, and says what became of every line.

mod sender;
mod target;
mod totals;

use std::io::BufRead;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use weir_ingest::Outcome;

use self::sender::{Line, Sender};
use crate::progress;

pub(crate) use self::target::Target;
pub(crate) use self::totals::Totals;

/// Send events from NDJSON files to an ingestion service
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// NDJSON files, one event a line
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The ingestion service [default: the one of the data folder's run.json]
    #[arg(long, env = "WEIR_INGEST_URL", value_name = "URL")]
    to: Option<String>,
    /// Lines that are sent in one request
    #[arg(long, env = "WEIR_PUSH_LINES", default_value_t = 1_000)]
    lines: usize,
    #[command(flatten)]
    target: Target,
}

/// Sends the files. Success is that every line was accepted.
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let sender = args.target.sender(args.to.as_deref())?;
    let size =
        |file: &PathBuf| Ok(std::fs::metadata(file).with_context(|| file.display().to_string())?.len());
    let sizes = args.files.iter().map(size).collect::<anyhow::Result<Vec<u64>>>()?;
    let bar = progress::bytes(sizes.iter().sum());
    let mut totals = Totals::default();
    for file in &args.files {
        let name = file.display().to_string();
        let open = std::fs::File::open(file).with_context(|| name.clone())?;
        let mut lines: Vec<(u64, Vec<u8>)> = Vec::new();
        for (number, line) in (1..).zip(std::io::BufReader::new(open).split(b'\n')) {
            let text = line.with_context(|| format!("{name} line {number}"))?;
            bar.inc(text.len() as u64 + 1);
            if !text.trim_ascii().is_empty() {
                lines.push((number, text));
            }
            if lines.len() >= args.lines {
                push_lines(&sender, &name, std::mem::take(&mut lines).into_iter(), &mut totals).await?;
            }
        }
        push_lines(&sender, &name, lines.into_iter(), &mut totals).await?;
    }
    bar.finish_and_clear();
    println!("{totals}");
    Ok(totals.exit_code())
}

/// Sends lines with their numbers in one request, counts what became of them and prints those that were rejected.
pub(crate) async fn push_lines(
    sender: &Sender,
    name: &str,
    lines: impl Iterator<Item = (u64, Vec<u8>)>,
    totals: &mut Totals,
) -> anyhow::Result<()> {
    let lines = lines.map(|(number, text)| Line { number, text }).collect();
    for (number, result) in sender.send(lines).await? {
        totals.count(result.outcome);
        if result.outcome == Outcome::Rejected {
            for problem in &result.problems {
                eprintln!("{name} line {number}: {problem}");
            }
        }
    }
    Ok(())
}
