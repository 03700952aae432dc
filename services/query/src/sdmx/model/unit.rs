//! Units of measure: base units as the plan's measures have them, with a power of ten; ratios by their own names.

use rust_decimal::Decimal;
use weir_schemas::plan::{Indicator, Measure, Name};

use super::name;

/// The unit of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sdmx) struct Unit {
    /// Its code.
    pub(in crate::sdmx) code: String,
    /// Its name.
    pub(in crate::sdmx) name: Name,
    /// The power of ten that a figure is multiplied by to be in it.
    pub(in crate::sdmx) multiplier: i32,
}

impl Unit {
    /// That of a measure: its base unit.
    pub(super) fn of_measure(measure: &Measure) -> Self {
        Self::base(&measure.unit, 0)
    }

    /// That of an indicator: the numerator's with a power of ten, where nothing else divides; else its own.
    pub(super) fn of_indicator(indicator: &Indicator, numerator: Option<&Measure>) -> Self {
        let base = numerator.filter(|_| indicator.denominator.is_none());
        if let Some((measure, multiplier)) = base.zip(power_of_ten(indicator.scale)) {
            return Self::base(&measure.unit, multiplier);
        }
        if indicator.unit.en == "%" {
            return Self::base("percent", 0);
        }
        let code = match slug(&indicator.unit.en) {
            code if code.is_empty() => indicator.id.clone(),
            code => code,
        };
        Self { code, name: indicator.unit.clone(), multiplier: 0 }
    }

    fn base(unit: &str, multiplier: i32) -> Self {
        let (code, zh, en) = match unit {
            "CNY" => ("CNY", "元", "Yuan renminbi"),
            "persons" => ("PERSONS", "人", "Persons"),
            "person_years" => ("PERSON_YEARS", "人年", "Person-years"),
            "units" => ("UNITS", "个", "Units"),
            "pieces" => ("PIECES", "件", "Pieces"),
            "percent" => ("PT", "百分比", "Per cent"),
            other => return Self { code: slug(other), name: name(other, other), multiplier },
        };
        Self { code: code.to_owned(), name: name(zh, en), multiplier }
    }
}

/// The power of ten that undoes a scale: eight for a hundred-millionth. `None` for what is no power of ten.
fn power_of_ten(scale: Decimal) -> Option<i32> {
    let scale = scale.normalize();
    let mantissa = u128::try_from(scale.mantissa()).ok().filter(|mantissa| *mantissa > 0)?;
    let zeros = mantissa.ilog10();
    (mantissa == 10_u128.pow(zeros)).then(|| i32::try_from(scale.scale()).ok())??.checked_sub_unsigned(zeros)
}

/// A name as a code: letters and digits, all else an underscore.
fn slug(text: &str) -> String {
    let mut code = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            code.push(c.to_ascii_uppercase());
        } else if !code.is_empty() && !code.ends_with('_') {
            code.push('_');
        }
    }
    code.truncate(code.trim_end_matches('_').len());
    code
}

#[cfg(test)]
mod tests {
    use weir_schemas::plan::{Plan, SICHUAN_14};

    use super::*;

    #[test]
    fn money_is_in_yuan_with_its_power_of_ten_and_ratios_have_units_of_their_own() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let unit = |id: &str| {
            let indicator = plan.indicator(id).unwrap();
            let unit = Unit::of_indicator(indicator, plan.measure(&indicator.numerator));
            format!("{} {} {}", unit.code, unit.multiplier, unit.name.en)
        };
        assert_eq!(unit("HT_REVENUE"), "CNY 8 Yuan renminbi");
        assert_eq!(unit("HTE_COUNT"), "UNITS 0 Units");
        assert_eq!(unit("RD_GDP_RATIO"), "PT 0 Per cent");
        assert_eq!(unit("SCI_LITERACY_RATE"), "PT 0 Per cent");
        assert_eq!(unit("HTE_PER_10K_ENT"), "PER_10_000_ENTERPRISES 0 per 10,000 enterprises");
    }

    #[test]
    fn only_powers_of_ten_are_multipliers() {
        let of = |scale: &str| power_of_ten(scale.parse().unwrap());
        assert_eq!(
            [of("0.00000001"), of("1"), of("1.000"), of("100")],
            [Some(8), Some(0), Some(0), Some(-2)]
        );
        assert_eq!([of("0.5"), of("12"), of("0"), of("-1")], [None; 4]);
    }
}
