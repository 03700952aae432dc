//! Periods as bureaus write them, and slots, the places of a period in the plan's calendar.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::excerpt::quoted;

/// A reference period: a year, a quarter or a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Period {
    /// `2024`
    Year(i16),
    /// `2024-Q2`, quarters 1 to 4
    Quarter(i16, i8),
    /// `2024-06`, months 1 to 12
    Month(i16, i8),
}

/// Why a text is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a period: a year (2024), a quarter (2024-Q2) or a month (2024-06), from 1900 to 2999")]
pub struct NotAPeriod(String);

impl Period {
    /// The year it lies in.
    pub const fn year(self) -> i16 {
        match self {
            Period::Year(year) | Period::Quarter(year, _) | Period::Month(year, _) => year,
        }
    }

    /// Its last month, 1 to 12.
    pub const fn last_month(self) -> i8 {
        match self {
            Period::Year(_) => 12,
            Period::Quarter(_, quarter) => quarter * 3,
            Period::Month(_, month) => month,
        }
    }

    /// The first day of its last month; a period is answered from then on.
    pub fn last_month_begins(self) -> Date {
        date(self.year(), self.last_month(), 1)
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        match self {
            Period::Year(year) => date(year, 1, 1),
            Period::Quarter(year, quarter) => date(year, quarter * 3 - 2, 1),
            Period::Month(year, month) => date(year, month, 1),
        }
    }

    /// Its last day, at which figures are taken.
    pub fn last_day(self) -> Date {
        self.last_month_begins().last_of_month()
    }

    /// Its place in the calendar. A quarter is its last month.
    pub fn slot(self) -> Slot {
        match self {
            Period::Year(year) => Slot::year(year),
            _ => Slot::month(self.year(), self.last_month()),
        }
    }
}

impl std::str::FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let complaint = || NotAPeriod(quoted(text));
        let number = |digits: &str, width: usize| {
            let plain = digits.len() == width && digits.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| digits.parse::<i16>().ok()).flatten()
        };
        let (year, rest) = text.split_once('-').map_or((text, None), |(year, rest)| (year, Some(rest)));
        let year = number(year, 4).filter(|year| (1900..3000).contains(year)).ok_or_else(complaint)?;
        let part = |digits: &str, width, most| {
            number(digits, width)
                .filter(|part| (1..=most).contains(part))
                .and_then(|part| i8::try_from(part).ok())
                .ok_or_else(complaint)
        };
        match rest {
            None => Ok(Period::Year(year)),
            Some(rest) => match rest.strip_prefix('Q') {
                Some(quarter) => Ok(Period::Quarter(year, part(quarter, 1, 4)?)),
                None => Ok(Period::Month(year, part(rest, 2, 12)?)),
            },
        }
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Period::Year(year) => write!(f, "{year:04}"),
            Period::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Period::Month(year, month) => write!(f, "{year:04}-{month:02}"),
        }
    }
}

impl Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A place in the calendar of cells: the twelve months of a year, then the year itself.
///
/// The year stands after its December because a year's stock is December's, so that what stands over
/// a stretch of time is one range of slots. What is filed for a whole year stands in the year's slot
/// alone. Written as a number, `202106` is June and `202113` the year 2021.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slot(u32);

/// The place of the year itself among its months.
const YEAR: u32 = 13;

impl Slot {
    /// The slot of a month.
    pub fn month(year: i16, month: i8) -> Self {
        Self(u32::from(year.unsigned_abs()) * 100 + u32::from(month.unsigned_abs()))
    }

    /// The slot of a whole year.
    pub fn year(year: i16) -> Self {
        Self(u32::from(year.unsigned_abs()) * 100 + YEAR)
    }

    /// The slot written as a number, `yyyymm`, with 13 for the year itself.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The slot so written, if it is one.
    pub const fn from_number(number: u32) -> Option<Self> {
        let month = number % 100;
        if month >= 1 && month <= YEAR && number >= 190_001 && number < 300_000 {
            Some(Self(number))
        } else {
            None
        }
    }

