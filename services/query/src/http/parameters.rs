//! What a request asks for: areas, periods, frequency, field. Nothing it says is passed over in silence.

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::period::Period;
use weir_schemas::plan::{Frequency, Plan};

/// Stands before an area whose children are asked for: `children:510000`.
const CHILDREN: &str = "children:";

/// The figures that a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// In the order asked for, each once.
    pub(super) areas: Vec<Area>,
    /// The first period; the calendar's first where absent.
    pub(super) from: Option<Period>,
    /// The last period; the calendar's last where absent.
    pub(super) to: Option<Period>,
    /// Years, quarters or months.
    pub(super) frequency: Frequency,
    /// The field, `_T` where none is named.
    pub(super) field: Field,
    /// Of the events recorded up to this moment; of all where absent.
    pub(super) as_of: Option<Timestamp>,
}

impl Asked {
    /// Reads the query of a request for something that is answered at the `offered` frequencies.
    ///
    /// # Errors
    /// 400 with the parameter that is wrong.
    pub(super) fn read(
        pairs: &[(String, String)],
        plan: &Plan,
        offered: &[Frequency],
    ) -> Result<Self, ProblemDetails> {
        let mut asked = Self {
            areas: vec![plan.area],
            from: None,
            to: None,
            frequency: Frequency::A,
            field: Field::Total,
            as_of: None,
        };
        for (at, (name, value)) in pairs.iter().enumerate() {
            if pairs.iter().take(at).any(|(other, _)| other == name) {
                return Err(wrong(name, "is given twice"));
            }
            match name.as_str() {
                "area" => asked.areas = areas(value, plan)?,
                "from" => asked.from = Some(period(name, value)?),
                "to" => asked.to = Some(period(name, value)?),
                "freq" => asked.frequency = frequency(value, offered)?,
                "field" => asked.field = value.parse().map_err(|error| wrong(name, error))?,
                "as_of" => asked.as_of = Some(moment(name, value)?),
                _ => return Err(wrong(name, "is unknown; known are area, from, to, freq, field, as_of")),
            }
        }
        match (asked.from, asked.to) {
            (Some(from), Some(to)) if from.first_day() > to.last_day() => {
                Err(wrong("from", format!("{from} is later than to={to}")))
            }
            _ => Ok(asked),
        }
    }
}

fn areas(value: &str, plan: &Plan) -> Result<Vec<Area>, ProblemDetails> {
    let mut areas = Vec::new();
    for part in value.split(',').map(str::trim) {
        let code = part.strip_prefix(CHILDREN);
        let area: Area = code.unwrap_or(part).parse().map_err(|error| wrong("area", error))?;
        if !plan.area.contains(area) {
            return Err(wrong("area", format!("{area} lies outside the plan's area {}", plan.area)));
        }
        if code.is_some() {
            areas.extend(area.children());
        } else {
            areas.push(area);
        }
    }
    let mut seen = std::collections::HashSet::new();
    areas.retain(|area| seen.insert(*area));
    Ok(areas)
}

fn period(name: &str, value: &str) -> Result<Period, ProblemDetails> {
    value.parse().map_err(|error| wrong(name, error))
}

fn frequency(value: &str, offered: &[Frequency]) -> Result<Frequency, ProblemDetails> {
    let all = [("A", Frequency::A), ("Q", Frequency::Q), ("M", Frequency::M)];
    let Some((_, frequency)) = all.into_iter().find(|(code, _)| *code == value) else {
        return Err(wrong("freq", format!("{value:?} is not one of A, Q, M")));
    };
    if offered.contains(&frequency) {
        return Ok(frequency);
    }
    let offered: Vec<_> =
        all.into_iter().filter(|(_, one)| offered.contains(one)).map(|(code, _)| code).collect();
    Err(wrong("freq", format!("{value} is not offered here, only {}", offered.join(", "))))
}

/// A moment: an RFC 3339 time, or a date, which means its end in China.
fn moment(name: &str, value: &str) -> Result<Timestamp, ProblemDetails> {
    let end_of = |date: Date| {
        let next = date.tomorrow().ok()?.at(0, 0, 0, 0);
        let begins = Offset::constant(8).to_timestamp(next).ok()?;
        Some(begins - SignedDuration::from_millis(1))
    };
    let bare = (value.len() == 10).then(|| value.parse::<Date>().ok().and_then(end_of)).flatten();
    bare.or_else(|| value.parse().ok()).ok_or_else(|| {
        wrong(name, format!("{value:?} is no moment: a time (2022-03-01T08:00:00Z) or a date, which means its end in China"))
    })
}

/// 400 with a parameter and what is wrong with it.
pub(super) fn wrong(parameter: &str, what: impl std::fmt::Display) -> ProblemDetails {
    ProblemDetails::bad_request("parameter", format!("{parameter}: {what}")).with("parameter", parameter)
}
