//! Cells that hold one of a list's words, or an identifier.

use weir_schemas::codelist::Area;
use weir_schemas::credit_code::CreditCode;
use weir_schemas::event::{Form, UnitOfMeasure};

use super::cell::Cell;
use super::text;
use super::unreadable::Unreadable;

/// What a cell shows as text; errors and formulas without a value show nothing that could be meant.
pub(super) fn shown(cell: &Cell) -> Result<String, Unreadable> {
    match cell {
        Cell::Error(error) => Err(Unreadable::Error(error.clone())),
        Cell::Uncomputed => Err(Unreadable::Uncomputed),
        Cell::Text(typed) => Ok(typed.trim_matches(text::is_blank).to_owned()),
        other => Ok(other.to_string()),
    }
}

/// A credit code. The service judges it; what a spreadsheet has done to it is told here, where it can be seen.
pub(super) fn credit_code(cell: &Cell) -> Result<String, Unreadable> {
    let shown = shown(cell)?;
    if !matches!(cell, Cell::Text(_)) {
        return Err(Unreadable::LostDigits(shown));
    }
    let code = text::compact(&shown).to_ascii_uppercase();
    let cut = code.len() == 18 && code.ends_with("000") && code.bytes().all(|b| b.is_ascii_digit());
    if text::is_scientific(&code) || (cut && CreditCode::parse(&code).is_err()) {
        return Err(Unreadable::LostDigits(code));
    }
    Ok(code)
}

/// An area's code, also with its name behind it (`510704 游仙区`), which must then be the area's; of the twelve digits of a statistical
/// division the first six.
pub(super) fn area(cell: &Cell) -> Result<String, Unreadable> {
    let shown = text::compact(&shown(cell)?);
    let digits = shown.find(|c: char| !c.is_ascii_digit()).unwrap_or(shown.len());
    let (code, name) = shown.split_at(digits);
    let code = match code.len() {
        12 => &code[..6],
        _ => code,
    };
    match Area::parse(code) {
        Ok(area) if !name.is_empty() && area.name_zh() != name => {
            Err(Unreadable::AreaName { code: code.to_owned(), name: area.name_zh(), found: name.to_owned() })
        }
        Ok(_) => Ok(code.to_owned()),
        Err(_) => Ok(shown),
    }
}

/// A unit of money, by its name or its code.
pub(super) fn money(cell: &Cell) -> Result<UnitOfMeasure, Unreadable> {
    let shown = text::compact(&shown(cell)?);
    unit(&shown).filter(|unit| unit.is_money()).ok_or(Unreadable::Unit(shown))
}

/// A unit of measure by its name or code.
pub(crate) fn unit(text: &str) -> Option<UnitOfMeasure> {
    let text = text.strip_prefix("人民币").unwrap_or(text);
    UnitOfMeasure::all().find(|unit| unit.name_zh() == text || unit.word().eq_ignore_ascii_case(text))
}

/// A form, by its code (`B203`, `B203表`) or its name.
pub(super) fn form(cell: &Cell) -> Result<Form, Unreadable> {
    let shown = text::compact(&shown(cell)?);
    let code = shown.trim_end_matches('表').to_ascii_uppercase();
    let named = |form: &&Form| text::compact(form.name_zh()) == shown;
    Form::from_word(&code).or_else(|| Form::ALL.iter().find(named).copied()).ok_or(Unreadable::Form(shown))
}

/// A revision: a whole number.
pub(super) fn revision(cell: &Cell) -> Result<u32, Unreadable> {
    let shown = text::compact(&shown(cell)?);
    let digits = shown.bytes().all(|b| b.is_ascii_digit());
    shown.parse().ok().filter(|_| digits).ok_or(Unreadable::Revision(shown))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::table::cell::Number;

    fn typed(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn a_code_that_lost_digits_is_told_apart_from_a_wrong_one() {
        let lost = |cell: &Cell| matches!(credit_code(cell), Err(Unreadable::LostDigits(_)));
        assert!(lost(&Cell::Number(Number(915_101_006_000_179_000.0))));
        assert!(lost(&typed("9.15101E+17")) && lost(&typed("915101006000179000")));
        assert_eq!(credit_code(&typed(" 91510100ma6c00017ｃ")).as_deref(), Ok("91510100MA6C00017C"));
        assert_eq!(credit_code(&typed("91510100MA6C000179")).as_deref(), Ok("91510100MA6C000179"));
    }

    #[test]
    fn areas_with_names_and_statistical_divisions() {
        assert_eq!(area(&typed("510704 游仙区")).as_deref(), Ok("510704"));
        assert_eq!(area(&typed("510704001002")).as_deref(), Ok("510704"));
        assert_eq!(area(&Cell::Number(Number(510_704.0))).as_deref(), Ok("510704"));
        assert!(area(&typed("510704 涪城区")).is_err_and(|error| error.to_string().contains("游仙区")));
        assert_eq!(area(&typed("游仙区")).as_deref(), Ok("游仙区"));
    }

    #[test]
    fn words_by_name_and_by_code() {
        assert_eq!(money(&typed("千元")).map(UnitOfMeasure::word), Ok("kCNY"));
        assert_eq!(money(&typed("kcny")).map(UnitOfMeasure::word), Ok("kCNY"));
        assert!(money(&typed("人")).is_err() && money(&typed("美元")).is_err());
        assert_eq!(form(&typed("107-2表")), Ok(Form::F107_2));
        assert_eq!(form(&typed("企业研发活动（年报）")), Ok(Form::F107_2));
        assert!(form(&typed("B204")).is_err());
        assert_eq!(revision(&typed("２")), Ok(2));
        assert!(revision(&typed("-1")).is_err() && revision(&Cell::Number(Number(1.5))).is_err());
    }
}
