//! Good values of each member, made of the code's own lists and types.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use weir_schemas::codelist::{Area, Field, Industry};
use weir_schemas::credit_code::CreditCode;
use weir_schemas::event::{
    ContractKind, Form, Item, Level, PatentChange, PatentClass, ReferencePublished, Register, RegisterLevel,
    Status, UnitChange, UnitKind, Verdict, Vintage,
};
use weir_schemas::patent_number::{PatentKind, PatentNumber};

fn one_of<T: Copy + std::fmt::Debug + serde::Serialize + 'static>(
    list: &'static [T],
) -> BoxedStrategy<Value> {
    select(list).prop_map(|word| json!(word)).boxed()
}

pub(crate) fn text() -> BoxedStrategy<String> {
    "[a-zA-Z\\u{4e00}-\\u{9fa5} \n\t]{0,20}[a-z\\u{4e00}-\\u{9fa5}（）：—]".boxed()
}

pub(crate) fn date() -> BoxedStrategy<String> {
    (1900..3000, 1..=12, 1..=28).prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}")).boxed()
}

pub(crate) fn moment() -> BoxedStrategy<String> {
    let time = (0..24, 0..60, 0..60, "(\\.[0-9]{1,9})?", "([Zz]|[+-](0[0-9]|1[0-4]):[0-5][0-9])");
    let moment = (1901..2299, 1..=12, 1..=28, time);
    moment
        .prop_map(|(year, month, day, (hour, minute, second, fraction, offset))| {
            format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{offset}")
        })
        .boxed()
}

pub(crate) fn area() -> BoxedStrategy<Area> {
    any::<prop::sample::Index>().prop_map(|at| Area::all().nth(at.index(Area::all().len())).unwrap()).boxed()
}

pub(crate) fn bureau() -> BoxedStrategy<String> {
    area().prop_map(|area| format!("/bureaus/{area}")).boxed()
}

fn industry() -> BoxedStrategy<Value> {
    let one = |at: prop::sample::Index| json!(Industry::all().nth(at.index(Industry::all().len())).unwrap());
    any::<prop::sample::Index>().prop_map(one).boxed()
}

pub(crate) fn credit_code() -> BoxedStrategy<String> {
    let prefix = "[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{8}";
    prefix.prop_map(|prefix| CreditCode::with_check_digits(&prefix).unwrap().to_string()).boxed()
}

pub(crate) fn patent_number() -> BoxedStrategy<String> {
    let kind = select(&[PatentKind::Invention, PatentKind::PctInvention][..]);
    (1985_u16..2200, kind, 0..100_000_u32, select(&["", "ZL"][..]))
        .prop_map(|(year, kind, serial, mark)| {
            format!("{mark}{}", PatentNumber::compose(year, kind, serial).unwrap())
        })
        .boxed()
}

pub(crate) fn period(form: Option<Form>) -> BoxedStrategy<String> {
    let year = 1900..3000;
    let month = (year.clone(), 1..=12).prop_map(|(year, month)| format!("{year}-{month:02}"));
    let quarter = (year.clone(), 1..=4).prop_map(|(year, quarter)| format!("{year}-Q{quarter}"));
    let year = year.prop_map(|year: i32| year.to_string());
    match form {
        Some(form) if form.is_annual() => year.boxed(),
        Some(_) => month.boxed(),
        None => prop_oneof![year, quarter, month].boxed(),
    }
}

/// Decimals of every way of writing, small enough for any unit.
fn decimal() -> BoxedStrategy<Value> {
    prop_oneof![
        "\\+?0{0,3}[0-9]{1,6}(\\.[0-9]{0,6}0{0,3})?".prop_map(Value::from),
        "\\.[0-9]{1,6}".prop_map(Value::from),
        "[0-9]{1,3}\\.[0-9]{1,2}[eE][+]?[0-4]".prop_map(Value::from),
        "[1-9][0-9]{0,2}[eE]-[0-6]".prop_map(Value::from),
        (0..1_000_000_u32).prop_map(Value::from),
        (0..1_000_000_u32).prop_map(|hundredths| json!(f64::from(hundredths) / 100.0)),
        Just(json!("-0.00")),
    ]
    .boxed()
}

