//! Supplements: parts of measures that are compiled without unit records, twice for each year.

use jiff::civil::date;
use rust_decimal::Decimal;
use serde_json::json;
use weir_schemas::codelist::Area;

use super::data::{Figures, thousands};
use super::draw::{Draw, Topic, apportion};
use super::moment::after;
use super::planned::{Planned, Written};
use super::scale::Scale;
use super::{FIRST_YEAR, SimulateError, Span};

/// Of the revenue of services, in percent: services below the scale that reports.
const SERVICES_PERCENT: u64 = 20;
/// Of the R&D of enterprises after the first year, in per mille: enterprises too small to report.
const RESEARCH_PER_MILLE: u64 = 6;

/// The part of the revenue of services that stands in supplements.
pub(super) const fn services(total: u64) -> u64 {
    total * SERVICES_PERCENT / 100
}

/// The part of the R&D of enterprises that stands in supplements; the figures of the first year are all reported.
pub(super) const fn research(total: u64, year: i16) -> u64 {
    if year > FIRST_YEAR { total * RESEARCH_PER_MILLE / 1_000 } else { 0 }
}

/// Plans the supplements of the years reported for.
pub(super) fn plan(
    planned: &mut Vec<Planned>,
    figures: &Figures,
    scale: Scale,
    seed: u64,
    span: Span,
) -> Result<(), SimulateError> {
    let mut compiler = Compiler { planned, draw: Draw::new(seed, Topic::Supplements) };
    for year in span.from..=span.to {
        let of = figures.year(year)?;
        let total = services(scale.sum(thousands(of.service_revenue)));
        let shares = apportion(total, &figures.weights(|p| p.sci_tech_smes));
        for (prefecture, share) in figures.prefectures.iter().zip(shares) {
            compiler.publish("sci_tech_service_revenue", prefecture.area, year, share);
        }
        let small = research(scale.sum(thousands(of.rd_enterprises)), year);
        if small > 0 {
            for measure in ["rd_internal", "rd_experimental"] {
                compiler.publish(measure, Area::SICHUAN, year, small);
            }
        }
    }
    Ok(())
}

/// Who compiles them.
struct Compiler<'a> {
    planned: &'a mut Vec<Planned>,
    draw: Draw,
}

impl Compiler<'_> {
    /// A first estimate, and weeks later the value that stays; thousands of yuan.
    fn publish(&mut self, measure: &str, area: Area, year: i16, value: u64) {
        let estimate = value * self.draw.between(94, 106) / 100;
        let first = self.draw.day(date(year + 1, 4, 10), date(year + 1, 4, 28));
        self.say(measure, area, year, (estimate, first, "抽样调查推算, 初步"));
        let stays = after(first, self.draw.between(20, 45));
        self.say(measure, area, year, (value, stays, "抽样调查推算"));
    }

    fn say(
        &mut self,
        measure: &str,
        area: Area,
        year: i16,
        (value, day, method): (u64, jiff::civil::Date, &str),
    ) {
        let data = json!({
            "measure": measure,
            "area": area,
            "period": year.to_string(),
            "value": Decimal::from(value).to_string(),
            "unit": "kCNY",
            "method": method,
            "published_on": day,
            "source": "synthetic: no published value at hand",
        });
        let recorded = self.draw.at_work(day);
        let subject = format!("{measure}:{area}:{year}");
        let event = Written::new("weir.supplement.published.v1", &subject, &day, area, &data);
        self.planned.push(event.of_its_year().at(recorded));
    }
}
