//! Keys: which series, dimension by dimension.

use weir_kernel::problem::ProblemDetails;

use crate::sdmx::model::DIMENSIONS;

/// The keys of a request; a series is asked for if it matches one.
#[derive(Debug)]
pub(in crate::sdmx) struct Keyset<'a>(Vec<Vec<Option<&'a str>>>);

impl<'a> Keyset<'a> {
    /// Reads keys with commas between: codes with dots between, `*` for any, and what is left out at the end is any.
    ///
    /// # Errors
    /// 400 with a key that has too many codes, or whose codes are none.
    pub(in crate::sdmx) fn read(text: &'a str) -> Result<Self, ProblemDetails> {
        let complaint = |what: String| Err(ProblemDetails::bad_request("key", what));
        let mut keys = Vec::new();
        for key in text.split(',') {
            let codes: Vec<_> = key.split('.').map(|code| Some(code).filter(|code| !is_any(code))).collect();
            if codes.len() > DIMENSIONS.len() {
                let ids: Vec<_> = DIMENSIONS.iter().map(|dimension| dimension.id).collect();
                return complaint(format!(
                    "the key {key:?} has {} parts, over {}",
                    codes.len(),
                    ids.join(".")
                ));
            }
            for code in codes.iter().flatten() {
                if code.contains('+') {
                    return complaint(format!(
                        "{code:?}: + in a key is of SDMX 2.1; keys have commas between"
                    ));
                }
                let in_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '$' | '-');
                if !code.chars().all(in_code) {
                    return complaint(format!("{code:?} is no code"));
                }
            }
            keys.push(codes);
        }
        Ok(Self(keys))
    }

    /// Whether a series with these codes is asked for.
    pub(in crate::sdmx) fn holds(&self, codes: &[&str; DIMENSIONS.len()]) -> bool {
        let matches = |key: &Vec<Option<&str>>| {
            key.iter().zip(codes).all(|(asked, code)| asked.is_none_or(|asked| asked == *code))
        };
        self.0.iter().any(matches)
    }

    /// The codes that are named for a dimension.
    pub(in crate::sdmx) fn named(&self, dimension: usize) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter_map(move |key| key.get(dimension).copied().flatten())
    }

    /// Without what is asked of a dimension.
    pub(in crate::sdmx) fn without(&self, dimension: usize) -> Self {
        let mut keys = self.0.clone();
        for code in keys.iter_mut().filter_map(|key| key.get_mut(dimension)) {
            *code = None;
        }
        Self(keys)
    }
}

/// Whether a part of a key stands for any code. Clients that came from SDMX 2.1 leave it empty.
fn is_any(code: &str) -> bool {
    code.is_empty() || code == "*"
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIES: [&str; 5] = ["A", "510000", "HTE_COUNT", "_T", "STOCK"];

    #[test]
    fn a_series_is_asked_for_by_any_of_the_keys() {
        for key in ["*", "A.510000.HTE_COUNT", "A..HTE_COUNT", "*.*.*._T.STOCK", "M.510100,A.510000", "A", ""]
        {
            assert!(Keyset::read(key).unwrap().holds(&SERIES), "{key}");
        }
        for key in ["M", "A.510000.HTE_COUNT.F01", "M.510000,A.510100", "*.*.X"] {
            assert!(!Keyset::read(key).unwrap().holds(&SERIES), "{key}");
        }
    }

    #[test]
    fn what_is_no_key_is_said() {
        for key in ["A.510000.HTE_COUNT._T.STOCK.X", "A+M.510000", "A.51 000"] {
            assert_eq!(Keyset::read(key).unwrap_err().code(), "key", "{key}");
        }
    }

    #[test]
    fn a_dimension_may_be_left_open() {
        let keys = Keyset::read("A.510100.HTE_COUNT,A.510000.X").unwrap();
        assert_eq!(keys.named(1).collect::<Vec<_>>(), ["510100", "510000"]);
        assert!(!keys.holds(&SERIES) && keys.without(1).holds(&SERIES));
    }
}
