//! The formats of a returned sheet.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// How cells of a returned sheet look.
pub(super) struct Style {
    /// A heading.
    pub(super) heading: Format,
    /// A heading that the return added.
    pub(super) added: Format,
    /// What the return says of a row.
    pub(super) said: Format,
}

/// The ground of a cell that a problem is about.
const MARK: u32 = 0x00FF_C7CE;

impl Style {
    pub(super) fn new() -> Self {
        let (heading, added) = (heading(0x00DD_EBF7), heading(MARK));
        let said = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        Self { heading, added, said }
    }
}

/// The format of a cell of the input: a text or a date stays one, and what is wrong is marked.
pub(super) fn cell(number_format: &str, marked: bool) -> Format {
    let format = Format::new().set_num_format(number_format).set_align(FormatAlign::Top);
    if marked { format.set_background_color(Color::RGB(MARK)) } else { format }
}

/// A heading on a ground of a colour, as red, green and blue.
pub(crate) fn heading(ground: u32) -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_border(FormatBorder::Thin)
        .set_background_color(Color::RGB(ground))
}
