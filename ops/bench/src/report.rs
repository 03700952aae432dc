//! A bench's result: a table for people, and a line of JSON that is kept.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::machine::Machine;
use crate::meter::Spent;

/// What a figure is held to.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bar {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

impl Bar {
    fn met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }
}

struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    bar: Option<Bar>,
}

/// A result that is being put together.
pub(crate) struct Report {
    bench: &'static str,
    machine: Machine,
    begun: Timestamp,
    sizes: Map<String, Value>,
    figures: Vec<Figure>,
}

impl Report {
    /// Begins the report of a bench.
    pub(crate) fn of(bench: &'static str) -> Self {
        let (machine, begun) = (Machine::here(), Timestamp::now());
        Self { bench, machine, begun, sizes: Map::new(), figures: Vec::new() }
    }

    /// Says how large what is measured is.
    pub(crate) fn size(&mut self, name: &str, value: impl Into<Value>) {
        self.sizes.insert(name.to_owned(), value.into());
    }

    /// Adds a figure.
    pub(crate) fn figure(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        self.figures.push(Figure { name: name.into(), value, unit, bar: None });
    }

    /// Adds a figure that is held to a bar.
    pub(crate) fn held(&mut self, name: impl Into<String>, value: f64, unit: &'static str, bar: Bar) {
        self.figures.push(Figure { name: name.into(), value, unit, bar: Some(bar) });
    }

    /// Adds how many events a second were taken in, and what that took; answers the rate.
    pub(crate) fn rate(&mut self, name: &str, spent: &Spent, events: usize, bar: Option<Bar>) -> f64 {
        let rate = events as f64 / spent.time.as_secs_f64();
        self.figures.push(Figure {
            name: format!("{name}_events_per_second"),
            value: rate,
            unit: "events/s",
            bar,
        });
        self.figure(format!("{name}_seconds"), spent.time.as_secs_f64(), "s");
        self.figure(format!("{name}_own_cpu_seconds"), spent.own.as_secs_f64(), "s");
        self.figure(format!("{name}_clickhouse_cpu_seconds"), spent.clickhouse.as_secs_f64(), "s");
        rate
    }

    /// Prints the table, and appends the line to the day's file of the bench in `folder`.
    pub(crate) fn finish(self, folder: &Path) -> anyhow::Result<()> {
        println!("{}", self.bench);
        for (name, size) in &self.sizes {
            println!("  {name:<44} {:>14}", size.to_string());
        }
        for Figure { name, value, unit, bar } in &self.figures {
            let held = bar.map(|bar| match bar {
                Bar::AtLeast(least) => ("at least", least, bar.met(*value)),
                Bar::AtMost(most) => ("at most", most, bar.met(*value)),
            });
            let held = held.map(|(word, limit, met)| {
                format!("  {}: {word} {}", if met { "met" } else { "MISSED" }, grouped(limit))
            });
            println!("  {name:<44} {:>14} {unit:<9}{}", grouped(*value), held.unwrap_or_default());
        }
        let day = self.begun.strftime("%F");
        let path = folder.join(format!("{day}-{}.jsonl", self.bench));
        let write = || {
            fs::create_dir_all(folder)?;
            let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
            writeln!(file, "{}", self.line())
        };
        write().with_context(|| path.display().to_string())
    }

    fn line(&self) -> Value {
        let figures: Map<String, Value> =
            self.figures.iter().map(|figure| (figure.name.clone(), json!(rounded(figure.value)))).collect();
        let bars = self.figures.iter().filter_map(|figure| {
            let bar = figure.bar?;
            Some((figure.name.clone(), json!({ "bar": bar, "met": bar.met(figure.value) })))
        });
        json!({
            "bench": self.bench, "at": self.begun.to_string(), "machine": self.machine, "sizes": self.sizes,
            "figures": figures, "bars": bars.collect::<Map<_, _>>(),
        })
    }
}

/// The time within which so many percent of the answers came, in milliseconds.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).map_or(f64::NAN, |took| took.as_secs_f64() * 1_000.0)
}

/// To the thousandth.
fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// With its thousands apart; decimals where it is small.
fn grouped(value: f64) -> String {
    if value.abs() < 1_000.0 {
        return format!("{}", rounded(value));
    }
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read() {
        assert_eq!(grouped(0.123_456), "0.123");
        assert_eq!(grouped(999.0), "999");
        assert_eq!(grouped(1_234.6), "1,235");
        assert_eq!(grouped(30_000.0), "30,000");
        assert_eq!(grouped(1_234_567.0), "1,234,567");
    }

    #[test]
    fn a_bar_is_met_on_its_own_side() {
        assert!(Bar::AtLeast(30_000.0).met(30_000.0) && !Bar::AtLeast(30_000.0).met(29_999.0));
        assert!(Bar::AtMost(1.2).met(1.2) && !Bar::AtMost(1.2).met(1.21));
    }

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        let [half, most, all] = [50, 99, 100].map(|percent| percentile(&times, percent));
        assert_eq!((half, most, all), (100.0, 198.0, 200.0));
        assert_eq!(percentile(&times[..1], 50), 1.0);
    }
}
