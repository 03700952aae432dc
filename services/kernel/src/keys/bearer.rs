//! Keys on requests: `Authorization: Bearer KEY`.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use super::{Key, KeyRing, Role};
use crate::problem::ProblemDetails;

/// The key that a request shows, if it shows one.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

impl KeyRing {
    /// The key that a request shows, if its role is one of `roles`.
    ///
    /// # Errors
    ///
    /// 401 without a key, with an unknown one or one that is revoked, 403 when the role is another.
    pub fn authorize(&self, headers: &HeaderMap, roles: &[Role]) -> Result<Arc<Key>, ProblemDetails> {
        let shown = bearer(headers)
            .ok_or_else(|| ProblemDetails::unauthorized("show a key: Authorization: Bearer KEY"))?;
        let keys = self.now();
        let key =
            keys.authenticate(shown).ok_or_else(|| ProblemDetails::unauthorized("the key is not known"))?;
        if let Some(revoked) = key.revoked {
            return Err(ProblemDetails::unauthorized(format!("the key was revoked at {revoked:.0}")));
        }
        if roles.contains(&key.role) {
            return Ok(Arc::clone(key));
        }
        Err(ProblemDetails::forbidden(format!("a key of role {} may not do this", key.role)))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::super::{Keys, PlainKey};
    use super::*;

    #[test]
    fn asks_for_a_key_then_for_its_role() {
        let plain = PlainKey::generate(Role::Analyst).unwrap();
        let old = PlainKey::generate(Role::Analyst).unwrap();
        let key = Key::new("a", Role::Analyst, plain.hash());
        let revoked = "2026-01-02T03:04:05Z".parse().unwrap();
        let revoked = Key { revoked: Some(revoked), ..Key::new("old", Role::Analyst, old.hash()) };
        let keys = KeyRing::from(Keys::new(vec![key, revoked]).unwrap());
        let mut headers = HeaderMap::new();
        let mut ask = |shown: Option<String>, role| {
            headers.clear();
            if let Some(shown) = shown {
                headers.insert(AUTHORIZATION, HeaderValue::from_str(&shown).unwrap());
            }
            keys.authorize(&headers, &[role]).map(|key| key.name.clone()).map_err(|p| p.status().as_u16())
        };
        assert_eq!(ask(Some(format!("Bearer {}", old.expose())), Role::Analyst), Err(401));
        let plain = plain.expose();
        assert_eq!(ask(None, Role::Analyst), Err(401));
        assert_eq!(ask(Some(format!("Basic {plain}")), Role::Analyst), Err(401));
        assert_eq!(ask(Some("Bearer weir_analyst_0".into()), Role::Analyst), Err(401));
        assert_eq!(ask(Some(format!("Bearer {plain}")), Role::Bureau), Err(403));
        assert_eq!(ask(Some(format!("bearer {plain}")), Role::Analyst), Ok("a".into()));
    }
}
