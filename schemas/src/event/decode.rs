//! From bytes to a checked event, or to everything that is wrong with it.

use std::fmt;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, tz::Offset};
use serde_json::Value;

use super::json::{Json, read_json};
use super::read::{Complaint, FromJson, Members, text};
use super::{
    Data, Event, Late, ReferencePublished, Register, RegisterChanged, RegisterEntered, RegisterRemoved,
    ReportFiled, Source, SupplementPublished,
};
use crate::codelist::{Area, AreaError};
use crate::contract_number::ContractNumber;
use crate::credit_code::CreditCode;
use crate::excerpt::quoted;
use crate::patent_number::PatentNumber;
use crate::period::Period;
use crate::problem::{Code, Problem};

/// The most characters an event's `id` may have.
pub const ID_MOST: usize = 200;

impl Event {
    /// Reads a structured CloudEvents record.
    ///
    /// # Errors
    /// All problems found, each with its place.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        Self::from_json(&read_json(bytes).map_err(|problem| vec![problem])?)
    }

    /// Reads a structured CloudEvents record that somebody here made.
    ///
    /// # Errors
    /// All problems found, each with its place.
    pub fn from_value(value: &Value) -> Result<Self, Vec<Problem>> {
        Self::from_json(&Json::from(value))
    }

    /// Reads a structured CloudEvents record that is JSON already, by [`read_json`], which bounds its depth.
    ///
    /// # Errors
    /// All problems found, each with its place.
    pub fn from_json(value: &Json<'_>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let event = read(value, &mut problems);
        match event {
            Some(event) if problems.is_empty() => Ok(event),
            _ => Err(problems),
        }
    }

    /// What only the moment of receipt can tell, by the day in China: the period filed for must have begun, a
    /// publication must be out, and the moment of a release must have come. No later event would make it count from its day on.
    pub fn problems_at(&self, received: Timestamp) -> Vec<Problem> {
        let today = day(received);
        let before = |day: Date, code, place: &str, what: fmt::Arguments<'_>| -> Vec<Problem> {
            let problem = || Problem::new(code, place, format!("{what} on {today}"));
            (today < day).then(problem).into_iter().collect()
        };
        match &self.data {
            Data::ReportFiled(ReportFiled { form, period, .. }) => {
                let begins = if form.is_annual() { period.first_day() } else { period.last_month_begins() };
                before(begins, Code::PeriodFuture, "/data/period", format_args!("{period} has not begun"))
            }
            Data::ReferencePublished(ReferencePublished { published_on: day, .. })
            | Data::SupplementPublished(SupplementPublished { published_on: day, .. }) => {
                before(*day, Code::PublishedFuture, "/data/published_on", format_args!("{day} has not come"))
            }
            Data::ReleaseCut(release) if release.cut > received => {
                let detail = format!("{} has not come at {received}", release.cut);
                vec![Problem::new(Code::CutFuture, "/data/cut", detail)]
            }
            _ => Vec::new(),
        }
    }
}

/// The day in China (Asia/Shanghai, UTC+8 without summer time) that a moment falls on.
pub fn day(moment: Timestamp) -> Date {
    Offset::constant(8).to_datetime(moment).date()
}

/// A moment as people write it: a time in RFC 3339, or a date, which means its end in China.
pub fn moment(text: &str) -> Option<Timestamp> {
    let end_of = |date: Date| {
        let next = date.tomorrow().ok()?.at(0, 0, 0, 0);
        let begins = Offset::constant(8).to_timestamp(next).ok()?;
        Some(begins - SignedDuration::from_millis(1))
    };
    let bare = (text.len() == 10).then(|| text.parse::<Date>().ok().and_then(end_of)).flatten();
    bare.or_else(|| text.parse().ok())
}

