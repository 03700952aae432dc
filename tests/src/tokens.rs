//! Tokens as an identity provider gives them to its clients.

use anyhow::Result;
use jiff::Timestamp;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::KeyPair;
use serde_json::{Value, json};

/// The audience of the tokens.
pub const AUDIENCE: &str = "weir";

/// An identity provider, as far as its tokens and its signing key go.
pub struct Issuer {
    /// Its name in tokens.
    pub url: String,
    key: EncodingKey,
}

impl Issuer {
    /// One with a signing key of its own.
    ///
    /// # Errors
    /// When there is no key.
    pub fn new(url: &str) -> Result<Self> {
        let key = EncodingKey::from_ec_der(KeyPair::generate()?.serialized_der());
        Ok(Self { url: url.to_owned(), key })
    }

    /// The public half of its signing key, as it publishes it.
    ///
    /// # Errors
    /// When the key has none.
    pub fn jwks(&self) -> Result<Value> {
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&self.key, Algorithm::ES256)?)?;
        jwk["kid"] = json!("signing");
        Ok(json!({ "keys": [jwk] }))
    }

    /// A token for a client, which holds for so many seconds.
    ///
    /// # Errors
    /// When it can't be signed.
    pub fn token(&self, client: &str, audience: &str, seconds: i64) -> Result<String> {
        let now = Timestamp::now().as_second();
        let claims =
            json!({"iss": self.url, "aud": audience, "iat": now, "exp": now + seconds, "client_id": client});
        let header = Header { kid: Some("signing".to_owned()), ..Header::new(Algorithm::ES256) };
        Ok(encode(&header, &claims, &self.key)?)
    }
}
