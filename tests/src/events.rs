//! Events to feed a system: small, valid, marked as synthetic.

#![allow(clippy::expect_used, reason = "the parts are chosen so that they make a number")]

use serde_json::{Value, json};
use weir_schemas::contract_number::ContractNumber;
use weir_schemas::credit_code::CreditCode;
use weir_schemas::patent_number::{PatentKind, PatentNumber};

/// The bureau that files all of them.
pub const SOURCE: &str = "/bureaus/510000";

/// An event of `kind` about `subject`.
pub fn event(id: &str, kind: &str, subject: &str, data: &Value) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": SOURCE, "type": kind, "subject": subject,
        "time": "2022-01-10T08:00:00Z", "datacontenttype": "application/json", "synthetic": true, "data": data,
    })
}

/// The credit code of the `index`th synthetic unit.
pub fn credit_code(index: u32) -> String {
    let code = CreditCode::with_check_digits(&format!("91519999{index:08}")).expect("the digits make a code");
    code.to_string()
}

/// A unit in `area`.
pub fn unit(index: u32, area: &str) -> Value {
    let data = json!({
        "name": format!("合成企业{index}"), "kind": "enterprise", "area": area, "industry": "3914",
        "effective_from": "2018-01-01",
    });
    event(&format!("unit-{index}"), "weir.unit.registered.v1", &credit_code(index), &data)
}

/// A unit's R&D report for a year, in yuan.
pub fn rd_report(index: u32, year: i16, revision: u32, internal: u64) -> Value {
    let mut data = json!({
        "form": "107-2", "period": year.to_string(), "revision": revision, "area": "510700",
        "items": { "rd_internal": internal.to_string(), "rd_fte": "2.5", "rd_headcount": "3" },
    });
    if revision > 1 {
        data["reason"] = json!("corrected");
    }
    let id = format!("rd-{index}-{year}-{revision}");
    event(&id, "weir.report.filed.v1", &credit_code(index), &data)
}

/// A patent, high-value from its grant in 2021 on, held in `area`.
pub fn patent(serial: u32, area: &str) -> Value {
    let number = PatentNumber::compose(2019, PatentKind::Invention, serial).expect("the parts make a number");
    let data = json!({
        "filing_date": "2019-05-01", "grant_date": "2021-03-01",
        "holders": [{ "name": "合成企业", "area": area }], "classes": ["strategic_emerging"], "field": "F01",
    });
    event(&format!("patent-{serial}"), "weir.patent.granted.v1", &number.to_string(), &data)
}

/// A contract registered in 2021, of a seller in `area`, in yuan.
pub fn contract(serial: u32, area: &str, amount: u64) -> Value {
    let number: ContractNumber = format!("2021510000{serial:06}").parse().expect("sixteen digits");
    let party = |name: &str| json!({ "name": name, "area": area });
    let data = json!({
        "kind": "development", "registered_on": "2021-06-15", "seller": party("合成卖方"), "buyer": party("合成买方"),
        "amount": amount.to_string(), "technology_amount": amount.to_string(),
    });
    event(&format!("contract-{serial}"), "weir.contract.registered.v1", &number.to_string(), &data)
}

/// A reference value for a year.
pub fn reference(series: &str, area: &str, year: i16, value: &str, unit: &str) -> Value {
    let data = json!({
        "series": series, "area": area, "period": year.to_string(), "value": value, "unit": unit,
        "vintage": "verified", "published_on": format!("{}-03-01", year + 1), "source": "synthetic",
    });
    let subject = format!("{series}:{area}:{year}");
    event(&format!("{series}-{area}-{year}"), "weir.reference.published.v1", &subject, &data)
}
