//! The simulated events are valid, in order, of every kind, and come to the plan's own figures.

mod figures;
mod kinds;
mod order;
mod outcome;
mod story;

use jiff::civil::date;
use weir_schemas::codelist::Area;
use weir_schemas::event::{Data, Event};

use self::outcome::{Outcome, parsed};
use super::*;

fn province(units: u32, seed: u64) -> Province {
    Province::new(Settings { units, seed, ..Settings::default() }).unwrap()
}

/// All events of a province, read and checked, in their order.
fn events(province: &Province) -> Vec<Event> {
    province.history().map(|timed| parsed(&timed.json)).collect()
}

#[test]
fn a_seed_decides_every_event() {
    let lines = |seed| province(400, seed).history().map(|event| event.json).collect::<Vec<_>>();
    let first = lines(14);
    assert_eq!(first, lines(14));
    assert_ne!(first, lines(15));
}

#[test]
fn what_is_sent_carries_no_recorded_time_and_says_that_it_is_synthetic() {
    let province = province(400, 14);
    for (sent, kept) in province.events().zip(province.history()) {
        let (sent, kept) = (parsed(&sent.json), parsed(&kept.json));
        assert_eq!(sent.recorded_time, None);
        assert_eq!(Event { recorded_time: None, ..kept }, sent);
        assert!(sent.synthetic);
    }
}

#[test]
fn only_published_reference_values_are_not_synthetic() {
    for timed in Province::new(Settings::demo()).unwrap().events() {
        if !timed.json.contains("weir.reference.published.v1") {
            assert!(timed.json.contains(r#""synthetic":true"#), "{}", timed.json);
            continue;
        }
        let event = parsed(&timed.json);
        let Data::ReferencePublished(reference) = &event.data else { panic!("{}", timed.json) };
        assert_eq!(event.synthetic, reference.source.starts_with("synthetic"), "{}", reference.source);
    }
}

#[test]
fn a_later_start_takes_over_what_stands() {
    let settings = Settings { units: 500, from: 2023, to: 2024, ..Settings::default() };
    let later = Province::new(settings).unwrap();
    let first = date(2023, 1, 4);
    for timed in later.events() {
        assert!(weir_schemas::event::day(timed.recorded) >= first);
    }
    let outcome = Outcome::of(&later);
    let whole = Outcome::of(&Province::new(Settings { from: FIRST_YEAR, ..settings }).unwrap());
    for (id, year) in [("HTE_COUNT", 2024), ("TECH_CONTRACT_TURNOVER", 2023), ("RD_GDP_RATIO", 2023)] {
        let of = |outcome: &Outcome| outcome.indicator(id, Area::SICHUAN, year);
        assert_eq!(of(&outcome).is_some(), of(&whole).is_some(), "{id}");
    }
    for id in ["HTE_COUNT", "GAZELLE_COUNT", "HT_ZONES", "TALENT_YOUTH", "HVP_PER_10K_POP"] {
        let of = |outcome: &Outcome| outcome.indicator(id, Area::SICHUAN, 2024);
        assert_eq!(of(&outcome), of(&whole), "{id}");
    }
    assert_eq!(outcome.indicator("HT_REVENUE", Area::SICHUAN, 2022), None);
    order::valid(&events(&later));
}

#[test]
fn settings_out_of_range_are_refused() {
    let with = |change: fn(&mut Settings)| {
        let mut settings = Settings::default();
        change(&mut settings);
        Province::new(settings).map(|province| province.len()).unwrap_err().to_string()
    };
    assert_eq!(
        with(|settings| settings.to = 2026),
        "years 2021 to 2026 must lie in order between 2021 and 2025"
    );
    assert_eq!(with(|settings| settings.units = 7), "7 units: must be from 100 to 35000");
}
