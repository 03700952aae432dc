//! What comes back is what was sent, with its reasons, and can be sent again as it is.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use weir_schemas::problem::{Code, Problem};

use super::*;
use crate::push::table::{Kind, Merge, Table, args_of};

fn table(bytes: &[u8], kind: Kind) -> Table {
    Table::read(bytes, kind, &args_of(&["--bureau", "510700"])).unwrap()
}

fn filled() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("上报").unwrap();
    sheet.merge_range(0, 0, 0, 5, "B203 财务状况", &Format::new()).unwrap();
    let headings =
        ["统一社会信用代码", "报告期", "行政区划代码", "营业收入（千元）", "研发费用（千元）", "序号"];
    for (at, heading) in (0..).zip(headings) {
        sheet.write(2, at, heading).unwrap();
    }
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for row in 3..6 {
        sheet.write(row, 0, "91510100MA6C00017C").unwrap();
        sheet
            .write_with_format(row, 1, ExcelDateTime::from_ymd(2024, row as u8, 28).unwrap(), &date)
            .unwrap();
        sheet
            .write(row, 2, 510_704)
            .unwrap()
            .write(row, 3, "1,234.50")
            .unwrap()
            .write(row, 4, 0.1 + 0.2)
            .unwrap();
        sheet.write(row, 5, row).unwrap();
    }
    sheet.write(5, 4, "十万").unwrap();
    workbook.save_to_buffer().unwrap()
}

fn rows(bytes: &[u8]) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    workbook.worksheet_range_at(0).unwrap().unwrap().rows().map(<[Data]>::to_vec).collect()
}

#[test]
fn cells_come_back_as_they_stood_and_make_the_same_events() {
    let sent = table(&filled(), Kind::Xlsx);
    assert_eq!((sent.events.len(), sent.refused.len()), (2, 1));
    let answered = Problem::new(Code::CreditCode, "/subject", "check character is 'C', expected '7'");
    let mut rejected = sent.refused.clone();
    rejected.insert(4, vec![answered.into()]);
    let bytes = sheet::workbook(&sent, &rejected).unwrap();
    assert_eq!(bytes, sheet::workbook(&sent, &rejected).unwrap());

    let rows = rows(&bytes);
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[3][..1], [Data::String("91510100MA6C00017C".into())]);
    assert!(matches!(rows[3][1], Data::DateTime(_)) && rows[3][2] == Data::Float(510_704.0));
    assert_eq!(rows[3][3..6], [Data::String("1,234.50".into()), Data::Float(0.1 + 0.2), Data::Float(3.0)]);
    let said: Vec<String> = rows[3][6..].iter().map(ToString::to_string).collect();
    assert_eq!(said[..3], ["4", "E-CREDIT-CODE", "统一社会信用代码"]);
    assert!(said[3].starts_with("统一社会信用代码有误") && said[3].contains("expected '7'"), "{}", said[3]);
    assert_eq!(
        rows[4][6..9].iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["6", "E-DECIMAL", "研发费用（千元）"]
    );

    let again = table(&bytes, Kind::Xlsx);
    assert_eq!(again.events[0].text, sent.events[0].text);
    assert_eq!(again.refused.keys().copied().collect::<Vec<_>>(), [5]);
    // A second return says again what is wrong, and not twice.
    let twice = sheet::workbook(&again, &again.refused).unwrap();
    assert_eq!(self::rows(&twice)[2].len(), 10);
    assert_eq!(self::rows(&twice)[3][6].to_string(), "5");
}

/// The returned workbook counts days from 1900, also where the input counted from 1904.
#[test]
fn a_bare_day_since_1904_comes_back_as_the_same_day() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("B203").unwrap();
    for (at, heading) in (0..).zip(["统一社会信用代码", "报告期", "行政区划代码", "营业收入（千元）"])
    {
        sheet.write(0, at, heading).unwrap();
    }
    sheet.write(1, 0, "91510100MA6C00017C").unwrap().write(1, 1, 43_982).unwrap();
    sheet.write(1, 2, 510_704).unwrap().write(1, 3, "十万").unwrap();
    let mut sent = table(&workbook.save_to_buffer().unwrap(), Kind::Xlsx);
    sent.grid.is_1904 = true;
    let bytes = sheet::workbook(&sent, &sent.refused).unwrap();
    let Data::DateTime(day) = rows(&bytes)[1][1] else { panic!("{:?}", rows(&bytes)) };
    assert_eq!(day.as_f64(), 45_444.0);
}

/// What other programs write and Excel does not take must not keep the rest from coming back.
#[test]
fn odd_names_merges_and_texts_come_back_as_far_as_they_fit() {
    let long = "𠀀".repeat(20_000);
    let text = format!(
        "表号,统一社会信用代码,单位名称,报告期,行政区划代码,营业收入（千元）\nB203,9151,{long},2024-06,510704,{long}\n"
    );
    let mut sent = table(text.as_bytes(), Kind::Csv);
    sent.grid.sheet = Some("B203 [2024]: ".to_owned() + &"x".repeat(40));
    sent.grid.merges = vec![
        Merge { rows: (1, 1), columns: (0, 0) },
        Merge { rows: (1, 1), columns: (1, 2) },
        Merge { rows: (1, 1), columns: (2, 3) },
    ];
    let bytes = sheet::workbook(&sent, &sent.refused).unwrap();
    let workbook: Xlsx<_> = Xlsx::new(Cursor::new(&bytes[..])).unwrap();
    assert_eq!(workbook.sheet_names(), ["B203 2024 ".to_owned() + &"x".repeat(21)]);
    let rows = rows(&bytes);
    assert_eq!(rows[1][2].to_string(), "𠀀".repeat(16_000) + "…");
    let told = rows[1][9].to_string();
    assert!(told.contains("不是数字") && told.contains("is not a number") && told.len() < 1_000, "{told}");
}

#[test]
fn a_text_comes_back_as_a_workbook() {
    let text = "表号,统一社会信用代码,报告期,行政区划代码,营业收入（千元）\nB203,9151,2024-06,510704,x\n";
    let sent = table(text.as_bytes(), Kind::Csv);
    let bytes = sheet::workbook(&sent, &sent.refused).unwrap();
    let rows = rows(&bytes);
    assert_eq!(
        rows[1][..5].iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["B203", "9151", "2024-06", "510704", "x"]
    );
    assert_eq!(rows[1][6].to_string(), "E-DECIMAL\nE-CREDIT-CODE");
    assert_eq!(table(&bytes, Kind::Xlsx).refused.len(), 1);
}
