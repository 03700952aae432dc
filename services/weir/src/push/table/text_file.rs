//! CSV: its encoding, what parts its columns, and its rows by the numbers that a spreadsheet shows.

use anyhow::{Context, bail};
use encoding_rs::{Encoding, GB18030, UTF_8};

use super::args::Args;
use super::cell::Cell;
use super::columns;
use super::grid::Grid;
use super::quotes;

/// What may part columns, likeliest first.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Reads the rows of a text file.
///
/// # Errors
/// When it is in no encoding that is known, or not in the one that is asked for, or a quote is opened by a slip.
pub(super) fn read(bytes: &[u8], args: &Args) -> anyhow::Result<Grid> {
    let text = decoded(bytes, args.encoding.as_deref())?;
    // A line that ends the file counts like the others.
    let text = if text.contains('\n') { text } else { text.replace('\r', "\n") };
    let text = if text.ends_with('\n') { text } else { text + "\n" };
    let head = |delimiter: &u8| {
        rows(&text, *delimiter, args.heading_rows).map_or(0, |grid| columns::made_out(&grid, args))
    };
    let best = || DELIMITERS.into_iter().rev().max_by_key(head).unwrap_or(b',');
    let delimiter = args.delimiter.unwrap_or_else(best);
    quotes::check(&text, delimiter)?;
    rows(&text, delimiter, usize::MAX)
}

/// The text of bytes. A byte-order mark says what it is; else what is UTF-8 is so, and the rest what Excel writes in China.
fn decoded(bytes: &[u8], label: Option<&str>) -> anyhow::Result<String> {
    let asked = label.map(|label| {
        Encoding::for_label(label.as_bytes()).with_context(|| format!("--encoding {label} is not known"))
    });
    let guessed = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if str::from_utf8(bytes).is_ok() => UTF_8,
        None => GB18030,
    };
    let encoding = asked.transpose()?.unwrap_or(guessed);
    let (text, encoding, broken) = encoding.decode(bytes);
    if broken {
        bail!("it is not {} throughout: name its --encoding, or save it as UTF-8", encoding.name());
    }
    Ok(text.into_owned())
}

/// The first rows of a text, by the numbers that a spreadsheet gives them: a blank line is a row, and a line end within quotes is not one's
/// end.
fn rows(text: &str, delimiter: u8, most: usize) -> anyhow::Result<Grid> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let (mut grid, mut record, mut number) = (Grid::default(), csv::StringRecord::new(), 0_u64);
    loop {
        let before = reader.position().line();
        if !reader.read_record(&mut record)? || number as usize >= most {
            return Ok(grid);
        }
        let within: usize = record.iter().map(|field| field.matches('\n').count()).sum();
        let blank = (reader.position().line() - before).saturating_sub(1 + within as u64);
        number += blank + 1;
        let row = u32::try_from(number).context("more rows than can be counted")?;
        for (column, field) in record.iter().enumerate() {
            let column = u32::try_from(column).context("more columns than can be counted")?;
            grid.push(row, column, Cell::Text(field.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GBK, UTF_8};

    use super::*;
    use crate::push::table::tests::args;

    const TABLE: &str = "统一社会信用代码,报告期,营业收入\r\n91510100MA6C00017C,2024年6月,\"1,234.50\"\r\n";

    fn cells(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
        let grid = read(bytes, &args(&[])).unwrap();
        grid.rows
            .iter()
            .map(|row| (row.number, row.cells.values().map(ToString::to_string).collect()))
            .collect()
    }

    #[test]
    fn encodings_and_delimiters_are_found_out() {
        let expected = cells(TABLE.as_bytes());
        assert_eq!(
            expected[1],
            (2, vec!["91510100MA6C00017C".into(), "2024年6月".into(), "1,234.50".into()])
        );
        let (gbk, ..) = GBK.encode(TABLE);
        assert_eq!(cells(&gbk), expected);
        let marked = [b"\xef\xbb\xbf", TABLE.as_bytes()].concat();
        assert_eq!(cells(&marked), expected);
        let unicode: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(TABLE.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(cells(&unicode), expected);
        for delimiter in ["\t", ";"] {
            let text = "统一社会信用代码,报告期,营业收入\n91510100MA6C00017C,2024年6月,1234.50\n"
                .replace(',', delimiter);
            assert_eq!(cells(text.as_bytes()).len(), 2);
            assert_eq!(cells(text.as_bytes())[1].1[2], "1234.50");
        }
        let error = read(b"\xd5\xff\xff", &args(&[])).unwrap_err().to_string();
        assert!(error.contains("--encoding"), "{error}");
        assert!(read(&gbk, &args(&["--encoding", "utf-8"])).is_err());
        assert_eq!(UTF_8.name(), "UTF-8");
    }

    #[test]
    fn rows_have_the_numbers_that_a_spreadsheet_shows() {
        let numbers =
            |text: &str| cells(text.as_bytes()).iter().map(|(number, _)| *number).collect::<Vec<_>>();
        assert_eq!(numbers("a,b\n1,2\n3,4"), [1, 2, 3]);
        assert_eq!(numbers("a,b\n\n\n1,2\n"), [1, 4]);
        assert_eq!(numbers("\n\na,b\n\"x\ny\nz\",2\n\n3,4"), [3, 4, 6]);
        assert_eq!(numbers("a,b\r\n\r\n,\r\n1,2\r\n"), [1, 4]);
        assert_eq!(numbers("a,b\r1,2\r"), [1, 2]);
    }
}
