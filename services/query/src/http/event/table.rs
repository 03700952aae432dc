//! The columns of a finding, in whatever table it is.

use super::{EventShown, FindingShown};
use crate::http::format::Rows;

impl FindingShown {
    /// Adds the columns of the finding that a row has, if it has one.
    pub(in crate::http) fn columns<'a, R: Copy>(
        rows: Rows<'a, R>,
        of: impl Fn(R) -> Option<&'a Self>,
    ) -> Rows<'a, R> {
        rows.text("area", |row| Some(of(row)?.area?.to_string()))
            .text("area_zh", |row| Some(of(row)?.area?.name_zh()))
            .text("area_en", |row| Some(of(row)?.area?.name_en()))
            .text("form", |row| of(row)?.form.as_deref())
            .text("period", |row| of(row)?.period.as_deref())
            .whole("revision", |row| of(row)?.revision)
            .text("rule", |row| Some(&of(row)?.rule))
            .text("pointer", |row| Some(&of(row)?.pointer))
            .text("detail", |row| Some(&of(row)?.detail))
            .text("raised", |row| Some(&of(row)?.raised))
            .flag("open", |row| Some(of(row)?.open))
            .text("explanation_author", |row| of(row)?.explained.as_ref()?.author.as_deref())
            .text("explanation", |row| of(row)?.explained.as_ref()?.explanation.as_deref())
            .text("event_source", |row| Some(&of(row)?.about()?.source))
            .text("event_id", |row| Some(&of(row)?.about()?.id))
            .text("event_type", |row| Some(&of(row)?.about()?.r#type))
            .text("event_recorded", |row| Some(&of(row)?.about()?.recorded))
    }

    const fn about(&self) -> Option<&EventShown> {
        self.event.as_ref()
    }
}
