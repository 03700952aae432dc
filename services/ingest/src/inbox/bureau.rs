//! Whose an inbox is, and which key its records are judged with.

use std::sync::Arc;

use weir_kernel::keys::{Key, Keys, Role};
use weir_kernel::topics::INBOXES;
use weir_schemas::codelist::Area;

/// The bureau whose inbox a topic is, if it is one: `weir.inbox.510700` is that of 510700.
pub(super) fn bureau_of(topic: &str) -> Option<Area> {
    topic.strip_prefix(INBOXES).and_then(|code| Area::parse(code).ok())
}

/// The key that a bureau's inbox is judged with: the first of the file that is a bureau's, is not revoked, and is named
/// `bureau-510700`, as `weir key create --bureau 510700` names it, or that with more after a further hyphen.
pub(super) fn key_of(keys: &Keys, bureau: Area) -> Option<Arc<Key>> {
    let name = format!("bureau-{bureau}");
    let named = |key: &&Key| {
        let more = key.name.strip_prefix(&name);
        more.is_some_and(|more| more.is_empty() || more.starts_with('-'))
    };
    let mut live = keys.iter().filter(|key| key.role == Role::Bureau && key.revoked.is_none());
    live.find(named).cloned().map(Arc::new)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use weir_kernel::keys::PlainKey;

    use super::*;

    #[test]
    fn an_inbox_is_named_by_its_bureaus_area() {
        let of = |topic| bureau_of(topic).map(|area| area.to_string());
        assert_eq!(of("weir.inbox.510700").as_deref(), Some("510700"));
        for none in
            ["weir.inbox.5107", "weir.inbox.", "weir.inbox.000000", "weir.inbox.510700.old", "weir.events"]
        {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn its_key_is_the_bureaus_first_live_one() {
        let key = |name: &str, role| {
            let plain = PlainKey::generate(role).unwrap();
            Key::new(name, role, plain.hash())
        };
        let revoked = |key: Key| Key { revoked: Some(Timestamp::UNIX_EPOCH), ..key };
        let found = |keys: Vec<Key>| {
            let keys = Keys::new(keys).unwrap();
            key_of(&keys, Area::parse("510700").unwrap()).map(|key| key.name.clone())
        };
        let bureau = |name| key(name, Role::Bureau);
        assert_eq!(found(vec![bureau("bureau"), bureau("bureau-510704"), bureau("bureau-5107001")]), None);
        assert_eq!(found(vec![key("bureau-510700", Role::Analyst)]), None);
        assert_eq!(found(vec![revoked(bureau("bureau-510700"))]), None);
        let keys = vec![bureau("x"), bureau("bureau-510700"), bureau("bureau-510700-2026")];
        assert_eq!(found(keys).as_deref(), Some("bureau-510700"));
        // The next one takes its place.
        let keys = vec![revoked(bureau("bureau-510700")), bureau("bureau-510700-2026")];
        assert_eq!(found(keys).as_deref(), Some("bureau-510700-2026"));
    }
}
