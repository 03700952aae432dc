//! The keys of a system on one machine: one for each role, made once and kept in the data folder.

use std::collections::BTreeMap;

use weir_kernel::keys::{Key, KeyHash, Keys, PlainKey, Role};

/// The keys as they are shown in `run.json`: those of the last run, made where there are none.
pub(super) fn shown(last: Option<BTreeMap<String, String>>) -> anyhow::Result<BTreeMap<String, String>> {
    let mut shown = last.unwrap_or_default();
    for role in Role::ALL {
        if !shown.contains_key(role.as_str()) {
            shown.insert(role.as_str().to_owned(), PlainKey::generate(role)?.expose().to_owned());
        }
    }
    Ok(shown)
}

/// The same keys as the services check them.
pub(super) fn checked(shown: &BTreeMap<String, String>) -> anyhow::Result<Keys> {
    let key = |role: Role| {
        let sha256 = KeyHash::of(shown.get(role.as_str())?);
        Some(Key::new(role.as_str(), role, sha256))
    };
    Ok(Keys::new(Role::ALL.into_iter().filter_map(key).collect())?)
}
