//! The sheet to fill in: headings, formats by which Excel keeps identifiers whole, and what may be entered where.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, Format, Formula, Worksheet, XlsxError,
};
use weir_schemas::event::{Form, Item, UnitOfMeasure};

use super::explanation::{Explained, explained};
use super::lists;
use super::style::Style;
use crate::push::Column;

/// The last row of a sheet, from 0.
const LAST_ROW: u32 = 1_048_575;

/// Writes the sheet of a form. Its name begins with the form's code, by which `weir push` knows of which form its rows are.
pub(super) fn write(sheet: &mut Worksheet, form: Form, style: &Style) -> anyhow::Result<()> {
    sheet.set_name(format!("{form} {}", form.name_zh()))?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    sheet.set_row_height(0, 32)?;
    for (at, column) in (0_u16..).zip(Column::of(form)) {
        let about = explained(column, form);
        let heading = if about.required { &style.required } else { &style.optional };
        sheet.set_column_width(at, width(column))?;
        if let Some(format) = number_format(column) {
            sheet.set_column_format(at, &Format::new().set_num_format(format))?;
        }
        sheet.write_with_format(0, at, column.name_zh(), heading)?;
        sheet.add_data_validation(1, at, LAST_ROW, at, &validation(column, form, &about)?)?;
    }
    Ok(())
}

/// In characters of the usual font.
fn width(column: Column) -> u32 {
    match column {
        Column::CreditCode => 24,
        Column::Name | Column::Reason => 32,
        Column::Area => 24,
        Column::Item(item) => u32::try_from(item.name_zh().chars().count() * 2 + 2).unwrap_or(24).max(14),
        _ => 12,
    }
}

/// What a spreadsheet shows of a column's cells; `@` keeps what is typed as a text.
fn number_format(column: Column) -> Option<&'static str> {
    match column {
        _ if column.is_identifier() => Some("@"),
        Column::FiledOn => Some("yyyy-mm-dd"),
        Column::Revision | Column::Item(Item::RdHeadcount) => Some("0"),
        Column::Item(Item::RdFte) => Some("#,##0.0"),
        Column::Item(_) => Some("#,##0.00"),
        _ => None,
    }
}

fn validation(column: Column, form: Form, about: &Explained) -> Result<DataValidation, XlsxError> {
    let validation = match column {
        Column::Form => DataValidation::new().allow_list_strings(&[form.as_str()])?,
        Column::Unit => {
            let units: Vec<_> = UnitOfMeasure::money().map(UnitOfMeasure::name_zh).collect();
            DataValidation::new().allow_list_strings(&units)?
        }
        Column::Area => {
            // Areas of other provinces are areas too: who means one can say so.
            let list = DataValidation::new().allow_list_formula(Formula::new(lists::area_range()));
            list.set_error_style(DataValidationErrorStyle::Warning)
        }
        Column::CreditCode => DataValidation::new().allow_text_length(DataValidationRule::EqualTo(18)),
        Column::Revision => {
            DataValidation::new().allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(1))
        }
        Column::Item(_) => {
            DataValidation::new().allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0))
        }
        _ => DataValidation::new().allow_any_value(),
    };
    validation
        .set_input_title(column.name_zh())?
        .set_input_message(&about.text)?
        .set_error_title(column.name_zh())?
        .set_error_message(&about.text)
}
