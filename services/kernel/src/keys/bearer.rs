//! What a request shows: `Authorization: Bearer`, and a key or an identity provider's token.

use std::sync::Arc;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use super::{Caller, Credential, Key, KeyRing, Keys, Role};
use crate::oidc::{Identity, is_token};
use crate::problem::ProblemDetails;

/// What a request shows, if it shows anything.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

impl KeyRing {
    /// Who sent a request, if their role is one of `roles`: the holder of a key, or a client of the identity provider that has an entry
    /// among the keys.
    ///
    /// # Errors
    ///
    /// 401 when nothing is shown, or something that is not known, revoked, or no token that holds. 403 when a token's client has no entry or a
    /// revoked one, and when the role is another. 503 while the provider can't be asked for the key that a token is signed with.
    pub async fn authorize(&self, headers: &HeaderMap, roles: &[Role]) -> Result<Caller, ProblemDetails> {
        let shown = bearer(headers)
            .ok_or_else(|| ProblemDetails::unauthorized("show a key: Authorization: Bearer KEY"))?;
        let keys = self.now();
        let caller = match (keys.authenticate(shown), &self.provider) {
            (Some(key), _) => held(key)?,
            (None, Some(provider)) if is_token(shown) => {
                let identity = provider.verify(shown, Timestamp::now()).await?;
                // Asking the provider may have taken a while.
                of_client(&self.now(), identity)?
            }
            (None, None) if is_token(shown) => {
                return Err(unknown("the key is not known, and this service takes no tokens"));
            }
            (None, _) => return Err(unknown("the key is not known")),
        };
        let role = caller.key.role;
        if roles.contains(&role) {
            return Ok(caller);
        }
        let wanted: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        let wanted = wanted.join(" or ");
        Err(ProblemDetails::forbidden(format!(
            "a key of role {role} may not do this, one of role {wanted} may"
        )))
    }
}

fn unknown(detail: impl Into<String>) -> ProblemDetails {
    ProblemDetails::invalid_token("unauthorized", detail)
}

/// The holder of a key that was shown.
fn held(key: &Arc<Key>) -> Result<Caller, ProblemDetails> {
    match key.revoked {
        Some(revoked) => Err(unknown(format!("the key was revoked at {revoked:.0}"))),
        None => Ok(Caller { key: Arc::clone(key), until: None }),
    }
}

/// The client that a token names. Another token would not help who has no entry: that is no 401.
fn of_client(keys: &Keys, identity: Identity) -> Result<Caller, ProblemDetails> {
    let Identity { client, until } = identity;
    let refused = |code, detail| Err(ProblemDetails::new(StatusCode::FORBIDDEN, code, detail));
    let credential = Credential::Client(client);
    let client = credential.client().unwrap_or_default();
    let Some(key) = keys.holding(&credential) else {
        return refused("client-unknown", format!("the client {client:?} has no entry in the file of keys"));
    };
    match key.revoked {
        Some(revoked) => refused(
            "client-revoked",
            format!("the entry of the client {client:?} was revoked at {revoked:.0}"),
        ),
        None => Ok(Caller { key: Arc::clone(key), until: Some(until) }),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::super::{Keys, PlainKey};
    use super::*;

    #[tokio::test]
    async fn asks_for_a_key_then_for_its_role() {
        let plain = PlainKey::generate(Role::Analyst).unwrap();
        let old = PlainKey::generate(Role::Analyst).unwrap();
        let key = Key::new("a", Role::Analyst, plain.hash());
        let revoked = "2026-01-02T03:04:05Z".parse().unwrap();
        let revoked = Key { revoked: Some(revoked), ..Key::new("old", Role::Analyst, old.hash()) };
        let keys = KeyRing::from(Keys::new(vec![key, revoked]).unwrap());
        let mut headers = HeaderMap::new();
        let mut ask = async |shown: Option<String>, role| {
            headers.clear();
            if let Some(shown) = shown {
                headers.insert(AUTHORIZATION, HeaderValue::from_str(&shown).unwrap());
            }
            let asked = keys.authorize(&headers, &[role]).await;
            asked.map(|caller| caller.key.name.clone()).map_err(|problem| problem.status().as_u16())
        };
        assert_eq!(ask(Some(format!("Bearer {}", old.expose())), Role::Analyst).await, Err(401));
        assert_eq!(ask(Some("Bearer eyJh.eyJp.c2ln".into()), Role::Analyst).await, Err(401));
        let plain = plain.expose();
        assert_eq!(ask(None, Role::Analyst).await, Err(401));
        assert_eq!(ask(Some(format!("Basic {plain}")), Role::Analyst).await, Err(401));
        assert_eq!(ask(Some("Bearer weir_analyst_0".into()), Role::Analyst).await, Err(401));
        assert_eq!(ask(Some(format!("Bearer {plain}")), Role::Bureau).await, Err(403));
        assert_eq!(ask(Some(format!("bearer {plain}")), Role::Analyst).await, Ok("a".into()));
    }
}
