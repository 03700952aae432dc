//! Events as they are sent: CloudEvents in JSON, one a line.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};
use weir_schemas::codelist::Area;
use weir_schemas::event::Status;

use super::contracts::{Buyer, Contract};
use super::data::Reference;
use super::moment::timestamp;
use super::patents::{Holder, Patent};
use super::planned::{Fact, Filing, Grant, Planned};
use super::unit::Unit;
use super::{FIRST_YEAR, Province};

/// The envelope.
#[derive(Serialize)]
struct Record {
    specversion: &'static str,
    id: String,
    source: String,
    r#type: &'static str,
    subject: String,
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    recordedtime: Option<String>,
    datacontenttype: &'static str,
    synthetic: bool,
    data: Value,
}

/// What a kind of event puts into its envelope.
struct Content {
    kind: &'static str,
    subject: String,
    /// Tells the event from others of its subject.
    what: String,
    /// The area of the bureau that files it.
    bureau: Area,
    synthetic: bool,
    data: Value,
}

impl Province {
    /// The line of a planned event; `None` if it points nowhere.
    pub(super) fn line(&self, planned: &Planned, with_recorded_time: bool) -> Option<String> {
        let content = self.content(&planned.fact)?;
        let recorded = written(timestamp(planned.recorded));
        let record = Record {
            specversion: "1.0",
            id: format!("sim{}:{}:{}", self.settings.seed, content.subject, content.what),
            source: format!("/bureaus/{}", content.bureau),
            r#type: content.kind,
            subject: content.subject,
            // The bureau sends an event as soon as it has it.
            time: recorded.clone(),
            recordedtime: with_recorded_time.then_some(recorded),
            datacontenttype: "application/json",
            synthetic: content.synthetic,
            data: content.data,
        };
        serde_json::to_string(&record).ok()
    }

    fn content(&self, fact: &Fact) -> Option<Content> {
        let unit = |index| self.population.unit(index);
        match fact {
            Fact::Registered(index) => self.registered(unit(*index)?),
            Fact::Granted(grant) => self.granted(grant, unit(grant.unit)?),
            Fact::Filed(filing) => self.filed(filing, unit(filing.unit)?),
            Fact::Patent(at) => self.patent(self.patents.get(*at)?),
            Fact::Contract(at) => self.contract(self.contracts.get(*at)?),
            Fact::Published(at) => self.published(self.figures.references.get(*at)?),
        }
    }

    fn prefecture(&self, unit: &Unit) -> Option<Area> {
        Some(self.figures.prefectures.get(unit.prefecture)?.area)
    }

    fn registered(&self, unit: &Unit) -> Option<Content> {
        let data = json!({
            "name": unit.name(),
            "kind": unit.kind,
            "area": unit.area,
            "industry": unit.industry,
            "field": unit.field,
            "effective_from": unit.since,
        });
        Some(Content {
            kind: "weir.unit.registered.v1",
            subject: unit.code.to_string(),
            what: "registered".to_owned(),
            bureau: self.prefecture(unit)?,
            synthetic: true,
            data,
        })
    }

    fn granted(&self, grant: &Grant, unit: &Unit) -> Option<Content> {
        let number = certificate_number(grant);
        let mut data = json!({
            "status": grant.status,
            "number": number,
            "valid_from": grant.valid_from,
        });
        if let (None, Some(members)) = (unit.registered, data.as_object_mut()) {
            members.insert("area".to_owned(), json!(unit.area));
            members.insert("field".to_owned(), json!(unit.field));
        }
        Some(Content {
            kind: "weir.status.granted.v1",
            subject: unit.code.to_string(),
            what: number,
            bureau: self.prefecture(unit)?,
            synthetic: true,
            data,
        })
    }

