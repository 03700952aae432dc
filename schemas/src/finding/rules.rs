//! The query rules between two reports of a unit, and what is said of those within one (docs/contract.md §1).

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::event::Item;
use crate::period::Period;
use crate::problem::{Code, Warning};

/// The items of a report, and the period they are of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reported<'a> {
    pub(crate) period: Period,
    pub(crate) items: &'a BTreeMap<Item, Decimal>,
}

/// What a rule says of one place of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raised {
    pub(crate) rule: Code,
    pub(crate) pointer: String,
    pub(crate) detail: String,
}

impl Raised {
    fn of(rule: Code, item: Item, detail: String) -> Self {
        Self { rule, pointer: format!("/data/items/{item}"), detail }
    }
}

/// What a report says of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) item: Item,
    pub(crate) period: Period,
    pub(crate) value: Decimal,
}

impl Reported<'_> {
    /// What it says of an item.
    pub(crate) fn said(&self, item: Item) -> Option<Said> {
        Some(Said { item, period: self.period, value: self.value(item)? })
    }

    fn value(&self, item: Item) -> Option<Decimal> {
        self.items.get(&item).map(Decimal::normalize)
    }
}

/// What the door warned of, in a sentence with the values.
pub(crate) fn warned<'a>(report: Reported<'a>, warnings: &'a [Warning]) -> impl Iterator<Item = Raised> + 'a {
    let says =
        move |item: Item| report.value(item).map_or_else(String::new, |value| format!("{item} {value}"));
    warnings.iter().map(move |Warning { code, pointer }| {
        let revenue = says(Item::OperatingRevenue);
        let detail = match code {
            Code::RdShare => format!("{} is over half of {revenue}", says(Item::RdExpense)),
            _ => format!("{revenue} differs by more than half from {}", says(Item::OperatingRevenuePrior)),
        };
        Raised { rule: *code, pointer: pointer.clone(), detail }
    })
}

/// `W-YTD-FALL`: a year-to-date item is lower than in the last report earlier in the year that holds it.
pub(crate) fn fall(now: Said, before: Said) -> Option<Raised> {
    let Said { item, value, .. } = now;
    let detail = format!("{item} {value} to date is lower than the {} of {}", before.value, before.period);
    (value < before.value).then(|| Raised::of(Code::YtdFall, item, detail))
}

/// `W-UNIT-SLIP`: an item is about 1000 times, or a thousandth, of what the previous report that holds it lets expect.
///
/// Of the same period a year before, that is the same value; within a year to date anything between the same value (no
/// business since) and the same pace (the value by the months gone). 1 % is allowed at both ends.
pub(crate) fn slip(now: Said, before: Said) -> Option<Raised> {
    let within_year = now.period.year() == before.period.year();
    let months = |period: Period| if within_year { Decimal::from(period.last_month()) } else { Decimal::ONE };
    let (gone, then) = (months(now.period), months(before.period));
    let (item, value, earlier) = (now.item, now.value, before.value);
    if value.is_zero() || earlier.is_zero() {
        return None;
    }
    // 0.99 × earlier ≤ value ≤ 1.01 × earlier × gone / then, with one side a thousand times as large.
    let about = |value: Decimal, earlier: Decimal| {
        value * Decimal::ONE_HUNDRED >= earlier * Decimal::from(99)
            && value * Decimal::ONE_HUNDRED * then <= earlier * Decimal::from(101) * gone
    };
    let times = if about(value, earlier * Decimal::ONE_THOUSAND) {
        "1000 times"
    } else if about(value * Decimal::ONE_THOUSAND, earlier) {
        "a thousandth of"
    } else {
        return None;
    };
    let detail =
        format!("{item} {value} is about {times} what the {earlier} of {} lets expect", before.period);
    Some(Raised::of(Code::UnitSlip, item, detail))
}

