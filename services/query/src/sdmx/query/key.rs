//! Keys: which series, dimension by dimension.

use weir_kernel::problem::ProblemDetails;

use crate::sdmx::model::DIMENSIONS;

/// The keys of a request; a series is asked for if it matches one.
#[derive(Debug, PartialEq, Eq, Hash)]
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

    /// Whether any series with these codes at their dimensions is asked for.
    pub(in crate::sdmx) fn hold(&self, known: &[(usize, &str)]) -> bool {
        self.0.iter().any(|key| holds(key, known))
    }

    /// What is asked for of the other dimensions, where these have these codes.
    pub(in crate::sdmx) fn open(&self, known: &[(usize, &str)]) -> Self {
        let mut open: Vec<_> = self.0.iter().filter(|key| holds(key, known)).cloned().collect();
        for key in &mut open {
            for (at, _) in known {
                if let Some(code) = key.get_mut(*at) {
                    *code = None;
                }
            }
            while key.pop_if(|code| code.is_none()).is_some() {}
        }
        open.sort_unstable();
        open.dedup();
        Self(open)
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

/// Whether a key asks for series with these codes at their dimensions.
fn holds(key: &[Option<&str>], known: &[(usize, &str)]) -> bool {
    known.iter().all(|(at, code)| key.get(*at).copied().flatten().is_none_or(|asked| asked == *code))
}

/// Whether a part of a key stands for any code. Clients that came from SDMX 2.1 leave it empty.
fn is_any(code: &str) -> bool {
    code.is_empty() || code == "*"
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIES: [(usize, &str); 5] = [(0, "A"), (1, "510000"), (2, "HTE_COUNT"), (3, "_T"), (4, "STOCK")];

    #[test]
    fn a_series_is_asked_for_by_any_of_the_keys() {
        for key in ["*", "A.510000.HTE_COUNT", "A..HTE_COUNT", "*.*.*._T.STOCK", "M.510100,A.510000", "A", ""]
        {
            assert!(Keyset::read(key).unwrap().hold(&SERIES), "{key}");
        }
        for key in ["M", "A.510000.HTE_COUNT.F01", "M.510000,A.510100", "*.*.X"] {
            assert!(!Keyset::read(key).unwrap().hold(&SERIES), "{key}");
        }
    }

    #[test]
    fn what_is_no_key_is_said() {
        for key in ["A.510000.HTE_COUNT._T.STOCK.X", "A+M.510000", "A.51 000"] {
            assert_eq!(Keyset::read(key).unwrap_err().code(), "key", "{key}");
        }
    }

    #[test]
    fn what_is_left_to_ask_is_the_same_for_most_subjects() {
        let keys = Keyset::read("A.510100.HTE_COUNT,A.510000.X.F01,M,*.510000.*.F01").unwrap();
        let open = |frequency, id| keys.open(&[(0, frequency), (2, id)]);
        assert_eq!(open("M", "X"), open("M", "Y"));
        assert!(open("M", "X").hold(&[(1, "510700"), (3, "F02")]), "all of any month");
        assert_eq!(open("A", "X"), open("A", "Y"), "one key asks for no more than the other");
        let open = open("A", "HTE_COUNT");
        for (area, field, asked) in
            [("510100", "F02", true), ("510000", "F01", true), ("510000", "F02", false)]
        {
            assert_eq!(open.hold(&[(1, area), (3, field)]), asked, "{area} {field}");
        }
    }

    #[test]
    fn a_dimension_may_be_left_open() {
        let keys = Keyset::read("A.510100.HTE_COUNT,A.510000.X").unwrap();
        assert_eq!(keys.named(1).collect::<Vec<_>>(), ["510100", "510000"]);
        assert!(!keys.hold(&SERIES) && keys.without(1).hold(&SERIES));
    }
}
