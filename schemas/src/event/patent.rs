//! `weir.patent.granted.v1`, `.changed.v1`

use jiff::civil::Date;
use serde::Serialize;

use super::json::Json;
use super::read::Members;
use super::words::{PatentChange, PatentClass};
use crate::codelist::{Area, Field};
use crate::credit_code::CreditCode;
use crate::problem::{Code, Problem};

/// A party: the holder of a patent, the seller or buyer of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// Its name.
    pub name: String,
    /// Its credit code, where it has one.
    pub credit_code: Option<CreditCode>,
    /// Where it is.
    pub area: Area,
}

impl Holder {
    /// What tells it from other parties: the credit code, else the name.
    pub fn identity(&self) -> String {
        self.credit_code.map_or_else(|| self.name.clone(), |code| code.to_string())
    }

    pub(super) fn read(value: &Json<'_>, pointer: String, problems: &mut Vec<Problem>) -> Option<Self> {
        let mut members = Members::of(value, pointer, problems)?;
        let name = members.required("name");
        let credit_code = members.optional("credit_code");
        let area = members.required("area");
        members.finish();
        Some(Self { name: name?, credit_code, area: area? })
    }
}

/// The grant of an invention patent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PatentGranted {
    /// The day it was filed, from which its tenth and twentieth years count.
    pub filing_date: Date,
    /// The day of the grant.
    pub grant_date: Date,
    /// Who holds it; the first one's area is the patent's.
    pub holders: Vec<Holder>,
    /// Classes that make it high-value.
    pub classes: Vec<PatentClass>,
    /// The first day it no longer stands, where that is not twenty years after filing.
    pub term_end: Option<Date>,
    /// The plan's field.
    pub field: Option<Field>,
}

impl PatentGranted {
    pub(super) fn read(mut members: Members<'_>) -> Option<Self> {
        let filing_date: Option<Date> = members.required("filing_date");
        let grant_date: Option<Date> = members.required("grant_date");
        let holders = members.nested("holders", read_holders);
        let classes: Option<Vec<PatentClass>> = members.list("classes");
        let term_end: Option<Date> = members.optional("term_end");
        let field = members.optional("field");
        if let (Some(filing), Some(grant)) = (filing_date, grant_date)
            && grant < filing
        {
            members.complain("grant_date", Code::DateOrder, "is before filing_date");
        }
        if let (Some(grant), Some(end)) = (grant_date, term_end)
            && end < grant
        {
            members.complain("term_end", Code::DateOrder, "is before grant_date");
        }
        members.finish();
        Some(Self {
            filing_date: filing_date?,
            grant_date: grant_date?,
            holders: holders?,
            classes: classes.unwrap_or_default(),
            term_end,
            field,
        })
    }
}

fn read_holders(value: &Json<'_>, pointer: String, problems: &mut Vec<Problem>) -> Option<Vec<Holder>> {
    let Some(items) = value.as_array().filter(|items| !items.is_empty()) else {
        problems.push(Problem::new(Code::Value, pointer, "must be an array of at least one holder"));
        return None;
    };
    let holders: Vec<Option<Holder>> = items
        .iter()
        .enumerate()
        .map(|(index, item)| Holder::read(item, format!("{pointer}/{index}"), problems))
        .collect();
    holders.into_iter().collect()
}

/// What happens to a patent, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PatentChanged {
    /// The first day it holds.
    pub effective_from: Date,
    /// What happens.
    pub change: PatentChange,
    /// The new holders of a transferred patent; else empty.
    pub holders: Vec<Holder>,
    /// The class that a patent comes into or goes out of.
    pub class: Option<PatentClass>,
}

impl PatentChanged {
    pub(super) fn read(mut members: Members<'_>) -> Option<Self> {
        let effective_from = members.required("effective_from");
        let change: Option<PatentChange> = members.required("change");
        let holders = match change {
            Some(PatentChange::Transferred) => members.nested("holders", read_holders),
            _ => Some(Vec::new()),
        };
        let class: Option<PatentClass> = members.optional("class");
        let needs_class = matches!(change, Some(PatentChange::ClassAdded | PatentChange::ClassRemoved));
        if needs_class && class.is_none() {
            members.complain("class", Code::Missing, "is required when a class is added or removed");
        }
        members.finish();
        Some(Self { effective_from: effective_from?, change: change?, holders: holders?, class })
    }
}
