//! Answers that keep what was taken for them until they are written to the connection, however slowly they are read.

use axum::body::Bytes;

/// The bytes of `text`, with which `taken` (a place, room) is given back: when they are written, or dropped because nobody reads them.
pub(super) fn kept(mut text: Vec<u8>, taken: impl Send + 'static) -> Bytes {
    text.shrink_to_fit();
    Bytes::from_owner(Kept { text, _taken: taken })
}

struct Kept<T> {
    text: Vec<u8>,
    _taken: T,
}

impl<T> AsRef<[u8]> for Kept<T> {
    fn as_ref(&self) -> &[u8] {
        &self.text
    }
}
