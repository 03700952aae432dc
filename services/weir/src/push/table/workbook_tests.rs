//! Workbooks as spreadsheets save them.

use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};
use serde_json::Value;
use weir_schemas::event::Form;

use super::tests::args;
use super::*;

const CODE: &str = "91510100MA6C00017C";

fn read(
    flags: &[&str],
    write: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>,
) -> anyhow::Result<Table> {
    let mut workbook = Workbook::new();
    write(workbook.add_worksheet()).unwrap();
    workbook.add_worksheet().set_name("另表").unwrap();
    Table::read(&workbook.save_to_buffer().unwrap(), Kind::Xlsx, &args(flags))
}

fn headings(sheet: &mut Worksheet, headings: &[&str]) -> Result<(), XlsxError> {
    (0..).zip(headings).try_for_each(|(at, heading)| sheet.write(0, at, *heading).map(|_| ()))
}

fn data(table: &Table, at: usize) -> Value {
    serde_json::from_slice::<Value>(&table.events[at].text).unwrap()["data"].clone()
}

#[test]
fn headings_may_be_merged_over_two_rows() {
    let table = read(&[], |sheet| {
        let format = Format::new();
        sheet.set_name("B203")?;
        sheet.merge_range(0, 0, 0, 5, "财务状况", &format)?;
        for (column, heading) in
            [(0, "统一社会信用代码"), (1, "报告期"), (2, "行政区划代码"), (5, "研发费用（千元）")]
        {
            sheet.merge_range(1, column, 2, column, heading, &format)?;
        }
        sheet.merge_range(1, 3, 1, 4, "营业收入（千元）", &format)?;
        sheet.write(2, 3, "本年")?.write(2, 4, "上年同期")?;
        sheet.write(3, 0, CODE)?.write(3, 1, "2024-06")?.write(3, 2, 510_704)?;
        sheet.write(3, 3, 12)?.write(3, 4, 11)?.write(3, 5, 10)?;
        Ok(())
    });
    let table = table.unwrap();
    assert_eq!((table.columns.last_row, table.refused.len()), (3, 0));
    let items = &data(&table, 0)["items"];
    assert_eq!(
        (&items["operating_revenue"], &items["operating_revenue_prior"], &items["rd_expense"]),
        (&"12".into(), &"11".into(), &"10".into())
    );
    assert_eq!(data(&table, 0)["unit"], "kCNY");
}

#[test]
fn what_a_spreadsheet_could_not_compute_is_refused_by_place() {
    let table = read(&["--form", "B203", "--unit", "kCNY"], |sheet| {
        headings(sheet, &["统一社会信用代码", "报告期", "行政区划代码", "营业收入", "研发费用", "填报日期"])?;
        let date = Format::new().set_num_format("yyyy-mm-dd");
        for row in 1..=5 {
            sheet
                .write(row, 0, CODE)?
                .write(row, 1, 202_400 + row)?
                .write(row, 2, "510704")?
                .write(row, 3, 1)?;
        }
        sheet.write(1, 4, Formula::new("=1/0").set_result("#DIV/0!"))?;
        sheet.write_with_format(2, 4, &ExcelDateTime::from_ymd(2024, 1, 2)?, &date)?;
        sheet.write(3, 4, true)?;
        sheet.write(4, 4, Formula::new("=A1").set_result(""))?;
        sheet.write(5, 4, Formula::new("=0.1*3").set_result("0.30000000000000004"))?;
        sheet.write_with_format(5, 5, &ExcelDateTime::from_ymd(2024, 7, 10)?, &date)?;
        // Far from everything, and blank.
        sheet.write(1_000_000, 0, " ")?;
        Ok(())
    });
    let table = table.unwrap();
    let told = |row: u64| table.refused[&row][0].problem.to_string();
    assert!(told(2).contains("rd_expense") && told(2).contains("#DIV/0!"), "{}", told(2));
    assert!(told(3).contains("the date 2024-01-02"), "{}", told(3));
    assert!(told(4).contains("\"TRUE\" is not a number"), "{}", told(4));
    let last = table.events.last().unwrap();
    let event: Value = serde_json::from_slice(&last.text).unwrap();
    assert_eq!((last.number, &event["data"]["items"]["rd_expense"]), (6, &"0.3".into()));
    assert_eq!(event["time"], "2024-07-10T00:00:00+08:00");
}

#[test]
fn of_several_tables_one_must_be_chosen() {
    let mut workbook = Workbook::new();
    let names = ["统一社会信用代码", "报告期", "行政区划代码", "营业收入（元）"];
    for sheet in ["B203", "F203"] {
        headings(workbook.add_worksheet().set_name(sheet).unwrap(), &names).unwrap();
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let error = Table::read(&bytes, Kind::Xlsx, &args(&[])).unwrap_err().to_string();
    assert!(error.contains("B203, F203") && error.contains("--sheet"), "{error}");
    assert!(Table::read(&bytes, Kind::Xlsx, &args(&["--sheet", "F203"])).is_ok());
}

#[test]
fn a_sheet_is_chosen_by_its_name() {
    let write = |sheet: &mut Worksheet| {
        headings(sheet, &["统一社会信用代码", "报告期", "行政区划代码", "营业收入（元）"])
    };
    assert!(read(&["--form", "B203"], write).is_ok());
    let error = read(&["--form", "B203", "--sheet", "没有"], write).unwrap_err().to_string();
    assert!(error.contains("it has Sheet1, 另表"), "{error}");
    assert!(read(&["--sheet", "另表"], write).unwrap_err().to_string().contains("no row of headings"));
    let error = Table::read(b"PK\x03\x04nothing", Kind::Xlsx, &args(&[])).unwrap_err();
    assert!(error.to_string().contains("no XLSX workbook"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// What is filled into a template comes back to the last digit, typed as a number or as a text.
    #[test]
    fn figures_come_back_from_a_template(mantissas in prop::collection::vec(0_i64..999_999_999_999_999, 6), scale in 0_u32..=6, typed in any::<bool>()) {
        let form = Form::F107_2;
        let columns = Column::of(form);
        let names: Vec<&str> = columns.iter().map(|column| column.name_zh()).collect();
        let values: Vec<Decimal> = mantissas.iter().map(|mantissa| Decimal::new(*mantissa, scale).normalize()).collect();
        let table = read(&[], |sheet| {
            sheet.set_name(format!("{form} {}", form.name_zh()))?;
            headings(sheet, &names)?;
            let mut items = values.iter();
            for (at, column) in (0..).zip(&columns) {
                match column {
                    Column::CreditCode => sheet.write(1, at, CODE)?,
                    Column::Period => sheet.write(1, at, "2023")?,
                    Column::Area => sheet.write(1, at, "510704 游仙区")?,
                    Column::Unit => sheet.write(1, at, "元")?,
                    Column::Item(_) => {
                        let value = items.next().unwrap().to_string();
                        if typed { sheet.write(1, at, value)? } else { sheet.write(1, at, value.parse::<f64>().unwrap())? }
                    }
                    _ => sheet,
                };
            }
            Ok(())
        });
        let table = table.unwrap();
        prop_assert!(table.refused.is_empty(), "{:?}", table.refused);
        let items = &data(&table, 0)["items"];
        for (item, value) in form.items().iter().zip(&values) {
            prop_assert_eq!(items[item.as_str()].as_str().unwrap().parse::<Decimal>().unwrap(), *value);
        }
    }
}
