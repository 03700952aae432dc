//! `weir import`: a history with its recorded times, into an empty log.

use std::io::BufRead;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use indicatif::ProgressBar;
use jiff::Timestamp;
use weir_kernel::log::{self, EventLog, NewRecord, Position};
use weir_kernel::settings::EventLogArgs;
use weir_kernel::topics;
use weir_schemas::event::Event;
use weir_schemas::rounds::Rounds;

/// Records that are appended at a time.
const AT_A_TIME: usize = 5_000;

/// Put a history with its recorded times into an empty log
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// NDJSON files, in the order of their recorded times
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    log: EventLogArgs,
}

/// Imports the files.
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let log = log::open(&args.log.settings()?).await.context("the event log")?;
    log.create_topics(&topics::topics(args.log.partitions)).await.context("the event log")?;
    let progress = crate::progress::events();
    let mut import = Import::into(log, progress.clone()).await?;
    for file in &args.files {
        let open = std::fs::File::open(file).with_context(|| file.display().to_string())?;
        for (index, line) in std::io::BufReader::new(open).lines().enumerate() {
            let place = || format!("{} line {}", file.display(), index + 1);
            let line = line.with_context(place)?;
            if !line.trim().is_empty() {
                import.take(line).await.with_context(place)?;
            }
        }
    }
    let imported = import.finish().await?;
    progress.finish_and_clear();
    println!("{imported} events imported");
    Ok(ExitCode::SUCCESS)
}

/// An import under way.
pub(crate) struct Import {
    log: Arc<dyn EventLog>,
    waiting: Vec<NewRecord>,
    /// What says something of rounds among what waits, by its place in it.
    rounds: Vec<(usize, Event)>,
    latest: Timestamp,
    imported: u64,
    progress: ProgressBar,
}

impl Import {
    /// Begins an import; the log must be empty, since no clock steps back.
    pub(crate) async fn into(log: Arc<dyn EventLog>, progress: ProgressBar) -> anyhow::Result<Self> {
        let ends = log.ends(topics::EVENTS).await?;
        ensure!(
            ends.iter().all(|end| *end == 0),
            "a history is imported into an empty log only, and this one holds events"
        );
        Ok(Self {
            log,
            waiting: Vec::new(),
            rounds: Vec::new(),
            latest: Timestamp::UNIX_EPOCH,
            imported: 0,
            progress,
        })
    }

    /// Takes in one event, as structured JSON with its `recordedtime`.
    pub(crate) async fn take(&mut self, line: String) -> anyhow::Result<()> {
        let (event, recorded) = match weir_ingest::validate(line.as_bytes(), Timestamp::now()) {
            Ok(checked) => checked,
            Err(problems) => {
                let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
                bail!("{}", problems.join("; "));
            }
        };
        ensure!(recorded >= self.latest, "recordedtime {recorded} is before that of the event above it");
        self.latest = recorded;
        self.waiting.push(NewRecord::new(event.subject.as_str(), line.into_bytes()));
        if Rounds::concerned_by(&event) {
            self.rounds.push((self.waiting.len() - 1, event));
        }
        if self.waiting.len() >= AT_A_TIME { self.append().await } else { Ok(()) }
    }

    /// Appends what is left; answers how many events were imported.
    pub(crate) async fn finish(mut self) -> anyhow::Result<u64> {
        self.append().await?;
        Ok(self.imported)
    }

    async fn append(&mut self) -> anyhow::Result<()> {
        let records = std::mem::take(&mut self.waiting);
        let count = records.len() as u64;
        let rounds = std::mem::take(&mut self.rounds);
        let values: Vec<_> = rounds.iter().map(|(place, _)| records[*place].value.clone()).collect();
        let positions = self.written(topics::EVENTS, records).await?;
        let copies = rounds.iter().zip(&values);
        let copies = copies.filter_map(|((place, event), value)| {
            weir_ingest::copy_of_round(event, value, positions[*place])
        });
        self.written(topics::ROUNDS, copies.collect()).await?;
        self.imported += count;
        self.progress.set_position(self.imported);
        Ok(())
    }

    async fn written(&self, topic: &str, records: Vec<NewRecord>) -> anyhow::Result<Vec<Position>> {
        let answers = self.log.append(topic, records).await.into_iter();
        answers.map(|answer| answer.context("the log refused an event; empty it and import again")).collect()
    }
}
