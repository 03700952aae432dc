//! Coverage: of the units expected to report those that did.

use rust_decimal::Decimal;

use super::Figures;
use super::divisor::Place;
use crate::cell::Series;
use crate::exact::Exact;
use crate::plan::{Measure, MeasureId};

impl Figures<'_> {
    /// The coverage of a measure of reports: over all forms that it comes from and units are expected to file, those that
    /// filed by those expected. `None` for other measures, and where no unit is expected to file.
    pub(super) fn coverage(&self, measure: &Measure, at: Place) -> Option<Exact> {
        let count = |id: String| {
            let series = Series { measure: MeasureId::from(id), area: at.area, field: at.field };
            self.cells().get(&series, at.period.slot()).map_or(Decimal::ZERO, |cell| cell.value)
        };
        let (mut filed, mut expected) = (Decimal::ZERO, Decimal::ZERO);
        for one in self.plan().expectations_of(measure) {
            filed += count(Measure::filed_id(one.form));
            expected += count(Measure::expected_id(one.form));
        }
        Exact::ratio(filed, expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Cell;
    use crate::codelist::{Area, Field};
    use crate::figure::Cells;
    use crate::period::Period;
    use crate::plan::{Plan, SICHUAN_14};

    /// The coverage of an indicator's figure where so many units are expected to file forms, and did.
    fn coverage(counts: &[(&str, u32)], indicator: &str, field: Field, period: &str) -> Option<String> {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let period: Period = period.parse().unwrap();
        let cell = |(measure, value): &(&str, u32)| {
            let series = Series { measure: (*measure).into(), area: Area::SICHUAN, field };
            Cell { value: (*value).into(), contributions: 1, ..Cell::empty(series, period.slot()) }
        };
        let cells: Cells = counts.iter().map(cell).collect();
        let indicator = plan.indicator(indicator).unwrap();
        let shown = Figures::new(&plan, &cells).indicator(indicator, Area::SICHUAN, field, period);
        shown.coverage.map(|coverage| coverage.value())
    }

    const MONTH: &[(&str, u32)] =
        &[("expected_B203", 9), ("filed_B203", 3), ("expected_F203", 3), ("filed_F203", 3)];

    #[test]
    fn all_forms_of_the_numerator_are_counted_together() {
        let of = |indicator| coverage(MONTH, indicator, Field::Total, "2023-06").unwrap_or_default();
        assert_eq!(of("HT_REVENUE"), "0.500000");
        assert_eq!(of("HT_REV_SHARE_ASI"), "0.333333");
        assert_eq!(of("ST_SERVICE_REVENUE"), "1.000000");
        assert_eq!(coverage(MONTH, "HT_REVENUE", Field::F06, "2023-Q2").unwrap(), "0.500000");
    }

    #[test]
    fn it_is_told_where_nothing_was_filed_and_not_where_nobody_had_to() {
        let none_filed = coverage(&[("expected_107_2", 4)], "RD_GDP_RATIO", Field::Total, "2023");
        assert_eq!(none_filed.unwrap(), "0.000000");
        assert_eq!(coverage(&[], "RD_GDP_RATIO", Field::Total, "2023"), None);
        assert_eq!(coverage(&[("expected_107_2", 0)], "RD_GDP_RATIO", Field::Total, "2023"), None);
    }

    #[test]
    fn where_no_report_is_involved_there_is_none() {
        for indicator in ["HTE_COUNT", "TECH_CONTRACT_TURNOVER", "HVP_PER_10K_POP", "SCI_LITERACY_RATE"] {
            assert_eq!(coverage(MONTH, indicator, Field::Total, "2023-06"), None, "{indicator}");
        }
    }
}
