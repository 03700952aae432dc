//! `Accept`, as RFC 9110 §12.5.1 has it.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

use super::Format;

/// What one part of the header says: a range of media types, and how much they are wanted, in thousandths.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    quality: u16,
}

impl<'a> Range<'a> {
    /// Parts that can't be read are no wish.
    fn read(part: &'a str) -> Option<Self> {
        let mut words = part.split(';').map(str::trim);
        let (kind, subtype) = words.next()?.split_once('/')?;
        let weight = words.find_map(|word| word.strip_prefix("q=").or_else(|| word.strip_prefix("Q=")));
        let quality = weight.map_or(Some(1000), thousandths)?;
        Some(Self { kind, subtype, quality })
    }

    /// How closely it names a media type; `None` where it does not.
    fn names(&self, media_type: &str) -> Option<u8> {
        let (kind, subtype) = media_type.split_once('/')?;
        let same = |range: &str, word: &str| range.eq_ignore_ascii_case(word);
        match (self.kind, self.subtype) {
            ("*", "*") => Some(0),
            (range, "*") if same(range, kind) => Some(1),
            (range, name) if same(range, kind) && same(name, subtype) => Some(2),
            _ => None,
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
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

/// Of what is offered the most wanted, of equals the first; `None` where nothing is wanted. Who wants nothing in
/// particular gets the first.
pub(super) fn preferred(headers: &HeaderMap, offered: &[Format]) -> Option<Format> {
    let lists: Vec<&str> = headers.get_all(ACCEPT).iter().filter_map(|list| list.to_str().ok()).collect();
    let ranges: Vec<Range<'_>> =
        lists.iter().flat_map(|list| list.split(',')).filter_map(|part| Range::read(part.trim())).collect();
    if ranges.is_empty() {
        return offered.first().copied();
    }
    let quality = |format: &Format| {
        let named =
            ranges.iter().filter_map(|range| Some((range.names(format.media_type())?, range.quality)));
        // The closest range decides, whatever the others say.
        named.max_by_key(|(closeness, _)| *closeness).map_or(0, |(_, quality)| quality)
    };
    let wanted = offered.iter().rev().filter(|format| quality(format) > 0);
    wanted.max_by_key(|format| quality(format)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(accept: &[&'static str]) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        for list in accept {
            headers.append(ACCEPT, list.parse().unwrap());
        }
        preferred(&headers, Format::FIGURES).map(Format::word)
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
            (vec!["*/*;q=0"], None),
            (vec!["text/html"], None),
            (vec!["image/*, text/csv;q=0"], None),
            (vec!["nonsense"], Some("json")),
            (vec!["text/csv;q=7"], Some("json")),
        ] {
            assert_eq!(asked(&accept), word, "{accept:?}");
        }
    }
}
