//! Targets as a table: a row for each. The path and the years are in JSON alone.

use weir_schemas::plan::Name;

use super::shown::{Answer, Shown};
use crate::http::format::{Rows, Table, Tabular, Title};

impl Tabular for Answer<'_> {
    fn table(&self) -> Table<'_> {
        Rows::of(&self.targets)
            .text("area", |one| Some(one.area.to_string()))
            .text("area_zh", |one| Some(one.area.name_zh()))
            .text("area_en", |one| Some(one.area.name_en()))
            .text("indicator", |one| Some(one.indicator))
            .text("name_zh", |one| Some(&one.name.zh))
            .text("name_en", |one| Some(&one.name.en))
            .text("unit_zh", |one| Some(&one.unit.zh))
            .text("unit_en", |one| Some(&one.unit.en))
            .text("section", |one| Some(one.section))
            .decimal("baseline", |one| Some(one.baseline?.to_string()))
            .whole("baseline_year", |one| one.baseline_year)
            .decimal("target", |one| Some(one.target?.to_string()))
            .whole("target_year", |one| one.target_year)
            .text("comparator", |one| Some(one.comparator?.as_str()))
            .flag("aspirational", |one| one.aspirational)
            .flag("each_year", |one| one.each_year)
            .text("latest_period", |one| Some(one.latest.as_ref()?.observed.period.to_string()))
            .decimal("latest_value", |one| one.latest.as_ref()?.observed.value.as_deref())
            .text("latest_display", |one| one.latest.as_ref()?.observed.display.as_deref())
            .text("latest_status", |one| Some(one.latest.as_ref()?.observed.status.as_str()))
            .decimal("official", |one| one.latest.as_ref()?.official.official.as_deref())
            .text("official_vintage", |one| one.latest.as_ref()?.official.official_vintage.as_deref())
            .decimal("official_difference", |one| {
                one.latest.as_ref()?.official.official_difference.as_deref()
            })
            .decimal("needed", |one| one.needed.as_deref())
            .flag("met", |one| one.met)
            .text("met_since", |one| Some(one.met_since?.to_string()))
            .text("notes_zh", |one| one.noted(|text| &text.zh))
            .text("notes_en", |one| one.noted(|text| &text.en))
            .flag("synthetic", |_| Some(self.synthetic))
            .table("targets", Title::new("规划目标", "Targets of the plan"), self.synthetic)
    }
}

impl Shown<'_> {
    /// The notes on the plan's own contradictions, which are shown wherever the target is.
    fn noted(&self, language: fn(&Name) -> &String) -> Option<String> {
        let notes: Vec<&str> = self.notes.iter().map(|note| &**language(note.text)).collect();
        (!notes.is_empty()).then(|| notes.join(" "))
    }
}
