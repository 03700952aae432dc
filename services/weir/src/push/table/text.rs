//! Texts as people type them: full-width letters and digits, blanks of all kinds.

/// The text with full-width characters of ASCII as ASCII.
pub(super) fn narrow(text: &str) -> String {
    text.chars().map(narrowed).collect()
}

fn narrowed(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '−' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Whether a character is a blank, seen or unseen.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// The narrow text without blanks around it, nor what programs put before a text so that a spreadsheet leaves it one: `'…` and `="…"`.
pub(super) fn plain(text: &str) -> String {
    let narrow = narrow(text);
    let text = narrow.trim_matches(is_blank);
    let formula = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let text = formula.or_else(|| text.strip_prefix('\'')).unwrap_or(text);
    text.trim_matches(is_blank).to_owned()
}

/// The plain text without any blanks.
pub(super) fn compact(text: &str) -> String {
    plain(text).chars().filter(|c| !is_blank(*c)).collect()
}

/// The compact text with a comma for the blanks between two digits, but for unseen ones.
pub(super) fn grouped(text: &str) -> String {
    let mut grouped = String::new();
    let mut blank = false;
    for c in plain(text).chars() {
        if is_blank(c) {
            blank |= c.is_whitespace();
            continue;
        }
        if blank && c.is_ascii_digit() && grouped.ends_with(|last: char| last.is_ascii_digit()) {
            grouped.push(',');
        }
        grouped.push(c);
        blank = false;
    }
    grouped
}

/// Whether a text is a number as a spreadsheet shows one that is too long for it, `9.151E+17`.
pub(super) fn is_scientific(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    text.split_once(['e', 'E']).is_some_and(|(mantissa, exponent)| {
        digits(mantissa.trim_start_matches(['-', '+'])) && digits(exponent.trim_start_matches(['-', '+']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_a_text_is_taken_off() {
        assert_eq!(plain("\u{a0}１２３．５\u{3000}"), "123.5");
        assert_eq!(plain("=\"91510100MA6C00017C\""), "91510100MA6C00017C");
        assert_eq!(plain("'510704\t"), "510704");
        assert_eq!(compact(" 9151 0100 ＭＡ６Ｃ\u{200b}"), "91510100MA6C");
    }

    #[test]
    fn scientific_notation_is_known() {
        assert!(is_scientific("9.15101E+17") && is_scientific("1e5") && is_scientific("-1.5e-3"));
        assert!(!is_scientific("91510100E6C00017C") && !is_scientific("E5") && !is_scientific("5E"));
    }
}
