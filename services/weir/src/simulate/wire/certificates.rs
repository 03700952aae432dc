//! Certificates on the wire.

use serde_json::json;
use weir_schemas::event::Status;

use super::Content;
use crate::simulate::planned::Grant;
use crate::simulate::unit::Unit;
use crate::simulate::{FIRST_YEAR, Province};

impl Province {
    pub(super) fn granted(&self, grant: &Grant, unit: &Unit) -> Option<Content> {
        let number = certificate_number(grant);
        let mut data = json!({
            "status": grant.status,
            "number": number,
            "valid_from": grant.valid_from,
        });
        // Where a unit is that no register knows, its certificate says; of units that report, nothing does.
        let told = unit.registered.is_none() && grant.status == Status::SciTechSme;
        if let (true, Some(members)) = (told, data.as_object_mut()) {
            members.insert("area".to_owned(), json!(unit.area));
            members.insert("field".to_owned(), json!(unit.field));
        }
        Some(Content {
            kind: "weir.status.granted.v1",
            subject: unit.code.to_string(),
            what: number,
            bureau: self.population.bureau(grant.unit, grant.valid_from)?,
            data,
        })
    }
}

/// In the customary form, with serials that no real certificate has.
pub(in crate::simulate) fn certificate_number(grant: &Grant) -> String {
    let Grant { serial, valid_from, .. } = grant;
    let year = valid_from.year();
    match grant.status {
        Status::HighTechEnterprise => format!("GR{year}519{serial:05}"),
        Status::SciTechSme => format!("{year}519999A{serial:07}"),
        Status::Gazelle => format!("合成瞪羚{}{serial:05}", year.max(FIRST_YEAR - 1)),
        Status::AboveScaleIndustrial => format!("合成规上{serial:06}"),
        Status::HighTechIndustry => format!("合成高新产业{serial:06}"),
        Status::SciTechService => format!("合成科服{serial:06}"),
    }
}
