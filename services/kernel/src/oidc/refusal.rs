//! Why a token is not taken.

use std::time::Duration;

use jiff::Timestamp;

use crate::problem::ProblemDetails;

/// Why a token is not taken. Never shows the token, nor what only it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It can't be read, or lacks something.
    #[error("the token can't be read: {0}")]
    Malformed(&'static str),
    /// Another issuer's.
    #[error("the token is of another issuer than {0}")]
    Issuer(String),
    /// For another audience.
    #[error("the token is for another audience than {0}")]
    Audience(String),
    /// It holds no longer.
    #[error("the token expired at {0:.0}")]
    Expired(Timestamp),
    /// It does not hold yet.
    #[error("the token holds from {0:.0} on")]
    NotYet(Timestamp),
    /// Signed with a key that the provider does not publish.
    #[error("the token is signed with a key that the identity provider does not publish")]
    SigningKey,
    /// The signature is not that of the key over the token, or made in a way that the key is not for.
    #[error("the token's signature is wrong")]
    Signature,
    /// The provider can't be asked for the key; it may be asked again after so long.
    #[error("the identity provider can't be asked for the key that the token is signed with")]
    Unreachable(Duration),
}

impl From<Refusal> for ProblemDetails {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::Unreachable(again) => {
                return ProblemDetails::unavailable(
                    "identity-provider-unavailable",
                    refusal.to_string(),
                    again,
                );
            }
            Refusal::Malformed(_) => "token-malformed",
            Refusal::Issuer(_) => "token-issuer",
            Refusal::Audience(_) => "token-audience",
            Refusal::Expired(_) => "token-expired",
            Refusal::NotYet(_) => "token-not-yet-valid",
            Refusal::SigningKey => "token-signing-key",
            Refusal::Signature => "token-signature",
        };
        ProblemDetails::invalid_token(code, refusal.to_string())
    }
}
