//! Official totals: what is published of an indicator itself, beside what follows from the events.

use super::{Figures, Observation};
use crate::cell::Series;
use crate::codelist::Field;
use crate::exact::Exact;
use crate::plan::{Indicator, Measure, MeasureId};

/// The published value of an indicator, in the indicator's own unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Official {
    /// What is published.
    pub value: Exact,
    /// How final it is.
    pub vintage: String,
    /// Ours less what is published, exact; `None` where ours is missing.
    pub difference: Option<Exact>,
    /// Whether the publication is made up.
    pub synthetic: bool,
}

impl Figures<'_> {
    /// What is officially published for the area and period of our figure, which is of `field`: nothing is of a single one.
    pub fn official(&self, indicator: &Indicator, field: Field, ours: &Observation) -> Option<Official> {
        let measure = MeasureId::from(Measure::official_id(&indicator.id));
        let series = Series { measure, area: ours.area, field: Field::Total };
        let published = self.cells().get(&series, ours.period.slot());
        let cell = published.filter(|cell| cell.contributions > 0 && field == Field::Total)?;
        let value = Exact::from(cell.value);
        let value = if indicator.denominator.is_some() { value } else { value.times(indicator.scale) };
        let difference = ours.value.as_ref().map(|ours| ours.minus(value.clone()));
        Some(Official { value, vintage: cell.vintage.clone(), difference, synthetic: cell.synthetic })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Cell;
    use crate::codelist::Area;
    use crate::figure::Cells;
    use crate::period::{Period, Slot};
    use crate::plan::{Plan, SICHUAN_14};

    fn cell(measure: &str, value: &str) -> Cell {
        let series = Series { measure: measure.into(), area: Area::SICHUAN, field: Field::Total };
        let value = value.parse().unwrap();
        Cell { value, contributions: 1, vintage: "verified".into(), ..Cell::empty(series, Slot::year(2021)) }
    }

    /// What is published of an indicator, and the difference.
    fn shown(cells: &[(&str, &str)], indicator: &str, field: Field) -> Option<(String, Option<String>)> {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let cells: Cells = cells.iter().map(|(measure, value)| cell(measure, value)).collect();
        let (figures, indicator) = (Figures::new(&plan, &cells), plan.indicator(indicator).unwrap());
        let ours = figures.indicator(indicator, Area::SICHUAN, field, Period::Year(2021));
        let official = figures.official(indicator, field, &ours)?;
        Some((official.value.value(), official.difference.map(|difference| difference.value())))
    }

    #[test]
    fn a_total_is_published_in_the_base_unit_and_shown_in_the_indicators() {
        let cells = [("high_tech_revenue", "2357600000001"), ("ref_official_HT_REVENUE", "2357000000000")];
        let expected = ("23570.000000".to_owned(), Some("6.000000".to_owned()));
        assert_eq!(shown(&cells, "HT_REVENUE", Field::Total), Some(expected));
        assert_eq!(shown(&cells, "HT_REVENUE", Field::F01), None, "totals are of all fields");
        assert_eq!(shown(&cells, "ST_SERVICE_REVENUE", Field::Total), None);
    }

    #[test]
    fn a_ratio_is_published_in_its_own_unit() {
        let cells = [("rd_internal", "1"), ("ref_gdp", "3"), ("ref_official_RD_GDP_RATIO", "2.26")];
        let expected = ("2.260000".to_owned(), Some("31.073333".to_owned()));
        assert_eq!(shown(&cells, "RD_GDP_RATIO", Field::Total), Some(expected));
        let alone = &cells[2..];
        assert_eq!(shown(alone, "RD_GDP_RATIO", Field::Total), Some(("2.260000".to_owned(), None)));
    }

    #[test]
    fn each_indicator_has_an_official_series_in_the_unit_it_travels_in() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let units = plan.indicators.iter().map(|one| {
            let official = plan.measure(&Measure::official_id(&one.id)).unwrap();
            (one.id.as_str(), official.unit.as_str())
        });
        let units: std::collections::BTreeMap<&str, &str> = units.collect();
        for (id, unit) in [
            ("HT_REVENUE", "CNY"),
            ("HTE_COUNT", "units"),
            ("TALENT_YOUTH", "persons"),
            ("SCI_LITERACY_RATE", "percent"),
            ("RD_GDP_RATIO", "percent"),
            ("ROADMAP_COVERAGE", "percent"),
            ("HTE_PER_10K_ENT", "units"),
            ("HVP_PER_10K_POP", "pieces"),
            ("RD_FTE_PER_10K_EMP", "person_years"),
        ] {
            assert_eq!(units.get(id), Some(&unit), "{id}");
        }
        assert_eq!(units.len(), 27);
    }
}
