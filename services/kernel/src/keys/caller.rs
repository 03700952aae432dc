//! Who sent a request, and whether they are let still while it lasts.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Credential, Key, KeyRing};

/// Who sent a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Their key, which says what they may do.
    pub key: Arc<Key>,
    /// Until when the token that they showed holds, with what clocks may differ; a key holds until it is revoked.
    pub until: Option<Timestamp>,
}

/// Why a caller is let no longer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Gone {
    /// The key is revoked, or gone from the file.
    #[error("the key is not known any more")]
    Key,
    /// The client's entry is revoked, or gone from the file.
    #[error("the client's entry in the file of keys is revoked, or gone")]
    Client,
    /// The token holds no longer.
    #[error("the token has expired: send the rest with a new one")]
    Token,
}

impl KeyRing {
    /// The caller as they are `now`, with what their key covers now: for a request that lasts.
    ///
    /// # Errors
    /// When their key is known no more or revoked, or the token that they showed has expired.
    pub fn still(&self, caller: &Caller, now: Timestamp) -> Result<Caller, Gone> {
        if caller.until.is_some_and(|until| until < now) {
            return Err(Gone::Token);
        }
        let keys = self.now();
        let key = keys.holding(&caller.key.credential).filter(|key| key.revoked.is_none());
        let key = key.ok_or(match caller.key.credential {
            Credential::Key(_) => Gone::Key,
            Credential::Client(_) => Gone::Client,
        })?;
        Ok(Caller { key: Arc::clone(key), until: caller.until })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Keys, Role};
    use super::*;

    #[test]
    fn a_caller_is_let_until_the_entry_is_revoked_or_the_token_expires() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let entry = |name: &str, revoked| Key {
            revoked,
            ..Key::new(name, Role::Bureau, Credential::Client("office".into()))
        };
        let ring = KeyRing::from(Keys::new(vec![entry("one", None)]).unwrap());
        let key = Arc::new(entry("one", None));
        let caller = Caller { key, until: Some(at(100)) };
        assert_eq!(ring.still(&caller, at(100)).unwrap().key.name, "one");
        assert_eq!(ring.still(&caller, at(101)).unwrap_err(), Gone::Token);
        ring.replace(Keys::new(vec![entry("one", Some(at(50)))]).unwrap());
        assert_eq!(ring.still(&caller, at(60)).unwrap_err(), Gone::Client);
        // A client that is let again has a new entry beside the revoked one.
        ring.replace(Keys::new(vec![entry("one", Some(at(50))), entry("two", None)]).unwrap());
        assert_eq!(ring.still(&caller, at(60)).unwrap().key.name, "two");
    }
}
