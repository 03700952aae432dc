//! Formats: which of those offered a request wants, by `format` or `Accept`, and how it wants it.

use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::{HeaderMap, StatusCode};
use weir_kernel::problem::ProblemDetails;

use crate::http::{Range, preferred, ranges, wrong};
use crate::sdmx::model::Language;

/// A format of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sdmx) enum Format {
    /// SDMX-JSON 2.0.0.
    Json,
    /// SDMX-ML 3.0.0.
    Xml,
    /// SDMX-CSV 2.0.0.
    Csv(CsvOptions),
}

/// How SDMX-CSV is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::sdmx) struct CsvOptions {
    /// Whether ids, names or both.
    pub(in crate::sdmx) labels: Labels,
    /// Whether times are written as days of their beginning.
    pub(in crate::sdmx) normalized: bool,
    /// Which keys have a column of their own.
    pub(in crate::sdmx) keys: Keys,
}

/// What stands for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::sdmx) enum Labels {
    /// Its id.
    #[default]
    Id,
    /// The id, and its name in a column beside it.
    Name,
    /// Both in one column.
    Both,
}

/// Which keys have a column of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::sdmx) enum Keys {
    /// None.
    #[default]
    None,
    /// The observation's.
    Obs,
    /// The series'.
    Series,
    /// Both.
    Both,
}

/// The messages that a resource answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sdmx) enum Offered {
    /// Data: JSON, XML and CSV.
    Data,
    /// Structures: JSON and XML.
    Structure,
}

/// A media type, its version unless it only stands for one that has, and the format.
type Typed = (&'static str, &'static str, Format);

impl Offered {
    /// The media types, the default first.
    fn types(self) -> &'static [Typed] {
        const CSV: Format =
            Format::Csv(CsvOptions { labels: Labels::Id, normalized: false, keys: Keys::None });
        match self {
            Self::Data => &[
                ("application/vnd.sdmx.data+json", "2.0.0", Format::Json),
                ("application/vnd.sdmx.data+xml", "3.0.0", Format::Xml),
                ("application/vnd.sdmx.data+csv", "2.0.0", CSV),
                ("application/json", "", Format::Json),
                ("text/csv", "", CSV),
                ("application/xml", "", Format::Xml),
                ("text/xml", "", Format::Xml),
            ],
            Self::Structure => &[
                ("application/vnd.sdmx.structure+json", "2.0.0", Format::Json),
                ("application/vnd.sdmx.structure+xml", "3.0.0", Format::Xml),
                ("application/json", "", Format::Json),
                ("application/xml", "", Format::Xml),
                ("text/xml", "", Format::Xml),
            ],
        }
    }

    fn named(self) -> String {
        let own = self.types().iter().filter(|(_, version, _)| !version.is_empty());
        own.map(|(name, version, _)| format!("{name};version={version}")).collect::<Vec<_>>().join(", ")
    }

    /// The media type of an answer.
    pub(in crate::sdmx) fn content_type(self, format: Format) -> &'static str {
        match (self, format) {
            (Self::Data, Format::Json) => "application/vnd.sdmx.data+json;version=2.0.0",
            (Self::Data, Format::Xml) => "application/vnd.sdmx.data+xml;version=3.0.0",
            (_, Format::Csv(CsvOptions { labels: Labels::Id, .. })) => {
                "application/vnd.sdmx.data+csv;version=2.0.0;labels=id;charset=utf-8"
            }
            (_, Format::Csv(CsvOptions { labels: Labels::Name, .. })) => {
                "application/vnd.sdmx.data+csv;version=2.0.0;labels=name;charset=utf-8"
            }
            (_, Format::Csv(CsvOptions { labels: Labels::Both, .. })) => {
                "application/vnd.sdmx.data+csv;version=2.0.0;labels=both;charset=utf-8"
            }
            (Self::Structure, Format::Json) => "application/vnd.sdmx.structure+json;version=2.0.0",
            (Self::Structure, Format::Xml) => "application/vnd.sdmx.structure+xml;version=3.0.0",
        }
    }
}