pub(crate) fn items(form: Form) -> BoxedStrategy<Value> {
    let some = prop::sample::subsequence(form.items(), 1..=form.items().len());
    let filled = some.prop_flat_map(|items: Vec<Item>| {
        items.into_iter().map(|item| (Just(item.as_str()), decimal())).collect::<Vec<_>>()
    });
    filled
        .prop_map(|items| {
            Value::Object(items.into_iter().map(|(item, value)| (item.to_owned(), value)).collect())
        })
        .boxed()
}

fn party() -> BoxedStrategy<Value> {
    (text(), prop::option::of(credit_code()), area())
        .prop_map(|(name, credit_code, area)| match credit_code {
            Some(credit_code) => json!({ "name": name, "credit_code": credit_code, "area": area }),
            None => json!({ "name": name, "area": area }),
        })
        .boxed()
}

fn successor() -> BoxedStrategy<Value> {
    let share = prop_oneof!["0?\\.[0-9]{1,6}", Just("1".to_owned()), Just("5e-1".to_owned())];
    (credit_code(), prop::option::of(share))
        .prop_map(|(credit_code, share)| json!({ "credit_code": credit_code, "share": share }))
        .boxed()
}

/// A good value of a member of a type.
pub(crate) fn member(kind: &str, name: &str) -> BoxedStrategy<Value> {
    let json = |text: BoxedStrategy<String>| text.prop_map(Value::from).boxed();
    match (name, kind) {
        ("kind", "weir.unit.registered.v1") => one_of(UnitKind::ALL),
        ("kind", _) => one_of(ContractKind::ALL),
        ("reason", "weir.unit.changed.v1") => one_of(UnitChange::ALL),
        ("level", kind) if kind.starts_with("weir.register") => one_of(RegisterLevel::ALL),
        ("level", _) => one_of(Level::ALL),
        ("status", _) => one_of(Status::ALL),
        ("form", _) => one_of(Form::ALL),
        ("verdict", _) => one_of(Verdict::ALL),
        ("change", _) => one_of(PatentChange::ALL),
        ("class", _) => one_of(PatentClass::ALL),
        ("register", _) => one_of(Register::ALL),
        ("vintage", _) => one_of(Vintage::ALL),
        ("area", _) => area().prop_map(|area| json!(area)).boxed(),
        ("industry", _) => industry(),
        ("field", _) => select(&Field::PLAN[..]).prop_map(|field| json!(field)).boxed(),
        ("period", _) => json(period(None)),
        ("revision", _) => (1..5_u32).prop_map(Value::from).boxed(),
        ("unit", kind) if kind.contains("published") => select(
            &["CNY", "kCNY", "wCNY", "100MCNY", "persons", "10k_persons", "person_years", "units", "percent"]
                [..],
        )
        .prop_map(Value::from)
        .boxed(),
        ("unit", _) => select(&["CNY", "kCNY", "wCNY", "100MCNY"][..]).prop_map(Value::from).boxed(),
        ("series", _) => {
            let known =
                ReferencePublished::SERIES.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>();
            json(prop_oneof![select(known), "[A-Za-z0-9_]{1,12}"].boxed())
        }
        ("measure", _) => json("[A-Za-z0-9_]{1,12}".boxed()),
        ("value" | "amount" | "technology_amount", _) => decimal(),
        ("items", _) => select(Form::ALL).prop_flat_map(items).boxed(),
        ("holders", _) => prop::collection::vec(party(), 1..3).prop_map(Value::from).boxed(),
        ("seller" | "buyer", _) => party(),
        ("successors", _) => prop::collection::vec(successor(), 0..3).prop_map(Value::from).boxed(),
        ("classes", _) => {
            prop::sample::subsequence(PatentClass::ALL, 0..=4).prop_map(|classes| json!(classes)).boxed()
        }
        ("rules", _) => prop::collection::vec(text(), 0..3).prop_map(|rules| json!(rules)).boxed(),
        ("voided_source", _) => json(bureau()),
        ("cut", _) => json(moment()),
        (name, _) if name.ends_with("_from") || name.ends_with("_on") || name.ends_with("_date") => {
            json(date())
        }
        ("valid_to" | "term_end" | "deadline", _) => json(date()),
        _ => json(text()),
    }
}
