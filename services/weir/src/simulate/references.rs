//! Reference values: the published ones, and where none is at hand what is derived from them, in several vintages.

use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use weir_schemas::codelist::Area;
use weir_schemas::period::Period;

use super::FIRST_YEAR;
use super::data::{Figures, Reference, VintageRow};
use super::draw::{Draw, Topic, apportion};
use super::moment::{self, after};
use super::planned::Planned;
use super::scale::Scale;
use super::wire::published;

/// Prefectures publish so many days after the province.
const BEHIND: u64 = 30;
/// Weights of prefectures are kept so much finer that they can drift by less than a percent.
const FINER: u64 = 100_000;

/// Plans the publication of reference values: on their day, or on the first day where that is earlier.
pub(super) fn plan(planned: &mut Vec<Planned>, figures: &Figures, scale: Scale, seed: u64, to: i16) {
    let derived = Deriving { figures, draw: Draw::new(seed, Topic::References) }.all();
    for reference in figures.references.iter().chain(&derived) {
        let day = reference.published_on.max(date(FIRST_YEAR, 1, 4));
        if reference.period.year() <= to && day < date(to + 1, 7, 1) {
            // Ten in the morning, as press conferences are.
            planned.push(published(reference, scale).at(moment::at(day, 10 * 3_600_000)));
        }
    }
}

/// Derives what no source publishes; it says so.
struct Deriving<'a> {
    figures: &'a Figures,
    draw: Draw,
}

impl Deriving<'_> {
    fn all(&mut self) -> Vec<Reference> {
        let mut derived = Vec::new();
        for series in self.series() {
            let rows = self.figures.vintages.iter().filter(|row| row.series == series);
            let rows: Vec<&VintageRow> = rows.collect();
            let (from, to) = rows
                .iter()
                .fold((i16::MAX, i16::MIN), |(from, to), row| (from.min(row.from), to.max(row.to)));
            let mut weights = self.weights(&series);
            for year in from..=to {
                for (area, base) in self.bases(&series, year, &weights) {
                    let of_year = rows.iter().filter(|row| row.from <= year && year <= row.to);
                    for row in of_year {
                        derived.extend(self.vintage(row, area, year, &base));
                    }
                }
                for weight in &mut weights {
                    *weight = *weight * self.draw.between(9_960, 10_040) / 10_000;
                }
            }
        }
        derived
    }

    /// Each series once, in the order of the table.
    fn series(&self) -> Vec<String> {
        let mut series: Vec<String> = self.figures.vintages.iter().map(|row| row.series.clone()).collect();
        series.dedup();
        series
    }

    /// The value first published of an area and year.
    fn first(&self, series: &str, area: Area, year: i16) -> Option<&Reference> {
        let found = self.figures.references.iter().filter(|reference| {
            reference.series == series && reference.area == area && reference.period == Period::Year(year)
        });
        found.min_by_key(|reference| reference.published_on)
    }

    /// What prefectures weigh in a series: their own last values, or those of a series that goes with it.
    fn weights(&self, series: &str) -> Vec<u64> {
        let like = match series {
            "above_scale_industrial_revenue" => {
                return self.figures.weights(|p| p.industrial_units * FINER);
            }
            "resident_population" | "employed_persons" => ("resident_population", 2020),
            _ => ("gdp", 2022),
        };
        let values = self.figures.prefectures.iter().map(|prefecture| {
            let value = self.first(like.0, prefecture.area, like.1).map(|reference| reference.value);
            value.and_then(|value| value.to_u64()).unwrap_or(1) * FINER
        });
        values.collect()
    }

    /// The value of a year that vintages of it differ from, of each area that has one.
    fn bases(&mut self, series: &str, year: i16, weights: &[u64]) -> Vec<(Area, Reference)> {
        let Some(province) = self.first(series, Area::SICHUAN, year).cloned() else { return Vec::new() };
        let places = places(&province.unit);
        let whole = (province.value * Decimal::from(10_u64.pow(places))).trunc().to_u64().unwrap_or(0);
        let rate = province.unit == "percent";
        let shares: Vec<u64> = if rate {
            weights.iter().map(|_| whole * self.draw.between(78, 118) / 100).collect()
        } else {
            apportion(whole, weights)
        };
        let mut bases = vec![(Area::SICHUAN, province.clone())];
        for (prefecture, share) in self.figures.prefectures.iter().zip(shares) {
            let own = self.first(series, prefecture.area, year).cloned();
            let value = Decimal::from(share) / Decimal::from(10_u64.pow(places));
            let divided =
                || Reference { area: prefecture.area, value: value.normalize(), ..province.clone() };
            bases.push((prefecture.area, own.unwrap_or_else(divided)));
        }
        bases
    }

    /// A vintage, unless it is published.
    fn vintage(&mut self, row: &VintageRow, area: Area, year: i16, base: &Reference) -> Option<Reference> {
        let published = self.figures.references.iter().any(|reference| {
            reference.series == row.series
                && reference.area == area
                && reference.period == Period::Year(year)
                && reference.vintage == row.vintage
        });
        if published {
            return None;
        }
        let province = area == Area::SICHUAN;
        let apart = if province || row.change == 0 { 0 } else { self.draw.between(0, 16).cast_signed() - 8 };
        let factor = Decimal::new(10_000 + row.change + apart, 4);
        let value = (base.value * factor).round_dp(places(&base.unit)).normalize();
        let source = if province {
            format!("synthetic: {} vintage derived from the value first published", row.vintage)
        } else {
            format!(
                "synthetic: {} vintage derived from the province's and the prefecture's weight",
                row.vintage
            )
        };
        Some(Reference {
            area,
            period: Period::Year(year),
            value,
            vintage: row.vintage.clone(),
            published_on: self.published_on(row, area, year),
            synthetic: true,
            source,
            ..base.clone()
        })
    }

    fn published_on(&self, row: &VintageRow, area: Area, year: i16) -> Date {
        let day = date(year + row.years_after, row.month, row.day);
        if area == Area::SICHUAN { day } else { after(day, BEHIND) }
    }
}

/// Decimals of a published value.
fn places(unit: &str) -> u32 {
    match unit {
        "100MCNY" | "10k_persons" => 2,
        "percent" => 1,
        _ => 0,
    }
}