fn read(value: &Json<'_>, problems: &mut Vec<Problem>) -> Option<Event> {
    let mut found = Vec::new();
    let mut members = Members::of(value, String::new(), problems)?;
    if let Some(version) = members.required::<String>("specversion").filter(|version| version != "1.0") {
        members.complain(
            "specversion",
            Code::SpecVersion,
            format!("is {:?}, must be \"1.0\"", quoted(&version)),
        );
    }
    let id = members.required::<String>("id");
    if id.as_ref().is_some_and(|id| id.chars().count() > ID_MOST) {
        members.complain("id", Code::Limit, format!("must have at most {ID_MOST} characters"));
    }
    if id.as_ref().is_some_and(|id| id.contains(char::is_control)) {
        members.complain("id", Code::Value, "must not hold control characters");
    }
    let source = members.required::<Source>("source");
    let kind = members.required::<String>("type");
    let subject = members.required::<String>("subject");
    let time = members.required::<Timestamp>("time");
    let recorded_time = members.optional::<Timestamp>("recordedtime");
    // Ingestion's to say. Before it said it this was an attribute like any other, and passes still when it is one.
    let late = value.get("late").and_then(Json::as_str).and_then(Late::from_word);
    let synthetic = members.optional::<bool>("synthetic").unwrap_or(false);
    if let Some(content) = members.optional::<String>("datacontenttype")
        && content.split(';').next().map(str::trim) != Some("application/json")
    {
        members.complain("datacontenttype", Code::Value, "must be application/json");
    }
    let kind = kind.filter(|kind| {
        let known = Data::EVENT_TYPES.contains(&kind.as_str());
        if !known {
            members.complain(
                "type",
                Code::Type,
                format!(
                    "{:?} is not an event type of this version, such as weir.report.filed.v1",
                    quoted(kind)
                ),
            );
        }
        known
    });
    let data = members
        .nested("data", |value, _, _| kind.as_deref().and_then(|kind| Data::read(kind, value, &mut found)));
    let subject = match (kind, subject) {
        (Some(kind), Some(subject)) => match canonical_subject(&kind, data.as_ref(), &subject) {
            Ok(subject) => Some(subject),
            Err((code, detail)) => {
                members.complain("subject", code, detail);
                None
            }
        },
        _ => None,
    };
    members.finish_attributes();
    problems.append(&mut found);
    Some(Event {
        source: source?,
        id: id?,
        subject: subject?,
        time: time?,
        recorded_time,
        late,
        synthetic,
        data: data?,
    })
}

/// The subject in its canonical form, if it is what the type calls for, and the data where they were readable.
fn canonical_subject(kind: &str, data: Option<&Data>, subject: &str) -> Result<String, Complaint> {
    let named = |expected: String, of: &str| {
        if subject == expected {
            Ok(expected)
        } else {
            Err((Code::Subject, format!("must be {expected:?}, from {of}")))
        }
    };
    match data {
        // A quarter is its last month: what is published under either name meets. The log holds the month's.
        Some(Data::ReferencePublished(reference)) => {
            let month = published(&reference.series, reference.area, reference.period);
            let own = || named(reference.subject(), "series, area and period");
            return if subject == month { Ok(month) } else { own().map(|_| month) };
        }
        Some(Data::SupplementPublished(part)) => {
            let month = published(&part.measure, part.area, part.period);
            let own = || named(part.subject(), "measure, area and period");
            return if subject == month { Ok(month) } else { own().map(|_| month) };
        }
        Some(Data::RegisterEntered(RegisterEntered { register, entry, .. }))
        | Some(Data::RegisterChanged(RegisterChanged { register, entry, .. }))
        | Some(Data::RegisterRemoved(RegisterRemoved { register, entry, .. })) => {
            return named(format!("{register}:{entry}"), "register and entry");
        }
        Some(Data::PeriodOpened(round) | Data::PeriodClosed(round) | Data::PeriodReopened(round)) => {
            return named(round.form.to_string(), "form");
        }
        Some(Data::ReleaseCut(release)) => return named(release.name.clone(), "name"),
        _ => {}
    }
    let entity = kind.strip_prefix("weir.").and_then(|kind| kind.split('.').next());
    match entity {
        Some("patent") => {
            let number =
                subject.parse::<PatentNumber>().map_err(|error| (Code::PatentNumber, error.to_string()))?;
            if !number.is_invention() {
                return Err((Code::PatentKind, "only types 1 and 8 are inventions".into()));
            }
            Ok(number.to_string())
        }
        Some("contract") => subject
            .parse::<ContractNumber>()
            .map(|number| number.to_string())
            .map_err(|error| (Code::ContractNumber, error.to_string())),
        Some("unit" | "status" | "report" | "query") => subject
            .parse::<CreditCode>()
            .map(|code| code.to_string())
            .map_err(|error| (Code::CreditCode, error.to_string())),
        // A void stands under the subject of what it voids, in the form that subject has.
        Some("event") => Ok(subject
            .parse::<PatentNumber>()
            .map(|number| number.to_string())
            .ok()
            .or_else(|| of_quarter(subject))
            .unwrap_or_else(|| subject.to_owned())),
        _ => Ok(subject.to_owned()),
    }
}

/// The canonical subject of what is published for an area and a period, which is a year or a month.
fn published(what: &str, area: Area, period: Period) -> String {
    format!("{what}:{area}:{}", period.slot().period())
}

