//! Every story of a report is told, with its rounds, reviews and findings.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use weir_schemas::event::{Data, Event, Form, Level, ReportFiled, ReportReviewed, Source, Verdict};
use weir_schemas::period::Period;
use weir_schemas::problem::Code;

use super::super::reports::due;
use super::*;

/// All that is said of one report, in order.
#[derive(Default)]
struct Told<'a> {
    filed: Vec<(&'a Event, &'a ReportFiled)>,
    reviews: Vec<&'a ReportReviewed>,
    explained: BTreeSet<&'a str>,
    withdrawn: bool,
    voided: bool,
}

type Reports<'a> = BTreeMap<(&'a str, Form, Period), Told<'a>>;

fn reports(events: &[Event]) -> Reports<'_> {
    let mut reports = Reports::new();
    let mut filings: HashMap<(Source, &str), (&str, Form, Period)> = HashMap::new();
    for event in events {
        let subject = event.subject.as_str();
        let key = match &event.data {
            Data::ReportFiled(of) => (subject, of.form, of.period),
            Data::ReportReviewed(of) => (subject, of.form, of.period),
            Data::QueryExplained(of) => (subject, of.form, of.period),
            Data::ReportWithdrawn(of) => (subject, of.form, of.period),
            Data::EventVoided(void) => match filings.get(&(void.voided_source, void.voided_id.as_str())) {
                Some(filing) => *filing,
                None => continue,
            },
            _ => continue,
        };
        let told = reports.entry(key).or_default();
        match &event.data {
            Data::ReportFiled(report) => {
                filings.insert((event.source, &event.id), key);
                told.filed.push((event, report));
            }
            Data::ReportReviewed(review) => told.reviews.push(review),
            Data::QueryExplained(query) => _ = told.explained.insert(&query.rule),
            Data::ReportWithdrawn(_) => told.withdrawn = true,
            _ => told.voided = true,
        }
    }
    reports
}

impl Told<'_> {
    fn verdict(&self, verdict: Verdict, level: Level) -> bool {
        self.reviews.iter().any(|review| review.verdict == verdict && review.level == level)
    }

    fn listed(&self, verdict: Verdict, rule: Code) -> bool {
        let mut of = self.reviews.iter().filter(|review| review.verdict == verdict);
        of.any(|review| review.rules.iter().any(|listed| listed == rule.as_str()))
    }

    fn returned(&self) -> bool {
        self.verdict(Verdict::Returned, Level::County) || self.verdict(Verdict::Returned, Level::City)
    }

    fn revision(&self) -> u32 {
        self.filed.iter().map(|(_, report)| report.revision).max().unwrap_or(0)
    }

    fn sources(&self) -> BTreeSet<Source> {
        self.filed.iter().map(|(event, _)| event.source).collect()
    }

    fn ids(&self) -> BTreeSet<&str> {
        self.filed.iter().map(|(event, _)| event.id.as_str()).collect()
    }
}

