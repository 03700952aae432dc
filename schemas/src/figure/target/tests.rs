use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::period::Slot;
use crate::plan::SICHUAN_14;

fn plan() -> Plan {
    Plan::parse(SICHUAN_14).unwrap()
}

/// A cell of the province in which something stands.
fn cell(measure: &str, slot: Slot, value: &str) -> Cell {
    let series = Series { measure: measure.into(), area: Area::SICHUAN, field: Field::Total };
    let value = value.parse().unwrap();
    Cell { version: 1, value, contributions: 1, contributors: 1, ..Cell::empty(series, slot) }
}

/// A year's sum of reports of one form.
fn reported(measure: &str, year: i16, value: &str, form: &str) -> Cell {
    Cell { forms: vec![form.into()], ..cell(measure, Slot::year(year), value) }
}

fn closed(form: &str, year: i16) -> Cell {
    let form = crate::event::Form::from_word(form).unwrap();
    cell(&Measure::closed_id(form), Slot::year(year), "1")
}

fn progress(cells: impl IntoIterator<Item = Cell>, id: &str, day: Date) -> Progress {
    let (plan, cells) = (plan(), cells.into_iter().collect());
    Targets::new(&plan, &cells, day).progress(plan.indicator(id).unwrap(), Area::SICHUAN)
}

/// Latest period and value, what is needed, whether met and since when.
fn shown(cells: impl IntoIterator<Item = Cell>, id: &str, day: Date) -> String {
    let Progress { latest, judged } = progress(cells, id, day);
    let judged = judged.unwrap();
    let text = |value: Option<String>| value.unwrap_or("-".to_owned());
    let value = |exact: Option<Exact>| text(exact.map(|value| value.value()));
    format!(
        "{} {} of {}, met {} since {}",
        text(latest.as_ref().map(|one| one.period.to_string())),
        value(latest.and_then(|one| one.value)),
        value(judged.needed),
        text(judged.met.map(|met| met.to_string())),
        text(judged.met_since.map(|since| since.to_string()))
    )
}

#[test]
fn the_path_is_a_line_from_the_baseline_to_the_target() {
    let plan = plan();
    let path = |id: &str| {
        let path = plan.indicator(id).unwrap().target.path();
        path.map(|(year, value)| format!("{year} {}", value.value())).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        path("HT_REVENUE"),
        "2021 23576.000000, 2022 25082.000000, 2023 26588.000000, 2024 28094.000000, 2025 29600.000000"
    );
    assert_eq!(path("HVP_PER_10K_POP").split(", ").nth(1), Some("2022 4.447500"));
    assert_eq!(path("RD_GDP_RATIO"), "", "the plan gives no baseline");
    let target = &plan.indicator("HTE_COUNT").unwrap().target;
    assert_eq!(target.needed_in(2020), None);
    assert_eq!(target.needed_in(2030), Some(Exact::from(target.value)));
}

#[test]
fn the_exact_value_is_compared_and_never_the_displayed() {
    let spent = |value: &str| {
        [reported("rd_internal", 2021, value, "107-2"), cell("ref_gdp", Slot::year(2021), "1000000")]
    };
    let day = date(2022, 6, 1);
    // 2.3996 % shows as 2.40, which the target of 2.4 would take.
    assert_eq!(shown(spent("23996"), "RD_GDP_RATIO", day), "2021 2.399600 of -, met false since -");
    assert_eq!(shown(spent("24000"), "RD_GDP_RATIO", day), "2021 2.400000 of -, met true since -");
    // 突破 asks for more than the target.
    let revenue = |value| [cell("high_tech_revenue", Slot::year(2025), value)];
    let day = date(2026, 1, 1);
    assert_eq!(
        shown(revenue("2960000000000"), "HT_REVENUE", day),
        "2025 29600.000000 of 29600.000000, met false since -"
    );
    assert_eq!(
        shown(revenue("2960000000001"), "HT_REVENUE", day),
        "2025 29600.000000 of 29600.000000, met true since 2025"
    );
    let fields =
        |count| (1..=12).map(move |month| cell("fields_with_roadmap", Slot::month(2025, month), count));
    assert_eq!(shown(fields("9"), "ROADMAP_COVERAGE", day), "2025-12 90.000000 of -, met false since -");
    assert_eq!(
        shown(fields("10"), "ROADMAP_COVERAGE", day),
        "2025-12 100.000000 of -, met true since 2025-01"
    );
}

