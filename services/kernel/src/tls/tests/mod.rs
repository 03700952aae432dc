//! TLS as clients meet it.

mod authority;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use reqwest::{Client, ClientBuilder, Identity, StatusCode};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpStream;

use self::authority::Authority;
use super::{Error, Files, Settings, Tls};
use crate::listener::Listener;
use crate::ops::Readiness;
use crate::shutdown::{Shutdown, serve};

/// A port that speaks TLS, and the authority of its certificate.
struct Served {
    folder: TempDir,
    authority: Authority,
    address: SocketAddr,
}

fn settings(folder: &Path, authority: &Authority, mutual: bool) -> Settings {
    let files = Files {
        cert: folder.join("cert.pem"),
        key: folder.join("key.pem"),
        client_ca: mutual.then(|| folder.join("ca.pem")),
    };
    authority.issue("127.0.0.1").write(&files.cert, &files.key);
    fs::write(folder.join("ca.pem"), authority.pem()).unwrap();
    let reload = Duration::from_millis(5);
    Settings { files, reload, handshake_timeout: Duration::from_secs(60), handshakes: 16 }
}

impl Served {
    async fn with(change: impl FnOnce(&mut Settings), mutual: bool) -> Self {
        let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
        let mut settings = settings(folder.path(), &authority, mutual);
        change(&mut settings);
        let tls = Tls::open(settings).unwrap();
        let listener = Listener::bind(([127, 0, 0, 1], 0).into(), Some(tls)).await.unwrap();
        assert_eq!(listener.scheme(), "https");
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", get(|| async { "served" }).post(|| async { "served" }));
        tokio::spawn(async move {
            let (readiness, shutdown) = (Readiness::waiting_for([]), Shutdown::new());
            serve(listener, router, &readiness, &shutdown, Duration::ZERO).await
        });
        Self { folder, authority, address }
    }

    async fn start(mutual: bool) -> Self {
        Self::with(|_| {}, mutual).await
    }

    fn url(&self) -> String {
        format!("https://{}/", self.address)
    }

    /// What a client that trusts an authority is answered.
    async fn ask(
        &self,
        trusted: &Authority,
        identity: Option<Identity>,
    ) -> Result<(u16, String), reqwest::Error> {
        let client = trusting(trusted);
        let client = identity.into_iter().fold(client, ClientBuilder::identity).build().unwrap();
        let answer = client.get(self.url()).send().await?;
        assert_eq!(answer.version(), reqwest::Version::HTTP_11);
        Ok((answer.status().as_u16(), answer.text().await?))
    }
}

fn trusting(authority: &Authority) -> ClientBuilder {
    let certificate = reqwest::Certificate::from_pem(authority.pem().as_bytes()).unwrap();
    Client::builder().tls_certs_only([certificate])
}