#[test]
fn every_story_is_told() {
    let events = events(&province(4_000, 14));
    let reports = reports(&events);
    let told = |what: &str, is: &dyn Fn(&Told<'_>) -> bool| {
        let count = reports.values().filter(|told| is(told)).count();
        println!("{what}: {count} of {}", reports.len());
        assert!(count > 0, "{what}");
    };
    for level in Level::ALL {
        told(&format!("accepted by the {level}"), &|told| told.verdict(Verdict::Accepted, *level));
    }
    told("corrected", &|told| told.revision() == 2);
    told("a slip that is returned", &|told| told.listed(Verdict::Returned, Code::UnitSlip));
    for rule in [Code::YtdFall, Code::PriorMismatch, Code::RdShare, Code::AreaDiffers] {
        told(&format!("{rule:?} explained"), &|told| told.explained.contains(rule.as_str()));
    }
    for rule in [Code::PriorMismatch, Code::RdShare, Code::AreaDiffers] {
        told(&format!("{rule:?} accepted"), &|told| told.listed(Verdict::Accepted, rule));
    }
    told("returned and filed again as it was numbered", &|told| {
        told.returned() && told.revision() == 1 && told.ids().len() == 2
    });
    told("returned and revised", &|told| told.returned() && told.revision() == 2);
    told("returned for good", &|told| told.returned() && told.ids().len() == 1);
    told("rejected", &|told| told.verdict(Verdict::Rejected, Level::Province) && told.revision() == 2);
    told("withdrawn and revived", &|told| told.withdrawn && told.revision() == 2);
    told("filed elsewhere as well", &|told| told.sources().len() == 2);
    told("revised in error", &|told| told.voided && told.revision() == 2);
    let december =
        reports.iter().filter(|((_, form, period), _)| !form.is_annual() && period.last_month() == 12);
    assert!(december.filter(|(_, told)| told.returned()).count() > 0, "no December is returned");
    let late = |((_, form, period), told): (&(&str, Form, Period), &Told<'_>)| {
        let (event, _) = told.filed.first().unwrap();
        weir_schemas::event::day(event.time) > due(*form, *period)
    };
    let late = reports.iter().filter(|report| late(*report)).count();
    assert!((reports.len() / 50..reports.len() / 20).contains(&late), "{late} of {}", reports.len());
}

#[test]
fn a_unit_slip_is_about_a_thousand_times_off() {
    let events = events(&province(3_000, 14));
    let reports = reports(&events);
    let slips = reports.values().filter(|told| {
        told.filed.iter().any(|(_, report)| report.reason.as_deref() == Some("金额单位误填, 应为千元"))
    });
    let mut factors = BTreeSet::new();
    for told in slips {
        let value = |at: usize| *told.filed[at].1.items.values().next().unwrap();
        let (wrong, right) = (value(0), value(told.filed.len() - 1));
        factors.insert((right / wrong).normalize().to_string());
    }
    assert_eq!(factors, BTreeSet::from(["0.001".to_owned(), "1000".to_owned()]));
}

#[test]
fn rounds_of_all_levels_open_with_a_deadline_and_close_again() {
    let events = events(&province(400, 14));
    let of = |is: fn(&Data) -> Option<(Level, bool)>| -> BTreeSet<(Level, bool)> {
        events.iter().filter_map(|event| is(&event.data)).collect()
    };
    let all: BTreeSet<(Level, bool)> = Level::ALL.iter().map(|level| (*level, true)).collect();
    let opened = of(|data| match data {
        Data::PeriodOpened(round) => Some((round.level, round.deadline.is_some())),
        _ => None,
    });
    let reopened = of(|data| match data {
        Data::PeriodReopened(round) => Some((round.level, round.deadline.is_some())),
        _ => None,
    });
    assert_eq!((&opened, &reopened), (&all, &all));
}

#[test]
fn the_demonstration_reviews_whole_years_and_all_research() {
    let settings = Settings { units: 600, ..Settings::demo() };
    let events = events(&Province::new(settings).unwrap());
    for ((subject, form, period), told) in reports(&events) {
        let research = matches!(form, Form::F107_2 | Form::RdInst | Form::RdHe);
        let whole = period.last_month() == 12;
        let accepted = told.verdict(Verdict::Accepted, Level::Province);
        let abandoned = told.returned() && told.ids().len() == 1;
        assert!(accepted || abandoned || !(research || whole), "{subject} {form} {period}");
    }
}

#[test]
fn every_query_rule_finds_something_and_some_of_it_is_explained() {
    let outcome = Outcome::of(&province(3_000, 14));
    println!("{:#?}", outcome.findings);
    for rule in [Code::YtdFall, Code::PriorMismatch, Code::RdShare, Code::AreaDiffers] {
        let (all, explained) = outcome.findings.get(&rule).copied().unwrap_or_default();
        assert!(explained > 0 && explained <= all, "{rule:?}: {explained} of {all}");
    }
    for rule in [Code::PriorYear, Code::UnitSlip, Code::IgnoredSource, Code::NoArea] {
        assert!(outcome.findings.contains_key(&rule), "{rule:?}");
    }
}
