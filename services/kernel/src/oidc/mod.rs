//! Tokens of an identity provider (OpenID Connect): who a client is, the provider says, in a signed JWT. What it may do, the file
//! of keys says.

mod document;
mod error;
mod provider;
mod refusal;
mod signing_keys;
mod source;
mod token;

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

pub use error::Error;
pub use provider::IdentityProvider;
pub use refusal::Refusal;
pub use token::is_token;

/// Whose tokens are taken, and how the keys that they are signed with are kept up to date.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The issuer, as it stands in its tokens.
    pub issuer: String,
    /// The audience that a token must be for.
    pub audience: String,
    /// Where the signing keys are: a URL or a file; the issuer says it if not given.
    pub jwks: Option<String>,
    /// The authorities to trust the provider's certificate by, in PEM; this machine's if not given.
    pub ca: Option<PathBuf>,
    /// How often the signing keys are fetched again.
    pub refresh: Duration,
    /// How long after a fetch, at least, a token with an unknown signing key leads to another.
    pub cooldown: Duration,
    /// How long one request to the provider may take.
    pub timeout: Duration,
    /// How far the provider's clock may differ.
    pub leeway: Duration,
}

/// What a token says of whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The client, by its identifier at the provider.
    pub client: String,
    /// Until when the token is taken.
    pub until: Timestamp,
}

#[cfg(test)]
mod tests;
