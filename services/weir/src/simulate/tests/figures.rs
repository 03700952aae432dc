//! The figures that the province comes to.

use rust_decimal::Decimal;
use weir_schemas::codelist::{Area, Field};

use super::super::data::{Figures, thousands};
use super::super::scale::Scale;
use super::*;

/// The indicators that all prefectures have a value of, other than zero, in the plan's first year.
const IN_PREFECTURES: [&str; 14] = [
    "HT_REVENUE",
    "HTE_COUNT",
    "HTE_PER_10K_ENT",
    "STSME_COUNT",
    "TECH_CONTRACT_TURNOVER",
    "HVP_PER_10K_POP",
    "BASIC_RD_SHARE",
    "RD_FTE_PER_10K_EMP",
    "RD_GDP_RATIO",
    "RD_INSTITUTIONS",
    "ST_SERVICE_REVENUE",
    "SCI_LITERACY_RATE",
    "HT_ZONES",
    "BASIC_PROJ_YR",
];

fn prefectures() -> impl Iterator<Item = Area> {
    Area::SICHUAN.children()
}

/// 100 million yuan in yuan.
fn yuan(hundred_millions: &str) -> Decimal {
    hundred_millions.parse::<Decimal>().unwrap() * Decimal::from(100_000_000)
}

fn meets_its_targets(province: &Province, outcome: &Outcome, tolerance: Decimal) {
    for target in province.targets() {
        let value = outcome.indicator(target.indicator, Area::SICHUAN, target.year).unwrap();
        println!("{} {} {value} (target {})", target.indicator, target.year, target.value);
        // A whole number cannot come nearer to its share than half a unit.
        let whole = matches!(target.indicator, "HTE_COUNT" | "STSME_COUNT" | "GAZELLE_COUNT");
        let nearest = if whole { Decimal::new(5, 1) } else { Decimal::ZERO };
        let off = (value - target.value).abs();
        assert!(
            off <= (target.value * tolerance).max(nearest),
            "{} is {value}, not {}",
            target.indicator,
            target.value
        );
    }
}

/// Everything about the calibrated province at once: it is drawn and folded only here.
#[test]
fn the_demo_gives_the_plans_own_figures_of_2021() {
    let province = Province::new(Settings::demo()).unwrap();
    assert!(province.len() <= 350_000, "{} events", province.len());
    let outcome = Outcome::of(&province);
    println!("{:#?} {:#?}", outcome.types, outcome.dispositions);
    assert_eq!(outcome.types.values().sum::<usize>(), province.len());
    meets_its_targets(&province, &outcome, Decimal::new(1, 2));

    let total = |id| outcome.measure(id, Area::SICHUAN, Field::Total, 2021);
    // Counts and sums are exact; money in yuan.
    assert_eq!(total("high_tech_revenue"), yuan("23576"));
    assert_eq!(total("high_tech_industrial_revenue"), yuan("18299.1972"));
    assert_eq!(total("industrial_revenue"), yuan("52583.9"));
    assert_eq!(total("sci_tech_service_revenue"), yuan("3460"));
    assert_eq!(total("high_tech_enterprises"), Decimal::from(10_247));
    assert_eq!(total("sci_tech_smes"), Decimal::from(14_817));
    assert_eq!(total("gazelles"), Decimal::from(152));
    assert_eq!(total("contract_turnover"), yuan("1396.74"));
    assert_eq!(total("high_value_patents"), Decimal::from(33_823));
    assert_eq!(total("rd_internal"), yuan("1214.5"));
    assert_eq!(total("rd_basic"), yuan("71.6555"));
    assert_eq!(total("rd_fte"), Decimal::from(207_988));
    assert_eq!(total("stock_high_tech_zone"), Decimal::from(27));

    // What is published of a prefecture is met there too.
    let deyang = Area::parse("510600").unwrap();
    let of_deyang = |id| outcome.measure(id, deyang, Field::Total, 2021);
    assert_eq!(of_deyang("rd_internal"), yuan("87.72"));
    assert_eq!(of_deyang("rd_basic"), yuan("3.03"));
    assert_eq!(of_deyang("rd_fte"), Decimal::from(13_368));

    // Shares of high-tech enterprises by prefecture and field, of ten thousand.
    let share = |area: &str, field| {
        let part = outcome.measure("high_tech_enterprises", Area::parse(area).unwrap(), field, 2021);
        part * Decimal::from(10_000) / total("high_tech_enterprises")
    };
    for (area, field, expected) in [
        ("510100", Field::Total, 7_960),
        ("510700", Field::Total, 468),
        ("510600", Field::Total, 232),
        ("511500", Field::Total, 189),
        ("511700", Field::Total, 136),
        ("510000", Field::F01, 3_321),
        ("510000", Field::F08, 2_461),
        ("510000", Field::F03, 1_745),
    ] {
        let found = share(area, field);
        assert!((found - Decimal::from(expected)).abs() < Decimal::from(40), "{area} {field}: {found}");
    }

    for (year, expected) in [(2020, 8_200), (2022, 14_500), (2023, 16_900), (2024, 18_000), (2025, 18_900)] {
        let found = outcome.measure("high_tech_enterprises", Area::SICHUAN, Field::Total, year);
        assert_eq!(found, Decimal::from(expected), "{year}");
    }
    every_indicator_has_its_values(&outcome);
}