/// The canonical form of a subject that names a quarter. Entries of registers may be called anything, and are no periods.
fn of_quarter(subject: &str) -> Option<String> {
    let mut parts = subject.split(':');
    let (what, area, period) = (parts.next()?, parts.next()?, parts.next()?);
    let period = period.parse().ok().filter(|period| matches!(period, Period::Quarter(..)))?;
    let is_published = parts.next().is_none() && Register::from_word(what).is_none();
    is_published.then(|| Some(published(what, area.parse().ok()?, period)))?
}

impl FromJson for Source {
    fn from_json(value: &Json<'_>) -> Result<Self, Complaint> {
        let area = text(value)?.strip_prefix("/bureaus/").ok_or_else(|| {
            let detail = "must be /bureaus/ and the bureau's area code, for example /bureaus/510700";
            (Code::Source, detail.to_owned())
        })?;
        area.parse().map(|area| Source { area }).map_err(|error: AreaError| (Code::Source, error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What the door says of an event at a moment.
    fn at(kind: &str, subject: &str, data: &Value, received: &str) -> Vec<Code> {
        let event = json!({"specversion": "1.0", "id": "a", "source": "/bureaus/510000", "type": kind, "subject": subject,
            "time": "2024-01-01T00:00:00Z", "data": data});
        let event = Event::from_value(&event).unwrap();
        event.problems_at(received.parse().unwrap()).into_iter().map(|problem| problem.code).collect()
    }

    /// The subject that an event has, sent under another.
    fn subject(kind: &str, sent: &str, data: &Value) -> Result<String, Code> {
        let event = json!({"specversion": "1.0", "id": "a", "source": "/bureaus/510000", "type": kind, "subject": sent,
            "time": "2024-01-01T00:00:00Z", "data": data});
        Event::from_value(&event).map(|event| event.subject).map_err(|problems| problems[0].code)
    }

    #[test]
    fn a_quarter_is_its_last_month_in_subjects() {
        let value = json!({"series": "gdp", "area": "510000", "period": "2024-Q2", "value": "1", "unit": "CNY",
            "vintage": "verified", "published_on": "2024-08-01", "source": "s"});
        let part = json!({"measure": "gazelles", "area": "510000", "period": "2024-Q2", "value": "1", "unit": "units",
            "method": "m", "published_on": "2024-08-01", "source": "s"});
        let void =
            json!({"voided_source": "/bureaus/510000", "voided_id": "a", "reason": "r", "author": "a"});
        for (kind, what, data) in [
            ("weir.reference.published.v1", "gdp", &value),
            ("weir.supplement.published.v1", "gazelles", &part),
            ("weir.event.voided.v1", "gdp", &void),
        ] {
            let of = |period: &str| subject(kind, &format!("{what}:510000:{period}"), data);
            let month = Ok(format!("{what}:510000:2024-06"));
            assert_eq!(of("2024-Q2"), month);
            assert_eq!(of("2024-06"), month, "as the log holds it");
            if kind != "weir.event.voided.v1" {
                assert_eq!([of("2024-Q1"), of("2024-05"), of("2024")], [const { Err(Code::Subject) }; 3]);
            }
        }
        let void_of = |sent: &str| subject("weir.event.voided.v1", sent, &void).unwrap();
        for same in
            ["gdp:510000:2024", "gdp:5100:2024-Q2", "incubator:510000:2024-Q2", "gdp:510000:2024-Q2:x"]
        {
            assert_eq!(void_of(same), same);
        }
    }

    #[test]
    fn the_moment_of_a_release_must_have_come() {
        let cut = json!({"name": "2024 Q1", "cut": "2024-04-20T00:00:00Z"});
        let at = |received| at("weir.release.cut.v1", "2024 Q1", &cut, received);
        assert_eq!(at("2024-04-19T23:59:59.999Z"), [Code::CutFuture]);
        assert_eq!(at("2024-04-20T00:00:00Z"), []);
    }

    #[test]
    fn what_is_published_must_be_out_by_the_day_in_china() {
        let value = json!({"series": "gdp", "area": "510000", "period": "2023", "value": "1", "unit": "CNY",
            "vintage": "verified", "published_on": "2024-06-30", "source": "s"});
        let part = json!({"measure": "gazelles", "area": "510000", "period": "2023", "value": "1", "unit": "units",
            "method": "m", "published_on": "2024-06-30", "source": "s"});
        for (kind, subject, data) in [
            ("weir.reference.published.v1", "gdp:510000:2023", value),
            ("weir.supplement.published.v1", "gazelles:510000:2023", part),
        ] {
            let eve = at(kind, subject, &data, "2024-06-29T15:59:59.999Z");
            assert_eq!(eve, [Code::PublishedFuture], "{kind}");
            assert_eq!(at(kind, subject, &data, "2024-06-29T16:00:00Z"), [], "{kind}");
        }
    }
}
