//! What a request accepts, as RFC 9110 §12.5 has it: ranges, and how much each is wanted.

use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderName};

/// One of the things that a request accepts.
#[derive(Debug)]
pub(crate) struct Range {
    /// A media type, a part of one with `*`, or a language; in lower case.
    pub(crate) name: String,
    /// What it says besides, the names in lower case.
    pub(crate) parameters: Vec<(String, String)>,
    /// How much it is wanted, in thousandths.
    pub(crate) quality: u16,
}

impl Range {
    /// Parts that can't be read are no wish.
    fn read(text: &str) -> Option<Self> {
        let mut words = text.split(';').map(str::trim);
        let name = words.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
        let mut range = Self { name, parameters: Vec::new(), quality: 1_000 };
        for (name, value) in words.filter_map(|word| word.split_once('=')) {
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"'));
            if name == "q" {
                range.quality = thousandths(value)?;
            } else {
                range.parameters.push((name, value.to_owned()));
            }
        }
        Some(range)
    }

    /// What it says of a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// How closely it names a media type, whatever its parameters are; `None` where it does not.
    pub(crate) fn names(&self, media_type: &str) -> Option<u8> {
        if self.name == "*/*" {
            return Some(0);
        }
        let same_kind = |kind: &str| media_type.split_once('/').is_some_and(|(other, _)| other == kind);
        match self.name.strip_suffix("/*") {
            Some(kind) => same_kind(kind).then_some(1),
            None => (self.name == media_type).then_some(2),
        }
    }
}

/// `0.5` is 500.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths = digits.then(|| format!("{fraction:0<3}").parse::<u16>().ok()).flatten()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1_000),
        _ => None,
    }
}

/// What a header accepts, what is wanted most first, else in its order.
pub(crate) fn ranges(headers: &HeaderMap, name: &HeaderName) -> Vec<Range> {
    let lists = headers.get_all(name).iter().filter_map(|list| list.to_str().ok());
    let mut ranges: Vec<Range> = lists.flat_map(|list| list.split(',')).filter_map(Range::read).collect();
    ranges.sort_by_key(|range| std::cmp::Reverse(range.quality));
    ranges
}

/// Of what is offered the most wanted, of equals the first, with the range that names it most closely: that one decides, whatever
/// the others say. `closeness` is how closely a range names it. None where nothing is wanted; who wants nothing in
/// particular gets the first.
pub(crate) fn preferred<T>(
    headers: &HeaderMap,
    offered: impl IntoIterator<Item = T>,
    closeness: impl Fn(&Range, &T) -> Option<u8>,
) -> Option<(T, Option<Range>)> {
    let mut ranges = ranges(headers, &ACCEPT);
    ranges.retain(|range| range.name.contains('/'));
    let mut offered = offered.into_iter();
    if ranges.is_empty() {
        return offered.next().map(|first| (first, None));
    }
    let mut best: Option<(T, usize)> = None;
    for one in offered {
        let named = (0..).zip(&ranges).filter_map(|(at, range)| Some((closeness(range, &one)?, at)));
        // Of those that name it as closely the one that wants it most.
        let closest = named.max_by_key(|(closeness, at)| (*closeness, std::cmp::Reverse(*at)));
        let Some((_, at)) = closest.filter(|(_, at)| ranges[*at].quality > 0) else { continue };
        if best.as_ref().is_none_or(|(_, other)| ranges[at].quality > ranges[*other].quality) {
            best = Some((one, at));
        }
    }
    best.map(|(one, at)| (one, Some(ranges.swap_remove(at))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::format::Format;

    fn asked(accept: &[&'static str]) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        for list in accept {
            headers.append(ACCEPT, list.parse().unwrap());
        }
        let offered = Format::FIGURES.iter().copied();
        preferred(&headers, offered, |range, format| range.names(format.media_type()))
            .map(|(format, _)| format.word())
    }

    #[test]
    fn the_most_wanted_is_taken_and_json_without_a_wish() {
        for (accept, word) in [
            (vec![], Some("json")),
            (vec!["*/*"], Some("json")),
            (vec!["text/html,application/xhtml+xml,*/*;q=0.8"], Some("json")),
            (vec!["text/csv"], Some("csv")),
            (vec!["text/*"], Some("csv")),
            (vec!["Text/CSV; charset=utf-8"], Some("csv")),
            (vec!["application/json;q=0.5, text/csv;q=0.75"], Some("csv")),
            (vec!["application/json;q=0.5", "application/vnd.apache.parquet"], Some("parquet")),
            (vec!["application/vnd.json-stat+json, */*;q=0.1"], Some("json-stat")),
            (vec!["application/json;q=0, application/*"], Some("xlsx")),
            (vec!["application/json;q=0, */*"], Some("csv")),
            (vec!["*/*;q=0"], None),
            (vec!["text/html"], None),
            (vec!["image/*, text/csv;q=0"], None),
            (vec!["nonsense"], Some("json")),
            (vec!["text/csv;q=7"], Some("json")),
            (vec!["text/csv ; Q = 0.5, application/json; q=\"0.25\""], Some("csv")),
        ] {
            assert_eq!(asked(&accept), word, "{accept:?}");
        }
    }
}
