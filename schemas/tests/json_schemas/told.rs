//! What no schema can say: where the code refuses what is valid, and why that is so.

use rust_decimal::Decimal;
use serde_json::Value;
use weir_schemas::codelist::{Area, AreaError, Industry, IndustryError};
use weir_schemas::credit_code::{CreditCode, CreditCodeError};
use weir_schemas::exact;
use weir_schemas::patent_number::{PatentNumber, PatentNumberError};
use weir_schemas::problem::Code;

/// Why the code alone can tell, and of which problems with which value that is true.
type Reason = (&'static str, fn(Code, &Value) -> bool);

/// All that the code tells alone.
pub(crate) const TOLD_BY_CODE: &[Reason] = &[
    ("areas are a list", |code, value| {
        let text = text(value);
        let area = text.strip_prefix("/bureaus/").unwrap_or(text).parse::<Area>();
        matches!(code, Code::Area | Code::Source)
            && matches!(area, Err(AreaError::Unknown(_) | AreaError::Retired { .. }))
    }),
    ("industries are a list", |code, value| {
        code == Code::Industry && matches!(text(value).parse::<Industry>(), Err(IndustryError::Unknown(_)))
    }),
    ("check characters are computed", |code, value| {
        use CreditCodeError::{Check, OrganisationCheck};
        let computed = |error| matches!(error, Check { .. } | OrganisationCheck { .. });
        code == Code::CreditCode && text(value).parse::<CreditCode>().is_err_and(computed)
    }),
    ("check digits are computed", |code, value| {
        let number = text(value).parse::<PatentNumber>();
        code == Code::PatentNumber && matches!(number, Err(PatentNumberError::Check { .. }))
    }),
    ("months differ in length", |code, value| {
        code == Code::Date && matches!(text(value).get(8..10), Some("29" | "30" | "31"))
    }),
    ("dates are compared", |code, _| code == Code::DateOrder),
    ("amounts are compared", |code, _| matches!(code, Code::RdFte | Code::TechnologyAmount)),
    ("research adds up", |code, _| code == Code::RdSum),
    ("the subject is compared with the data", |code, _| code == Code::Subject),
    ("a number's decimal places are not counted", |code, value| code == Code::Decimal && value.is_number()),
    ("exponents are computed", |code, value| {
        matches!(code, Code::Decimal | Code::Value) && text(value).contains(['e', 'E'])
    }),
    ("values are scaled to the base unit", |code, value| {
        code == Code::Decimal && text(value).parse::<Decimal>().is_ok_and(exact::fits)
    }),
    ("whole numbers may be written with a point", |code, value| {
        code == Code::Value && value.is_number() && value.to_string().contains(['e', 'E', '.'])
    }),
];

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Why only the code can tell that a value has this problem, if that is so.
pub(crate) fn only_code_tells(code: Code, value: &Value) -> Option<&'static str> {
    TOLD_BY_CODE.iter().find(|(_, holds)| holds(code, value)).map(|(why, _)| *why)
}
