//! A short log of one subject, and what stands by it.

use serde_json::{Value, json};
use weir_schemas::entity::{Basis, Contribution, ContributionKey, Place, Scope, State};
use weir_schemas::event::Event;
use weir_schemas::period::Period;
use weir_schemas::plan::{Plan, SICHUAN_14};

pub(crate) const UNIT: &str = "91510700MA6C000256";

/// Events of one subject, recorded one after the other.
#[derive(Clone, Default)]
pub(crate) struct Log {
    pub(crate) events: Vec<Event>,
}

/// An event of an id and a source, by the short name of its type.
pub(crate) fn event(id: &str, source: &str, kind: &str, subject: &str, data: Value) -> Event {
    let mut event = json!({
        "specversion": "1.0", "id": id, "source": format!("/bureaus/{source}"),
        "type": format!("weir.{kind}.v1"), "subject": subject, "time": "2025-01-01T00:00:00Z",
    });
    event["data"] = data;
    Event::from_value(&event).unwrap_or_else(|problems| panic!("{kind}: {problems:?}"))
}

impl Log {
    /// The log with one more event, sent by the province under its place as id.
    pub(crate) fn and(self, kind: &str, subject: &str, data: Value) -> Self {
        self.by("510000", kind, subject, data)
    }

    /// The log with one more event of a bureau.
    pub(crate) fn by(mut self, source: &str, kind: &str, subject: &str, data: Value) -> Self {
        let id = self.events.len().to_string();
        self.events.push(event(&id, source, kind, subject, data));
        self
    }

    /// The log with a void of what the province sent at a place.
    pub(crate) fn voiding(self, place: usize) -> Self {
        let subject = self.events.first().map_or(UNIT.to_owned(), |event| event.subject.clone());
        self.and("event.voided", &subject, void(place))
    }

    pub(crate) fn state(&self) -> State {
        self.state_on(Basis::InForce)
    }

    fn state_on(&self, basis: Basis) -> State {
        let mut state = State::on(basis);
        for (place, event) in (0..).zip(&self.events) {
            state.apply(event, at(place));
        }
        state
    }

    /// What stands in a measure at a period: area, field, value and, where it says something, part and status.
    pub(crate) fn shows(&self, measure: &str, period: &str) -> String {
        shown(&standing(&self.state(), measure, period))
    }

    /// The same as a release takes it.
    pub(crate) fn releases(&self, measure: &str, period: &str) -> String {
        shown(&standing(&self.state_on(Basis::Accepted), measure, period))
    }

    /// The places of the events behind what stands.
    pub(crate) fn behind(&self, measure: &str, period: &str) -> Vec<i64> {
        standing(&self.state(), measure, period).into_iter().flat_map(|(_, stands)| stands.events).collect()
    }
}

/// The data of a void of what the province sent at a place.
pub(crate) fn void(place: usize) -> Value {
    json!({
        "voided_source": "/bureaus/510000", "voided_id": place.to_string(), "reason": "r", "author": "a",
    })
}

pub(crate) fn at(offset: i64) -> Place {
    Place { offset, recorded: jiff::Timestamp::UNIX_EPOCH }
}

pub(crate) fn plan() -> Plan {
    Plan::parse(SICHUAN_14).unwrap()
}

/// The contributions to a measure that stand at a period.
pub(crate) fn standing(state: &State, measure: &str, period: &str) -> Vec<(ContributionKey, Contribution)> {
    let slot = period.parse::<Period>().unwrap().slot();
    let all = state.contributions(Scope::All, &plan()).into_iter();
    let here = |key: &ContributionKey| *key.measure == *measure && key.from <= slot && slot <= key.to;
    all.filter(|(key, _)| here(key)).collect()
}

fn shown(standing: &[(ContributionKey, Contribution)]) -> String {
    let line = |(key, stands): &(ContributionKey, Contribution)| {
        let said = [key.part, stands.vintage, stands.status.as_str()];
        let said: Vec<&str> = said.into_iter().filter(|word| !word.is_empty() && *word != "A").collect();
        let line = format!("{} {} {} {}", key.area, key.field, stands.value.normalize(), said.join(" "));
        line.trim_end().to_owned()
    };
    standing.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// The unit, registered in Fucheng (Mianyang), field F01, from a day on.
pub(crate) fn registered(from: &str) -> Value {
    json!({
        "name": "某公司", "kind": "enterprise", "area": "510703", "industry": "3962", "field": "F01",
        "effective_from": from,
    })
}

/// A certificate of a status and a number.
pub(crate) fn granted(status: &str, number: &str, from: &str) -> Value {
    json!({"status": status, "number": number, "valid_from": from})
}

/// A report of revenue.
pub(crate) fn filed(form: &str, period: &str, revision: u32, revenue: &str) -> Value {
    json!({
        "form": form, "period": period, "revision": revision, "area": "510703", "reason": "r",
        "items": {"operating_revenue": revenue},
    })
}

/// A review.
pub(crate) fn reviewed(period: &str, revision: u32, level: &str, verdict: &str) -> Value {
    json!({
        "form": "B203", "period": period, "revision": revision, "level": level, "verdict": verdict,
        "area": "510703",
    })
}