fn code(body: &str) -> String {
    let problem: Value = serde_json::from_str(body).unwrap();
    problem["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn tls_is_spoken_in_both_versions_with_whoever_trusts_the_authority() {
    let served = Served::start(false).await;
    assert_eq!(served.ask(&served.authority, None).await.unwrap(), (200, "served".to_owned()));
    for version in [reqwest::tls::Version::TLS_1_2, reqwest::tls::Version::TLS_1_3] {
        let client = trusting(&served.authority).tls_version_min(version).tls_version_max(version).build();
        assert_eq!(client.unwrap().get(served.url()).send().await.unwrap().status(), StatusCode::OK);
    }
    assert!(served.ask(&Authority::new(), None).await.is_err());
}

#[tokio::test]
async fn plain_http_is_told_to_use_https() {
    let served = Served::start(false).await;
    let client = Client::builder().tls_certs_only([]).build().unwrap();
    let url = format!("http://{}/v1/events", served.address);
    // Also with more to send than a socket holds.
    for body in [Vec::new(), vec![b'x'; 4_000_000]] {
        let answer = client.post(&url).body(body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        let body = answer.text().await.unwrap();
        assert!(code(&body) == "tls-required" && body.contains("use https://"), "{body}");
    }
}

#[tokio::test]
async fn mutual_tls_tells_who_shows_no_certificate_and_takes_only_those_vouched_for() {
    let served = Served::start(true).await;
    let (status, body) = served.ask(&served.authority, None).await.unwrap();
    assert_eq!((status, code(&body).as_str()), (403, "client-certificate-required"));
    let own = served.authority.issue("bureau").identity();
    assert_eq!(served.ask(&served.authority, Some(own)).await.unwrap().0, 200);
    let strange = Authority::new().issue("bureau").identity();
    assert!(served.ask(&served.authority, Some(strange)).await.is_err());
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_without_a_restart_and_a_bad_one_is_not() {
    let served = Served::start(false).await;
    let (cert, key) = (served.folder.path().join("cert.pem"), served.folder.path().join("key.pem"));
    let (next, last) = (Authority::new(), Authority::new());
    let shown = async |authority: &Authority| {
        let asked = async {
            while served.ask(authority, None).await.is_err() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), asked).await.expect("it was never shown");
    };
    next.issue("127.0.0.1").write(&cert, &key);
    shown(&next).await;
    // A certificate that has come, and its key not yet.
    let issued = last.issue("127.0.0.1");
    fs::write(&cert, issued.certificate()).unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    shown(&next).await;
    issued.write(&cert, &key);
    shown(&last).await;
    assert!(served.ask(&next, None).await.is_err());
}

#[tokio::test]
async fn who_says_nothing_holds_nobody_up() {
    let served = Served::with(|settings| settings.handshakes = 2, false).await;
    let silent = TcpStream::connect(served.address).await.unwrap();
    assert_eq!(served.ask(&served.authority, None).await.unwrap().0, 200);
    drop(silent);
    // And no longer than a handshake may take, where all places are taken.
    let short = |settings: &mut Settings| {
        settings.handshakes = 1;
        settings.handshake_timeout = Duration::from_millis(300);
    };
    let served = Served::with(short, false).await;
    let _silent = [
        TcpStream::connect(served.address).await.unwrap(),
        TcpStream::connect(served.address).await.unwrap(),
    ];
    assert_eq!(served.ask(&served.authority, None).await.unwrap().0, 200);
}

#[tokio::test]
async fn files_that_cannot_be_used_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let good = settings(folder.path(), &authority, true);
    let (cert, key) = (good.files.cert.clone(), good.files.key.clone());
    let refused = |change: &dyn Fn(&mut Files)| -> (Error, String) {
        let mut settings = good.clone();
        change(&mut settings.files);
        let error = Tls::open(settings).unwrap_err();
        let told = error.to_string();
        (error, told)
    };
    let (error, told) = refused(&|files| files.cert = folder.path().join("none.pem"));
    assert!(matches!(error, Error::Pem { .. }) && told.contains("none.pem"), "{told}");
    let (error, told) = refused(&|files| files.key = cert.clone());
    assert!(matches!(error, Error::NoKey(_)) && told.contains("cert.pem"), "{told}");
    let (error, told) = refused(&|files| files.cert = key.clone());
    assert!(matches!(error, Error::NoCertificate(_)) && told.contains("key.pem"), "{told}");
    let (error, told) = refused(&|files| files.client_ca = Some(key.clone()));
    assert!(matches!(error, Error::NoCertificate(_)) && told.contains("key.pem"), "{told}");
    let other = folder.path().join("other.pem");
    fs::write(&other, authority.issue("127.0.0.1").private_key()).unwrap();
    let (error, told) = refused(&|files| files.key = other.clone());
    assert!(matches!(error, Error::Mismatch { .. }), "{error:?}");
    assert!(told.contains("other.pem") && told.contains("cert.pem"), "{told}");
}
