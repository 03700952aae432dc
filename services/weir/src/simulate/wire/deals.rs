//! Patents and contracts on the wire.

use serde_json::json;

use super::Content;
use crate::simulate::Province;
use crate::simulate::contracts::{Buyer, Contract};
use crate::simulate::patents::{Holder, Patent};

impl Province {
    pub(super) fn patent(&self, patent: &Patent) -> Option<Content> {
        let holder = match patent.holder {
            Holder::Unit(index) => self.party(index, patent.granted)?,
            Holder::Person(serial) => json!({"name": format!("合成权利人{serial:06}"), "area": patent.area}),
        };
        let mut data = json!({
            "filing_date": patent.filed,
            "grant_date": patent.granted,
            "holders": [holder],
            "classes": patent.classes,
            "field": patent.field,
        });
        if let (Some(end), Some(members)) = (patent.term_end, data.as_object_mut()) {
            members.insert("term_end".to_owned(), json!(end));
        }
        Some(Content {
            kind: "weir.patent.granted.v1",
            subject: patent.number.to_string(),
            what: "granted".to_owned(),
            bureau: patent.area.parent()?,
            data,
        })
    }

    pub(super) fn contract(&self, contract: &Contract) -> Option<Content> {
        let day = contract.registered_on;
        let buyer = match contract.buyer {
            Buyer::Unit(index) => self.party(index, day)?,
            Buyer::Elsewhere(area) => {
                json!({"name": format!("合成省外买方({})", area.name_zh()), "area": area})
            }
        };
        let data = json!({
            "kind": contract.kind,
            "registered_on": day,
            "seller": self.party(contract.seller, day)?,
            "buyer": buyer,
            "unit": "wCNY",
            "amount": ten_thousands(contract.amount),
            "technology_amount": ten_thousands(contract.technology_amount),
            "field": self.population.unit(contract.seller)?.field,
        });
        Some(Content {
            kind: "weir.contract.registered.v1",
            subject: contract.number.to_string(),
            what: "registered".to_owned(),
            bureau: self.population.bureau(contract.seller, day)?,
            data,
        })
    }
}

/// Hundreds of yuan, in ten thousands.
pub(in crate::simulate) fn ten_thousands(hundreds: u64) -> String {
    format!("{}.{:02}", hundreds / 100, hundreds % 100)
}
