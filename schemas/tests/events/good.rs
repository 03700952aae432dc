//! One good event of each type.

use serde_json::{Value, json};
use weir_schemas::event::Data;

pub(crate) const CREDIT_CODE: &str = "91510700MA6C000256";

pub(crate) fn event(kind: &str, subject: &str, data: &Value) -> Value {
    json!({
        "specversion": "1.0",
        "id": "a1",
        "source": "/bureaus/510700",
        "type": kind,
        "subject": subject,
        "time": "2025-02-10T09:00:00+08:00",
        "datacontenttype": "application/json",
        "data": data,
    })
}

pub(crate) fn unit() -> Value {
    let data = json!({
        "name": "绵阳某电子有限公司", "kind": "enterprise", "area": "510704", "industry": "3962",
        "field": "F01", "zone": "绵阳高新技术产业开发区", "effective_from": "2019-03-01",
    });
    event("weir.unit.registered.v1", CREDIT_CODE, &data)
}

pub(crate) fn status() -> Value {
    let data = json!({
        "status": "high_tech_enterprise", "number": "GR202451000123",
        "valid_from": "2024-11-05", "valid_to": "2027-11-04", "area": "510704", "field": "F01",
    });
    event("weir.status.granted.v1", CREDIT_CODE, &data)
}

pub(crate) fn report() -> Value {
    let items = json!({
        "rd_internal": "1000", "rd_basic": "100", "rd_applied": "200.5", "rd_experimental": "699.5",
        "rd_fte": "12.5", "rd_headcount": 20,
    });
    let data = json!({
        "form": "107-2", "period": "2024", "revision": 1, "area": "510704", "author": "李某",
        "unit": "kCNY", "items": items,
    });
    event("weir.report.filed.v1", CREDIT_CODE, &data)
}

pub(crate) fn patent() -> Value {
    let holders = json!([
        {"name": "绵阳某电子有限公司", "credit_code": CREDIT_CODE, "area": "510704"},
        {"name": "某大学", "area": "510104"},
    ]);
    let data = json!({
        "filing_date": "2021-01-04", "grant_date": "2023-05-09", "holders": holders,
        "classes": ["strategic_emerging", "pledged"], "term_end": "2041-01-04", "field": "F02",
    });
    event("weir.patent.granted.v1", "202110000001.6", &data)
}

pub(crate) fn contract() -> Value {
    let data = json!({
        "kind": "development", "registered_on": "2023-08-01",
        "seller": {"name": "绵阳某电子有限公司", "credit_code": CREDIT_CODE, "area": "510704"},
        "buyer": {"name": "某公司", "area": "330106"},
        "unit": "wCNY", "amount": "120", "technology_amount": "100.5", "field": "F03",
    });
    event("weir.contract.registered.v1", "2023510704000042", &data)
}

pub(crate) fn reference() -> Value {
    let data = json!({
        "series": "gdp", "area": "510700", "period": "2023", "value": "4038.73", "unit": "100MCNY",
        "vintage": "preliminary", "published_on": "2024-03-20", "source": "统计公报",
    });
    event("weir.reference.published.v1", "gdp:510700:2023", &data)
}

pub(crate) fn review() -> Value {
    let data = json!({
        "form": "B203", "period": "2024-06", "revision": 1, "level": "city", "verdict": "returned",
        "rules": ["W-RD-SHARE"], "area": "510700", "author": "王某", "note": "请核实",
    });
    event("weir.report.reviewed.v1", CREDIT_CODE, &data)
}

pub(crate) fn round() -> Value {
    let data = json!({"form": "B203", "period": "2024-06", "level": "province", "deadline": "2024-07-18"});
    event("weir.period.opened.v1", "B203", &data)
}

pub(crate) fn entry() -> Value {
    let data = json!({
        "register": "high_tech_zone", "entry": "绵阳", "name": "绵阳高新技术产业开发区", "area": "510703",
        "field": "F01", "type": "zone", "level": "national", "entered_on": "1992-11-09",
    });
    event("weir.register.entered.v1", "high_tech_zone:绵阳", &data)
}

pub(crate) fn supplement() -> Value {
    let data = json!({
        "measure": "rd_internal", "area": "510700", "field": "F01", "period": "2023", "value": "1.5",
        "unit": "100MCNY", "method": "抽样推算", "published_on": "2024-09-01", "source": "公报",
    });
    event("weir.supplement.published.v1", "rd_internal:510700:2023", &data)
}

pub(crate) fn void() -> Value {
    let data = json!({
        "voided_source": "/bureaus/510700", "voided_id": "a1", "reason": "重复报送", "author": "王某",
    });
    event("weir.event.voided.v1", CREDIT_CODE, &data)
}

/// The others, which say little.
pub(crate) fn short(kind: &str) -> Option<Value> {
    let round = json!({"form": "B203", "period": "2024-06", "level": "city"});
    let from = "2024-03-01";
    let (subject, data) = match kind {
        "weir.unit.changed.v1" => (
            CREDIT_CODE,
            json!({"effective_from": from, "reason": "split", "area": "510104", "industry": "2710", "field": "F06",
                "name": "新名", "zone": "z", "successors": [{"credit_code": CREDIT_CODE, "share": "0.5"}]}),
        ),
        "weir.unit.closed.v1" => (CREDIT_CODE, json!({"effective_from": from, "reason": "注销"})),
        "weir.status.revoked.v1" => (
            CREDIT_CODE,
            json!({"status": "gazelle", "number": "a", "effective_from": from, "reason": "取消"}),
        ),
        "weir.report.withdrawn.v1" => {
            (CREDIT_CODE, json!({"form": "107-2", "period": "2024", "revision": 1, "reason": "误报"}))
        }
        "weir.query.explained.v1" => (
            CREDIT_CODE,
            json!({"form": "107-2", "period": "2024", "revision": 1, "rule": "W-RD-SHARE", "explanation": "属实",
                "author": "李某"}),
        ),
        "weir.period.closed.v1" | "weir.period.reopened.v1" => ("B203", round),
        "weir.patent.changed.v1" => {
            ("202110000001.6", json!({"effective_from": from, "change": "class_added", "class": "pledged"}))
        }
        "weir.contract.amended.v1" => (
            "2023510704000042",
            json!({"revision": 2, "effective_from": from, "unit": "wCNY", "amount": "130", "reason": "变更"}),
        ),
        "weir.contract.cancelled.v1" => {
            ("2023510704000042", json!({"effective_from": from, "reason": "解除"}))
        }
        "weir.register.changed.v1" => (
            "incubator:e",
            json!({"register": "incubator", "entry": "e", "effective_from": from, "level": "provincial"}),
        ),
        "weir.register.removed.v1" => (
            "incubator:e",
            json!({"register": "incubator", "entry": "e", "effective_from": from, "reason": "撤销"}),
        ),
        "weir.release.cut.v1" => ("2024-Q2", json!({"name": "2024-Q2", "cut": "2024-08-01T00:00:00Z"})),
        _ => return None,
    };
    Some(event(kind, subject, &data))
}

/// A good one of each type.
pub(crate) fn good() -> Vec<Value> {
    let long = [
        unit(),
        status(),
        report(),
        review(),
        round(),
        patent(),
        contract(),
        entry(),
        reference(),
        supplement(),
        void(),
    ];
    let of = |kind: &&str| short(kind).or_else(|| long.iter().find(|event| event["type"] == **kind).cloned());
    Data::EVENT_TYPES.iter().filter_map(of).collect()
}
