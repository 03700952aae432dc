use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::*;
use crate::cell::{Cell, Series};
use crate::disclosure::ConfStatus;
use crate::period::Slot;
use crate::plan::SICHUAN_14;

fn plan() -> Plan {
    Plan::parse(SICHUAN_14).unwrap()
}

/// A cell of the province in which one contribution stands.
fn cell(measure: &str, slot: Slot, value: &str) -> Cell {
    let series = Series { measure: measure.into(), area: Area::SICHUAN, field: Field::Total };
    let value = value.parse().unwrap();
    Cell { version: 1, value, contributions: 1, contributors: 1, ..Cell::empty(series, slot) }
}

fn reference(series: &str, year: i16, value: &str, vintage: &str) -> Cell {
    Cell { vintage: vintage.into(), ..cell(&format!("ref_{series}"), Slot::year(year), value) }
}

/// What the province's total shows, in brief: value, denominator's period, status.
fn shown(cells: impl IntoIterator<Item = Cell>, indicator: &str, period: &str) -> String {
    let (plan, cells) = (plan(), cells.into_iter().collect());
    let indicator = plan.indicator(indicator).unwrap();
    let found = Figures::new(&plan, &cells).indicator(
        indicator,
        Area::SICHUAN,
        Field::Total,
        period.parse().unwrap(),
    );
    let value = found.value.map_or("null".to_owned(), |value| value.display(2));
    let by = found.denominator_period.map_or("null".to_owned(), |period| period.to_string());
    format!("{value} by {by} {}", found.status.as_str())
}

#[test]
fn counts_are_zero_where_nothing_stands_and_reports_are_missing() {
    assert_eq!(shown([], "HTE_COUNT", "2024-06"), "0.00 by null A");
    assert_eq!(shown([], "TECH_CONTRACT_TURNOVER", "2024"), "0.00 by null A");
    assert_eq!(shown([], "HT_REVENUE", "2024"), "null by null O");
    let emptied = Cell { contributions: 0, ..cell("high_tech_revenue", Slot::year(2024), "0") };
    assert_eq!(shown([emptied], "HT_REVENUE", "2024"), "null by null O");
}

#[test]
fn a_stock_falls_back_on_the_latest_earlier_year() {
    let held = |june, year| {
        let stock = cell("high_value_patents", june, "33823");
        [stock, reference("resident_population", year, "83720000", "verified")]
    };
    assert_eq!(shown(held(Slot::year(2021), 2021), "HVP_PER_10K_POP", "2021"), "4.04 by 2021 A");
    assert_eq!(shown(held(Slot::month(2022, 6), 2021), "HVP_PER_10K_POP", "2022-06"), "4.04 by 2021 E");
    assert_eq!(shown(held(Slot::month(2022, 6), 2022), "HVP_PER_10K_POP", "2022-Q2"), "4.04 by 2022 A");
    assert_eq!(shown(held(Slot::year(2022), 2019), "HVP_PER_10K_POP", "2022"), "4.04 by 2019 E");
    assert_eq!(shown(held(Slot::year(2021), 2022), "HVP_PER_10K_POP", "2021"), "null by null O");
}

#[test]
fn a_flow_has_its_own_years_denominator_or_none() {
    let spent = cell("rd_internal", Slot::year(2021), "121450000000");
    let gdp = |year| reference("gdp", year, "5385000000000", "revised");
    assert_eq!(shown([spent.clone(), gdp(2021)], "RD_GDP_RATIO", "2021"), "2.26 by 2021 A");
    assert_eq!(shown([spent, gdp(2020)], "RD_GDP_RATIO", "2021"), "null by null O");
}

#[test]
fn a_year_to_date_flow_is_never_divided_by_an_annual_flow() {
    let mut plan = plan();
    let share = plan.indicators.iter_mut().find(|one| one.id == "HT_REV_SHARE_ASI").unwrap();
    if let Some(by) = &mut share.denominator {
        by.measure = Some("ref_above_scale_industrial_revenue".into());
    }
    let share = plan.indicator("HT_REV_SHARE_ASI").unwrap();
    let cells = [
        cell("high_tech_industrial_revenue", Slot::month(2021, 6), "348"),
        reference("above_scale_industrial_revenue", 2021, "1000", "verified"),
    ];
    let cells = cells.into_iter().collect();
    let june = Period::Month(2021, 6);
    let found = Figures::new(&plan, &cells).indicator(share, Area::SICHUAN, Field::Total, june);
    assert_eq!((found.value, found.denominator, found.status), (None, None, ObsStatus::O));
    assert_eq!(found.numerator, Some(Decimal::from(348)));
}

