//! Pushes one file, from where a push that broke off had come, and returns what was rejected.

use std::path::{Path, PathBuf};

use anyhow::Context;
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};

use super::Args;
use super::accepted;
use super::answers::{Answers, Rejected};
use super::input::Input;
use super::journal::{Journal, Of, Past, Resume};
use super::printed::Printed;
use super::returned::{self, Returned};
use super::sender::Sender;
use super::sending::Sending;
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
    if args.accepted {
        accepted::check(&input).with_context(|| name.clone())?;
    }
    let resume = match (args.from_start, args.go_on) {
        (true, _) => Resume::Nothing,
        (false, true) => Resume::AnyKey,
        (false, false) => Resume::SameKey,
    };
    let journal = input
        .digest
        .map(|digest| Journal::open(remembered(path, folder)?, &of(&digest, &input, args, sender), resume));
    let mut journal = journal.transpose()?;
    let Past { through, mut answers, returned, accepted, told: told_before } =
        journal.as_mut().map(|journal| std::mem::take(&mut journal.past)).unwrap_or_default();
    let again = answers.to_try_again();
    answers.forget(&again);
    bar.inc_length(input.count);
    // What comes out of a pipe can't be returned: all that is wrong with it is printed.
    let printed = Printed::new(if input.digest.is_some() { args.show } else { usize::MAX });
    let mut sending = Sending { name: &name, args, sender, bar, printed, answers, journal };
    sending.resume(&input, through, &again);
    sending.send_again(&input, &again).await?;
    sending.send(&input, through).await?;
    let Sending { printed, answers, mut journal, .. } = sending;
    let Answers { mut totals, rejected, questions, .. } = answers;
    // What was written of other answers is not what is rejected, or accepted, now.
    let is_same = rejected == told_before;
    let (returned, stale) = match returned.filter(|path| path.exists()) {
        Some(path) if is_same => (Some(path), None),
        stale => (None, stale),
    };
    let mut refused = input.refused();
    totals.rejected += refused.len() as u64;
    let told = |one: Rejected| (one.line, one.problems.into_iter().map(Into::into).collect());
    refused.extend(rejected.into_iter().map(told));
    let returned = match returned {
        Some(before) => Some(before),
        None if refused.is_empty() || input.digest.is_none() => None,
        None => {
            let path = Returned { input: &input, rejected: &refused }.write(path, folder)?;
            journal.as_mut().map_or(Ok(()), |journal| journal.returned(Some(&path)))?;
            Some(path)
        }
    };
    let accepted = match &input.table {
        Some(table) if args.accepted && totals.accepted + totals.duplicate > 0 => {
            let there = accepted.filter(|path| is_same && path.exists());
            let written = || accepted::write(table, &refused, path, folder);
            let path = there.map_or_else(written, Ok)?;
            journal.as_mut().map_or(Ok(()), |journal| journal.accepted(&path))?;
            Some(path)
        }
        _ => None,
    };
    bar.suspend(|| {
        if totals.all() == 0 && refused.is_empty() {
            eprintln!("{name}: holds no {} to send", input.what());
        }
        questions.sentences(input.what()).for_each(|sentence| eprintln!("{name}: {sentence}"));
        if let Some(path) = &stale {
            eprintln!("{name}: {}, returned before, is no longer what is rejected", path.display());
        }
        printed.finish(&name, returned.as_deref());
        if let Some(path) = &accepted {
            eprintln!("{name}: which events the accepted rows are is in {}", path.display());
        }
    });
    Ok(Pushed { totals, journal: journal.map(Journal::close) })
}

/// Where is remembered what was answered of a file: in a folder of many, apart from files of the same name elsewhere.
fn remembered(path: &Path, folder: Option<&Path>) -> anyhow::Result<PathBuf> {
    if folder.is_none() {
        return Ok(returned::beside(path, folder, "weir-push"));
    }
    let whole = path.canonicalize().with_context(|| path.display().to_string())?;
    let hash = hex(Sha256::digest(whole.as_os_str().as_encoded_bytes()));
    Ok(returned::beside(path, folder, &format!("{}.weir-push", &hash[..12])))
}

/// What a journal is of. Only tables are read by flags.
fn of(content: &[u8; 32], input: &Input<'_>, args: &Args, sender: &Sender) -> Of {
    let flags = input.table.as_ref().map(|_| &args.table);
    let reading = format!("{} {flags:?}", env!("CARGO_PKG_VERSION"));
    Of {
        content: hex(content),
        reading: hex(Sha256::digest(reading)),
        service: sender.url().to_owned(),
        key: hex(sender.key_hash()),
    }
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