#[test]
fn a_stock_is_met_since_a_month_that_is_over() {
    let count = |month, value| cell("high_tech_enterprises", Slot::month(2022, month), value);
    let held =
        [count(1, "16000"), count(2, "15999"), count(3, "16000"), count(4, "17000"), count(5, "18000")];
    let at = |day| shown(held.clone(), "HTE_COUNT", day);
    assert_eq!(at(date(2022, 4, 30)), "2022-04 17000.000000 of 11685.250000, met true since 2022-03");
    assert_eq!(
        at(date(2022, 3, 31)),
        "2022-03 16000.000000 of 11685.250000, met true since -",
        "March lasts"
    );
    assert_eq!(at(date(2022, 2, 1)), "2022-02 15999.000000 of 11685.250000, met false since 2022-01");
    assert_eq!(at(date(2022, 7, 1)), "2022-07 0.000000 of 11685.250000, met false since -");
}

#[test]
fn reports_count_as_met_once_every_round_in_them_is_closed() {
    let basic = |year, value, form| reported("rd_basic", year, value, form);
    let all = |year| reported("rd_internal", year, "100", "107-2");
    let mut cells = vec![basic(2021, "7", "107-2"), all(2021), basic(2022, "8", "RD-HE"), all(2022)];
    let day = date(2023, 6, 1);
    let met = |cells: &[Cell]| shown(cells.to_vec(), "BASIC_RD_SHARE", day);
    assert_eq!(met(&cells), "2022 8.000000 of 6.050000, met true since -");
    cells.extend([closed("107-2", 2021), closed("107-2", 2022)]);
    assert_eq!(met(&cells), "2022 8.000000 of 6.050000, met true since 2021", "2022 is open above the line");
    cells.push(closed("RD-HE", 2022));
    assert_eq!(met(&cells), "2022 8.000000 of 6.050000, met true since 2021");
    cells.retain(|cell| cell.series.measure.as_ref() != "closed_107_2" || cell.slot != Slot::year(2021));
    assert_eq!(met(&cells), "2022 8.000000 of 6.050000, met true since 2022");
    cells.retain(|cell| cell.series.measure.as_ref() != "closed_107_2");
    assert_eq!(met(&cells), "2022 8.000000 of 6.050000, met true since -", "2022 is open below the line");
}

#[test]
fn a_published_denominator_needs_no_round() {
    let part = || reported("high_tech_industrial_revenue", 2021, "40", "B203");
    let whole = || reported("industrial_revenue", 2021, "100", "B103-1");
    let published = || Cell {
        vintage: "verified".into(),
        ..cell("ref_above_scale_industrial_revenue", Slot::year(2021), "100")
    };
    let (day, of) = (date(2022, 6, 1), "2021 40.000000 of 34.800000, met true since");
    let closed = || closed("B203", 2021);
    assert_eq!(shown([part(), whole(), closed()], "HT_REV_SHARE_ASI", day), format!("{of} -"));
    assert_eq!(
        shown([part(), whole(), closed(), published()], "HT_REV_SHARE_ASI", day),
        format!("{of} 2021")
    );
}

#[test]
fn a_survey_that_is_not_out_yet_leaves_what_was_met() {
    let rate = |year, value| cell("ref_sci_literacy_rate", Slot::year(year), value);
    let day = date(2026, 6, 1);
    let at = |cells: Vec<Cell>| shown(cells, "SCI_LITERACY_RATE", day);
    assert_eq!(at(vec![rate(2022, "12"), rate(2024, "13.1")]), "2024 13.100000 of -, met true since 2024");
    assert_eq!(
        at(vec![rate(2022, "13"), rate(2024, "13")]),
        "2024 13.000000 of -, met true since 2024",
        "2023 is not known"
    );
    assert_eq!(at(Vec::new()), "- - of -, met - since -");
}

#[test]
fn targets_of_each_year_are_judged_each_year_of_the_plan() {
    let granted = |year, value| cell("gazelles_first", Slot::year(year), value);
    let cells = [
        granted(2020, "60"),
        granted(2021, "50"),
        granted(2022, "49"),
        granted(2023, "50"),
        granted(2024, "60"),
    ];
    let judged = progress(cells, "GAZELLE_FILED_YR", date(2024, 12, 15)).judged.unwrap();
    let years = judged
        .years
        .iter()
        .map(|year| (year.observation.period.to_string(), year.met == Some(true), year.closed));
    let expected = [("2021", true, true), ("2022", false, true), ("2023", true, true), ("2024", true, false)];
    assert_eq!(years.collect::<Vec<_>>(), expected.map(|(year, met, closed)| (year.to_owned(), met, closed)));
    assert_eq!((judged.met, judged.met_since), (Some(true), Some(Period::Year(2023))));
}

