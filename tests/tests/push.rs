//! A clerk's spreadsheet: every row is accepted or comes back with its reason, and once it is corrected it passes.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use calamine::{Data, Reader, Xlsx, open_workbook};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use serde_json::Value;
use weir_tests::{Settings, System, events};

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");

/// Reports of the spreadsheet.
const REPORTS: u32 = 5_000;
/// The row of its headings, from 0; above it stand a title and a note.
const HEADINGS: u32 = 2;

/// How a row is wrong, and the code and column that are told of it.
#[derive(Debug, Clone, Copy)]
enum Wrong {
    CheckCharacter,
    CodeAsNumber,
    NoNumber,
    RetiredArea,
    FuturePeriod,
    Negative,
    ErrorCell,
    NoReason,
}

impl Wrong {
    /// One row in 125 is wrong, in turn in each way.
    fn of(index: u32) -> Option<Self> {
        const WAYS: [Wrong; 8] = [
            Wrong::CheckCharacter,
            Wrong::CodeAsNumber,
            Wrong::NoNumber,
            Wrong::RetiredArea,
            Wrong::FuturePeriod,
            Wrong::Negative,
            Wrong::ErrorCell,
            Wrong::NoReason,
        ];
        (index % 125 == 60).then(|| WAYS[(index / 125) as usize % WAYS.len()])
    }

    fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::CheckCharacter | Self::CodeAsNumber => ("E-CREDIT-CODE", "统一社会信用代码"),
            Self::NoNumber => ("E-DECIMAL", "营业收入（千元）"),
            Self::RetiredArea => ("E-AREA", "行政区划代码"),
            Self::FuturePeriod => ("E-PERIOD-FUTURE", "报告期"),
            Self::Negative => ("E-NEGATIVE", "研发费用（千元）"),
            Self::ErrorCell => ("E-VALUE", "研发费用（千元）"),
            Self::NoReason => ("E-REASON", "修订原因"),
        }
    }
}

/// The credit code of a report's unit, and the same with another last character.
fn codes(index: u32) -> (String, String) {
    let code = events::credit_code(index);
    let other = if code.ends_with('1') { '2' } else { '1' };
    let wrong = code[..17].to_owned() + &other.to_string();
    (code, wrong)
}

/// Revenue in thousands of yuan, as a decimal, and as typed.
fn revenue(index: u32) -> (String, String) {
    (
        format!("{}.{:02}", 1_000 + index, index % 100),
        format!("{},{:03}.{:02}", 1 + index / 1_000, index % 1_000, index % 100),
    )
}

fn row(sheet: &mut Worksheet, index: u32) -> Result<()> {
    let (at, wrong, date) =
        (HEADINGS + 1 + index, Wrong::of(index), Format::new().set_num_format("yyyy\"年\"m\"月\""));
    let (code, miswritten) = codes(index);
    match wrong {
        Some(Wrong::CodeAsNumber) => sheet.write(at, 0, 915_101_006_000_179_000_u64 as f64)?,
        Some(Wrong::CheckCharacter) => sheet.write(at, 0, miswritten)?,
        _ => sheet.write(at, 0, format!(" {code}\u{a0}"))?,
    };
    sheet.write(at, 1, format!("合成企业{index}"))?;
    match wrong {
        Some(Wrong::FuturePeriod) => sheet.write(at, 2, "2150年1-6月")?,
        // Dates, of which some are shown as numbers, and what people type.
        _ if index.is_multiple_of(3) => {
            sheet.write_with_format(at, 2, &ExcelDateTime::from_ymd(2024, 6, 30)?, &date)?
        }
        _ if index % 3 == 1 => sheet.write(at, 2, 45_444)?,
        _ => sheet.write(at, 2, "２０２４年6月")?,
    };
    match wrong {
        Some(Wrong::RetiredArea) => sheet.write(at, 3, "512081")?,
        _ if index.is_multiple_of(2) => sheet.write(at, 3, 510_704)?,
        _ => sheet.write(at, 3, "510704 游仙区")?,
    };
    match wrong {
        Some(Wrong::NoNumber) => sheet.write(at, 4, "12万")?,
        _ => sheet.write(at, 4, revenue(index).1)?,
    };
    match wrong {
        Some(Wrong::Negative) => sheet.write(at, 5, -1)?,
        Some(Wrong::ErrorCell) => sheet.write(at, 5, Formula::new("=NA()").set_result("#N/A"))?,
        // What a formula's value is in binary: 0.30000000000000004.
        _ => sheet.write(at, 5, Formula::new("=0.1+0.2").set_result((0.1 + 0.2).to_string()))?,
    };
    if let Some(Wrong::NoReason) = wrong {
        sheet.write(at, 6, 2)?;
    }
    Ok(())
}