    /// Whether it is a whole year.
    pub const fn is_year(self) -> bool {
        self.0 % 100 == YEAR
    }

    /// The calendar year it belongs to.
    pub fn calendar_year(self) -> i16 {
        i16::try_from(self.0 / 100).unwrap_or(i16::MAX)
    }

    /// The period it is the place of.
    pub fn period(self) -> Period {
        let month = self.0 % 100;
        if month == YEAR {
            Period::Year(self.calendar_year())
        } else {
            Period::Month(self.calendar_year(), i8::try_from(month).unwrap_or(1))
        }
    }

    /// Its last day.
    pub fn last_day(self) -> Date {
        self.period().last_day()
    }

    /// The slot after it.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.0 % 100 == YEAR { Self((self.0 / 100 + 1) * 100 + 1) } else { Self(self.0 + 1) }
    }

    /// January of its year.
    #[must_use]
    pub const fn first_in_year(self) -> Self {
        Self(self.0 / 100 * 100 + 1)
    }

    /// The slot before it in its year; January has none.
    pub const fn before_in_year(self) -> Option<Self> {
        if self.0 % 100 == 1 { None } else { Some(Self(self.0 - 1)) }
    }

    /// The earlier slots of its year that what it says is compared with: the one before, and of a quarter's end that of the
    /// quarter before.
    pub fn compared_with(self) -> impl Iterator<Item = Self> {
        let quarter = matches!(self.0 % 100, 6 | 9 | 12).then(|| Self(self.0 - 3));
        self.before_in_year().into_iter().chain(quarter)
    }

    /// The later slots of its year that are compared with it.
    pub fn compared_by(self) -> impl Iterator<Item = Self> {
        let next = (!self.is_year()).then(|| self.next());
        let quarter = matches!(self.0 % 100, 3 | 6 | 9).then(|| Self(self.0 + 3));
        next.into_iter().chain(quarter)
    }

    /// All slots from `self` to `last`, both included.
    pub fn through(self, last: Slot) -> impl Iterator<Item = Slot> {
        std::iter::successors(Some(self), |slot| Some(slot.next())).take_while(move |slot| *slot <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_back_as_written() {
        for text in ["2024", "2024-Q2", "2024-06", "1999-12"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in
            ["2024-13", "2024-00", "2024-Q5", "2024-6", "24", "", "2024-", "2024-Qx", "+024", "2024-0６"]
        {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn months_are_compared_with_months_and_quarters_with_quarters() {
        let year: Vec<Slot> = Slot::month(2021, 1).through(Slot::year(2021)).collect();
        let with = |slot: Slot| slot.compared_with().map(|slot| slot.number() % 100).collect::<Vec<_>>();
        let told = [
            vec![],
            vec![1],
            vec![2],
            vec![3],
            vec![4],
            vec![5, 3],
            vec![6],
            vec![7],
            vec![8, 6],
            vec![9],
            vec![10],
        ];
        assert_eq!(year.iter().take(11).map(|slot| with(*slot)).collect::<Vec<_>>(), told);
        assert_eq!([with(Slot::month(2021, 12)), with(Slot::year(2021))], [vec![11, 9], vec![12]]);
        for (one, other) in year.iter().flat_map(|one| year.iter().map(move |other| (*one, *other))) {
            assert_eq!(
                one.compared_by().any(|slot| slot == other),
                other.compared_with().any(|slot| slot == one)
            );
        }
    }

    #[test]
    fn a_year_follows_its_december() {
        let slots: Vec<u32> = Slot::month(2021, 11).through(Slot::month(2022, 1)).map(Slot::number).collect();
        assert_eq!(slots, [202_111, 202_112, 202_113, 202_201]);
        assert_eq!(Slot::year(2021).last_day(), date(2021, 12, 31));
        assert_eq!(Period::Quarter(2024, 1).slot(), Slot::month(2024, 3));
        assert_eq!(Slot::month(2024, 2).last_day(), date(2024, 2, 29));
    }
}
