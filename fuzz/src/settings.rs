//! Files that operators write.

use weir_kernel::keys::{Key, Keys};
use weir_schemas::plan::Plan;

/// Keys that were read are written and read again as they were.
pub fn keys(data: &[u8]) {
    let Ok(keys) = serde_json::from_slice::<Vec<Key>>(data) else { return };
    let written = serde_json::to_vec(&keys).expect("keys are written");
    assert_eq!(serde_json::from_slice::<Vec<Key>>(&written).expect("and read"), keys);
    let _ = Keys::new(keys);
}

/// A plan is taken or refused.
pub fn plan(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(plan) = Plan::parse(text) {
        assert_eq!(Plan::parse(text).ok(), Some(plan));
    }
}
