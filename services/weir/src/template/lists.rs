//! The code lists of a template: the areas of the plan's province, and the words of the other columns.

use rust_xlsxwriter::Worksheet;
use weir_schemas::codelist::Area;
use weir_schemas::event::{Form, UnitOfMeasure};

use super::style::Style;

/// The sheet of areas.
const AREAS: &str = "行政区划代码";

fn own() -> impl Iterator<Item = Area> {
    Area::all().filter(|area| area.is_within(Area::SICHUAN))
}

/// The cells that the column of areas chooses from: code and name.
pub(super) fn area_range() -> String {
    format!("='{AREAS}'!$D$2:$D${}", own().count() + 1)
}

/// Writes the areas of the plan's province.
pub(super) fn areas(sheet: &mut Worksheet, style: &Style) -> anyhow::Result<()> {
    sheet.set_name(AREAS)?.set_freeze_panes(1, 0)?.set_print_fit_to_pages(1, 0);
    let headings = [("代码", 10), ("名称", 26), ("上级", 26), ("填写时选用", 34)];
    for (at, (heading, width)) in (0..).zip(headings) {
        sheet.set_column_width(at, width)?.write_with_format(0, at, heading, &style.required)?;
    }
    for (row, area) in (1..).zip(own()) {
        let code = area.to_string();
        let above = area.parent().map(Area::name_zh).unwrap_or_default();
        sheet.write_with_format(row, 0, &code, &style.code)?.write(row, 1, area.name_zh())?;
        sheet.write(row, 2, above)?.write_with_format(
            row,
            3,
            format!("{code} {}", area.name_zh()),
            &style.code,
        )?;
    }
    Ok(())
}

/// Writes the units, the writings of periods, and the forms.
pub(super) fn words(sheet: &mut Worksheet, style: &Style) -> anyhow::Result<()> {
    sheet.set_name("代码表")?.set_landscape().set_print_fit_to_pages(1, 0);
    let units = UnitOfMeasure::money().map(|unit| (unit.name_zh().to_owned(), unit.word().to_owned()));
    let periods = [
        ("2024", "2024 年全年（年报）"),
        ("2024年", "同上"),
        ("2024-06", "2024 年 1 至 6 月累计（月报）"),
        ("2024年6月", "同上"),
        ("2024年1-6月", "同上"),
        ("202406", "同上"),
        ("2024/6/30", "同上：日期按其年月（年报按其年份）"),
    ];
    let periods = periods.into_iter().map(|(written, what)| (written.to_owned(), what.to_owned()));
    let forms = Form::ALL.iter().map(|form| (form.to_string(), form.name_zh().to_owned()));
    let lists: [(&str, &str, Vec<_>); 3] = [
        ("计量单位", "代码", units.collect()),
        ("报告期写法", "含义", periods.collect()),
        ("表号", "表名", forms.collect()),
    ];
    for (at, (heading, beside, rows)) in (0_u16..).step_by(3).zip(lists) {
        sheet.set_column_width(at, 16)?.set_column_width(at + 1, 34)?.set_column_width(at + 2, 3)?;
        sheet.write_with_format(0, at, heading, &style.required)?;
        sheet.write_with_format(0, at + 1, beside, &style.required)?;
        for (row, (word, what)) in (1..).zip(rows) {
            sheet.write_with_format(row, at, word, &style.code)?.write(row, at + 1, what)?;
        }
    }
    Ok(())
}
