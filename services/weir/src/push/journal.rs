//! What was answered of a file so far, so that a push that broke off goes on where it was.
//!
//! A file beside the input: one line that says of what it is, then one for each request that was answered whole. A line
//! that was not written to its end is as good as not there: its records are sent again, which changes nothing.
//!
//! It is of a file, a service and a key. At one address there may be another log tomorrow, whose keys are other ones: a journal that is
//! trusted wrongly loses records, one that is not costs time. With another key or token for the same system `--go-on` says so.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::answers::{Answers, Rejected};

/// A journal that is being kept.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// What it says.
    pub(super) past: Past,
    /// Why what it said is not gone on with, if it said anything else.
    pub(super) dropped: Option<Dropped>,
}

/// What a journal is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Of {
    /// What tells the file's content apart.
    pub(super) content: String,
    /// What tells apart how it is read.
    pub(super) reading: String,
    /// Where it is sent.
    pub(super) service: String,
    /// What tells the key apart; a hash, as keys are long and random.
    pub(super) key: String,
}

/// What of it is gone on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resume {
    /// Nothing.
    Nothing,
    /// What was answered to the same key.
    SameKey,
    /// What was answered to any key.
    AnyKey,
}

/// Why what was answered before is not gone on with, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Dropped {
    #[error("the file holds something else since")]
    Content,
    #[error("other flags, another bureau or another version read the file otherwise")]
    Reading,
    #[error("it was sent to {0}")]
    Service(String),
    #[error("it was sent with another key; for the same system, --go-on goes on")]
    Key,
    #[error("what remembers it can't be read from line {0} on")]
    Unreadable(u64),
}

/// What a journal says.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// The last line, or row, up to which all were answered.
    pub(super) through: u64,
    /// What was answered to them.
    pub(super) answers: Answers,
    /// The name of the file in which the rejected were returned, once they were.
    pub(super) returned: Option<PathBuf>,
    /// The name of the file that says which events the accepted are, once it was written.
    pub(super) accepted: Option<PathBuf>,
    /// What was rejected when those were written.
    pub(super) told: Vec<Rejected>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    /// What follows is of this file, read in this way and sent to this service with this key.
    Of(Of),
    /// All lines up to one were answered, those of the last request in this way.
    Answered { through: u64, answers: Answers },
    /// Lines that were rejected were sent again, and answered in this way.
    Again { lines: BTreeSet<u64>, answers: Answers },
    /// The rejected were returned.
    Returned(Option<PathBuf>),
    /// Which events the accepted are was written.
    Accepted(PathBuf),
}

impl Journal {
    /// Opens the journal at `path`, or begins one, of what `of` tells apart; what another file or another push left is dropped, and
    /// said to be.
    ///
    /// # Errors
    /// When it can't be written, or another push is writing it.
    pub(super) fn open(path: PathBuf, of: &Of, resume: Resume) -> anyhow::Result<Self> {
        let shown = path.display().to_string();
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = file.with_context(|| {
            format!("{shown}, which remembers what was answered (--rejected-dir moves it)")
        })?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!("{shown} is in use: another weir push is sending the file")
            }
            Err(TryLockError::Error(error)) => return Err(error).context(shown),
        }
        let found = match resume {
            Resume::Nothing => Found::default(),
            Resume::SameKey | Resume::AnyKey => read(&file, of, resume).with_context(|| shown)?,
        };
        let Found { past, of: before, end, dropped } = found;
        file.set_len(end)?;
        file.seek(SeekFrom::End(0))?;
        let mut journal = Self { path, file, past, dropped };
        // From here on it is of this key, which the one before has handed over to.
        if before.as_ref() != Some(of) {
            journal.write(&Entry::Of(of.clone()))?;
        }
        Ok(journal)
    }

    /// Notes that all lines up to `through` were answered, and what those of the last request were.
    pub(super) fn answered(&mut self, through: u64, answers: &Answers) -> anyhow::Result<()> {
        self.write(&Entry::Answered { through, answers: answers.clone() })
    }

    /// Notes what was answered to lines that had been rejected and were sent again.
    pub(super) fn again(&mut self, lines: BTreeSet<u64>, answers: &Answers) -> anyhow::Result<()> {
        self.write(&Entry::Again { lines, answers: answers.clone() })
    }

    /// Notes where the rejected were returned.
    pub(super) fn returned(&mut self, path: Option<&Path>) -> anyhow::Result<()> {
        self.write(&Entry::Returned(path.map(Path::to_owned)))
    }

    /// Notes where it was written which events the accepted are.
    pub(super) fn accepted(&mut self, path: &Path) -> anyhow::Result<()> {
        self.write(&Entry::Accepted(path.to_owned()))
    }

    /// Forgets all that it says, once it is known to be of another log.
    pub(super) fn forget(&mut self) -> anyhow::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        Ok(())
    }

    /// Closes it; answers where it is, to be removed once nothing is left to be sent.
    pub(super) fn close(self) -> PathBuf {
        self.path
    }

    fn write(&mut self, entry: &Entry) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.file.write_all(&line).with_context(|| self.path.display().to_string())
    }
}

impl Past {
    /// A file is written of what is rejected now; one that was written of something else is of the past.
    fn tell(&mut self) {
        if self.told != self.answers.rejected {
            self.told.clone_from(&self.answers.rejected);
            (self.returned, self.accepted) = (None, None);
        }
    }

    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Of(_) => {}
            Entry::Answered { through, answers } => {
                self.through = through;
                self.answers.add(answers);
            }
            Entry::Again { lines, answers } => {
                self.answers.forget(&lines);
                self.answers.add(answers);
            }
            Entry::Returned(path) => {
                self.tell();
                self.returned = path;
            }
            Entry::Accepted(path) => {
                self.tell();
                self.accepted = Some(path);
            }
        }
    }
}

impl Of {
    /// Why a journal of another is not gone on with.
    fn differs(&self, found: &Self, resume: Resume) -> Option<Dropped> {
        let Self { content, reading, service, key } = found;
        match self {
            of if of.content != *content => Some(Dropped::Content),
            of if of.service != *service => Some(Dropped::Service(service.clone())),
            of if of.reading != *reading => Some(Dropped::Reading),
            of if of.key != *key && resume != Resume::AnyKey => Some(Dropped::Key),
            _ => None,
        }
    }
}

/// What was found in a journal.
#[derive(Default)]
struct Found {
    /// What it says of what is asked for.
    past: Past,
    /// What its last part is of, if that is asked for.
    of: Option<Of>,
    /// Where the last line of that ends.
    end: u64,
    /// Why no more of it is gone on with.
    dropped: Option<Dropped>,
}

/// What a journal of `of` says.
fn read(file: &File, of: &Of, resume: Resume) -> std::io::Result<Found> {
    let mut found = Found::default();
    let mut lines = BufReader::new(file);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 || !line.ends_with(b"\n") {
            break;
        }
        match serde_json::from_slice(&line) {
            Ok(Entry::Of(before)) => found.of = Some(before),
            Ok(entry) if found.of.is_some() => found.past.take(entry),
            _ => {
                found.dropped = Some(Dropped::Unreadable(number));
                break;
            }
        }
        found.end += line.len() as u64;
    }
    let differs = found.of.as_ref().and_then(|before| of.differs(before, resume));
    Ok(match differs {
        Some(why) => Found { dropped: Some(why), ..Found::default() },
        None => found,
    })
}

#[cfg(test)]
mod tests;
