//! High-technology manufacturing as the National Bureau of Statistics classifies it (2017).
//!
//! A list of industries, not to be taken for the province's high-tech industry, which is a list of units.

use std::sync::LazyLock;

use super::{HIGH_TECH_MANUFACTURING, Industry, table};

/// One of the six classes of high-technology manufacturing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HighTechClass {
    /// 医药制造业.
    Medicines,
    /// 航空、航天器及设备制造业.
    Aerospace,
    /// 电子及通信设备制造业.
    Electronics,
    /// 计算机及办公设备制造业.
    Computers,
    /// 医疗仪器设备及仪器仪表制造业.
    MedicalInstruments,
    /// 信息化学品制造业.
    InformationChemicals,
}

static CLASSES: LazyLock<Vec<(Industry, HighTechClass)>> = LazyLock::new(|| {
    table::rows::<2>(HIGH_TECH_MANUFACTURING)
        .filter_map(|[class, prefix]| Some((Industry::parse(prefix).ok()?, HighTechClass::of_number(class)?)))
        .collect()
});

impl HighTechClass {
    /// The class an industry belongs to. A group or division belongs only where it does as a whole.
    pub fn of(industry: Industry) -> Option<Self> {
        CLASSES.iter().find(|(prefix, _)| prefix.contains(industry)).map(|&(_, class)| class)
    }

    fn of_number(number: &str) -> Option<Self> {
        match number {
            "1" => Some(Self::Medicines),
            "2" => Some(Self::Aerospace),
            "3" => Some(Self::Electronics),
            "4" => Some(Self::Computers),
            "5" => Some(Self::MedicalInstruments),
            "6" => Some(Self::InformationChemicals),
            _ => None,
        }
    }

    /// The bureau's name.
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::Medicines => "医药制造业",
            Self::Aerospace => "航空、航天器及设备制造业",
            Self::Electronics => "电子及通信设备制造业",
            Self::Computers => "计算机及办公设备制造业",
            Self::MedicalInstruments => "医疗仪器设备及仪器仪表制造业",
            Self::InformationChemicals => "信息化学品制造业",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        assert_eq!(CLASSES.len(), table::data_lines(HIGH_TECH_MANUFACTURING).count());
    }

    #[test]
    fn classes_by_prefix() {
        let of = |code| HighTechClass::of(Industry::parse(code).unwrap());
        assert_eq!(of("2762"), Some(HighTechClass::Medicines));
        assert_eq!(of("27"), Some(HighTechClass::Medicines));
        assert_eq!(of("3973"), Some(HighTechClass::Electronics));
        assert_eq!(of("39"), None);
        assert_eq!(of("3587"), None);
        assert_eq!(of("1512"), None);
    }
}
