//! Formats: which of those offered a request wants, by `format` or `Accept`, and how it wants it.

use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE};
use axum::http::{HeaderMap, StatusCode};
use weir_kernel::problem::ProblemDetails;

use crate::http::wrong;
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

impl Offered {
    /// The media types, the default first: type, its version, whether it names the format by itself.
    fn types(self) -> &'static [(&'static str, &'static str, Format)] {
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
    let accepted = ranges(headers, &ACCEPT);
    if accepted.is_empty() {
        return Ok(DEFAULT);
    }
    for range in accepted.iter().filter(|range| range.quality > 0) {
        if let Some(format) = range.of(offered)? {
            return Ok(format);
        }
    }
    let detail = format!("none that is accepted is offered; offered are {}", offered.named());
    Err(ProblemDetails::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", detail))
}

/// What is answered to those who take anything: the standard's default.
const DEFAULT: Format = Format::Json;

/// The language that a request wants names in, English where it wants none that there is.
pub(in crate::sdmx) fn language(headers: &HeaderMap) -> Language {
    let wanted = ranges(headers, &ACCEPT_LANGUAGE);
    let known = |range: &Range| {
        let tag = range.name.split('-').next().unwrap_or_default();
        Language::ALL.into_iter().find(|language| language.tag() == tag)
    };
    wanted.iter().filter(|range| range.quality > 0).find_map(known).unwrap_or(Language::En)
}

/// One of the things that a request accepts.
struct Range {
    name: String,
    parameters: Vec<(String, String)>,
    /// In thousandths.
    quality: u32,
}

impl Range {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The format of those offered that it names, if it does.
    fn of(&self, offered: Offered) -> Result<Option<Format>, ProblemDetails> {
        if matches!(self.name.as_str(), "*/*" | "application/*") {
            return Ok(Some(DEFAULT));
        }
        let version = self.parameter("version");
        let matches = |(name, known, _): &&(&str, &str, Format)| {
            let text = self.name == "text/*" && name.starts_with("text/");
            text || (self.name == *name && (known.is_empty() || version.is_none_or(|asked| asked == *known)))
        };
        match offered.types().iter().find(matches) {
            None => Ok(None),
            Some((_, _, Format::Csv(_))) => self.csv().map(Some),
            Some((_, _, format)) => Ok(Some(*format)),
        }
    }

    fn csv(&self) -> Result<Format, ProblemDetails> {
        let mut options = CsvOptions::default();
        let wrong = |name: &str, value: &str, known: &str| {
            ProblemDetails::bad_request("accept", format!("{name}={value} is not one of {known}"))
        };
        for (name, value) in &self.parameters {
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
}

/// What a header accepts, what it likes best first, else in its order.
fn ranges(headers: &HeaderMap, name: &axum::http::HeaderName) -> Vec<Range> {
    let lists = headers.get_all(name).iter().filter_map(|list| list.to_str().ok());
    let mut ranges: Vec<Range> = lists.flat_map(|list| list.split(',')).filter_map(range).collect();
    ranges.sort_by_key(|range| std::cmp::Reverse(range.quality));
    ranges
}

fn range(text: &str) -> Option<Range> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
    let mut range = Range { name, parameters: Vec::new(), quality: 1_000 };
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"'));
        if name == "q" {
            range.quality = thousandths(value)?;
        } else {
            range.parameters.push((name, value.to_owned()));
        }
    }
    Some(range)
}

/// A quality, 0 to 1 with at most three decimals; what is none counts as none.
fn thousandths(text: &str) -> Option<u32> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{fraction:0<3}");
    let value = whole.parse::<u32>().ok()?.checked_mul(1_000)?.checked_add(digits.parse().ok()?)?;
    (digits.len() == 3 && value <= 1_000).then_some(value)
}

#[cfg(test)]
mod tests {
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
