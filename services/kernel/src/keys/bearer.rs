//! Keys on requests: `Authorization: Bearer KEY`.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use super::{Key, Keys, Role};
use crate::problem::ProblemDetails;

/// The key that a request shows, if it shows one.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

impl Keys {
    /// The key that a request shows, if its role is one of `roles`.
    ///
    /// # Errors
    ///
    /// 401 without a key or with an unknown one, 403 when the role is another.
    pub fn authorize(&self, headers: &HeaderMap, roles: &[Role]) -> Result<&Key, ProblemDetails> {
        let shown = bearer(headers)
            .ok_or_else(|| ProblemDetails::unauthorized("show a key: Authorization: Bearer KEY"))?;
        let key =
            self.authenticate(shown).ok_or_else(|| ProblemDetails::unauthorized("the key is not known"))?;
        if roles.contains(&key.role) {
            return Ok(key);
        }
        Err(ProblemDetails::forbidden(format!("a key of role {} may not do this", key.role)))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::super::PlainKey;
    use super::*;

    #[test]
    fn asks_for_a_key_then_for_its_role() {
        let plain = PlainKey::generate(Role::Analyst).unwrap();
        let key = Key { name: "a".into(), role: Role::Analyst, sha256: plain.hash(), areas: Vec::new() };
        let keys = Keys::new(vec![key]).unwrap();
        let mut headers = HeaderMap::new();
        let mut ask = |shown: Option<String>, role| {
            headers.clear();
            if let Some(shown) = shown {
                headers.insert(AUTHORIZATION, HeaderValue::from_str(&shown).unwrap());
            }
            keys.authorize(&headers, &[role]).map(|key| key.name.clone()).map_err(|p| p.status().as_u16())
        };
        let plain = plain.expose();
        assert_eq!(ask(None, Role::Analyst), Err(401));
        assert_eq!(ask(Some(format!("Basic {plain}")), Role::Analyst), Err(401));
        assert_eq!(ask(Some("Bearer weir_analyst_0".into()), Role::Analyst), Err(401));
        assert_eq!(ask(Some(format!("Bearer {plain}")), Role::Bureau), Err(403));
        assert_eq!(ask(Some(format!("bearer {plain}")), Role::Analyst), Ok("a".into()));
    }
}
