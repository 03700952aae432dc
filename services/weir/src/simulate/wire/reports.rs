//! Reports and their reviews on the wire.

use serde_json::{Map, Value, json};
use weir_schemas::codelist::Area;
use weir_schemas::event::{Level, Verdict};

use super::Content;
use crate::simulate::Province;
use crate::simulate::planned::{Filing, Review};
use crate::simulate::population::Spot;
use crate::simulate::unit::Unit;

impl Province {
    pub(super) fn filed(&self, filing: &Filing, unit: &Unit) -> Option<Content> {
        let spot = self.population.spot(filing.unit, filing.period.last_day())?;
        let items = filing.form.items().iter().zip(filing.items);
        let items: Map<String, Value> =
            items.map(|(item, value)| (item.as_str().to_owned(), json!(value.to_string()))).collect();
        let area = if filing.elsewhere { self.neighbour(spot) } else { spot.area };
        let mut data = json!({
            "form": filing.form,
            "period": filing.period,
            "revision": filing.revision,
            "area": area,
            "unit": filing.money,
            "items": items,
        });
        if let (Some(reason), Some(members)) = (filing.reason, data.as_object_mut()) {
            members.insert("reason".to_owned(), json!(reason));
        }
        Some(Content {
            kind: "weir.report.filed.v1",
            subject: unit.code.to_string(),
            what: filing.what(),
            bureau: if filing.strange { self.stranger(spot)? } else { spot.area.parent()? },
            data,
        })
    }

    /// Another county of the same prefecture, if it has one.
    fn neighbour(&self, spot: Spot) -> Area {
        let counties = self.population.counties.get(spot.prefecture);
        let mut others = counties.into_iter().flatten().copied().filter(|county| *county != spot.area);
        others.next().unwrap_or(spot.area)
    }

    /// The next prefecture, whose bureau has no say here.
    fn stranger(&self, spot: Spot) -> Option<Area> {
        let prefectures = &self.figures.prefectures;
        prefectures.get((spot.prefecture + 1) % prefectures.len().max(1)).map(|prefecture| prefecture.area)
    }

    pub(super) fn reviewed(&self, review: &Review, unit: &Unit) -> Option<Content> {
        let Review { form, period, revision, attempt, level, verdict, rule, .. } = *review;
        let spot = self.population.spot(review.unit, period.last_day())?;
        let office = match level {
            Level::County => spot.area,
            Level::City => spot.area.parent()?,
            Level::Province => Area::SICHUAN,
        };
        let mut data = json!({
            "form": form,
            "period": period,
            "revision": revision,
            "level": level,
            "verdict": verdict,
            "area": office,
        });
        let rules = rule.map(|rule| ("rules", json!([rule])));
        let note = (verdict != Verdict::Accepted).then(|| ("note", json!("请核实后重报")));
        if let Some(members) = data.as_object_mut() {
            members.extend(rules.into_iter().chain(note).map(|(name, value)| (name.to_owned(), value)));
        }
        Some(Content {
            kind: "weir.report.reviewed.v1",
            subject: unit.code.to_string(),
            what: format!("{form}:{period}:{revision}.{attempt}:{level}:{verdict}"),
            bureau: office,
            data,
        })
    }
}
