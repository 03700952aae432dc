//! Units that file form B203 every month: one kind of report, each entering three measures of revenue, so that what a
//! report costs is not blurred by other events.

use anyhow::Context;
use jiff::civil::{Date, date};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use weir_schemas::codelist::Area;
use weir_schemas::credit_code::CreditCode;

use super::Event;

/// The prefecture that has two units of five, as Chengdu has of Sichuan's above-scale industry.
pub(crate) const LARGEST: &str = "510100";
/// The last month that can be reported for: the end of the plan's calendar.
pub(crate) const LAST_MONTH: Date = date(2025, 12, 1);
/// The day on which a history begins.
const BEGIN: Date = date(2021, 1, 4);
const HOUR: u64 = 3_600_000;

struct Unit {
    code: String,
    county: Area,
    /// Where its bureau is.
    prefecture: Area,
    /// Thousands of yuan a month.
    turnover: u64,
}

/// The units.
pub(crate) struct Monthly {
    units: Vec<Unit>,
}

/// A history with its recorded times.
pub(crate) struct History {
    /// In the order of their recorded times.
    pub(crate) events: Vec<Event>,
    /// How many of them are reports.
    pub(crate) reports: usize,
    /// The revenue of all units to the end of its last month's year, in yuan, as corrected.
    pub(crate) revenue: u64,
}

/// A report that is to be written.
struct Filing<'a> {
    recorded: Timestamp,
    unit: &'a Unit,
    month: Date,
    revision: u32,
}

impl Monthly {
    /// So many units, two of five in the largest prefecture, the others spread over all counties.
    pub(crate) fn of(units: u32) -> anyhow::Result<Self> {
        let largest: Area = LARGEST.parse()?;
        let counties: Vec<Area> = Area::SICHUAN.children().flat_map(Area::children).collect();
        let in_largest: Vec<Area> = largest.children().collect();
        let unit = |index: u32| {
            let among = if index % 5 < 2 { &in_largest } else { &counties };
            let county = *among.iter().cycle().nth(index as usize / 5).context("no counties")?;
            let code = CreditCode::with_check_digits(&format!("91519999{index:08}"))?.to_string();
            let prefecture = county.parent().context("a county without a prefecture")?;
            Ok(Unit { code, county, prefecture, turnover: 1_000 + u64::from(index % 97) * 311 })
        };
        Ok(Self { units: (0..units).map(unit).collect::<anyhow::Result<_>>()? })
    }

    /// The registration and the two certificates of each unit.
    pub(crate) fn begin(&self) -> Vec<Event> {
        self.units.iter().flat_map(|unit| unit.begin(None)).collect()
    }

    /// The report of each unit for a month, named by its first day.
    pub(crate) fn reports(&self, month: Date) -> Vec<Event> {
        let recorded = at(due(month), 0);
        let filing = |unit| Filing { recorded, unit, month, revision: 1 };
        self.units.iter().map(|unit| filing(unit).event(false)).collect()
    }

    /// All that the units file for the `months` months up to the last: some of it late, one report in fifty corrected.
    pub(crate) fn history(&self, months: i32) -> History {
        let mut draw = ChaCha8Rng::seed_from_u64(14);
        let mut below = |most: u64| draw.next_u64() % most;
        let mut filings = Vec::new();
        let mut revenue = 0;
        for back in (0..months).rev() {
            let month = LAST_MONTH - back.months();
            for unit in &self.units {
                let late = below(100) < 3;
                let days = if late { 5 + below(36).cast_signed() } else { -below(10).cast_signed() };
                let recorded = at(due(month) + days.days(), below(9 * HOUR));
                let filing = Filing { recorded, unit, month, revision: 1 };
                let corrected = (below(50) == 0).then(|| {
                    let after = jiff::SignedDuration::from_hours(24 * (10 + below(36).cast_signed()));
                    Filing { recorded: recorded + after, revision: 2, ..filing }
                });
                if back == 0 {
                    revenue += corrected.as_ref().unwrap_or(&filing).revenue() * 1_000;
                }
                filings.extend([Some(filing), corrected].into_iter().flatten());
            }
        }
        filings.sort_by_key(|filing| filing.recorded);
        let mut events: Vec<Event> =
            self.units.iter().flat_map(|unit| unit.begin(Some(at(BEGIN, 0)))).collect();
        events.extend(filings.iter().map(|filing| filing.event(true)));
        History { events, reports: filings.len(), revenue }
    }
}

impl Unit {
    fn begin(&self, recorded: Option<Timestamp>) -> impl Iterator<Item = Event> + use<'_> {
        let registered = json!({
            "name": format!("合成企业{}", self.code), "kind": "enterprise", "area": self.county, "industry": "3914",
            "effective_from": "2018-01-01",
        });
        let granted = |status: &str| {
            let number = format!("合成{status}{}", self.code);
            json!({ "status": status, "number": number, "valid_from": "2018-01-01", "valid_to": "2029-12-31" })
        };
        let events = [
            ("weir.unit.registered.v1", "registered", registered),
            ("weir.status.granted.v1", "above-scale", granted("above_scale_industrial")),
            ("weir.status.granted.v1", "high-tech", granted("high_tech_enterprise")),
        ];
        let time = at(BEGIN, 0);
        events
            .into_iter()
            .map(move |(kind, what, data)| self.event(kind, what, (time, recorded.is_some()), &data))
    }

    fn event(&self, kind: &str, what: &str, (time, is_history): (Timestamp, bool), data: &Value) -> Event {
        let (id, source) = (format!("bench:{}:{what}", self.code), format!("/bureaus/{}", self.prefecture));
        let mut event = json!({
            "specversion": "1.0", "id": id, "source": source, "type": kind, "subject": self.code,
            "time": format!("{time:.3}"), "datacontenttype": "application/json", "synthetic": true, "data": data,
        });
        if is_history {
            event["recordedtime"] = event["time"].clone();
        }
        let (subject, kind) = (self.code.clone(), kind.to_owned());
        Event { subject, kind, source, id, json: event.to_string().into() }
    }
}

impl Filing<'_> {
    /// From January on, in thousands of yuan.
    fn revenue(&self) -> u64 {
        let to_date = self.unit.turnover * u64::from(self.month.month().unsigned_abs());
        if self.revision > 1 { to_date * 21 / 20 } else { to_date }
    }

    fn event(&self, is_history: bool) -> Event {
        let (period, revision, revenue) =
            (self.month.strftime("%Y-%m").to_string(), self.revision, self.revenue());
        let mut data = json!({
            "form": "B203", "period": period, "revision": revision, "area": self.unit.county, "unit": "kCNY",
            "items": {
                "operating_revenue": revenue.to_string(), "operating_revenue_prior": (revenue * 7 / 8).to_string(),
                "high_tech_product_revenue": (revenue * 3 / 4).to_string(), "rd_expense": (revenue / 25).to_string(),
            },
        });
        if revision > 1 {
            data["reason"] = json!("审计调整");
        }
        let what = format!("B203:{period}:{revision}");
        self.unit.event("weir.report.filed.v1", &what, (self.recorded, is_history), &data)
    }
}

/// The eighteenth of the next month.
fn due(month: Date) -> Date {
    month + 1.month() + 17.days()
}

/// A moment of that day, so many milliseconds after nine in the morning in China.
fn at(day: Date, milliseconds: u64) -> Timestamp {
    let nine = Offset::UTC.to_timestamp(day.at(1, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH);
    nine + jiff::SignedDuration::from_millis(milliseconds.cast_signed())
}