/// `W-PRIOR-MISMATCH`: the prior year's revenue is not what the unit filed a year ago.
pub(crate) fn mismatch(now: Reported<'_>, year_ago: Reported<'_>) -> Option<Raised> {
    let said = now.value(Item::OperatingRevenuePrior)?;
    let filed = year_ago.value(Item::OperatingRevenue).filter(|filed| *filed != said)?;
    let item = Item::OperatingRevenuePrior;
    let detail = format!("{item} {said} is not the {filed} that was filed for {}", year_ago.period);
    Some(Raised::of(Code::PriorMismatch, item, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Items = BTreeMap<Item, Decimal>;

    fn items(of: &[(Item, &str)]) -> Items {
        of.iter().map(|(item, value)| (*item, value.parse().unwrap())).collect()
    }

    fn revenue(value: &str) -> Items {
        items(&[(Item::OperatingRevenue, value)])
    }

    fn at<'a>(period: &str, items: &'a Items) -> Reported<'a> {
        Reported { period: period.parse().unwrap(), items }
    }

    /// A year to date's, or a year's, revenue.
    fn said(period: &str, value: &str) -> Said {
        let (item, period) = (Item::OperatingRevenue, period.parse().unwrap());
        Said { item, period, value: value.parse().unwrap() }
    }

    fn slip(now: (&str, &str), before: (&str, &str)) -> Option<String> {
        super::slip(said(now.0, now.1), said(before.0, before.1)).map(|raised| raised.detail)
    }

    #[test]
    fn only_a_lower_year_to_date_falls() {
        let fall = |now: &str| fall(said("2023-06", now), said("2023-04", "100")).map(|raised| raised.detail);
        assert_eq!(fall("100"), None);
        assert_eq!(fall("100.000001"), None);
        let detail = "operating_revenue 99.999999 to date is lower than the 100 of 2023-04";
        assert_eq!(fall("99.999999").as_deref(), Some(detail));
    }

    #[test]
    fn against_a_year_before_a_slip_is_a_thousand_times_within_one_percent() {
        let slip = |now| slip(("2023", now), ("2022", "1000")).is_some();
        let up = ["989999.999999", "990000", "1010000", "1010000.000001"];
        assert_eq!(up.map(slip), [false, true, true, false]);
        let down = ["0.989999", "0.99", "1.01", "1.010001"];
        assert_eq!(down.map(slip), [false, true, true, false]);
        assert!(!slip("1000") && !slip("0"));
    }

    #[test]
    fn within_a_year_a_slip_may_have_kept_its_pace() {
        let slip = |now| slip(("2023-06", now), ("2023-04", "1000")).is_some();
        // From no business since April to April's pace: 1000 to 1500.
        let up = ["989999", "990000", "1250000", "1515000", "1515001"];
        assert_eq!(up.map(slip), [false, true, true, true, false]);
        let down = ["0.989999", "0.99", "1.25", "1.515", "1.515001"];
        assert_eq!(down.map(slip), [false, true, true, true, false]);
    }

    #[test]
    fn a_slip_says_what_it_is_held_against() {
        assert_eq!(
            slip(("2023-06", "1200000"), ("2023-05", "1000")).unwrap(),
            "operating_revenue 1200000 is about 1000 times what the 1000 of 2023-05 lets expect"
        );
        assert_eq!(
            slip(("2023-02", "1"), ("2022-02", "1000")).unwrap(),
            "operating_revenue 1 is about a thousandth of what the 1000 of 2022-02 lets expect"
        );
        assert_eq!(slip(("2023-06", "0"), ("2023-05", "0")), None);
        assert_eq!(slip(("2023-06", "5"), ("2023-05", "0")), None);
    }

    #[test]
    fn the_greatest_values_can_be_held_against_each_other() {
        let greatest = Decimal::from(crate::exact::BOUND) - Decimal::new(1, crate::exact::SCALE);
        let one = |period| Said { value: greatest, ..said(period, "0") };
        assert_eq!(super::slip(one("2023-12"), one("2023-11")), None);
    }

    #[test]
    fn the_prior_year_is_what_was_filed_for_it() {
        let said = |prior: &str| {
            let new = items(&[(Item::OperatingRevenuePrior, prior)]);
            mismatch(at("2023-06", &new), at("2022-06", &revenue("80"))).map(|raised| raised.detail)
        };
        assert_eq!(said("80.00"), None);
        let detail = "operating_revenue_prior 80.000001 is not the 80 that was filed for 2022-06";
        assert_eq!(said("80.000001").as_deref(), Some(detail));
        assert_eq!(mismatch(at("2023-06", &revenue("1")), at("2022-06", &revenue("80"))), None);
    }

    #[test]
    fn what_the_door_warned_of_is_said_with_its_values() {
        let items = items(&[
            (Item::OperatingRevenue, "100"),
            (Item::OperatingRevenuePrior, "201"),
            (Item::RdExpense, "51"),
        ]);
        let warning = |code| Warning { code, pointer: "/p".into() };
        let warnings = [warning(Code::RdShare), warning(Code::PriorYear)];
        let details: Vec<String> =
            warned(at("2023-06", &items), &warnings).map(|raised| raised.detail).collect();
        assert_eq!(
            details,
            [
                "rd_expense 51 is over half of operating_revenue 100",
                "operating_revenue 100 differs by more than half from operating_revenue_prior 201"
            ]
        );
    }
}
