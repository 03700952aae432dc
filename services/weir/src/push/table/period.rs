//! Periods and days, as people and spreadsheets write them.

use jiff::civil::Date;
use weir_schemas::period::Period;

use super::cell::{Cell, Number, Serial};
use super::text;
use super::unreadable::Unreadable;

/// The period that a cell holds: of a date its month, or its year where the form is annual.
pub(super) fn read(cell: &Cell, annual: bool, is_1904: bool) -> Result<Period, Unreadable> {
    let unreadable = || Unreadable::Period(cell.to_string());
    let of = |date: Date| {
        if annual { Period::Year(date.year()) } else { Period::Month(date.year(), date.month()) }
    };
    match cell {
        Cell::Date(serial) => serial.date().map(of).ok_or_else(unreadable),
        Cell::Number(number) => match serial(*number, is_1904) {
            Some(serial) => serial.date().map(of).ok_or_else(unreadable),
            None => written(&number.decimal(), annual),
        },
        Cell::Text(typed) => written(&text::compact(typed), annual),
        Cell::Truth(_) => Err(unreadable()),
        Cell::Error(error) => Err(Unreadable::Error(error.clone())),
        Cell::Uncomputed => Err(Unreadable::Uncomputed),
    }
}

/// The date that a number is: years have four digits and months six, five are a date that is not shown as one. Before 2000 it is
/// rather a year and a month's single digit, 20246, which may mean either.
pub(super) fn serial(number: Number, is_1904: bool) -> Option<Serial> {
    let shown = number.decimal();
    let serial = (shown.len() == 5 && !shown.contains('.')).then_some(Serial { days: number.0, is_1904 });
    serial.filter(|serial| serial.date().is_some_and(|date| date.year() >= 2000))
}

/// The day that a cell holds.
pub(super) fn day(cell: &Cell) -> Result<Date, Unreadable> {
    let day = match cell {
        Cell::Date(serial) => serial.date(),
        Cell::Number(number) => compact_day(&number.decimal()),
        Cell::Text(typed) => {
            let typed = text::compact(typed);
            compact_day(&typed).or_else(|| parts(&typed).and_then(|parts| date(&parts)))
        }
        Cell::Error(error) => return Err(Unreadable::Error(error.clone())),
        Cell::Uncomputed => return Err(Unreadable::Uncomputed),
        Cell::Truth(_) => None,
    };
    day.ok_or_else(|| Unreadable::Day(cell.to_string()))
}

fn written(typed: &str, annual: bool) -> Result<Period, Unreadable> {
    let unreadable = || Unreadable::Period(typed.to_owned());
    let typed = typed.trim_end_matches("全年");
    if let Some(last) = year_to_date(typed).or_else(|| quarter(typed)) {
        return last.parse().map_err(|_| unreadable());
    }
    if let Some((year, "1")) = typed.split_once('.')
        && year.len() == 4
    {
        return Err(Unreadable::JanuaryOrOctober(typed.to_owned()));
    }
    if let Some(day) = compact_day(typed) {
        return Ok(if annual { Period::Year(day.year()) } else { Period::Month(day.year(), day.month()) });
    }
    let parts = match typed.len() {
        6 if typed.bytes().all(|b| b.is_ascii_digit()) => vec![&typed[..4], &typed[4..]],
        _ => parts(typed).ok_or_else(unreadable)?,
    };
    let text = match parts.as_slice() {
        [year] => (*year).to_owned(),
        [year, month] => format!("{year}-{month:0>2}"),
        parts => {
            let day = date(parts).ok_or_else(unreadable)?;
            if annual {
                format!("{:04}", day.year())
            } else {
                format!("{:04}-{:02}", day.year(), day.month())
            }
        }
    };
    text.parse().map_err(|_| unreadable())
}

/// `2024年1-6月`, the months of a year to date, as its last: `2024-06`.
fn year_to_date(typed: &str) -> Option<String> {
    let (year, months) = typed.split_once('年')?;
    let months = months.strip_suffix('份').unwrap_or(months).strip_suffix('月')?;
    let (first, last) = months.split_once(['-', '—', '–', '－', '~', '～', '至', '到'])?;
    let first = first.trim_end_matches('月');
    matches!(first, "1" | "01").then(|| format!("{year}-{:0>2}", last.trim_start_matches(['-', '—'])))
}

/// `2024年二季度` or `2024Q2` as `2024-Q2`.
fn quarter(typed: &str) -> Option<String> {
    if let Some((year, quarter)) = typed.split_once(['Q', 'q']) {
        return Some(format!("{}-Q{quarter}", year.trim_end_matches(['-', '年'])));
    }
    let (year, quarter) = typed.strip_suffix("季度")?.split_once('年')?;
    let quarter = match quarter.trim_start_matches('第') {
        "一" | "1" => 1,
        "二" | "2" => 2,
        "三" | "3" => 3,
        "四" | "4" => 4,
        _ => return None,
    };
    Some(format!("{year}-Q{quarter}"))
}

