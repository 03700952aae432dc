//! What a file is, by its first bytes and its name.

use std::path::Path;

use anyhow::bail;

use super::table;

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An event a line.
    Ndjson,
    /// A report a row.
    Table(table::Kind),
}

impl Kind {
    /// The kind of the file at `path`, which begins with `head`.
    ///
    /// # Errors
    /// When it is a spreadsheet of a format that is not read.
    pub(super) fn of(path: &Path, head: &[u8]) -> anyhow::Result<Self> {
        if head.starts_with(b"PK\x03\x04") {
            return Ok(Self::Table(table::Kind::Xlsx));
        }
        if head.starts_with(b"\xd0\xcf\x11\xe0") {
            bail!("it is a workbook of the old format, or has a password: save it as XLSX without one");
        }
        if head.trim_ascii_start().starts_with(b"{") {
            return Ok(Self::Ndjson);
        }
        let extension = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        Ok(match extension.as_ref().and_then(|extension| extension.to_str()) {
            Some("csv" | "tsv" | "txt") => Self::Table(table::Kind::Csv),
            Some("xlsx" | "xlsm") => bail!("it is called a workbook and is none"),
            Some("xls" | "et" | "ods" | "numbers") => bail!("workbooks are read as XLSX: save it so"),
            _ => Self::Ndjson,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_goes_before_the_name() {
        let kind = |name: &str, head: &[u8]| Kind::of(Path::new(name), head).ok();
        assert_eq!(kind("a.ndjson", b"{"), Some(Kind::Ndjson));
        assert_eq!(kind("feed", b"{"), Some(Kind::Ndjson));
        assert_eq!(kind("a.txt", b"\n{"), Some(Kind::Ndjson));
        assert_eq!(kind("a.CSV", b"\xef\xbb\xbf"), Some(Kind::Table(table::Kind::Csv)));
        assert_eq!(kind("a.csv", b"PK\x03\x04..."), Some(Kind::Table(table::Kind::Xlsx)));
        assert_eq!(kind("a.xlsx", b"a,b"), None);
        assert_eq!(kind("a.xls", b"\xd0\xcf\x11\xe0"), None);
    }
}
