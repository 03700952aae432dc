//! Pages of a list: how many items at most, after which, and as of when.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use weir_kernel::problem::ProblemDetails;

use super::parameters::{Parameters, wrong};

/// The parameter that says after which item a page begins.
pub(super) const CURSOR: &str = "cursor";

/// Which part of a list is asked for. `K` is what the list is ordered by.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page<K> {
    /// The most items in it.
    pub(super) limit: usize,
    /// The last item of the page before.
    pub(super) after: Option<K>,
    /// The moment asked about. All pages after the first are as of the first's.
    pub(super) as_of: Option<Timestamp>,
}

/// Where a page ends, as the next one's request says it.
#[derive(Debug, Serialize, Deserialize)]
struct Cursor<K> {
    at: i64,
    after: K,
}

impl<K: Serialize + DeserializeOwned> Page<K> {
    /// Reads `limit`, `cursor` and `as_of`.
    ///
    /// # Errors
    /// 400 when the limit is over `most`, or the cursor none of ours.
    pub(super) fn read(parameters: &Parameters, most: usize) -> Result<Self, ProblemDetails> {
        let limit = parameters.get("limit", |value| match value.parse::<usize>() {
            Ok(limit) if (1..=most).contains(&limit) => Ok(limit),
            _ => Err(format!("{value:?} is no number from 1 to {most}")),
        })?;
        let foreign = || wrong(CURSOR, "is not one that an answer gave as `next`");
        let cursor = parameters.get(CURSOR, |value| Ok::<_, String>(decode(value)))?;
        let cursor: Option<Cursor<K>> = cursor.map(|cursor| cursor.ok_or_else(foreign)).transpose()?;
        let (after, as_of) = match cursor {
            Some(Cursor { at, after }) => {
                (Some(after), Some(Timestamp::from_millisecond(at).map_err(|_| foreign())?))
            }
            None => (None, parameters.as_of()?),
        };
        Ok(Self { limit: limit.unwrap_or(most), after, as_of })
    }

    /// Keeps the page's items of those found, which are one more than fit where there are more; and where the next
    /// page begins.
    pub(super) fn cut<T>(&self, found: &mut Vec<T>, at: Timestamp, key: impl Fn(&T) -> K) -> Option<String> {
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        let last = found.last().filter(|_| more)?;
        encode(&Cursor { at: at.as_millisecond(), after: key(last) })
    }
}

/// Hexadecimal, so that nobody takes it for more than a place to go on from.
fn encode<K: Serialize>(cursor: &Cursor<K>) -> Option<String> {
    let mut text = String::new();
    for byte in serde_json::to_vec(cursor).ok()? {
        let _ = write!(text, "{byte:02x}");
    }
    Some(text)
}

fn decode<K: DeserializeOwned>(text: &str) -> Option<Cursor<K>> {
    let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    let bytes = digits.map(|pair| u8::from_str_radix(pair.filter(|pair| pair.len() == 2)?, 16).ok());
    serde_json::from_slice(&bytes.collect::<Option<Vec<u8>>>()?).ok()
}

#[cfg(test)]
mod tests {
    use axum::extract::Query;

    use super::*;

    fn read(query: &[(&str, &str)]) -> Result<Page<(u32, String)>, String> {
        let pairs = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let parameters = Parameters::read(Ok(Query(pairs)), &["limit", "cursor", "as_of"]).unwrap();
        Page::read(&parameters, 3).map_err(|problem| problem.to_string())
    }

    #[test]
    fn the_next_page_goes_on_where_and_when_the_last_one_ended() {
        let at: Timestamp = "2024-01-01T00:00:00.25Z".parse().unwrap();
        let page = read(&[("limit", "2")]).unwrap();
        assert_eq!((page.limit, &page.after, page.as_of), (2, &None, None));
        let key = |item: &u32| (*item, format!("“{item}”"));
        let mut found = vec![7, 8, 9];
        let next = page.cut(&mut found, at, key).unwrap();
        assert_eq!(found, [7, 8]);
        let page = read(&[("cursor", &next), ("as_of", "2020-01-01")]).unwrap();
        assert_eq!(page, Page { limit: 3, after: Some(key(&8)), as_of: Some(at) });
        assert_eq!(page.cut(&mut vec![9], at, key), None, "it is the last");
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for limit in ["0", "4", "-1", "x", ""] {
            let said = read(&[("limit", limit)]).unwrap_err();
            assert!(said.contains("is no number from 1 to 3"), "{said}");
        }
        for cursor in ["", "0", "zz", "7b7d", "é", "5b312c22615d"] {
            let said = read(&[("cursor", cursor)]).unwrap_err();
            assert!(said.contains("is not one that an answer gave"), "{said}");
        }
    }
}
