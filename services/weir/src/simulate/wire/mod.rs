//! Events as they are sent: CloudEvents in JSON, one a line.

mod certificates;
mod deals;
mod references;
mod reports;
mod units;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use weir_schemas::codelist::Area;

pub(super) use self::certificates::certificate_number;
pub(super) use self::deals::ten_thousands;
pub(super) use self::references::published;
use super::Province;
use super::moment::{Moment, timestamp};
use super::planned::{Fact, Planned, Written, id, source};

/// The envelope.
#[derive(Serialize)]
struct Record<'a> {
    specversion: &'static str,
    id: String,
    source: String,
    r#type: &'static str,
    subject: &'a str,
    time: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    recordedtime: Option<&'a str>,
    datacontenttype: &'static str,
    synthetic: bool,
    data: Data<'a>,
}

/// What an event says: drawn now, or written out when it was planned.
#[derive(Serialize)]
#[serde(untagged)]
enum Data<'a> {
    Drawn(Value),
    Written(&'a RawValue),
}

/// What a kind of event puts into its envelope.
struct Content {
    kind: &'static str,
    subject: String,
    /// Tells the event from others of its subject.
    what: String,
    /// The area of the bureau that files it.
    bureau: Area,
    data: Value,
}

impl Province {
    /// The line of a planned event; `None` if it points nowhere.
    pub(super) fn line(&self, planned: &Planned, with_recorded_time: bool) -> Option<String> {
        // What is sent again says when it was sent first.
        let (fact, sent) = match &planned.fact {
            Fact::Again(first) => (&first.fact, first.recorded),
            fact => (fact, planned.recorded),
        };
        let (time, recorded) = (moment(sent), moment(planned.recorded));
        let recorded = with_recorded_time.then_some(recorded.as_str());
        if let Fact::Written(event) = fact {
            let Written { kind, subject, what, bureau, synthetic, data, .. } = event.as_ref();
            let id = id(self.settings.seed, subject, what);
            let data = Data::Written(serde_json::from_str(data).ok()?);
            return record((id, kind, subject), *bureau, (&time, recorded), *synthetic, data);
        }
        let Content { kind, subject, what, bureau, data } = self.content(fact)?;
        let id = id(self.settings.seed, &subject, &what);
        record((id, kind, &subject), bureau, (&time, recorded), true, Data::Drawn(data))
    }

    fn content(&self, fact: &Fact) -> Option<Content> {
        let unit = |index| self.population.unit(index);
        match fact {
            Fact::Registered(index) => self.registered(unit(*index)?),
            Fact::Granted(grant) => self.granted(grant, unit(grant.unit)?),
            Fact::Filed(filing) => self.filed(filing, unit(filing.unit)?),
            Fact::Reviewed(review) => self.reviewed(review, unit(review.unit)?),
            Fact::Patent(at) => self.patent(self.patents.get(usize::try_from(*at).ok()?)?),
            Fact::Contract(at) => self.contract(self.contracts.get(usize::try_from(*at).ok()?)?),
            Fact::Written(_) | Fact::Again(_) => None,
        }
    }
}

fn record(
    (id, kind, subject): (String, &'static str, &str),
    bureau: Area,
    (time, recordedtime): (&str, Option<&str>),
    synthetic: bool,
    data: Data<'_>,
) -> Option<String> {
    let record = Record {
        specversion: "1.0",
        id,
        source: source(bureau),
        r#type: kind,
        subject,
        // A bureau sends an event as soon as it has it.
        time,
        recordedtime,
        datacontenttype: "application/json",
        synthetic,
        data,
    };
    serde_json::to_string(&record).ok()
}

fn moment(moment: Moment) -> String {
    written(timestamp(moment))
}

fn written(time: Timestamp) -> String {
    format!("{time:.3}")
}
