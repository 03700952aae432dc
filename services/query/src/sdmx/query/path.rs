//! A request as it comes: the segments of its path and the pairs of its query, each decoded once.

use axum::http::Uri;
use percent_encoding::percent_decode_str;
use weir_kernel::problem::ProblemDetails;

use crate::http::wrong;

/// Parameters of the standard that are not served.
const UNSERVED: [&str; 4] = ["offset", "limit", "sort", "reportingYearStartDay"];

/// A request's path below its resource, and its query.
///
/// A `+` stands for itself: in filters it is AND, and in times it is part of the offset.
#[derive(Debug)]
pub(in crate::sdmx) struct Request {
    segments: Vec<String>,
    parameters: Vec<(String, String)>,
}

impl Request {
    /// Reads a path `/sdmx/RESOURCE/…` of at most `most` segments below the resource, and a query of `known` parameters;
    /// filters `c[…]` are known where `c` is.
    ///
    /// # Errors
    /// 400 with what can't be read, 501 for parameters of the standard that are not served.
    pub(in crate::sdmx) fn read(uri: &Uri, most: usize, known: &[&str]) -> Result<Self, ProblemDetails> {
        // An empty segment, a resource and a slash at the end stand for nothing.
        let below = uri.path().trim_end_matches('/').split('/').skip(3);
        let segments: Vec<String> = below.map(decoded).collect::<Result<_, _>>()?;
        if let Some(further) = segments.get(most) {
            return Err(ProblemDetails::bad_request("path", format!("{further:?} is one part too many")));
        }
        let mut parameters: Vec<(String, String)> = Vec::new();
        let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        for pair in pairs {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            if UNSERVED.contains(&name.as_str()) {
                return Err(not_served(&format!("the parameter {name}")));
            }
            let filter = component(&name).is_some() && known.contains(&"c");
            if !filter && (name == "c" || !known.contains(&name.as_str())) {
                let known: Vec<_> =
                    known.iter().map(|name| if *name == "c" { "c[COMPONENT]" } else { name }).collect();
                return Err(wrong(&name, format!("is unknown; known are {}", known.join(", "))));
            }
            if parameters.iter().any(|(given, _)| *given == name) {
                return Err(wrong(&name, "is given twice"));
            }
            parameters.push((name, value));
        }
        Ok(Self { segments, parameters })
    }

    /// A segment of the path; `*` where it is left out.
    pub(in crate::sdmx) fn segment(&self, at: usize) -> &str {
        self.segments.get(at).map_or("*", String::as_str)
    }

    /// A parameter.
    pub(in crate::sdmx) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// A parameter as something else.
    ///
    /// # Errors
    /// 400 with the parameter and why it can't be read.
    pub(in crate::sdmx) fn get<T>(
        &self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ProblemDetails> {
        self.parameter(name).map(|value| read(value).map_err(|what| wrong(name, what))).transpose()
    }

    /// The filters: component and expression.
    pub(in crate::sdmx) fn filters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().filter_map(|(name, value)| Some((component(name)?, value.as_str())))
    }
}

/// 501: of the standard, and not served.
pub(in crate::sdmx) fn not_served(what: &str) -> ProblemDetails {
    ProblemDetails::new(
        axum::http::StatusCode::NOT_IMPLEMENTED,
        "sdmx-not-implemented",
        format!("{what} is not served here"),
    )
}

/// The component of a parameter `c[COMPONENT]`.
fn component(name: &str) -> Option<&str> {
    name.strip_prefix("c[")?.strip_suffix(']')
}

fn decoded(text: &str) -> Result<String, ProblemDetails> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| ProblemDetails::bad_request("path", format!("{text:?} is not UTF-8")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(uri: &str) -> Result<Request, ProblemDetails> {
        Request::read(&uri.parse().unwrap(), 5, &["c", "asOf"])
    }

    #[test]
    fn what_is_left_out_is_everything_and_a_slash_at_the_end_is_nothing() {
        for uri in ["/sdmx/data/dataflow/SCSTAT/HT", "/sdmx/data/dataflow/SCSTAT/HT/"] {
            let request = read(uri).unwrap();
            assert_eq!([0, 1, 2, 3, 4].map(|at| request.segment(at)), ["dataflow", "SCSTAT", "HT", "*", "*"]);
        }
        assert_eq!(read("/sdmx/data").unwrap().segment(0), "*");
        assert_eq!(read("/sdmx/data/a/b/c/d/e/f").unwrap_err().code(), "path");
    }

    #[test]
    fn a_plus_stands_for_itself_and_brackets_may_be_encoded() {
        let request =
            read("/sdmx/data?c%5BTIME_PERIOD%5D=ge:2021+le:2025&asOf=2024-01-01T00:00:00+08:00").unwrap();
        assert_eq!(request.filters().collect::<Vec<_>>(), [("TIME_PERIOD", "ge:2021+le:2025")]);
        assert_eq!(request.parameter("asOf"), Some("2024-01-01T00:00:00+08:00"));
    }

    #[test]
    fn nothing_is_passed_over_in_silence() {
        for (uri, status) in [
            ("/sdmx/data?nothing=1", 400),
            ("/sdmx/data?asOf=1&asOf=2", 400),
            ("/sdmx/data?c[FREQ]=A&c[FREQ]=M", 400),
            ("/sdmx/data?c=A", 400),
            ("/sdmx/data?asOf=%ff", 400),
            ("/sdmx/data?offset=10", 501),
        ] {
            assert_eq!(read(uri).unwrap_err().status().as_u16(), status, "{uri}");
        }
    }
}
