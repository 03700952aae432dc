//! Whatever format an answer is in, it holds the values of the answer in JSON, to the last digit.

pub(in crate::http) mod read;

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::entity::ObsStatus;
use weir_schemas::exact::Exact;
use weir_schemas::figure::{self, Official};
use weir_schemas::period::Period;
use weir_schemas::plan::{Plan, SICHUAN_14};

use self::read::Columns;
use super::{Format, Tabular};
use crate::http::observation::{Answer, Observation, Subject};

const AREAS: [&str; 3] = ["510000", "510100", "513400"];

fn decimal() -> impl Strategy<Value = Decimal> {
    (-10_i64.pow(18)..10_i64.pow(18), 0_u32..=6).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn exact() -> impl Strategy<Value = Exact> {
    (decimal(), 1_i64..10_i64.pow(9)).prop_map(|(above, below)| Exact::ratio(above, below.into()).unwrap())
}

/// What a stranger may have written.
fn words() -> impl Strategy<Value = String> {
    "[a-z=+@\"',;\n 四川é]{1,9}"
}

/// An observation but for its place, and what is officially published of it.
fn observation() -> impl Strategy<Value = (figure::Observation, Option<Official>)> {
    let statuses = [ObsStatus::O, ObsStatus::Q, ObsStatus::V, ObsStatus::E, ObsStatus::P, ObsStatus::A];
    let option = proptest::option::of::<BoxedStrategy<Decimal>>;
    let numbers = (
        proptest::option::of(exact()),
        option(decimal().boxed()),
        option(decimal().boxed()),
        option(decimal().boxed()),
    );
    let said = (proptest::option::of(words()), proptest::sample::select(statuses.to_vec()));
    let rest = (proptest::option::of(exact()), proptest::option::of(0_u64..10_u64.pow(12)));
    let published = (exact(), proptest::option::of(words()), proptest::option::of(exact()));
    (numbers, said, rest, proptest::option::of(published)).prop_map(|(numbers, words, rest, published)| {
        let official = published.map(|(value, vintage, difference)| Official {
            value,
            vintage: vintage.unwrap_or_else(|| "verified".to_owned()),
            difference,
            synthetic: false,
        });
        let ours = figure::Observation {
            area: Area::SICHUAN,
            period: Period::Year(2021),
            value: numbers.0,
            numerator: numbers.1,
            numerator_vintage: None,
            supplement: numbers.2,
            denominator: numbers.3,
            denominator_period: words.0.as_ref().map(|_| Period::Quarter(2020, 4)),
            denominator_vintage: words.0,
            status: words.1,
            coverage: rest.0,
            contributors: rest.1,
            synthetic: true,
        };
        (ours, official)
    })
}

/// The same, whether it is written with more zeros or fewer.
fn same(json: &Value, read: Option<&str>) -> bool {
    let json = match json {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let digits = |text: &str| {
        text.parse::<Decimal>().map_or_else(|_| text.to_owned(), |one| one.normalize().to_string())
    };
    json.as_deref().map(digits) == read.map(digits)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_format_holds_what_json_does(
        observations in proptest::collection::vec(observation(), 6), made_up in any::<bool>(),
    ) {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let indicator = plan.indicator("HVP_PER_10K_POP").unwrap();
        let placed = observations.into_iter().enumerate().map(|(at, (ours, official))| {
            let area = AREAS[at / 2].parse().unwrap();
            let period = Period::Year(2021 + i16::try_from(at % 2).unwrap());
            Observation::of_indicator(figure::Observation { area, period, ..ours }, official, indicator)
        });
        let answer = Answer {
            subject: Subject::Indicator(indicator),
            field: Field::Total,
            synthetic: made_up,
            observations: placed.collect(),
            grows: false,
        };
        let json = serde_json::to_value(&answer).unwrap();
        let table = answer.table();
        for format in Format::FIGURES {
            let Some(write) = format.writer() else { continue };
            let read: Columns = read::columns(*format, &write(&table).unwrap());
            for (row, observation) in json["observations"].as_array().unwrap().iter().enumerate() {
                for (name, value) in observation.as_object().unwrap() {
                    let column = read.get(name).unwrap_or_else(|| panic!("{format:?} has no {name}"));
                    prop_assert!(same(value, column[row].as_deref()), "{format:?} {name}: {value} {:?}", column[row]);
                }
                if *format != Format::JsonStat {
                    prop_assert!(same(&json["synthetic"], read["synthetic"][row].as_deref()));
                    prop_assert!(same(&json["indicator"], read["indicator"][row].as_deref()));
                }
                prop_assert!(same(&json["field"], read["field"][row].as_deref()));
            }
        }
    }
}

#[test]
fn nothing_is_run_that_strangers_wrote_and_no_digit_is_lost() {
    use super::{Rows, Title};
    let rows = ["=1+1", "-2", "四川", ""];
    let table = Rows::of(rows)
        .text("said", Some)
        .decimal("value", |_| Some("123456789012345678.90"))
        .decimal("short", |_| Some("-0.10"))
        .table("list", Title::new("表", "List"), true);
    let csv = String::from_utf8(super::csv::write_for_excel(&table).unwrap()).unwrap();
    insta::assert_snapshot!(csv.replace('\u{feff}', "BOM ").replace("\r\n", "\n"));
    let sheet = read::columns(Format::Xlsx, &super::xlsx::write(&table).unwrap());
    assert_eq!(sheet["said"][0].as_deref(), Some("=1+1"));
    assert_eq!(sheet["value"][0].as_deref(), Some("123456789012345678.90"));
    assert_eq!(sheet["short"][0].as_deref(), Some("-0.1"));
    let error = super::arrow::write(&Rows::of([()]).decimal("value", |()| Some("0.1234567")).table(
        "list",
        Title::new("表", "List"),
        false,
    ));
    assert_eq!(error.unwrap_err().to_string(), "value holds 0.1234567, which does not fit; ask for csv");
}