#[test]
fn other_areas_have_figures_and_no_target() {
    let chengdu: Area = "510100".parse().unwrap();
    let mut count = cell("gazelles", Slot::month(2021, 1), "900");
    count.series.area = chengdu;
    let (plan, cells) = (plan(), [count].into_iter().collect());
    let targets = Targets::new(&plan, &cells, date(2021, 1, 5));
    let progress = targets.progress(plan.indicator("GAZELLE_COUNT").unwrap(), chengdu);
    assert_eq!(progress.judged, None);
    assert_eq!(progress.latest.map(|one| one.period), Some(Period::Month(2021, 1)));
}

#[test]
fn every_target_of_the_plan_is_judged_on_nothing() {
    let plan = plan();
    let cells = Cells::default();
    let targets = Targets::new(&plan, &cells, date(2026, 2, 1));
    let met = plan.indicators.iter().map(|one| {
        let judged = targets.progress(one, Area::SICHUAN).judged.unwrap();
        assert_eq!(judged.years.len(), if one.target.each_year { 5 } else { 0 }, "{}", one.id);
        judged.met
    });
    let met: Vec<_> = met.collect();
    assert_eq!(met.len(), 27);
    assert!(!met.contains(&Some(true)));
}

#[test]
fn what_is_net_of_the_year_before_is_judged_by_the_year() {
    let mut plan = plan();
    let indicator = plan.indicators.iter_mut().find(|one| one.id == "HTE_COUNT").unwrap();
    indicator.numerator = "high_tech_enterprises_net".into();
    let net = |slot, value| cell("high_tech_enterprises_net", slot, value);
    let cells = [net(Slot::year(2022), "20000"), net(Slot::month(2023, 1), "1")].into_iter().collect();
    let targets = Targets::new(&plan, &cells, date(2023, 6, 1));
    let progress = targets.progress(plan.indicator("HTE_COUNT").unwrap(), Area::SICHUAN);
    assert_eq!(progress.latest.map(|one| one.period), Some(Period::Year(2022)));
    assert_eq!(progress.judged.unwrap().met_since, Some(Period::Year(2022)));
}

proptest! {
    /// The run of months that meet a target, found from its definition alone.
    #[test]
    fn met_since_is_where_the_last_run_begins(counts in proptest::collection::vec(399_u32..402, 1..24)) {
        let month = |at: usize| Period::Month(2021 + i16::try_from(at / 12).unwrap(), i8::try_from(at % 12 + 1).unwrap());
        let cells = counts.iter().enumerate().map(|(at, count)| cell("gazelles", month(at).slot(), &count.to_string()));
        let over = month(counts.len() - 1).last_day().tomorrow().unwrap();
        let judged = progress(cells, "GAZELLE_COUNT", over).judged.unwrap();
        // The month after them has begun, and nothing is counted in it yet: it is open, so it breaks nothing.
        let run = counts.iter().rev().take_while(|count| **count >= 400).count();
        prop_assert_eq!(judged.met_since, (run > 0).then(|| month(counts.len() - run)));
    }
}

#[test]
fn the_public_is_told_the_latest_figure_that_is_released() {
    let chengdu = Area::from_u32(510_100).unwrap();
    let of = |cell: Cell| Cell { series: Series { area: chengdu, ..cell.series.clone() }, ..cell };
    let cells: Cells = [cell("gazelles", Slot::month(2023, 9), "99")].into_iter().map(of).collect();
    let (plan, day) = (plan(), date(2023, 11, 2));
    let latest = |audience| {
        let targets = Targets::new(&plan, &cells, day).read_by(audience);
        let latest = targets.progress(plan.indicator("GAZELLE_COUNT").unwrap(), chengdu).latest.unwrap();
        format!("{} {}", latest.period, latest.value.unwrap().value())
    };
    assert_eq!(latest(Audience::Official), "2023-11 0.000000", "nothing stands in the month");
    assert_eq!(latest(Audience::Public), "2023-09 99.000000", "the month is not released");
}
