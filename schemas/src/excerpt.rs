//! A sender's text as it is shown to people: no longer than is read, and nothing in it that a terminal obeys.

/// The most characters of a sender's text that a sentence quotes.
pub const QUOTED_MOST: usize = 40;

/// The beginning of a text, of at most `most` characters. What was left out shows as `…`, what does not print as `�`:
/// control characters, and those that turn the direction of writing or take no room.
pub fn excerpt(text: &str, most: usize) -> String {
    let printed = |c| if is_hidden(c) { char::REPLACEMENT_CHARACTER } else { c };
    match text.char_indices().nth(most) {
        None => text.chars().map(printed).collect(),
        Some((end, _)) => text[..end].chars().map(printed).chain(std::iter::once('…')).collect(),
    }
}

/// What a sentence quotes of a sender's text.
pub(crate) fn quoted(text: &str) -> String {
    excerpt(text, QUOTED_MOST)
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_cut_between_characters() {
        assert_eq!(excerpt("川川川", 3), "川川川");
        assert_eq!(excerpt("川川川川", 3), "川川川…");
        assert_eq!(excerpt("", 0), "");
    }

    #[test]
    fn nothing_that_is_obeyed_is_left() {
        assert_eq!(excerpt("a\u{1b}[2J\r\n\0\u{7f}\u{85}", 40), "a�[2J�����");
        assert_eq!(excerpt("\u{202e}dnE\u{2066}\u{feff}", 40), "�dnE��");
    }
}
