//! The plan's indicators as the plan sets them; and another province's plan, which is data alone.

use std::fmt::Write;

use insta::assert_snapshot;
use weir_schemas::cell::{Cell, Series};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::entity::{ObsStatus, Scope};
use weir_schemas::event::Form;
use weir_schemas::figure::{Cells, Figures};
use weir_schemas::period::{Period, Slot};
use weir_schemas::plan::{Comparator, Frequency, Measure, Plan, PlanError, Rule, SICHUAN_14};

use crate::log::{Log, UNIT, granted, plan, registered};

const YUNNAN: &str = r#"
id = "yunnan_15"
name = { zh = "云南", en = "Yunnan" }
source = "made up"
area = "530000"
calendar = { from = 2023, to = 2024 }
measures = [
    { id = "small", unit = "units", rule = { units_holding = { status = "sci_tech_sme" } }, name = { zh = "中小企业", en = "SMEs" } },
    { id = "paths", unit = "units", rule = { fields_with = { register = "field_roadmap" } }, name = { zh = "路线图", en = "Roadmaps" } },
]

[[indicators]]
id = "SMALL_PER_4"
name = { zh = "每四", en = "Per four" }
unit = { zh = "家", en = "units" }
decimals = 2
numerator = "small"
denominator = { constant = "4" }
scale = "10"
frequencies = ["A"]
section = "1"
target = { year = 2024, value = "5", comparator = ">=" }
"#;

#[test]
fn the_27_indicators_of_the_plan() {
    let plan = plan();
    let mut text = String::new();
    for one in &plan.indicators {
        let target = &one.target;
        let comparator = match target.comparator {
            Comparator::Above => ">",
            Comparator::AtLeast => ">=",
            Comparator::Equal => "=",
        };
        let baseline = target.baseline.map_or("none".to_owned(), |baseline| baseline.to_string());
        let by = one.denominator.as_ref().map_or(String::new(), |by| {
            let constant = by.constant.map(|constant| constant.to_string());
            format!(" / {}", by.measure.as_deref().map(str::to_owned).or(constant).unwrap_or_default())
        });
        let often: String = one.frequencies.iter().map(|frequency| format!("{frequency:?}")).collect();
        let flags = [(target.aspirational, " strives"), (target.each_year, " each year")];
        let flags: String = flags.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
        let notes = plan.notes.iter().filter(|note| note.indicators.contains(&one.id)).count();
        let (id, unit, section) = (&one.id, &one.unit.zh, &one.section);
        writeln!(text, "{id} = {}{by} × {} [{unit}] {often}", one.numerator, one.scale).unwrap();
        writeln!(
            text,
            "    {}: {baseline} {comparator} {}{flags}, {section}, notes {notes}",
            one.name.zh, target.value
        )
        .unwrap();
    }
    assert_eq!(plan.indicators.len(), 27);
    assert_snapshot!(text);
}

#[test]
fn every_register_form_and_item_of_a_rule_can_be_measured() {
    let plan = plan();
    for register in weir_schemas::event::Register::ALL {
        for kind in ["stock", "flow", "total"] {
            assert!(plan.measure(&format!("{kind}_{register}")).is_some(), "{kind}_{register}");
        }
    }
    for form in Form::ALL {
        let closed = plan.measure(&Measure::closed_id(*form)).unwrap();
        assert_eq!(closed.rule, Rule::RoundClosed { form: *form });
    }
    let distinct: Vec<&str> =
        plan.measures.iter().filter(|measure| measure.is_distinct()).map(|measure| &*measure.id).collect();
    assert_eq!(distinct, ["fields_with_roadmap"]);
}

#[test]
fn what_a_plan_cannot_say_is_refused_by_name() {
    let refused = |from: &str, to: &str| {
        assert!(SICHUAN_14.contains(from), "{from}");
        Plan::parse(&SICHUAN_14.replacen(from, to, 1)).unwrap_err().to_string()
    };
    let neither =
        "the denominator of ROADMAP_COVERAGE must be a measure or a constant above zero, and not both";
    assert_eq!(refused("constant = \"10\"", ""), neither);
    assert_eq!(refused("constant = \"10\"", "constant = \"0\""), neither);
    assert_eq!(refused("constant = \"10\"", "constant = \"10\", measure = \"gazelles\""), neither);
    assert_eq!(
        refused("\"closed_B103_1\"", "\"closed_B103\""),
        "measure closed_B103 holds closed rounds and must be called closed_B103_1"
    );
    assert_eq!(
        refused("waived = [1]", "waived = [12]"),
        "the expectation of B203: only an annual form is expected of those that filed it before, and only the others \
         have months (1 to 11) without a round"
    );
    assert_eq!(
        refused("form = \"F203\", holding", "form = \"B203\", holding"),
        "\"expected_B203\" is not a free id of [A-Za-z0-9_]+"
    );
    for (from, to, place) in [
        ("from = 2020", "from = 1899", "calendar.from is 1899"),
        ("to = 2025", "to = 3000", "calendar.to is 3000"),
        ("begins = 2021", "begins = 10000", "begins is 10000"),
        ("baseline_year = 2021", "baseline_year = -1", "target.baseline_year of HT_REVENUE is -1"),
        ("year = 2025", "year = 3000", "target.year of HT_REVENUE is 3000"),
    ] {
        assert_eq!(refused(from, to), format!("{place}, and not a year from 1900 to 2999"));
    }
    assert_eq!(
        refused("decimals = 0", "decimals = 13"),
        "indicator HT_REVENUE is shown with 13 decimals, and may have at most 12"
    );
    assert!(matches!(Plan::parse("id = 1"), Err(PlanError::Toml(_))));
}

#[test]
fn another_provinces_plan_counts_its_own() {
    let plan = Plan::parse(YUNNAN).unwrap();
    let mut data = registered("2020-01-01");
    data["area"] = "530102".into();
    let log = Log::default().and("unit.registered", UNIT, data).and(
        "status.granted",
        UNIT,
        granted("sci_tech_sme", "a", "2024-05-01"),
    );
    let contributions = log.state().contributions(Scope::All, &plan);
    let [(key, contribution)] = &contributions.iter().collect::<Vec<_>>()[..] else { panic!("one") };
    assert_eq!((key.from, key.to), (Slot::month(2024, 5), Slot::year(2024)));
    let province: Area = "530000".parse().unwrap();
    let series = Series { measure: "small".into(), area: province, field: Field::Total };
    assert!(Series::of(key, &plan).contains(&series));
    let value = contribution.value;
    let cell = Cell { version: 1, value, contributions: 1, contributors: 1, ..Cell::empty(series, key.to) };
    let cells: Cells = [cell].into_iter().collect();
    let indicator = plan.indicator("SMALL_PER_4").unwrap();
    assert_eq!(indicator.frequencies, [Frequency::A]);
    let year = Period::Year(2024);
    let found = Figures::new(&plan, &cells).indicator(indicator, province, Field::Total, year);
    assert_eq!(found.value.map(|value| value.display(2)), Some("2.50".to_owned()));
    assert_eq!(
        (found.denominator, found.denominator_period, found.status),
        (Some(4.into()), None, ObsStatus::A)
    );
}
