//! Returns what was rejected: a table as a workbook that can be corrected and pushed again, NDJSON as NDJSON.

mod ndjson;
pub(super) mod place;
mod sheet;
mod style;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;

pub(crate) use self::style::heading;
use super::input::Input;
use super::table::Told;

/// What is to be returned of a file.
pub(super) struct Returned<'a> {
    /// The file.
    pub(super) input: &'a Input<'a>,
    /// The rejected lines, by number, and what is wrong with each.
    pub(super) rejected: &'a BTreeMap<u64, Vec<Told>>,
}

impl Returned<'_> {
    /// Writes it beside the file, or into `folder`, under a name that is free; answers where.
    ///
    /// # Errors
    /// When it can't be written.
    pub(super) fn write(&self, file: &Path, folder: Option<&Path>) -> anyhow::Result<PathBuf> {
        let bytes = match &self.input.table {
            Some(table) => sheet::workbook(table, self.rejected)?,
            None => ndjson::lines(self.input, self.rejected)?,
        };
        let extension = if self.input.table.is_some() { "xlsx" } else { "ndjson" };
        write(&bytes, file, folder, "rejected", extension)
    }
}

/// Writes what there is to say of a file beside it, or into `folder`, under a name that is free; answers where.
///
/// # Errors
/// When it can't be written.
pub(super) fn write(
    bytes: &[u8],
    file: &Path,
    folder: Option<&Path>,
    what: &str,
    extension: &str,
) -> anyhow::Result<PathBuf> {
    // What somebody may be correcting is never written over.
    for number in 1_u32.. {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let path = beside(&file.with_extension(""), folder, &format!("{what}{suffix}.{extension}"));
        let mut open = match std::fs::File::create_new(&path) {
            Ok(open) => open,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        std::io::Write::write_all(&mut open, bytes).with_context(|| path.display().to_string())?;
        return Ok(path);
    }
    anyhow::bail!("no name is free for what was {what}")
}

/// A file's name with an extension more, beside it or in `folder`.
pub(super) fn beside(file: &Path, folder: Option<&Path>, extension: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(extension);
    folder.map_or_else(|| file.with_file_name(&name), |folder| folder.join(&name))
}

#[cfg(test)]
mod tests;