/// All of the plan's indicators, of the province in every year, and of prefectures where they have them.
fn every_indicator_has_its_values(outcome: &Outcome) {
    assert_eq!(outcome.plan.indicators.len(), 27);
    for indicator in &outcome.plan.indicators {
        let id = indicator.id.as_str();
        let years: Vec<Decimal> = (2021..=2025)
            .map(|year| {
                outcome.indicator(id, Area::SICHUAN, year).unwrap_or_else(|| panic!("{id} of {year}"))
            })
            .collect();
        println!("{id} {years:?}");
        assert!(years.iter().all(|value| *value > Decimal::ZERO), "{id} {years:?}");
        for area in prefectures() {
            let value = outcome.indicator(id, area, 2021);
            let needed = IN_PREFECTURES.contains(&id);
            assert!(!needed || value.is_some_and(|value| value > Decimal::ZERO), "{id} of {area}: {value:?}");
        }
    }
    // Counts reach the plan's targets, or come near.
    let at_end = |id| outcome.indicator(id, Area::SICHUAN, 2025).unwrap();
    for (id, least) in [
        ("RD_INSTITUTIONS", 4_000),
        ("HT_ZONES", 35),
        ("ROADMAP_COVERAGE", 100),
        ("BASIC_PROJ_YR", 2_000),
        ("KEYTECH_PROJ_YR", 200),
        ("CIVMIL_PROJ_YR", 50),
        ("PLATFORMS_NEW_YR", 50),
        ("TALENT_INNOV_LEAD", 200),
        ("TALENT_ENTRE_LEAD", 100),
        ("TALENT_YOUTH", 295),
        ("TALENT_SEEDLING", 1_000),
        ("GAZELLE_FILED_YR", 50),
        ("STSME_REGISTERED_YR", 15_000),
    ] {
        assert!(at_end(id) >= Decimal::from(least), "{id} {}", at_end(id));
    }
}

/// Whatever becomes of reports on their way, the figures of the first year are what was divided among units.
#[test]
fn stories_leave_the_figures_right() {
    for detail in [Detail::Whole, Detail::Demo] {
        let settings = Settings { units: 1_500, to: 2022, detail, ..Settings::default() };
        let outcome = Outcome::of(&Province::new(settings).unwrap());
        let (figures, scale) = (Figures::read().unwrap(), Scale::of(1_500));
        let year = figures.year(2021).unwrap();
        for (id, expected) in [
            ("high_tech_revenue", year.high_tech_revenue),
            ("high_tech_industrial_revenue", year.high_tech_industrial_revenue),
            ("industrial_revenue", year.industrial_revenue),
            ("sci_tech_service_revenue", year.service_revenue),
            ("rd_internal", year.rd_internal),
            ("rd_basic", year.rd_basic),
        ] {
            let found = outcome.measure(id, Area::SICHUAN, Field::Total, 2021);
            let expected = Decimal::from(scale.sum(thousands(expected)) * 1_000);
            assert_eq!(found, expected, "{id} {detail:?}");
        }
    }
}

#[test]
fn a_small_province_keeps_the_ratios() {
    for units in [1_000, 3_000] {
        let settings = Settings { units, ..Settings::demo() };
        let province = Province::new(settings).unwrap();
        let outcome = Outcome::of(&province);
        // A unit more or less weighs more in a small province.
        meets_its_targets(&province, &outcome, Decimal::new(3, 2));
        let total = outcome.measure("rd_internal", Area::SICHUAN, Field::Total, 2021);
        let parts: Decimal =
            prefectures().map(|area| outcome.measure("rd_internal", area, Field::Total, 2021)).sum();
        assert_eq!(total, parts);
        for area in prefectures() {
            for measure in ["rd_internal", "high_value_patents", "contract_turnover", "high_tech_enterprises"]
            {
                let value = outcome.measure(measure, area, Field::Total, 2021);
                assert!(value > Decimal::ZERO, "{measure} of {area} in {units} units");
            }
        }
    }
}
