//! A unit of the synthetic province, and what it is called.

use jiff::civil::Date;
use weir_schemas::codelist::{Area, Field, Industry};
use weir_schemas::credit_code::CreditCode;
use weir_schemas::event::UnitKind;

use super::SimulateError;

/// A place in the list of units.
pub(super) type UnitIndex = u32;

/// A unit.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) kind: UnitKind,
    pub(super) code: CreditCode,
    /// A place in the list of prefectures.
    pub(super) prefecture: usize,
    /// Its county.
    pub(super) area: Area,
    pub(super) field: Field,
    pub(super) industry: Industry,
    /// The day it was founded.
    pub(super) since: Date,
    /// The day the register takes it in; `None` where only its certificates tell of it, or nothing does.
    pub(super) registered: Option<Date>,
    /// Whether it lies in the high-tech zone of its prefecture.
    pub(super) in_zone: bool,
}

impl Unit {
    /// Its name, which says that it is made up.
    pub(super) fn name(&self) -> String {
        let what = match self.kind {
            UnitKind::Enterprise => "企业",
            UnitKind::Institute => "研究院所",
            UnitKind::University => "高校",
            UnitKind::Other => "事业单位",
        };
        // The serial within the code.
        format!("合成{what}{}", self.code.as_str().get(10..16).unwrap_or_default())
    }
}

/// The high-tech zone of a prefecture, which says that it is made up.
pub(super) fn zone(prefecture: Area) -> String {
    format!("合成高新区({})", prefecture.name_zh())
}

/// A credit code that no real unit has: its area, 519999, is none.
pub(super) fn credit_code(kind: UnitKind, serial: usize) -> Result<CreditCode, SimulateError> {
    let registered_by = match kind {
        UnitKind::Enterprise => "91",
        UnitKind::Institute | UnitKind::University | UnitKind::Other => "12",
    };
    Ok(CreditCode::with_check_digits(&format!("{registered_by}519999MA{serial:06}"))?)
}

/// Industries of a field, so that the mapping from industry to field gives that field too.
/// The first ones are industrial, the last is of a service where the field has one.
pub(super) fn industries(field: Field) -> &'static [&'static str] {
    match field {
        Field::F01 => &["3911", "3921", "3962", "3971", "6520"],
        Field::F02 => &["3741", "3749"],
        Field::F03 => &["3433", "3484", "3511", "3670"],
        Field::F04 => &["2611", "2651", "2927", "3042", "3130"],
        Field::F05 => &["3415", "3841", "4415"],
        Field::F06 => &["2710", "2720", "2740"],
        Field::F07 => &["3591", "4210", "4620", "7721"],
        Field::F08 => &["7310", "7320", "7340", "7484", "7520"],
        Field::F09 => &["1361", "1511", "2311"],
        Field::F10 | Field::Unknown | Field::Total => &["6421", "6513"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn industries_map_to_their_field() {
        for field in Field::PLAN {
            for code in industries(field) {
                assert_eq!(Industry::parse(code).unwrap().field(), field, "{code}");
            }
        }
    }

    #[test]
    fn codes_are_valid_and_of_no_area() {
        let code = credit_code(UnitKind::Enterprise, 123).unwrap();
        assert_eq!(CreditCode::parse(code.as_str()), Ok(code));
        assert_eq!(code.area(), None);
    }
}
