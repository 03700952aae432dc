//! Settings of the identity provider.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::duration;
use crate::oidc::{Error, IdentityProvider, Settings};

/// Whose tokens are taken besides keys, if anybody's.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Identity provider (OpenID Connect)")]
#[group(skip)]
pub struct OidcArgs {
    /// Take tokens of this issuer too, for the clients that the file of keys names
    #[arg(long, env = "WEIR_OIDC_ISSUER", value_name = "URL", requires = "oidc_audience")]
    pub oidc_issuer: Option<String>,
    /// The audience that tokens must be for
    #[arg(long, env = "WEIR_OIDC_AUDIENCE", value_name = "AUDIENCE", requires = "oidc_issuer")]
    pub oidc_audience: Option<String>,
    /// Where the keys that tokens are signed with are, as a JWK Set [default: where the issuer's configuration says]
    #[arg(long, env = "WEIR_OIDC_JWKS", value_name = "URL|FILE", requires = "oidc_issuer")]
    pub oidc_jwks: Option<String>,
    /// Trust the issuer's certificate by these authorities, in PEM [default: those of this machine]
    #[arg(long, env = "WEIR_OIDC_CA", value_name = "FILE", requires = "oidc_issuer")]
    pub oidc_ca: Option<PathBuf>,
    /// How often the signing keys are fetched again
    #[arg(long, env = "WEIR_OIDC_REFRESH", value_name = "TIME", value_parser = duration, default_value = "10m")]
    pub oidc_refresh: Duration,
    /// How long after a fetch, at least, a token with an unknown signing key leads to another
    #[arg(long, env = "WEIR_OIDC_COOLDOWN", value_name = "TIME", value_parser = duration, default_value = "10s")]
    pub oidc_cooldown: Duration,
    /// How long one request to the issuer may take
    #[arg(long, env = "WEIR_OIDC_TIMEOUT", value_name = "TIME", value_parser = duration, default_value = "5s")]
    pub oidc_timeout: Duration,
    /// How far the issuer's clock may differ
    #[arg(long, env = "WEIR_OIDC_LEEWAY", value_name = "TIME", value_parser = duration, default_value = "30s")]
    pub oidc_leeway: Duration,
}

impl OidcArgs {
    /// The identity provider that was named, if one was.
    ///
    /// # Errors
    /// When an address or a file can't be used; the message names it.
    pub async fn open(&self) -> Result<Option<Arc<IdentityProvider>>, Error> {
        let (Some(issuer), Some(audience)) = (&self.oidc_issuer, &self.oidc_audience) else {
            return Ok(None);
        };
        let settings = Settings {
            issuer: issuer.clone(),
            audience: audience.clone(),
            jwks: self.oidc_jwks.clone(),
            ca: self.oidc_ca.clone(),
            refresh: self.oidc_refresh,
            cooldown: self.oidc_cooldown,
            timeout: self.oidc_timeout,
            leeway: self.oidc_leeway,
        };
        IdentityProvider::open(settings).await.map(Some)
    }
}
