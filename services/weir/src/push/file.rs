//! Pushes one file, from where a push that broke off had come, and returns what was rejected.

use std::path::{Path, PathBuf};

use anyhow::Context;
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};

use super::Args;
use super::answers::{Answers, Rejected};
use super::input::Input;
use super::journal::Journal;
use super::printed::Printed;
use super::returned::{self, Returned};
use super::sender::{Line, Sender, Sent};
use super::totals::Totals;

/// A file that was pushed whole.
pub(super) struct Pushed {
    /// What became of its lines.
    pub(super) totals: Totals,
    /// What remembers that; there is none of a pipe.
    pub(super) journal: Option<PathBuf>,
}

/// Pushes a file.
///
/// # Errors
/// When it can't be read, or the service does not take it; what was answered until then is remembered.
pub(super) async fn push(
    path: &Path,
    args: &Args,
    sender: &Sender,
    bar: &ProgressBar,
) -> anyhow::Result<Pushed> {
    let name = path.display().to_string();
    let input = Input::open(path, &args.table).with_context(|| name.clone())?;
    let folder = args.rejected_dir.as_deref();
    let journal = input.digest.map(|digest| {
        let of = of(&digest, args, sender);
        Journal::open(returned::beside(path, folder, "weir-push"), &of, args.from_start)
    });
    let mut journal = journal.transpose()?;
    let past = journal.as_mut().map(|journal| std::mem::take(&mut journal.past)).unwrap_or_default();
    bar.inc_length(input.count);
    // What comes out of a pipe can't be returned: all that is wrong with it is printed.
    let printed = Printed::new(if input.digest.is_some() { args.show } else { usize::MAX });
    let mut sending = Sending { name: &name, args, sender, bar, printed, answers: past.answers };
    sending.resume(&input, past.through);
    sending.send(&input, past.through, &mut journal).await?;
    let Sending { printed, answers, .. } = sending;
    let Answers { mut totals, rejected, questions } = answers;
    let mut refused = input.refused();
    totals.rejected += refused.len() as u64;
    let told = |one: Rejected| (one.line, one.problems.into_iter().map(Into::into).collect());
    refused.extend(rejected.into_iter().map(told));
    let returned = match past.returned.filter(|path| path.exists()) {
        Some(before) => Some(before),
        None if refused.is_empty() || input.digest.is_none() => None,
        None => {
            let path = Returned { input: &input, rejected: &refused }.write(path, folder)?;
            journal.as_mut().map_or(Ok(()), |journal| journal.returned(Some(&path)))?;
            Some(path)
        }
    };
    bar.suspend(|| {
        if totals.all() == 0 && refused.is_empty() {
            eprintln!("{name}: holds no {} to send", input.what());
        }
        questions.sentences(input.what()).for_each(|sentence| eprintln!("{name}: {sentence}"));
        printed.finish(&name, returned.as_deref());
    });
    Ok(Pushed { totals, journal: journal.map(Journal::close) })
}

/// What a journal is of: a file's content, how it is read, and who is told it by whom.
fn of(digest: &[u8; 32], args: &Args, sender: &Sender) -> String {
    let mut hash = Sha256::new();
    hash.update(digest);
    hash.update(sender.receiver());
    hash.update(format!("{} {:?}", env!("CARGO_PKG_VERSION"), args.table));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Sending<'a> {
    name: &'a str,
    args: &'a Args,
    sender: &'a Sender,
    bar: &'a ProgressBar,
    printed: Printed,
    answers: Answers,
}

impl Sending<'_> {
    /// Tells what was answered before, and what is wrong with lines that are not sent.
    fn resume(&mut self, input: &Input<'_>, through: u64) {
        let (what, name, refused) = (input.what(), self.name, input.refused());
        let Answers { totals, rejected, .. } = &self.answers;
        self.bar.suspend(|| {
            if through > 0 {
                eprintln!("{name}: goes on after {what} {through}; {totals} before");
            }
            self.printed.passed_over(name, input);
            for (number, told) in &refused {
                self.printed.print(name, what, *number, told.iter().map(|told| &told.problem), input);
            }
            for one in rejected {
                self.printed.print(name, what, one.line, one.problems.iter(), input);
            }
        });
        self.bar.inc(refused.len() as u64 + totals.all());
    }

    /// Sends the lines after one of them, request by request.
    async fn send(
        &mut self,
        input: &Input<'_>,
        through: u64,
        journal: &mut Option<Journal>,
    ) -> anyhow::Result<()> {
        let mut lines = Vec::new();
        for line in input.lines()? {
            let line = line.with_context(|| self.name.to_owned())?;
            if line.number <= through {
                continue;
            }
            if line.text.trim_ascii().is_empty() {
                self.bar.inc(1);
                continue;
            }
            lines.push(line);
            if lines.len() >= self.args.lines {
                self.request(input, std::mem::take(&mut lines), journal).await?;
            }
        }
        self.request(input, lines, journal).await
    }

    async fn request(
        &mut self,
        input: &Input<'_>,
        lines: Vec<Line>,
        journal: &mut Option<Journal>,
    ) -> anyhow::Result<()> {
        let Some(last) = lines.last().map(|line| line.number) else { return Ok(()) };
        let Sent { results, failed } = self.sender.send(lines).await;
        let through = match failed {
            None => Some(last),
            Some(_) => results.iter().map(|(number, _)| *number).max(),
        };
        let answers = Answers::of(results);
        self.bar.suspend(|| {
            for one in &answers.rejected {
                self.printed.print(self.name, input.what(), one.line, one.problems.iter(), input);
            }
        });
        if let (Some(journal), Some(through)) = (journal, through) {
            journal.answered(through, &answers)?;
        }
        self.bar.inc(answers.totals.all());
        self.answers.add(answers);
        failed.map_or(Ok(()), Err).with_context(|| {
            format!(
                "{}: {} so far; once that is mended, the same command goes on from there",
                self.name, self.answers.totals
            )
        })
    }
}
