//! How the commands connect to services: whom they trust, what they show of themselves, and what a refusal says.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use reqwest::{Certificate, ClientBuilder, Identity, StatusCode};
use serde::Deserialize;
use weir_schemas::excerpt::excerpt;

/// Whom to trust over TLS, and what to show under mutual TLS.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct ConnectionArgs {
    /// Trust the services' certificates by these authorities, in PEM, and no others [default: those of this machine]
    #[arg(long, env = "WEIR_CA", value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The certificate to show under mutual TLS, in PEM
    #[arg(long, env = "WEIR_CLIENT_CERT", value_name = "FILE", requires = "client_key")]
    client_cert: Option<PathBuf>,
    /// The certificate's private key, in PEM
    #[arg(long, env = "WEIR_CLIENT_KEY", value_name = "FILE", requires = "client_cert")]
    client_key: Option<PathBuf>,
}

impl ConnectionArgs {
    /// An HTTP client of the service at `url`, but for its timeouts.
    ///
    /// # Errors
    /// When a file can't be used; the message names it.
    pub(crate) fn client(&self, url: &str) -> anyhow::Result<ClientBuilder> {
        let mut client = reqwest::Client::builder();
        if let Some(ca) = &self.ca {
            client = client.tls_certs_only(authorities(ca)?);
        } else if !url.starts_with("https:") {
            // Plain HTTP trusts nobody, and must work on a machine that has no authorities at all.
            client = client.tls_certs_only([]);
        }
        if let (Some(cert), Some(key)) = (&self.client_cert, &self.client_key) {
            let text = [read(key)?, b"\n".to_vec(), read(cert)?].concat();
            let identity = Identity::from_pem(&text);
            let of = || format!("the client certificate {} and its key {}", cert.display(), key.display());
            client = client.identity(identity.with_context(of)?);
        }
        Ok(client)
    }
}

/// The most that is shown of what a service says, in characters.
const SAID_MOST: usize = 1_000;

/// A refusal of a service (RFC 9457).
#[derive(Deserialize)]
struct Refusal {
    title: Option<String>,
    detail: Option<String>,
    code: Option<String>,
    parameter: Option<String>,
}

/// What a refusal says, on one line: `the key does not cover 510104 (403 Forbidden, forbidden)`. What is no problem in the format of the
/// services, such as the page of a proxy, is quoted.
pub(crate) fn refusal(status: StatusCode, body: &str) -> String {
    let one_line = |text: &str| excerpt(&text.split_whitespace().collect::<Vec<_>>().join(" "), SAID_MOST);
    let quoted = one_line(body);
    let says =
        |refusal: &Refusal| refusal.title.is_some() || refusal.detail.is_some() || refusal.code.is_some();
    let problem = serde_json::from_str(body).ok().filter(says);
    let Some(Refusal { title, detail, code, parameter }) = problem else {
        return if quoted.is_empty() { status.to_string() } else { format!("{status}: {quoted}") };
    };
    // A title that is the status's own words says nothing more.
    let title = title.filter(|title| Some(title.as_str()) != status.canonical_reason());
    let said: Vec<String> = title.into_iter().chain(detail).collect();
    let about = parameter.map(|parameter| format!("parameter {parameter}"));
    let about = [Some(status.to_string()), code, about].into_iter().flatten().collect::<Vec<_>>().join(", ");
    match said.is_empty() {
        true => one_line(&about),
        false => one_line(&format!("{} ({about})", said.join(": "))),
    }
}

fn authorities(path: &Path) -> anyhow::Result<Vec<Certificate>> {
    let read = Certificate::from_pem_bundle(&read(path)?).with_context(|| path.display().to_string())?;
    ensure!(!read.is_empty(), "{} holds no certificate in PEM", path.display());
    Ok(read)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_a_sentence_on_one_line() {
        let said = |status: u16, body: &str| refusal(StatusCode::from_u16(status).unwrap(), body);
        let problem = r#"{"type":"about:blank","title":"Bad Request","status":400,"code":"parameter",
            "detail":"area: no such area","parameter":"area"}"#;
        assert_eq!(said(400, problem), "area: no such area (400 Bad Request, parameter, parameter area)");
        let forbidden = r#"{"title":"Forbidden","code":"forbidden","detail":"the key does\nnot allow this"}"#;
        assert_eq!(said(403, forbidden), "the key does not allow this (403 Forbidden, forbidden)");
        assert_eq!(said(502, r#"{"title":"Upstream is away"}"#), "Upstream is away (502 Bad Gateway)");
        assert_eq!(said(502, "<html>\n<p>away</p>"), "502 Bad Gateway: <html> <p>away</p>");
        assert_eq!(said(503, ""), "503 Service Unavailable");
        assert_eq!(said(500, "{}"), "500 Internal Server Error: {}");
        assert_eq!(said(404, r#"{"message":"no Route"}"#), r#"404 Not Found: {"message":"no Route"}"#);
    }
}
