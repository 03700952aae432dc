//! Pushes one file, from where a push that broke off had come, and returns what was rejected.

use std::path::{Path, PathBuf};

use anyhow::Context;
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};

use super::Args;
use super::accepted;
use super::answers::{Answers, Rejected};
use super::input::Input;
use super::journal::{Journal, Of, Past};
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
    let journal = input
        .digest
        .map(|digest| Journal::open(remembered(path, folder)?, &of(&digest, args, sender), args.from_start));
    let mut journal = journal.transpose()?;
    let Past { through, mut answers, returned } =
        journal.as_mut().map(|journal| std::mem::take(&mut journal.past)).unwrap_or_default();
    let before = answers.rejected.clone();
    let again = answers.out_of_scope();
    answers.forget(&again);
    bar.inc_length(input.count);
    // What comes out of a pipe can't be returned: all that is wrong with it is printed.
    let printed = Printed::new(if input.digest.is_some() { args.show } else { usize::MAX });
    let mut sending = Sending { name: &name, args, sender, bar, printed, answers, journal };
    sending.resume(&input, through, &again);
    sending.send_again(&input, &again).await?;
    sending.send(&input, through).await?;
    let Sending { printed, answers, mut journal, .. } = sending;
    let Answers { mut totals, rejected, questions } = answers;
    // What was returned of another answer is not what is rejected now.
    let returned = returned.filter(|path| rejected == before && path.exists());
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
    let table = input.table.as_ref().filter(|_| args.accepted);
    let accepted = table.map(|table| accepted::write(table, &refused, path, folder)).transpose()?;
    bar.suspend(|| {
        if totals.all() == 0 && refused.is_empty() {
            eprintln!("{name}: holds no {} to send", input.what());
        }
        questions.sentences(input.what()).for_each(|sentence| eprintln!("{name}: {sentence}"));
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

/// What a journal is of.
fn of(content: &[u8; 32], args: &Args, sender: &Sender) -> Of {
    let reading = format!("{} {:?}", env!("CARGO_PKG_VERSION"), args.table);
    Of { content: hex(content), reading: hex(Sha256::digest(reading)), service: sender.url().to_owned() }
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