/// The numbers of a date in any of its writings, one to three. Between them stands the same: 2024年1-6 and 2024.01-06 are months, no day.
fn parts(typed: &str) -> Option<Vec<&str>> {
    let typed = typed.trim_end_matches(['度', '份', '日', '号']);
    // What ends with a month has no day: 2024年2-6月 are months.
    let most = if typed.ends_with('月') { 2 } else { 3 };
    let typed = typed.trim_end_matches(['年', '月']);
    let between: String = typed.matches(BETWEEN).collect();
    let parts: Vec<&str> = typed.split(BETWEEN).collect();
    let alike = matches!(between.as_str(), "年月" | "--" | "//" | "..") || parts.len() < 3;
    let number = |part: &&str| matches!(part.len(), 1 | 2 | 4) && part.bytes().all(|b| b.is_ascii_digit());
    (alike && parts.len() <= most && parts.iter().all(number) && parts.first()?.len() == 4).then_some(parts)
}

/// What stands between the numbers of a date.
const BETWEEN: [char; 5] = ['年', '月', '-', '/', '.'];

/// `20240630`
fn compact_day(typed: &str) -> Option<Date> {
    let plain = typed.len() == 8 && typed.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| date(&[&typed[..4], &typed[4..6], &typed[6..]]))?
}

fn date(parts: &[&str]) -> Option<Date> {
    let [year, month, day] = parts else { return None };
    let day = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    (1900..3000).contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Option<String> {
        read(&Cell::Text(text.to_owned()), false, false).ok().map(|period| period.to_string())
    }

    #[test]
    fn periods_as_people_write_them() {
        for text in [
            "2024-06",
            "2024年6月",
            "2024 年 06 月",
            "202406",
            "2024.6",
            "2024.06",
            "2024/6",
            "２０２４年６月",
            "2024-6",
            "2024年6月份",
            "2024-06-30",
            "2024/6/30",
            "2024年6月30日",
            "20240630",
            "2024年1-6月",
            "2024年1—6月",
            "2024年1月至6月",
            "2024年1——6月",
        ] {
            assert_eq!(of(text).as_deref(), Some("2024-06"), "{text}");
        }
        for text in ["2024", "2024年", "2024年度", "2024全年"] {
            assert_eq!(of(text).as_deref(), Some("2024"), "{text}");
        }
        for text in ["2024-Q2", "2024Q2", "2024年二季度", "2024年第2季度"] {
            assert_eq!(of(text).as_deref(), Some("2024-Q2"), "{text}");
        }
        assert_eq!(of("2024.10").as_deref(), Some("2024-10"));
        for text in [
            "2024.1",
            "24年6月",
            "2024-1-6月",
            "2024-13",
            "6月",
            "2024年2-6月",
            "2024年1-6",
            "2024.1-6",
            "2024.01-06",
            "2024/1-6",
            "2024年6月1-30日",
            "2024-06-31",
            "",
            "上半年",
            "45444",
            "2024-06-30-1",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn periods_as_spreadsheets_keep_them() {
        let number = |value, annual, is_1904| {
            read(&Cell::Number(Number(value)), annual, is_1904).ok().map(|period| period.to_string())
        };
        assert_eq!(number(202_406.0, false, false).as_deref(), Some("2024-06"));
        assert_eq!(number(2_024.0, true, false).as_deref(), Some("2024"));
        assert_eq!(number(45_444.0, false, false).as_deref(), Some("2024-06"));
        assert_eq!(number(20_246.0, false, false), None, "no June of 1955");
        assert_eq!(number(43_982.0, false, true).as_deref(), Some("2024-06"));
        assert_eq!(number(45_444.0, true, false).as_deref(), Some("2024"));
        assert_eq!(number(2_024.6, false, false).as_deref(), Some("2024-06"));
        assert_eq!(number(2_024.1, false, false), None);
        let date = Cell::Date(Serial { days: 45_473.0, is_1904: false });
        assert_eq!(read(&date, false, false), Ok(Period::Month(2024, 6)));
        assert_eq!(read(&date, true, false), Ok(Period::Year(2024)));
        assert_eq!(day(&date).map(|day| day.to_string()), Ok("2024-06-30".to_owned()));
    }

    proptest! {
        #[test]
        fn every_month_comes_back(year in 1900_i16..3000, month in 1_i8..=12) {
            let period = Period::Month(year, month);
            for text in [period.to_string(), format!("{year}年{month}月"), format!("{year}{month:02}"), format!("{year}.{month:02}")] {
                prop_assert_eq!(of(&text), Some(period.to_string()));
            }
        }

        #[test]
        fn never_panics(text in "[0-9年月日.季度Q/ -]{0,12}|.{0,12}") {
            let _ = (of(&text), day(&Cell::Text(text)));
        }
    }
}
