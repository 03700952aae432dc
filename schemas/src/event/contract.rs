//! `weir.contract.registered.v1`, `.amended.v1`, `.cancelled.v1`

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use super::patent::Holder;
use super::read::Members;
use super::record::record;
use super::unit_of_measure::UnitOfMeasure;
use super::words::ContractKind;
use crate::codelist::Field;
use crate::problem::Code;

/// The registration of a technology contract, its revision 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractRegistered {
    /// What it is about.
    pub kind: ContractKind,
    /// The day that decides its year.
    pub registered_on: Date,
    /// Who sells; its area is the contract's.
    pub seller: Holder,
    /// Who buys.
    pub buyer: Holder,
    /// The whole price (成交额), yuan.
    pub amount: Decimal,
    /// The price net of equipment and goods (技术交易额), yuan.
    pub technology_amount: Decimal,
    /// The unit the amounts were sent in; yuan if it says none.
    pub unit: Option<UnitOfMeasure>,
    /// The plan's field.
    pub field: Option<Field>,
}

impl ContractRegistered {
    pub(super) fn read(mut members: Members<'_>) -> Option<Self> {
        let kind = members.required("kind");
        let registered_on = members.required("registered_on");
        let seller = members.nested("seller", Holder::read);
        let buyer = members.nested("buyer", Holder::read);
        let unit: Option<UnitOfMeasure> = members.optional("unit");
        if unit.is_some_and(|unit| !unit.is_money()) {
            members.complain("unit", Code::Unit, "must be a unit of money");
        }
        let mut money = |name| {
            let value = members.required(name)?;
            yuan(&mut members, name, value, unit)
        };
        let amount = money("amount");
        let technology_amount = money("technology_amount");
        let field = members.optional("field");
        if technology_amount > amount && amount.is_some() {
            members.complain("technology_amount", Code::TechnologyAmount, "exceeds amount");
        }
        members.finish();
        Some(Self {
            kind: kind?,
            registered_on: registered_on?,
            seller: seller?,
            buyer: buyer?,
            amount: amount?,
            technology_amount: technology_amount?,
            unit,
            field,
        })
    }
}

/// A value of money in yuan, which must not be negative.
fn yuan(
    members: &mut Members<'_>,
    name: &'static str,
    value: Decimal,
    unit: Option<UnitOfMeasure>,
) -> Option<Decimal> {
    if value.is_sign_negative() && !value.is_zero() {
        members.complain(name, Code::Negative, "must not be negative");
    }
    match unit.unwrap_or(UnitOfMeasure::YUAN).to_base(value) {
        Ok(yuan) => Some(yuan),
        Err((code, detail)) => {
            members.complain(name, code, detail);
            None
        }
    }
}

/// A later revision of a contract; what is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractAmended {
    /// 2, 3, …; the registration is 1.
    pub revision: u32,
    /// The day it holds from; the year stays that of the registration.
    pub effective_from: Date,
    /// The whole price, yuan.
    pub amount: Option<Decimal>,
    /// The price net of equipment and goods, yuan.
    pub technology_amount: Option<Decimal>,
    /// The unit the amounts were sent in; yuan if it says none.
    pub unit: Option<UnitOfMeasure>,
    /// Why.
    pub reason: String,
}

impl ContractAmended {
    pub(super) fn read(mut members: Members<'_>) -> Option<Self> {
        let revision: Option<u32> = members.required("revision");
        if revision.is_some_and(|revision| revision < 2) {
            members.complain("revision", Code::Value, "must be 2 or more: the registration is 1");
        }
        let effective_from = members.required("effective_from");
        let unit: Option<UnitOfMeasure> = members.optional("unit");
        if unit.is_some_and(|unit| !unit.is_money()) {
            members.complain("unit", Code::Unit, "must be a unit of money");
        }
        let mut money = |name| {
            let value = members.optional(name)?;
            yuan(&mut members, name, value, unit)
        };
        let amount = money("amount");
        let technology_amount = money("technology_amount");
        let reason = members.required("reason");
        if technology_amount > amount && amount.is_some() {
            members.complain("technology_amount", Code::TechnologyAmount, "exceeds amount");
        }
        members.finish();
        Some(Self {
            revision: revision?,
            effective_from: effective_from?,
            amount,
            technology_amount,
            unit,
            reason: reason?,
        })
    }
}

record! {
    /// A contract is cancelled: it counts nothing, whatever the day.
    ContractCancelled {
        /// The day it ends.
        effective_from: Date,
        /// Why.
        reason: String,
        ;
    }
}
