//! A JSON Web Token (RFC 7519), and what must hold of it.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, crypto, decode_header};
use serde::Deserialize;
use serde_json::Number;

use super::{Identity, Refusal, Settings};

/// Whether something has the shape of a token: three parts with dots between.
pub fn is_token(shown: &str) -> bool {
    shown.split('.').count() == 3
}

/// A token that holds by what it says; its signature is not looked at yet.
pub(super) struct Token<'a> {
    text: &'a str,
    /// How it is signed.
    pub(super) algorithm: Algorithm,
    /// Which key it is signed with.
    pub(super) key_id: Option<String>,
    identity: Identity,
}

/// What is read of a token's claims.
#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    aud: Option<Audience>,
    exp: Option<Number>,
    nbf: Option<Number>,
    client_id: Option<String>,
    azp: Option<String>,
    sub: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl<'a> Token<'a> {
    /// Reads a token and checks all that it says but for who signed it, so that nobody is asked about one that would be refused anyway.
    pub(super) fn read(text: &'a str, settings: &Settings, now: Timestamp) -> Result<Self, Refusal> {
        let header = decode_header(text).map_err(|_| {
            Refusal::Malformed("its header is no JSON in base64url, or names an algorithm that is not taken")
        })?;
        if header.crit.is_some() {
            return Err(Refusal::Malformed("its header names extensions that are not known"));
        }
        let payload = text.split('.').nth(1).unwrap_or_default();
        let claims = BASE64URL_NOPAD.decode(payload.as_bytes()).ok();
        let claims: Option<Claims> = claims.and_then(|claims| serde_json::from_slice(&claims).ok());
        let claims = claims.ok_or(Refusal::Malformed("its claims are no JSON in base64url"))?;
        let identity = claims.identity(settings, now)?;
        Ok(Self { text, algorithm: header.alg, key_id: header.kid, identity })
    }

    /// What it says, if it is signed with this key.
    pub(super) fn signed_with(self, key: &DecodingKey) -> Result<Identity, Refusal> {
        let (message, signature) = self.text.rsplit_once('.').ok_or(Refusal::Signature)?;
        match crypto::verify(signature, message.as_bytes(), key, self.algorithm) {
            Ok(true) => Ok(self.identity),
            Ok(false) | Err(_) => Err(Refusal::Signature),
        }
    }
}

impl Claims {
    fn identity(self, settings: &Settings, now: Timestamp) -> Result<Identity, Refusal> {
        let Settings { issuer, audience, leeway, .. } = settings;
        if self.iss.as_ref() != Some(issuer) {
            return Err(Refusal::Issuer(issuer.clone()));
        }
        let meant = match &self.aud {
            None => false,
            Some(Audience::One(one)) => one == audience,
            Some(Audience::Several(several)) => several.contains(audience),
        };
        if !meant {
            return Err(Refusal::Audience(audience.clone()));
        }
        let expires =
            self.exp.as_ref().and_then(moment).ok_or(Refusal::Malformed("it has no exp, or a wrong one"))?;
        let until = later(expires, *leeway);
        if until < now {
            return Err(Refusal::Expired(expires));
        }
        if let Some(not_before) = &self.nbf {
            let begins = moment(not_before).ok_or(Refusal::Malformed("it has a wrong nbf"))?;
            if begins > later(now, *leeway) {
                return Err(Refusal::NotYet(begins));
            }
        }
        // RFC 9068 names the client in client_id, OpenID Connect in azp. The subject is the client where neither is there.
        let client = self.client_id.or(self.azp).or(self.sub).filter(|client| !client.is_empty());
        let client = client.ok_or(Refusal::Malformed("it names no client in client_id, azp or sub"))?;
        Ok(Identity { client, until })
    }
}

/// A `NumericDate`: seconds, seldom with a fraction, which is left out.
fn moment(seconds: &Number) -> Option<Timestamp> {
    let text = seconds.to_string();
    let whole = text.split_once('.').map_or(text.as_str(), |(whole, _)| whole);
    Timestamp::from_second(whole.parse().ok()?).ok()
}

/// So much later, or at the end of time.
fn later(moment: Timestamp, by: Duration) -> Timestamp {
    moment.saturating_add(by).unwrap_or(Timestamp::MAX)
}