const COLUMNS: [&str; 8] = [
    "统一社会信用代码",
    "单位详细名称",
    "报告期",
    "行政区划代码",
    "营业收入（千元）",
    "研发费用（千元）",
    "修订号",
    "修订原因",
];

fn spreadsheet(path: &Path) -> Result<()> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("上报")?;
    sheet.merge_range(0, 0, 0, 7, "财务状况（B203表）", &Format::new().set_bold())?;
    sheet.write(1, 7, "金额单位：千元")?;
    for (at, heading) in (0..).zip(COLUMNS) {
        sheet.write(HEADINGS, at, heading)?;
    }
    (0..REPORTS).try_for_each(|index| row(sheet, index))?;
    let total = HEADINGS + 1 + REPORTS;
    sheet.write(total, 1, "合　计")?.write(total, 4, 17_500_000)?;
    workbook.save(path)?;
    Ok(())
}

/// The rows below the headings of a returned sheet.
fn returned(path: &Path) -> Result<Vec<Vec<Data>>> {
    let mut workbook: Xlsx<_> = open_workbook(path)?;
    let range = workbook.worksheet_range("上报")?;
    let headings = range.rows().nth(HEADINGS as usize).context("no headings")?;
    let headings: Vec<String> = headings.iter().map(ToString::to_string).collect();
    ensure!(
        headings[..8] == COLUMNS && headings[8..] == ["原行号", "错误代码", "错误位置", "错误说明"],
        "{headings:?}"
    );
    Ok(range.rows().skip(HEADINGS as usize + 1).map(<[Data]>::to_vec).collect())
}

/// Writes a returned sheet as a clerk who has corrected it saves it: all else is as it was.
fn corrected(rows: &[Vec<Data>], path: &Path) -> Result<()> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("上报")?;
    sheet.write(0, 0, "财务状况（B203表）")?;
    for (at, heading) in (0..).zip(COLUMNS.iter().chain(&["原行号", "错误代码", "错误位置", "错误说明"]))
    {
        sheet.write(HEADINGS, at, *heading)?;
    }
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (at, row) in (HEADINGS + 1..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            match cell {
                Data::String(text) => sheet.write(at, column, text)?,
                Data::Float(number) => sheet.write(at, column, *number)?,
                Data::DateTime(day) => sheet.write_with_format(at, column, day.as_f64(), &date)?,
                _ => sheet,
            };
        }
        let index = index_of(row)?;
        match Wrong::of(index).context("it was right")? {
            Wrong::CheckCharacter | Wrong::CodeAsNumber => sheet.write(at, 0, codes(index).0)?,
            Wrong::NoNumber => sheet.write(at, 4, revenue(index).1)?,
            Wrong::RetiredArea => sheet.write(at, 3, "510185")?,
            Wrong::FuturePeriod => sheet.write(at, 2, "2024-06")?,
            Wrong::Negative | Wrong::ErrorCell => sheet.write(at, 5, 0)?,
            Wrong::NoReason => sheet.write(at, 7, "核对后更正")?,
        };
    }
    workbook.save(path)?;
    Ok(())
}

/// The report that a returned row is, by the number that it had.
fn index_of(row: &[Data]) -> Result<u32> {
    let number: u32 = row[8].to_string().parse()?;
    Ok(number - HEADINGS - 2)
}

