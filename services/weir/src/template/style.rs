//! How a template looks.

use rust_xlsxwriter::{Format, FormatAlign};

use crate::push::heading;

/// The formats of a template.
pub(super) struct Style {
    /// A title.
    pub(super) title: Format,
    /// The heading of a column that must be filled in.
    pub(super) required: Format,
    /// The heading of one that may be left blank.
    pub(super) optional: Format,
    /// A text that runs over several lines.
    pub(super) prose: Format,
    /// A code, kept as a text.
    pub(super) code: Format,
}

impl Style {
    pub(super) fn new() -> Self {
        Self {
            title: Format::new().set_bold().set_font_size(14),
            required: heading(0x00BD_D7EE),
            optional: heading(0x00ED_EDED),
            prose: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            code: Format::new().set_num_format("@").set_align(FormatAlign::Top),
        }
    }
}