    fn filed(&self, filing: &Filing, unit: &Unit) -> Option<Content> {
        let items = filing.form.items().iter().zip(filing.items);
        let items: Map<String, Value> =
            items.map(|(item, value)| (item.as_str().to_owned(), json!(value.to_string()))).collect();
        let mut data = json!({
            "form": filing.form,
            "period": filing.period,
            "revision": filing.revision,
            "area": unit.area,
            "unit": "kCNY",
            "items": items,
        });
        if let (Some(reason), Some(members)) = (filing.reason, data.as_object_mut()) {
            members.insert("reason".to_owned(), json!(reason));
        }
        Some(Content {
            kind: "weir.report.filed.v1",
            subject: unit.code.to_string(),
            what: format!("{}:{}:{}", filing.form, filing.period, filing.revision),
            bureau: self.prefecture(unit)?,
            synthetic: true,
            data,
        })
    }

    fn patent(&self, patent: &Patent) -> Option<Content> {
        let holder = match patent.holder {
            Holder::Unit(index) => party(self.population.unit(index)?),
            Holder::Person(serial) => json!({"name": format!("合成权利人{serial:06}"), "area": patent.area}),
        };
        let data = json!({
            "filing_date": patent.filed,
            "grant_date": patent.granted,
            "holders": [holder],
            "classes": patent.classes,
            "field": patent.field,
        });
        Some(Content {
            kind: "weir.patent.granted.v1",
            subject: patent.number.to_string(),
            what: "granted".to_owned(),
            bureau: patent.area.parent()?,
            synthetic: true,
            data,
        })
    }

    fn contract(&self, contract: &Contract) -> Option<Content> {
        let seller = self.population.unit(contract.seller)?;
        let buyer = match contract.buyer {
            Buyer::Unit(index) => party(self.population.unit(index)?),
            Buyer::Elsewhere(area) => {
                json!({"name": format!("合成省外买方({})", area.name_zh()), "area": area})
            }
        };
        let data = json!({
            "kind": contract.kind,
            "registered_on": contract.registered_on,
            "seller": party(seller),
            "buyer": buyer,
            "unit": "wCNY",
            "amount": ten_thousands(contract.amount),
            "technology_amount": ten_thousands(contract.technology_amount),
            "field": seller.field,
        });
        Some(Content {
            kind: "weir.contract.registered.v1",
            subject: contract.number.to_string(),
            what: "registered".to_owned(),
            bureau: self.prefecture(seller)?,
            synthetic: true,
            data,
        })
    }

    fn published(&self, reference: &Reference) -> Option<Content> {
        let Reference { series, area, period, unit, vintage, published_on, .. } = reference;
        let places = if matches!(unit.as_str(), "100MCNY" | "10k_persons") { 4 } else { 0 };
        let (value, source) = if self.scale.is_full() {
            (reference.value, reference.source.clone())
        } else {
            let source =
                format!("synthetic: scaled to {} units, from {}", self.settings.units, reference.source);
            (self.scale.value(reference.value, places), source)
        };
        let data = json!({
            "series": series,
            "area": area,
            "period": period,
            "value": value.to_string(),
            "unit": unit,
            "vintage": vintage,
            "published_on": published_on,
            "source": source,
        });
        Some(Content {
            kind: "weir.reference.published.v1",
            subject: format!("{series}:{area}:{period}"),
            what: vintage.clone(),
            // The provincial bureau publishes for its prefectures too.
            bureau: Area::SICHUAN,
            synthetic: reference.synthetic || !self.scale.is_full(),
            data,
        })
    }
}

fn party(unit: &Unit) -> Value {
    json!({"name": unit.name(), "credit_code": unit.code, "area": unit.area})
}

/// Hundreds of yuan, in ten thousands.
fn ten_thousands(hundreds: u64) -> String {
    format!("{}.{:02}", hundreds / 100, hundreds % 100)
}

fn written(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// In the customary form, with serials that no real certificate has.
fn certificate_number(grant: &Grant) -> String {
    let Grant { serial, valid_from, .. } = grant;
    let year = valid_from.year();
    match grant.status {
        Status::HighTechEnterprise => format!("GR{year}519{serial:05}"),
        Status::SciTechSme => format!("{year}519999A{serial:07}"),
        Status::Gazelle => format!("合成瞪羚{}{serial:05}", year.max(FIRST_YEAR - 1)),
        Status::AboveScaleIndustrial => format!("合成规上{serial:06}"),
        Status::HighTechIndustry => format!("合成高新产业{serial:06}"),
        Status::SciTechService => format!("合成科服{serial:06}"),
    }
}
