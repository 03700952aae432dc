//! `weir.unit.registered.v1`, `.changed.v1`, `.closed.v1`

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use super::read::Members;
use super::record::record;
use super::words::{UnitChange, UnitKind};
use crate::codelist::{Area, Field, Industry};
use crate::credit_code::CreditCode;
use crate::problem::Code;

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

/// What a unit becomes from a day on; what is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitChanged {
    /// The first day this holds.
    pub effective_from: Date,
    /// Why; merged and split close the unit.
    pub reason: UnitChange,
    /// Its name.
    pub name: Option<String>,
    /// Where it is.
    pub area: Option<Area>,
    /// Its industry.
    pub industry: Option<Industry>,
    /// The plan's field.
    pub field: Option<Field>,
    /// The high-tech zone it lies in.
    pub zone: Option<String>,
    /// The units that continue it.
    pub successors: Vec<Successor>,
}

/// A unit that continues another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Successor {
    /// Its credit code.
    pub credit_code: CreditCode,
    /// The share that goes to it.
    pub share: Option<Decimal>,
}

impl UnitChanged {
    pub(super) fn read(mut members: Members<'_>) -> Option<Self> {
        let effective_from = members.required("effective_from");
        let reason = members.required("reason");
        let name = members.optional("name");
        let area = members.optional("area");
        let industry = members.optional("industry");
        let field = members.optional("field");
        let zone = members.optional("zone");
        let successors = members.elements("successors", Successor::read);
        members.finish();
        Some(Self {
            effective_from: effective_from?,
            reason: reason?,
            name,
            area,
            industry,
            field,
            zone,
            successors: successors?,
        })
    }
}

impl Successor {
    fn read(mut members: Members<'_>) -> Option<Self> {
        let credit_code = members.required("credit_code");
        let share: Option<Decimal> = members.optional("share");
        if share.is_some_and(|share| share.is_sign_negative() || share > Decimal::ONE) {
            members.complain("share", Code::Value, "must lie between 0 and 1");
        }
        members.finish();
        Some(Self { credit_code: credit_code?, share })
    }
}

record! {
    /// A unit closes.
    UnitClosed {
        /// The first day it is closed.
        effective_from: Date,
        /// Why.
        reason: String,
        ;
    }
}
