//! Units on the wire.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::Content;
use crate::simulate::Province;
use crate::simulate::unit::{Unit, UnitIndex, zone};

impl Province {
    /// A unit as a party to a patent or contract, where it is on that day.
    pub(super) fn party(&self, index: UnitIndex, day: Date) -> Option<Value> {
        let (unit, spot) = (self.population.unit(index)?, self.population.spot(index, day)?);
        Some(json!({"name": unit.name(), "credit_code": unit.code, "area": spot.area}))
    }

    pub(super) fn registered(&self, unit: &Unit) -> Option<Content> {
        let prefecture = self.figures.prefectures.get(unit.prefecture)?.area;
        let mut data = json!({
            "name": unit.name(),
            "kind": unit.kind,
            "area": unit.area,
            "industry": unit.industry,
            "field": unit.field,
            "effective_from": unit.since,
        });
        if let (true, Some(members)) = (unit.in_zone, data.as_object_mut()) {
            members.insert("zone".to_owned(), json!(zone(prefecture)));
        }
        Some(Content {
            kind: "weir.unit.registered.v1",
            subject: unit.code.to_string(),
            what: "registered".to_owned(),
            bureau: prefecture,
            data,
        })
    }
}
