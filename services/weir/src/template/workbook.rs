//! The workbook of a template: the sheet to fill in, the code lists, the explanations.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};
use weir_schemas::event::Form;

use super::style::Style;
use super::{explanation, lists, sheet};

/// A form's template. The same form makes the same bytes.
///
/// # Errors
/// When something breaks a limit of workbooks.
pub(super) fn template(form: Form) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let title = format!("{form} {}", form.name_zh());
    let properties = DocProperties::new().set_title(&title);
    workbook.set_properties(&properties.set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let style = Style::new();
    sheet::write(workbook.add_worksheet(), form, &style)?;
    lists::areas(workbook.add_worksheet(), &style)?;
    lists::words(workbook.add_worksheet(), &style)?;
    explanation::write(workbook.add_worksheet(), form, &style)?;
    Ok(workbook.save_to_buffer()?)
}