/// The format that a request wants: that of `format`, else the first offered among those it likes best.
///
/// # Errors
/// 400 for an unknown `format` or option, 406 when it wants none that is offered.
pub(in crate::sdmx) fn negotiate(
    offered: Offered,
    format: Option<&str>,
    headers: &HeaderMap,
) -> Result<Format, ProblemDetails> {
    if let Some(word) = format {
        let csv = Format::Csv(CsvOptions::default());
        return match (word, offered) {
            ("json", _) => Ok(Format::Json),
            ("xml", _) => Ok(Format::Xml),
            ("csv", Offered::Data) => Ok(csv),
            (_, Offered::Data) => Err(wrong("format", format!("{word:?} is not one of json, xml, csv"))),
            (_, Offered::Structure) => Err(wrong("format", format!("{word:?} is not one of json, xml"))),
        };
    }
    match preferred(headers, offered.types(), closeness) {
        Some(((.., Format::Csv(_)), Some(range))) => csv(&range),
        Some(((.., format), _)) => Ok(*format),
        None => {
            let detail = format!("none that is accepted is offered; offered are {}", offered.named());
            Err(ProblemDetails::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", detail))
        }
    }
}

/// How closely a range names a media type in a version. What stands for another, as `application/json` does, is taken by
/// nobody who takes anything.
fn closeness(range: &Range, (name, version, _): &&Typed) -> Option<u8> {
    let closeness = range.names(name)?;
    match range.parameter("version") {
        _ if version.is_empty() => Some(closeness).filter(|closeness| *closeness > 0),
        None => Some(closeness),
        Some(asked) => (asked == *version).then_some(closeness + 1),
    }
}

/// The language that a request wants names in, English where it wants none that there is.
pub(in crate::sdmx) fn language(headers: &HeaderMap) -> Language {
    let wanted = ranges(headers, &ACCEPT_LANGUAGE);
    let known = |range: &Range| {
        let tag = range.name.split('-').next().unwrap_or_default();
        Language::ALL.into_iter().find(|language| language.tag() == tag)
    };
    wanted.iter().filter(|range| range.quality > 0).find_map(known).unwrap_or(Language::En)
}

/// How SDMX-CSV is to be written, by the range that names it.
fn csv(range: &Range) -> Result<Format, ProblemDetails> {
    let mut options = CsvOptions::default();
    let wrong = |name: &str, value: &str, known: &str| {
        ProblemDetails::bad_request("accept", format!("{name}={value} is not one of {known}"))
    };
    for (name, value) in &range.parameters {
        match (name.as_str(), value.as_str()) {
            ("labels", "id") => options.labels = Labels::Id,
            ("labels", "name") => options.labels = Labels::Name,
            ("labels", "both") => options.labels = Labels::Both,
            ("labels", other) => return Err(wrong("labels", other, "id, name, both")),
            ("timeformat", "original") => options.normalized = false,
            ("timeformat", "normalized") => options.normalized = true,
            ("timeformat", other) => return Err(wrong("timeFormat", other, "original, normalized")),
            ("keys", "none") => options.keys = Keys::None,
            ("keys", "obs") => options.keys = Keys::Obs,
            ("keys", "series") => options.keys = Keys::Series,
            ("keys", "both") => options.keys = Keys::Both,
            ("keys", other) => return Err(wrong("keys", other, "none, obs, series, both")),
            _ => {}
        }
    }
    Ok(Format::Csv(options))
}

#[cfg(test)]
mod tests {
    use axum::http::header::ACCEPT;

    use super::*;

    fn asked(offered: Offered, accept: &str) -> Result<String, u16> {
        let mut headers = HeaderMap::new();
        if !accept.is_empty() {
            headers.insert(ACCEPT, accept.parse().unwrap());
        }
        let format = negotiate(offered, None, &headers).map_err(|problem| problem.status().as_u16())?;
        Ok(offered.content_type(format).to_owned())
    }

    #[test]
    fn data_comes_as_it_is_accepted() {
        for (accept, answered) in [
            ("", "application/vnd.sdmx.data+json;version=2.0.0"),
            ("*/*", "application/vnd.sdmx.data+json;version=2.0.0"),
            ("application/json", "application/vnd.sdmx.data+json;version=2.0.0"),
            ("application/xml", "application/vnd.sdmx.data+xml;version=3.0.0"),
            ("application/vnd.sdmx.data+xml;version=3.0.0", "application/vnd.sdmx.data+xml;version=3.0.0"),
            ("application/vnd.sdmx.data+xml", "application/vnd.sdmx.data+xml;version=3.0.0"),
            ("text/csv", "application/vnd.sdmx.data+csv;version=2.0.0;labels=id;charset=utf-8"),
            ("text/*", "application/vnd.sdmx.data+csv;version=2.0.0;labels=id;charset=utf-8"),
            (
                "application/vnd.sdmx.data+csv;version=2.0.0;labels=both;timeFormat=normalized",
                "application/vnd.sdmx.data+csv;version=2.0.0;labels=both;charset=utf-8",
            ),
            (
                "text/html, application/vnd.sdmx.data+json;q=0.5, application/vnd.sdmx.data+xml;q=0.75",
                "application/vnd.sdmx.data+xml;version=3.0.0",
            ),
            // What is refused is not answered, whatever else would take it.
            ("application/vnd.sdmx.data+json;q=0, */*", "application/vnd.sdmx.data+xml;version=3.0.0"),
            (
                "application/vnd.sdmx.data+json;version=2.0.0;q=0, application/*;q=0.5",
                "application/vnd.sdmx.data+xml;version=3.0.0",
            ),
            (
                "*/*;q=0.1, text/csv;labels=both",
                "application/vnd.sdmx.data+csv;version=2.0.0;labels=both;charset=utf-8",
            ),
            (
                "application/vnd.sdmx.data+json;version=2.1.0, application/vnd.sdmx.data+csv; version = 2.0.0",
                "application/vnd.sdmx.data+csv;version=2.0.0;labels=id;charset=utf-8",
            ),
        ] {
            assert_eq!(asked(Offered::Data, accept).as_deref(), Ok(answered), "{accept}");
        }
    }

    #[test]
    fn what_is_not_offered_is_not_answered() {
        for accept in ["text/html", "application/vnd.sdmx.data+json;version=9", "application/json;q=0"] {
            assert_eq!(asked(Offered::Data, accept), Err(406), "{accept}");
        }
        assert_eq!(asked(Offered::Structure, "text/csv"), Err(406));
        assert_eq!(asked(Offered::Data, "text/csv;labels=all"), Err(400));
    }

    #[test]
    fn names_come_in_the_language_that_is_wanted() {
        let mut headers = HeaderMap::new();
        assert_eq!(language(&headers), Language::En);
        for (wanted, told) in [
            ("zh-CN,en;q=0.5", Language::Zh),
            ("fr, zh;q=0.4, en;q=0.6", Language::En),
            ("fr", Language::En),
            ("*", Language::En),
        ] {
            headers.insert(ACCEPT_LANGUAGE, wanted.parse().unwrap());
            assert_eq!(language(&headers), told, "{wanted}");
        }
    }
}
