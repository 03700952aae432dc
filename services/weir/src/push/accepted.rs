//! The workbook that says which event each accepted row of a table is: by it its receipt is asked for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};
use serde::Deserialize;

use super::input::Input;
use super::returned::{self, heading};
use super::table::{Table, Told};

/// The sheet's name.
const NAME: &str = "已接收";

/// The headings: the row's number, the unit, `source` and `id`, and where query tells what became of it. The columns' widths.
const COLUMNS: [(&str, u32); 5] =
    [("行号", 8), ("统一社会信用代码", 22), ("报送机构", 18), ("事件编号", 42), ("回执", 110)];

/// The ground of the headings.
const GROUND: u32 = 0x00E2_EFDA;

#[derive(Deserialize)]
struct Event {
    source: String,
    subject: String,
    id: String,
}

/// The most rows of a sheet, but for the headings.
const MOST: usize = 1_048_575;

/// That there can be one of a file.
///
/// # Errors
/// When it is no table, or one of more rows than a sheet has.
pub(super) fn check(input: &Input<'_>) -> anyhow::Result<()> {
    let Some(table) = &input.table else { bail!("--accepted is for tables, and this is none") };
    let rows = table.events.len();
    ensure!(rows <= MOST, "--accepted writes a sheet of {MOST} rows at most, and this has {rows}");
    Ok(())
}

/// Writes it beside the file, or into `folder`, under a name that is free; answers where.
///
/// # Errors
/// When it can't be written.
pub(super) fn write(
    table: &Table,
    rejected: &BTreeMap<u64, Vec<Told>>,
    file: &Path,
    folder: Option<&Path>,
) -> anyhow::Result<PathBuf> {
    let mut workbook = Workbook::new();
    // The same rows make the same bytes.
    workbook
        .set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let sheet = workbook.add_worksheet().set_name(NAME)?;
    sheet.set_freeze_panes(1, 0)?;
    for (at, (name, width)) in (0..).zip(COLUMNS) {
        sheet.write_with_format(0, at, name, &heading(GROUND))?.set_column_width(at, width)?;
    }
    let accepted = table.events.iter().filter(|line| !rejected.contains_key(&line.number));
    for (at, line) in (1..).zip(accepted) {
        let Event { source, subject, id } = serde_json::from_slice(&line.text)?;
        let receipt = format!("/v1/receipts?source={source}&id={id}&subject={subject}");
        sheet.write(at, 0, line.number)?;
        for (column, text) in (1..).zip([subject, source, id, receipt]) {
            sheet.write_string(at, column, text)?;
        }
    }
    returned::write(&workbook.save_to_buffer()?, file, folder, "accepted", "xlsx")
}

#[cfg(test)]
mod tests {
    use calamine::{Reader, Xlsx, open_workbook};
    use serde_json::Value;

    use super::*;
    use crate::push::table::{Kind, args_of};

    #[test]
    fn each_accepted_row_is_named_with_its_event() {
        let code = "91510100MA6C00017C";
        let text = format!(
            "表号,统一社会信用代码,报告期,行政区划代码,营业收入（元）\nB203,{code},2024-05,510704,1\nB203,{code},2024-06,510704,2\n"
        );
        let table = Table::read(text.as_bytes(), Kind::Csv, &args_of(&["--bureau", "510700"])).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        let path = write(&table, &BTreeMap::from([(2, Vec::new())]), &file, None).unwrap();
        assert_eq!(path, folder.path().join("a.accepted.xlsx"));
        let mut workbook: Xlsx<_> = open_workbook(&path).unwrap();
        let range = workbook.worksheet_range(NAME).unwrap();
        let rows: Vec<Vec<String>> =
            range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
        let id = serde_json::from_slice::<Value>(&table.events[1].text).unwrap()["id"].clone();
        let id = id.as_str().unwrap();
        assert_eq!(rows[0], COLUMNS.map(|(name, _)| name));
        assert_eq!(
            rows[1..],
            [[
                "3",
                code,
                "/bureaus/510700",
                id,
                &format!("/v1/receipts?source=/bureaus/510700&id={id}&subject={code}"),
            ]]
        );
        assert_ne!(write(&table, &BTreeMap::new(), &file, None).unwrap(), path, "not written over");
    }
}
