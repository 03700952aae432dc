//! What a `Content-Type` says, over HTTP as in a record of Kafka.

/// A media type and its character set, in lower case.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ContentType {
    /// The type without its parameters; empty if there is none.
    pub(crate) essence: String,
    charset: Option<String>,
}

impl ContentType {
    /// What `text` says.
    pub(crate) fn of(text: &str) -> Self {
        let mut parts = text.split(';').map(|part| part.trim().to_ascii_lowercase());
        let essence = parts.next().unwrap_or_default();
        Self { essence, charset: parts.find_map(|part| part.strip_prefix("charset=").map(str::to_owned)) }
    }

    /// Whether it is in UTF-8, which it is unless it says otherwise.
    pub(crate) fn is_utf8(&self) -> bool {
        let charset = self.charset.as_deref().map(|charset| charset.trim_matches('"'));
        matches!(charset, None | Some("utf-8" | "utf8"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_told_from_its_parameters() {
        let read = |text| {
            let read = ContentType::of(text);
            (read.is_utf8(), read.essence)
        };
        assert_eq!(read(""), (true, String::new()));
        assert_eq!(read(" Application/JSON ; Charset=\"UTF-8\""), (true, "application/json".to_owned()));
        assert_eq!(read("a/b; charset=gbk"), (false, "a/b".to_owned()));
    }
}
