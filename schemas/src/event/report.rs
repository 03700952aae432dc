//! `weir.report.filed.v1`

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::json::{Json, escape};
use super::read::{FromJson, Members};
use super::unit_of_measure::UnitOfMeasure;
use super::words::{Form, Item};
use crate::codelist::Area;
use crate::period::Period;
use crate::problem::{Code, Problem, Warning};

/// A unit's report for one form and period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportFiled {
    /// The form.
    pub form: Form,
    /// The period: a year for annual forms, a month (year to date) for the others.
    pub period: Period,
    /// 1 for the first filing, higher for corrections.
    pub revision: u32,
    /// The area it was filed for.
    pub area: Area,
    /// Who filled it in.
    pub author: Option<String>,
    /// Why it corrects an earlier revision.
    pub reason: Option<String>,
    /// The unit its money was sent in; yuan if it says none.
    pub unit: Option<UnitOfMeasure>,
    /// The items in base units.
    pub items: BTreeMap<Item, Decimal>,
}

impl ReportFiled {
    pub(super) fn read(mut members: Members<'_>) -> Option<Self> {
        let form: Option<Form> = members.required("form");
        let period: Option<Period> = members.required("period");
        let revision: Option<u32> = members.required("revision");
        let area = members.required("area");
        let author = members.optional("author");
        let reason: Option<String> = members.optional("reason");
        let unit: Option<UnitOfMeasure> = members.optional("unit");
        if unit.is_some_and(|unit| !unit.is_money()) {
            members.complain("unit", Code::Unit, "must be a unit of money: it scales the money items only");
        }
        check_filing(&mut members, form, period, revision);
        if revision.is_some_and(|revision| revision > 1) && reason.is_none() {
            members.complain("reason", Code::Reason, "is required when revision is above 1");
        }
        let items = members.nested("items", |value, pointer, problems| {
            read_items(value, &pointer, form?, unit.unwrap_or(UnitOfMeasure::YUAN), problems)
        });
        members.finish();
        Some(Self {
            form: form?,
            period: period?,
            revision: revision?,
            area: area?,
            author,
            reason,
            unit,
            items: items?,
        })
    }

    /// Findings of the query rules that need no history.
    pub(crate) fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let mut warn = |code, item: Item| {
            warnings.push(Warning { code, pointer: format!("/data/items/{item}") });
        };
        let value = |item| self.items.get(&item).copied();
        if let Some(revenue) = value(Item::OperatingRevenue) {
            if value(Item::RdExpense).is_some_and(|expense| expense * Decimal::TWO > revenue) {
                warn(Code::RdShare, Item::RdExpense);
            }
            if value(Item::OperatingRevenuePrior)
                .is_some_and(|prior| (revenue - prior).abs() * Decimal::TWO > prior)
            {
                warn(Code::PriorYear, Item::OperatingRevenue);
            }
        }
        warnings
    }
}

/// A form is filed for years or for months, and its revisions count from 1; what is said of a report otherwise
/// would be said of none.
pub(super) fn check_filing(
    members: &mut Members<'_>,
    form: Option<Form>,
    period: Option<Period>,
    revision: Option<u32>,
) {
    if let (Some(form), Some(period)) = (form, period) {
        match (form.is_annual(), period) {
            (true, Period::Year(_)) | (false, Period::Month(..)) => {}
            (true, _) => {
                members.complain("period", Code::Period, format!("form {form} is filed for a year"));
            }
            (false, _) => {
                members.complain("period", Code::Period, format!("form {form} is filed for a month"));
            }
        }
    }
    if revision == Some(0) {
        members.complain("revision", Code::Value, "the first revision is 1");
    }
}

fn read_items(
    value: &Json<'_>,
    pointer: &str,
    form: Form,
    unit: UnitOfMeasure,
    problems: &mut Vec<Problem>,
) -> Option<BTreeMap<Item, Decimal>> {
    let Some(members) = value.as_object() else {
        problems.push(Problem::new(Code::Value, pointer, "must be an object of items"));
        return None;
    };
    let mut items = BTreeMap::new();
    for (name, value) in members.iter() {
        match read_item(name, value, form, unit) {
            Ok((item, value)) => {
                items.insert(item, value);
            }
            Err((code, detail)) => {
                problems.push(Problem::new(code, format!("{pointer}/{}", escape(name)), detail));
            }
        }
    }
    if members.len() == 0 {
        problems.push(Problem::new(Code::Value, pointer, "must hold at least one item"));
    }
    check_sums(&items, pointer, problems);
    Some(items)
}

fn read_item(
    name: &str,
    value: &Json<'_>,
    form: Form,
    unit: UnitOfMeasure,
) -> Result<(Item, Decimal), (Code, String)> {
    let item = Item::from_word(name).filter(|item| form.items().contains(item)).ok_or_else(|| {
        let words: Vec<&str> = form.items().iter().map(|item| item.as_str()).collect();
        (Code::Item, format!("form {form} has no such item; it has {}", words.join(", ")))
    })?;
    let value = Decimal::from_json(value)?;
    if value.is_sign_negative() && !value.is_zero() {
        return Err((Code::Negative, "must not be negative".into()));
    }
    let value = if item.is_money() { unit.to_base(value)? } else { value };
    Ok((item, value))
}

/// The blocking rules between items; they hold only when all items of a rule are there.
fn check_sums(items: &BTreeMap<Item, Decimal>, pointer: &str, problems: &mut Vec<Problem>) {
    let value = |item| items.get(&item).copied();
    if let (Some(internal), Some(basic), Some(applied), Some(experimental)) =
        (value(Item::RdInternal), value(Item::RdBasic), value(Item::RdApplied), value(Item::RdExperimental))
        && basic + applied + experimental != internal
    {
        let sum = basic + applied + experimental;
        let detail =
            format!("rd_basic + rd_applied + rd_experimental = {sum} yuan, rd_internal = {internal} yuan");
        problems.push(Problem::new(Code::RdSum, format!("{pointer}/rd_internal"), detail));
    }
    if let (Some(fte), Some(headcount)) = (value(Item::RdFte), value(Item::RdHeadcount))
        && fte > headcount
    {
        let detail = format!("{fte} person-years exceed a headcount of {headcount}");
        problems.push(Problem::new(Code::RdFte, format!("{pointer}/rd_fte"), detail));
    }
}
