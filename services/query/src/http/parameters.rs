//! The query of a request, parameter by parameter. Nothing it says is passed over in silence.

use std::collections::HashSet;
use std::fmt::Display;

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::Area;
use weir_schemas::event::{self, Form};
use weir_schemas::plan::Plan;

/// Stands before an area whose children are asked for: `children:510000`.
const CHILDREN: &str = "children:";

/// A query as it comes.
pub(super) type Pairs = Result<Query<Vec<(String, String)>>, QueryRejection>;

/// The parameters of a request, each known and given once.
#[derive(Debug)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a query that may have the `known` parameters.
    ///
    /// # Errors
    /// 400 with the parameter that is unknown or given twice.
    pub(super) fn read(query: Pairs, known: &[&str]) -> Result<Self, ProblemDetails> {
        let Query(pairs) =
            query.map_err(|rejection| ProblemDetails::bad_request("query", rejection.body_text()))?;
        let mut seen = HashSet::new();
        for (name, _) in &pairs {
            if !known.contains(&name.as_str()) {
                return Err(wrong(name, format!("is unknown; known are {}", known.join(", "))));
            }
            if !seen.insert(name) {
                return Err(wrong(name, "is given twice"));
            }
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter, if it is given.
    ///
    /// # Errors
    /// 400 with the parameter and why its value can't be read.
    pub(super) fn get<T, E: Display>(
        &self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, ProblemDetails> {
        let given = self.0.iter().find(|(given, _)| given == name);
        given.map(|(_, value)| read(value).map_err(|error| wrong(name, error))).transpose()
    }

    /// The value of a parameter that must be given.
    ///
    /// # Errors
    /// 400 with the parameter that is missing, or whose value can't be read.
    pub(super) fn required<T, E: Display>(
        &self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, ProblemDetails> {
        self.get(name, read)?.ok_or_else(|| wrong(name, "is required"))
    }

    /// The query of the same request with another value of one parameter.
    pub(super) fn query_with(&self, name: &str, value: &str) -> String {
        let others = self.0.iter().filter(|(given, _)| given != name);
        let pairs = others.map(|(name, value)| (&**name, &**value)).chain([(name, value)]);
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let pairs: Vec<_> =
            pairs.map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        format!("?{}", pairs.join("&"))
    }

    /// The areas of `area`, each once, in the order asked for; the plan's where none is.
    ///
    /// # Errors
    /// 400 when one is no area, or lies outside the plan's.
    pub(super) fn areas(&self, plan: &Plan) -> Result<Vec<Area>, ProblemDetails> {
        Ok(self.get("area", |value| areas(value, plan))?.unwrap_or_else(|| vec![plan.area]))
    }

    /// The moment of `as_of`, if one is given.
    ///
    /// # Errors
    /// 400 when it is no moment.
    pub(super) fn as_of(&self) -> Result<Option<Timestamp>, ProblemDetails> {
        self.get("as_of", moment)
    }
}

/// Areas in a list, the children of one among them.
fn areas(value: &str, plan: &Plan) -> Result<Vec<Area>, String> {
    let mut areas = Vec::new();
    for part in value.split(',').map(str::trim) {
        let code = part.strip_prefix(CHILDREN);
        let area = Area::parse(code.unwrap_or(part)).map_err(|error| error.to_string())?;
        if !plan.area.contains(area) {
            return Err(format!("{area} lies outside the plan's area {}", plan.area));
        }
        if code.is_some() {
            let before = areas.len();
            areas.extend(area.children());
            if areas.len() == before {
                return Err(format!("{area} has no children"));
            }
        } else {
            areas.push(area);
        }
    }
    let mut seen = HashSet::new();
    areas.retain(|area| seen.insert(*area));
    Ok(areas)
}

/// A moment: an RFC 3339 time, or a date, which means its end in China.
pub(crate) fn moment(value: &str) -> Result<Timestamp, String> {
    event::moment(value).ok_or_else(|| {
        format!(
            "{value:?} is no moment: a time (2022-03-01T08:00:00Z; in an address + is written %2B) or a date, which means \
             its end in China"
        )
    })
}

/// A form by its word.
pub(super) fn form(value: &str) -> Result<Form, String> {
    Form::from_word(value).ok_or_else(|| {
        let forms: Vec<&str> = Form::ALL.iter().map(|form| form.as_str()).collect();
        format!("{value:?} is not one of {}", forms.join(", "))
    })
}

/// 400 with a parameter and what is wrong with it.
pub(crate) fn wrong(parameter: &str, what: impl Display) -> ProblemDetails {
    ProblemDetails::bad_request("parameter", format!("{parameter}: {what}")).with("parameter", parameter)
}
