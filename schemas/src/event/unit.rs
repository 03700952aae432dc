//! `weir.unit.registered.v1`

use jiff::civil::Date;
use serde::Serialize;

use super::read::Members;
use super::words::UnitKind;
use crate::codelist::{Area, Field, Industry};

/// A unit of the statistical register, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitRegistered {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: UnitKind,
    /// Where it is, down to the county.
    pub area: Area,
    /// Its industry.
    pub industry: Industry,
    /// The plan's field, where the bureau says it.
    pub field: Option<Field>,
    /// The high-tech zone it lies in.
    pub zone: Option<String>,
    /// The first day this holds.
    pub effective_from: Date,
}

impl UnitRegistered {
    pub(super) fn read(mut members: Members<'_>) -> Option<Self> {
        let name = members.required("name");
        let kind = members.required("kind");
        let area = members.required("area");
        let industry = members.required("industry");
        let field = members.optional("field");
        let zone = members.optional("zone");
        let effective_from = members.required("effective_from");
        members.finish();
        Some(Self {
            name: name?,
            kind: kind?,
            area: area?,
            industry: industry?,
            field,
            zone,
            effective_from: effective_from?,
        })
    }
}
