//! Where a provider's signing keys are: at an address, in a file, or where its configuration says.

use std::path::PathBuf;

use reqwest::{Client, Url};
use serde::Deserialize;

use super::document::{NoDocument, address, fetch, is_safe};
use super::signing_keys::SigningKeys;
use super::{Error, Settings};

/// Where the signing keys are.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// Where the document at this address says, which every issuer has.
    Discovered { configuration: Url, issuer: String },
    /// At this address.
    Url(Url),
    /// In this file.
    File(PathBuf),
}

/// Why there are no signing keys now.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoKeys {
    #[error(transparent)]
    Document(#[from] NoDocument),
    #[error("{0} can't be read")]
    File(PathBuf, #[source] std::io::Error),
    #[error("{0} is no configuration of a provider")]
    NoConfiguration(Url),
    #[error("the configuration at {0} is of the issuer {1:?}: the setting must say the same")]
    OtherIssuer(Url, String),
    #[error("the provider has its signing keys at {0:?}, which is not https")]
    Unsafe(String),
    #[error("{0} holds no signing keys that can be used")]
    None(String),
}

/// What is read of a provider's configuration (OpenID Connect Discovery 1.0).
#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks_uri: String,
}

impl Source {
    /// The source that the settings name.
    pub(super) fn of(settings: &Settings) -> Result<Self, Error> {
        match settings.jwks.as_deref() {
            None => {
                let of_issuer = settings.issuer.trim_end_matches('/');
                let configuration = address(&format!("{of_issuer}/.well-known/openid-configuration"))?;
                Ok(Self::Discovered { configuration, issuer: settings.issuer.clone() })
            }
            Some(url) if url.contains("://") => Ok(Self::Url(address(url)?)),
            Some(path) => Ok(Self::File(path.into())),
        }
    }

    /// Whether TLS is spoken on the way there.
    pub(super) fn is_over_tls(&self) -> bool {
        match self {
            Self::Discovered { configuration: url, .. } | Self::Url(url) => url.scheme() == "https",
            Self::File(_) => false,
        }
    }

    /// The signing keys as they are now.
    pub(super) async fn read(&self, client: &Client) -> Result<SigningKeys, NoKeys> {
        let (document, place) = match self {
            Self::File(path) => {
                let read = tokio::fs::read(path).await.map_err(|error| NoKeys::File(path.clone(), error))?;
                (read, path.display().to_string())
            }
            Self::Url(url) => (fetch(client, url).await?, url.to_string()),
            Self::Discovered { configuration, issuer } => {
                let url = discovered(client, configuration, issuer).await?;
                (fetch(client, &url).await?, url.to_string())
            }
        };
        SigningKeys::read(&document).ok_or(NoKeys::None(place))
    }
}

/// Where the configuration says that the keys are.
async fn discovered(client: &Client, at: &Url, issuer: &str) -> Result<Url, NoKeys> {
    let document = fetch(client, at).await?;
    let read: Result<Configuration, _> = serde_json::from_slice(&document);
    let read = read.map_err(|_| NoKeys::NoConfiguration(at.clone()))?;
    if read.issuer != issuer {
        return Err(NoKeys::OtherIssuer(at.clone(), read.issuer));
    }
    let url = Url::parse(&read.jwks_uri).ok().filter(is_safe);
    url.ok_or(NoKeys::Unsafe(read.jwks_uri))
}
