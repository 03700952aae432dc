//! Texts that are codes, periods, moments and numbers.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use serde_json::{Value, json};
use weir_schemas::codelist::{Area, Field, Industry};
use weir_schemas::contract_number::ContractNumber;
use weir_schemas::credit_code::CreditCode;
use weir_schemas::event::{Data, Event, Item};
use weir_schemas::exact;
use weir_schemas::patent_number::PatentNumber;
use weir_schemas::period::Period;

use crate::told;

/// What was read is written so that it is read as the same; numbers keep to the range that figures are kept in.
pub fn values(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    written::<Area>(text);
    written::<CreditCode>(text);
    written::<PatentNumber>(text);
    written::<ContractNumber>(text);
    written::<Industry>(text);
    written::<Field>(text);
    written::<Period>(text);
    number(&Value::from(text));
    if let Ok(number @ Value::Number(_)) = serde_json::from_str(text) {
        self::number(&number);
    }
    moment(text);
}

fn written<T: FromStr<Err: Display> + Display + Debug + PartialEq>(text: &str) {
    match text.parse::<T>() {
        Ok(value) => assert_eq!(value.to_string().parse::<T>().ok(), Some(value)),
        Err(error) => assert!(error.to_string().len() < 1_000, "{error}"),
    }
}

/// As an item of a report, where a number is read exactly or refused.
fn number(value: &Value) {
    let report = json!({
        "specversion": "1.0", "id": "a", "source": "/bureaus/510000", "type": "weir.report.filed.v1",
        "subject": "91519999000000019H", "time": "2025-01-01T00:00:00Z",
        "data": { "form": "107-2", "period": "2024", "revision": 1, "area": "510700", "items": { "rd_fte": value } },
    });
    match Event::from_value(&report) {
        Ok(Event { data: Data::ReportFiled(report), .. }) => {
            let read = report.items[&Item::RdFte];
            assert!(exact::fits(read) && (read.is_zero() || read.is_sign_positive()), "{read}");
            let millionths = exact::to_millionths(read).expect("what fits has millionths");
            assert_eq!(exact::from_millionths(millionths), Some(read.normalize()));
            // The same number, written without an exponent, is the same.
            if value.as_str() != Some(&read.to_string()) {
                number(&Value::from(read.to_string()));
            }
        }
        Ok(_) => unreachable!("a report is a report"),
        Err(problems) => told::problems(&problems),
    }
}

/// As the time of an event, and as a day.
fn moment(text: &str) {
    let closed = |time: &str, day: &str| {
        json!({
            "specversion": "1.0", "id": "a", "source": "/bureaus/510000", "type": "weir.unit.closed.v1",
            "subject": "91519999000000019H", "time": time, "data": { "effective_from": day, "reason": "r" },
        })
    };
    for event in [closed(text, "2024-06-30"), closed("2025-01-01T00:00:00Z", text)] {
        match Event::from_value(&event) {
            Ok(event) => {
                let Data::UnitClosed(unit) = &event.data else { unreachable!("a unit closes") };
                let again =
                    Event::from_value(&closed(&event.time.to_string(), &unit.effective_from.to_string()));
                assert_eq!(again, Ok(event));
            }
            Err(problems) => told::problems(&problems),
        }
    }
}