#[test]
fn the_published_denominator_stands_in_for_years_alone() {
    let year = Slot::year(2021);
    let cells = [
        cell("high_tech_industrial_revenue", year, "348"),
        cell("industrial_revenue", year, "1200"),
        reference("above_scale_industrial_revenue", 2021, "1000", "verified"),
        cell("high_tech_industrial_revenue", Slot::month(2021, 12), "348"),
        cell("industrial_revenue", Slot::month(2021, 12), "1200"),
    ];
    assert_eq!(shown(cells.clone(), "HT_REV_SHARE_ASI", "2021"), "34.80 by 2021 A");
    assert_eq!(shown(cells.clone(), "HT_REV_SHARE_ASI", "2021-Q4"), "29.00 by 2021-Q4 A");
    let unpublished = cells.into_iter().filter(|cell| cell.vintage.is_empty());
    assert_eq!(shown(unpublished, "HT_REV_SHARE_ASI", "2021"), "29.00 by 2021 A");
}

#[test]
fn the_first_status_that_applies_is_shown() {
    let stock = |status| Cell { status, ..cell("high_value_patents", Slot::year(2022), "10") };
    let people = |year, vintage| reference("resident_population", year, "10000", vintage);
    let of = |status, year, vintage| shown([stock(status), people(year, vintage)], "HVP_PER_10K_POP", "2022");
    assert_eq!(of(ObsStatus::V, 2021, "preliminary"), "10.00 by 2021 V");
    assert_eq!(of(ObsStatus::P, 2021, "preliminary"), "10.00 by 2021 E");
    assert_eq!(of(ObsStatus::A, 2022, "preliminary"), "10.00 by 2022 P");
    assert_eq!(of(ObsStatus::P, 2022, "verified"), "10.00 by 2022 P");
    assert_eq!(of(ObsStatus::V, 2022, "verified"), "10.00 by 2022 V");
}

#[test]
fn nothing_is_divided_by_zero() {
    let cells = [cell("rd_basic", Slot::year(2021), "5"), cell("rd_internal", Slot::year(2021), "0")];
    assert_eq!(shown(cells, "BASIC_RD_SHARE", "2021"), "null by 2021 O");
}

#[test]
fn a_reference_value_has_no_field_and_divides_every_one() {
    let (plan, mut stock) = (plan(), cell("high_value_patents", Slot::year(2021), "7"));
    stock.series.field = Field::F06;
    let cells = [stock, reference("resident_population", 2021, "10000", "verified")].into_iter().collect();
    let patents = plan.indicator("HVP_PER_10K_POP").unwrap();
    let found = Figures::new(&plan, &cells).indicator(patents, Area::SICHUAN, Field::F06, Period::Year(2021));
    assert_eq!(found.value.map(|value| value.value()).as_deref(), Some("7.000000"));
}

#[test]
fn a_measure_is_shown_by_itself() {
    let plan = plan();
    let cells = [reference("gdp", 2021, "5385000000000.00", "preliminary")].into_iter().collect();
    let gdp = plan.measure("ref_gdp").unwrap();
    let found = Figures::new(&plan, &cells).measure(gdp, Area::SICHUAN, Field::Total, Period::Year(2021));
    assert_eq!(found.value.map(|value| value.value()).as_deref(), Some("5385000000000.000000"));
    assert_eq!((found.contributors, found.status), (None, ObsStatus::P));
}

/// `numerator / denominator × scale` with six decimals half to even, by integers alone.
fn six_decimals(numerator: Decimal, denominator: Decimal, scale: Decimal) -> String {
    let rational = |value: Decimal| {
        BigRational::new(BigInt::from(value.mantissa()), BigInt::from(10).pow(value.scale()))
    };
    let exact = rational(numerator) * rational(scale) / rational(denominator);
    let millionths = exact * BigRational::from_integer(BigInt::from(1_000_000));
    let (floor, half) = (millionths.floor(), BigRational::new(BigInt::from(1), BigInt::from(2)));
    let mut whole = floor.to_integer();
    let rest = millionths - floor;
    if rest > half || (rest == half && &whole % 2 == BigInt::from(1)) {
        whole += 1;
    }
    format!("{}.{:0>6}", &whole / 1_000_000, (&whole % 1_000_000_i64).to_string())
}

