//! Sends the lines of one file, and remembers what was answered to them.

use std::collections::BTreeSet;

use anyhow::Context;
use indicatif::ProgressBar;

use super::Args;
use super::answers::Answers;
use super::input::Input;
use super::journal::Journal;
use super::numbers::first;
use super::printed::Printed;
use super::sender::{Line, Sender, Sent};

/// A file being sent.
pub(super) struct Sending<'a> {
    pub(super) name: &'a str,
    pub(super) args: &'a Args,
    pub(super) sender: &'a Sender,
    pub(super) bar: &'a ProgressBar,
    pub(super) printed: Printed,
    pub(super) answers: Answers,
    pub(super) journal: Option<Journal>,
}

impl Sending<'_> {
    /// Tells what was answered before, and what is wrong with lines that are not sent.
    pub(super) fn resume(&mut self, input: &Input<'_>, through: u64, again: &BTreeSet<u64>) {
        let (what, name, refused) = (input.what(), self.name, input.refused());
        let Answers { totals, rejected, .. } = &self.answers;
        let dropped = self.journal.as_ref().and_then(|journal| journal.dropped.as_ref());
        self.bar.suspend(|| {
            match dropped {
                Some(why) if through == 0 => eprintln!("{name}: begins anew: {why}"),
                Some(why) => eprintln!("{name}: not all that was answered before is gone on with: {why}"),
                None => {}
            }
            if through > 0 {
                eprintln!("{name}: goes on after {what} {through}; {totals} before");
            }
            if !again.is_empty() {
                let (count, first) = (again.len(), first(again));
                eprintln!("{name}: {count} that may be taken by now are sent again: {what} {first}");
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

    /// Sends lines again that were rejected before.
    pub(super) async fn send_again(
        &mut self,
        input: &Input<'_>,
        again: &BTreeSet<u64>,
    ) -> anyhow::Result<()> {
        if again.is_empty() {
            return Ok(());
        }
        self.send_those(input, Request::Again, |number| again.contains(&number)).await
    }

    /// Sends the lines after one of them.
    pub(super) async fn send(&mut self, input: &Input<'_>, through: u64) -> anyhow::Result<()> {
        self.send_those(input, Request::Next, |number| number > through).await
    }

    /// Sends some of the lines, request by request.
    async fn send_those(
        &mut self,
        input: &Input<'_>,
        request: Request,
        wanted: impl Fn(u64) -> bool,
    ) -> anyhow::Result<()> {
        let mut lines = Vec::new();
        for line in input.lines()? {
            let line = line.with_context(|| self.name.to_owned())?;
            if !wanted(line.number) {
                continue;
            }
            if line.text.trim_ascii().is_empty() {
                self.bar.inc(1);
                continue;
            }
            lines.push(line);
            if lines.len() >= self.args.lines {
                self.request(input, std::mem::take(&mut lines), request).await?;
            }
        }
        self.request(input, lines, request).await
    }

    async fn request(&mut self, input: &Input<'_>, lines: Vec<Line>, request: Request) -> anyhow::Result<()> {
        let Some(last) = lines.last().map(|line| line.number) else { return Ok(()) };
        let Sent { results, failed } = self.sender.send(lines).await;
        let settled: BTreeSet<u64> = results.iter().map(|(number, _)| *number).collect();
        let through = if failed.is_none() { Some(last) } else { settled.last().copied() };
        if !self.answers.may_precede(&results) {
            // By the next time its offsets may have grown past those.
            self.journal.as_mut().map_or(Ok(()), Journal::forget)?;
            return Err(AnotherLog(self.sender.url().to_owned()).into());
        }
        let answers = Answers::of(results);
        self.bar.suspend(|| {
            for one in &answers.rejected {
                self.printed.print(self.name, input.what(), one.line, one.problems.iter(), input);
            }
        });
        if let (Some(journal), Some(through)) = (&mut self.journal, through) {
            match request {
                Request::Next => journal.answered(through, &answers)?,
                Request::Again => journal.again(settled, &answers)?,
            }
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

/// Offsets of a log grow, and these did not.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0}: its log gives lower offsets than it gave to lines before: it is not the log that took those; the same command begins anew"
)]
pub(super) struct AnotherLog(String);

/// Which lines are sent.
#[derive(Debug, Clone, Copy)]
enum Request {
    /// Those after the last that was answered.
    Next,
    /// Some that were rejected before.
    Again,
}
