//! What is fetched from a provider: JSON over HTTPS, of bounded length.

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Url};

use super::{Error, Settings};

/// Longer than any document of a provider.
const MAX_BYTES: usize = 1 << 20;

/// Why a document did not come.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoDocument {
    #[error("{0} gave no answer")]
    NoAnswer(Url, #[source] reqwest::Error),
    #[error("{0} answered {1}")]
    Status(Url, reqwest::StatusCode),
    #[error("{0} answered more than {MAX_BYTES} bytes")]
    TooLong(Url),
}

/// An address of the provider. In the clear whoever sits on the way could hand out signing keys of their own, so that is for this machine alone.
pub(super) fn address(text: &str) -> Result<Url, Error> {
    let url = Url::parse(text).ok().filter(is_safe);
    url.ok_or_else(|| Error::Address(text.to_owned()))
}

/// Whether nobody on the way can answer for an address.
pub(super) fn is_safe(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let loopback = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    match url.scheme() {
        "https" => true,
        "http" => loopback,
        _ => false,
    }
}

/// Who fetches: trusts the authorities of a file, or those of this machine, and goes nowhere but where it was sent.
pub(super) fn client(settings: &Settings, over_tls: bool) -> Result<Client, Error> {
    let mut client = Client::builder().timeout(settings.timeout).redirect(Policy::none());
    if let Some(path) = &settings.ca {
        let read = std::fs::read(path).map_err(|source| Error::File { path: path.clone(), source })?;
        let authorities = Certificate::from_pem_bundle(&read).unwrap_or_default();
        if authorities.is_empty() {
            return Err(Error::Authorities { path: path.clone() });
        }
        client = client.tls_certs_only(authorities);
    } else if !over_tls {
        client = client.tls_certs_only([]);
    }
    client.build().map_err(Error::Client)
}

/// Fetches a document.
pub(super) async fn fetch(client: &Client, url: &Url) -> Result<Vec<u8>, NoDocument> {
    let no_answer = |error: reqwest::Error| NoDocument::NoAnswer(url.clone(), error.without_url());
    let mut answer = client.get(url.clone()).send().await.map_err(no_answer)?;
    if !answer.status().is_success() {
        return Err(NoDocument::Status(url.clone(), answer.status()));
    }
    let mut document = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(no_answer)? {
        document.extend_from_slice(&chunk);
        if document.len() > MAX_BYTES {
            return Err(NoDocument::TooLong(url.clone()));
        }
    }
    Ok(document)
}