proptest! {
    #[test]
    fn a_ratio_is_exact(
        above in 0_i64..10_i64.pow(17), above_scale in 0_u32..=6,
        below in 1_i64..10_i64.pow(17), below_scale in 0_u32..=6,
    ) {
        let (above, below) = (Decimal::new(above, above_scale), Decimal::new(below, below_scale));
        let plan = plan();
        let year = Slot::year(2021);
        let cells = [
            Cell { value: above, ..cell("rd_internal", year, "0") },
            Cell { value: below, ..reference("gdp", 2021, "0", "verified") },
        ];
        let cells = cells.into_iter().collect();
        let ratio = plan.indicator("RD_GDP_RATIO").unwrap();
        let found = Figures::new(&plan, &cells).indicator(ratio, Area::SICHUAN, Field::Total, Period::Year(2021));
        prop_assert_eq!(found.value.map(|value| value.value()), Some(six_decimals(above, below, ratio.scale)));
        prop_assert_eq!((found.numerator, found.denominator), (Some(above.normalize()), Some(below.normalize())));
    }

    #[test]
    fn a_figure_never_looks_more_certain_than_its_parts(above in 1_usize..5, below in 1_usize..5) {
        let all = [ObsStatus::O, ObsStatus::V, ObsStatus::E, ObsStatus::P, ObsStatus::A];
        let cells = [
            Cell { status: all[above], ..cell("rd_basic", Slot::year(2021), "1") },
            Cell { status: all[below], ..cell("rd_internal", Slot::year(2021), "2") },
        ];
        let expected = format!("50.00 by 2021 {}", all[above.min(below)].as_str());
        prop_assert_eq!(shown(cells, "BASIC_RD_SHARE", "2021"), expected);
    }
}

#[test]
fn what_is_net_of_the_year_before_is_no_stock() {
    let mut plan = plan();
    for indicator in &mut plan.indicators {
        if indicator.id == "HTE_PER_10K_ENT" {
            indicator.numerator = "high_tech_enterprises_net".into();
        }
    }
    let of = |slot, enterprises| {
        let cells = [
            cell("high_tech_enterprises_net", slot, "5"),
            reference("enterprise_units", enterprises, "10000", "verified"),
        ];
        let cells = cells.into_iter().collect();
        let indicator = plan.indicator("HTE_PER_10K_ENT").unwrap();
        let found =
            Figures::new(&plan, &cells).indicator(indicator, Area::SICHUAN, Field::Total, slot.period());
        found.value.map(|value| value.display(0))
    };
    assert_eq!(of(Slot::year(2022), 2022).as_deref(), Some("5"));
    assert_eq!(of(Slot::year(2022), 2021), None, "of another year");
    assert_eq!(of(Slot::month(2022, 6), 2022), None, "of a part of the year");
}

/// All that is shown of a figure, for an analyst.
fn kept(cells: &[Cell], indicator: &str, period: &str) -> Observation {
    let (plan, cells) = (plan(), cells.iter().cloned().collect());
    let (indicator, period) = (plan.indicator(indicator).unwrap(), period.parse().unwrap());
    let figures = Figures::new(&plan, &cells);
    let all = figures.read_by(Audience::Official).indicator(indicator, Area::SICHUAN, Field::Total, period);
    assert!(all.value.is_some() && all.status != ObsStatus::Q, "officials see it");
    figures.indicator(indicator, Area::SICHUAN, Field::Total, period)
}

#[test]
fn whatever_uses_a_confidential_cell_is_kept_from_analysts() {
    let year = Slot::year(2021);
    let confidential = |cell: Cell| Cell { conf_status: ConfStatus::A, synthetic: true, ..cell };
    let free = cell("high_tech_industrial_revenue", year, "348");
    let (above, below) = (confidential(free.clone()), cell("industrial_revenue", year, "1200"));
    for cells in [[above, below.clone()], [free.clone(), confidential(below.clone())]] {
        let shown = kept(&cells, "HT_REV_SHARE_ASI", "2021");
        let nothing = Observation {
            status: ObsStatus::Q,
            synthetic: shown.synthetic,
            ..of_numerator(&Quantity::MISSING, Area::SICHUAN, Period::Year(2021), None)
        };
        assert_eq!(shown, nothing);
    }
    assert_eq!(kept(&[free, below], "HT_REV_SHARE_ASI", "2021").value.unwrap().display(2), "29.00");
    // What a public register counts is no secret, and nobody who reports nothing has one.
    let few = confidential(cell("high_tech_enterprises", year, "2"));
    assert_eq!(kept(&[few], "HTE_COUNT", "2021").status, ObsStatus::A);
}
