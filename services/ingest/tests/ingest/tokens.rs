//! Senders who show an identity provider's tokens instead of keys.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use jiff::Timestamp;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tower::ServiceExt;
use weir_ingest::{Inboxes, Ingest, Limits, RoundSettings};
use weir_kernel::keys::{Credential, Key, KeyRing, Keys, Role};
use weir_kernel::log::EventLog;
use weir_kernel::log::embedded::{EmbeddedLog, Settings};
use weir_kernel::oidc::{self, IdentityProvider};
use weir_kernel::ops::Readiness;
use weir_kernel::shutdown::Shutdown;
use weir_kernel::topics;

use crate::support::{CODES, NDJSON, report};

/// The keys of a client, and a token of it that holds for an hour.
async fn client(folder: &std::path::Path) -> (KeyRing, String) {
    let key = EncodingKey::from_ec_der(rcgen::KeyPair::generate().unwrap().serialized_der());
    let jwks = folder.join("jwks.json");
    let published = json!({"keys": [Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap()]});
    std::fs::write(&jwks, published.to_string()).unwrap();
    let issuer = "https://id.office.example".to_owned();
    let claims =
        json!({"iss": issuer, "aud": "weir", "exp": Timestamp::now().as_second() + 3_600, "sub": "office"});
    let token = encode(&Header::new(Algorithm::ES256), &claims, &key).unwrap();
    let settings = oidc::Settings {
        issuer,
        audience: "weir".to_owned(),
        jwks: Some(jwks.display().to_string()),
        ca: None,
        refresh: Duration::from_secs(3_600),
        cooldown: Duration::from_secs(3_600),
        timeout: Duration::from_secs(60),
        leeway: Duration::ZERO,
    };
    let entry = Key::new("office", Role::Bureau, Credential::Client("office".to_owned()));
    let provider = IdentityProvider::open(settings).await.unwrap();
    (KeyRing::from(Keys::new(vec![entry]).unwrap()).with_provider(Some(provider)), token)
}

#[tokio::test]
async fn a_stream_ends_when_its_token_expires() {
    let folder = tempfile::tempdir().unwrap();
    let log = EmbeddedLog::open(Settings::new(folder.path().join("log"))).await.unwrap();
    log.create_topics(&topics::topics(1)).await.unwrap();
    let log: Arc<dyn EventLog> = Arc::new(log);
    let (keys, token) = client(folder.path()).await;
    let seconds = Arc::new(AtomicI64::new(Timestamp::now().as_second()));
    let now = Arc::clone(&seconds);
    let clock = Arc::new(move || Timestamp::from_second(now.load(Ordering::SeqCst)).unwrap());
    let ingest = Ingest {
        log: Arc::clone(&log),
        partitions: 1,
        keys,
        limits: Limits::default(),
        rounds: RoundSettings::default(),
        inboxes: Inboxes::default(),
        clock,
    };
    let router = ingest.router(Readiness::waiting_for([]), Shutdown::new());

    let line = |id: &str| Ok::<_, Infallible>(Bytes::from(format!("{}\n", report(id, CODES[0]))));
    let (sender, pieces) = futures::channel::mpsc::unbounded();
    sender.unbounded_send(line("before")).unwrap();
    let request = Request::post("/v1/events").header(AUTHORIZATION, format!("Bearer {token}"));
    let request = request.header(CONTENT_TYPE, NDJSON).body(Body::from_stream(pieces)).unwrap();
    let streamed = async {
        let answer = router.oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 207);
        to_bytes(answer.into_body(), 1 << 20).await.unwrap()
    };
    let expired = async {
        while log.ends(topics::EVENTS).await.unwrap() == [0] {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        seconds.fetch_add(7_200, Ordering::SeqCst);
        sender.unbounded_send(line("after")).unwrap();
    };
    let (answer, ()) = tokio::join!(streamed, expired);
    let last: Value =
        serde_json::from_slice(answer.split(|byte| *byte == b'\n').nth_back(1).unwrap()).unwrap();
    let told = "the token has expired: send the rest with a new one";
    assert_eq!((&last["accepted"], &last["broken"]), (&json!(1), &json!(told)));
    assert_eq!(log.ends(topics::EVENTS).await.unwrap(), [1]);
}