fn push(data: &Path, file: &Path) -> Result<Output> {
    let mut command = Command::new(WEIR);
    let flags = ["--bureau", "510000", "--synthetic", "--show", "3", "--accepted"];
    command.arg("push").arg(file).arg("--data").arg(data).args(flags);
    Ok(command.output()?)
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[tokio::test]
async fn every_row_is_accepted_or_comes_back_and_passes_once_corrected() -> Result<()> {
    let (data, folder) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let system = System::up(data.path(), &Settings::new(WEIR)).await?;
    let file = folder.path().join("上报.xlsx");
    spreadsheet(&file)?;
    let wrong: BTreeMap<u32, Wrong> =
        (0..REPORTS).filter_map(|index| Some((index, Wrong::of(index)?))).collect();
    assert_eq!(wrong.len(), 40);

    let output = push(data.path(), &file)?;
    let complained = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(printed(&output), "4960 accepted, 0 duplicate, 40 rejected", "{complained}");
    assert_eq!(output.status.code(), Some(1));
    ensure!(
        complained.contains("37 more were rejected")
            && complained.contains("上报.rejected.xlsx")
            && complained.contains("labelled as totals (合计) and name no unit, and were not sent: 5004"),
        "{complained}"
    );

    let back = folder.path().join("上报.rejected.xlsx");
    let rows = returned(&back)?;
    let indices: Vec<u32> = rows.iter().map(|row| index_of(row)).collect::<Result<_>>()?;
    assert_eq!(indices, wrong.keys().copied().collect::<Vec<_>>());
    for (row, (index, wrong)) in rows.iter().zip(&wrong) {
        let (code, place) = wrong.told();
        assert_eq!(
            (row[9].to_string().as_str(), row[10].to_string().as_str()),
            (code, place),
            "row of {index}"
        );
        ensure!(row[11].to_string().contains('（'), "{:?}", row[11]);
        assert_eq!(row[1], Data::String(format!("合成企业{index}")));
    }

    let again = folder.path().join("更正.xlsx");
    corrected(&rows, &again)?;
    let output = push(data.path(), &again)?;
    assert_eq!(printed(&output), "40 accepted, 0 duplicate, 0 rejected", "{output:?}");
    assert_eq!(output.status.code(), Some(0));
    ensure!(!folder.path().join("更正.rejected.xlsx").exists(), "nothing is returned");

    // The same file once more changes nothing, and does not write over what may be in somebody's hands.
    let output = push(data.path(), &file)?;
    assert_eq!(printed(&output), "4960 accepted, 0 duplicate, 40 rejected");
    ensure!(folder.path().join("上报.rejected-2.xlsx").exists(), "{output:?}");
    system.settled().await?;
    let dispositions =
        "SELECT disposition, count() FROM events FINAL GROUP BY disposition ORDER BY disposition";
    assert_eq!(system.sql(dispositions).await?.trim(), "duplicate\t4960\nstored\t5000");
    let left: Vec<_> = std::fs::read_dir(folder.path())?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    ensure!(left.iter().all(|name| name.ends_with(".xlsx")), "something is left behind: {left:?}");

    // By what was written down the bureau finds the receipt of a row.
    let mut accepted: Xlsx<_> = open_workbook(folder.path().join("上报.accepted.xlsx"))?;
    let range = accepted.worksheet_range("已接收")?;
    assert_eq!(range.rows().len(), 1 + 4_960);
    let first = range.rows().nth(1).context("no row")?;
    assert_eq!(first[0].to_string(), (HEADINGS + 2).to_string());
    let receipt = system.get_as("bureau", &first[4].to_string()).await?;
    assert_eq!(receipt["receipts"][0]["subject"], codes(0).0);

    // What was typed and what a formula gave, to the last digit.
    let one = "SELECT payload FROM events FINAL WHERE disposition = 'stored' AND payload LIKE '%SUBJECT%' FORMAT TSVRaw";
    for index in [0_u32, 1, 2, 4_999] {
        let stored: Value =
            serde_json::from_str(&system.sql(&one.replace("SUBJECT", &codes(index).0)).await?)?;
        let number = |item: &str| stored["data"]["items"][item].as_str().map(str::to_owned);
        let decimal = revenue(index).0;
        let decimal = decimal.trim_end_matches('0').trim_end_matches('.');
        assert_eq!(
            (number("operating_revenue").as_deref(), number("rd_expense").as_deref()),
            (Some(decimal), Some("0.3"))
        );
        assert_eq!((&stored["data"]["period"], &stored["data"]["unit"]), (&"2024-06".into(), &"kCNY".into()));
    }
    system.leave().await
}
