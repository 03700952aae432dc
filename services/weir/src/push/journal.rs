//! What was answered of a file so far, so that a push that broke off goes on where it was.
//!
//! A file beside the input: one line that says of what it is, then one for each request that was answered whole. A line
//! that was not written to its end is as good as not there: its records are sent again, which changes nothing.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::answers::Answers;

/// A journal that is being kept.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// What it says.
    pub(super) past: Past,
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
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    /// The journal is of this file, sent with these settings to this service.
    Of(String),
    /// All lines up to one were answered, those of the last request in this way.
    Answered { through: u64, answers: Answers },
    /// The rejected were returned.
    Returned(Option<PathBuf>),
}

impl Journal {
    /// Opens the journal at `path`, or begins one, of what `of` tells apart; what another file or another push left is dropped.
    ///
    /// # Errors
    /// When it can't be written, or another push is writing it.
    pub(super) fn open(path: PathBuf, of: &str, from_start: bool) -> anyhow::Result<Self> {
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
        let (past, end) =
            if from_start { (None, 0) } else { read(&file, of).with_context(|| shown.clone())? };
        file.set_len(if past.is_some() { end } else { 0 })?;
        file.seek(SeekFrom::End(0))?;
        let begun = past.is_some();
        let mut journal = Self { path, file, past: past.unwrap_or_default() };
        if !begun {
            journal.write(&Entry::Of(of.to_owned()))?;
        }
        Ok(journal)
    }

    /// Notes that all lines up to `through` were answered, and what those of the last request were.
    pub(super) fn answered(&mut self, through: u64, answers: &Answers) -> anyhow::Result<()> {
        self.write(&Entry::Answered { through, answers: answers.clone() })
    }

    /// Notes where the rejected were returned.
    pub(super) fn returned(&mut self, path: Option<&Path>) -> anyhow::Result<()> {
        self.write(&Entry::Returned(path.map(Path::to_owned)))
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
    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Of(_) => {}
            Entry::Answered { through, answers } => {
                self.through = through;
                self.answers.add(answers);
            }
            Entry::Returned(path) => self.returned = path,
        }
    }
}

/// What a journal of `of` says, and where its last whole line ends.
fn read(file: &File, of: &str) -> std::io::Result<(Option<Past>, u64)> {
    let (mut past, mut end) = (None, 0);
    let mut lines = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 || !line.ends_with(b"\n") {
            break;
        }
        match (serde_json::from_slice(&line), &mut past) {
            (Ok(Entry::Of(found)), None) if found == of => past = Some(Past::default()),
            (Ok(Entry::Of(_)) | Err(_), _) | (_, None) => break,
            (Ok(entry), Some(past)) => past.take(entry),
        }
        end += line.len() as u64;
    }
    Ok((past, end))
}

#[cfg(test)]
mod tests {
    use weir_schemas::problem::{Code, Problem};

    use super::*;
    use crate::push::answers::Rejected;
    use crate::push::totals::Totals;

    fn rejected(line: u64) -> Vec<Rejected> {
        vec![Rejected { line, problems: vec![Problem::new(Code::CreditCode, "/subject", "wrong")] }]
    }

    fn answers(accepted: u64, duplicate: u64, rejected: Vec<Rejected>) -> Answers {
        let totals = Totals { accepted, duplicate, rejected: rejected.len() as u64 };
        Answers { totals, rejected, ..Answers::default() }
    }

    #[test]
    fn it_goes_on_where_it_was_and_is_of_one_file_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.weir-push");
        let open = |of: &str| Journal::open(path.clone(), of, false);
        let mut journal = open("one").unwrap();
        journal.answered(100, &answers(99, 0, rejected(7))).unwrap();
        journal.answered(150, &answers(40, 10, Vec::new())).unwrap();
        assert!(open("one").unwrap_err().to_string().contains("another weir push"));
        drop(journal);
        // The crash came while the third request was noted.
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(br#"{"answered":{"through":200,"acc"#).unwrap();
        drop(file);
        let mut journal = open("one").unwrap();
        assert_eq!((journal.past.through, journal.past.answers.totals.all()), (150, 150));
        assert_eq!(journal.past.answers.rejected, rejected(7));
        journal.answered(180, &answers(29, 0, rejected(160))).unwrap();
        journal.returned(Some(Path::new("a.rejected.xlsx"))).unwrap();
        drop(journal);
        let journal = open("one").unwrap();
        assert_eq!((journal.past.through, journal.past.answers.rejected.len()), (180, 2));
        assert_eq!(journal.past.returned.as_deref(), Some(Path::new("a.rejected.xlsx")));
        drop(journal);
        assert_eq!(open("another").unwrap().past.through, 0);
        assert_eq!(open("one").unwrap().past.through, 0);
        assert_eq!(open("one").unwrap().close(), path);
        assert!(open("one").is_ok(), "nobody holds it any more");
    }
}
