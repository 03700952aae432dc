//! An identity provider of the test's own, on this machine.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{
    KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PKCS_RSA_SHA256, RsaKeySize,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::super::Settings;

/// A key to sign with.
pub(super) struct Signer {
    id: String,
    algorithm: Algorithm,
    key: EncodingKey,
    /// Its public half.
    pub(super) jwk: Value,
}

impl Signer {
    pub(super) fn new(id: &str, algorithm: Algorithm) -> Self {
        let base64 = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        let of = |algorithm| KeyPair::generate_for(algorithm).unwrap();
        let (key, mut jwk) = match algorithm {
            Algorithm::ES256 | Algorithm::ES384 => {
                let (pair, curve) = match algorithm {
                    Algorithm::ES256 => (of(&PKCS_ECDSA_P256_SHA256), "P-256"),
                    _ => (of(&PKCS_ECDSA_P384_SHA384), "P-384"),
                };
                let (x, y) = pair.public_key_raw()[1..].split_at(pair.public_key_raw().len() / 2);
                let jwk = json!({"kty": "EC", "crv": curve, "x": base64(x), "y": base64(y)});
                (EncodingKey::from_ec_der(pair.serialized_der()), jwk)
            }
            Algorithm::EdDSA => {
                let pair = of(&PKCS_ED25519);
                let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": base64(pair.public_key_raw())});
                (EncodingKey::from_ed_der(pair.serialized_der()), jwk)
            }
            _ => {
                let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
                // PKCS #1, as it lies within PKCS #8.
                let key = EncodingKey::from_rsa_der(&pair.serialized_der()[26..]);
                let jwk = serde_json::to_value(Jwk::from_encoding_key(&key, algorithm).unwrap()).unwrap();
                (key, jwk)
            }
        };
        jwk["kid"] = json!(id);
        Self { id: id.to_owned(), algorithm, key, jwk }
    }

    /// A token that says this.
    pub(super) fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.id.clone()), ..Header::new(self.algorithm) };
        self.sign_with(&header, claims)
    }

    /// One with another header.
    pub(super) fn sign_with(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.key).unwrap()
    }
}

/// What the provider answers, and how often it was asked for its keys.
#[derive(Default)]
pub(super) struct Answers {
    jwks: Mutex<Value>,
    configuration: Mutex<Value>,
    asked: AtomicUsize,
    away: AtomicBool,
}

/// A provider that listens.
pub(super) struct Issuer {
    pub(super) url: String,
    answers: Arc<Answers>,
}

impl Issuer {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/realms/office", listener.local_addr().unwrap());
        let answers = Arc::new(Answers::default());
        *answers.configuration.lock().unwrap() = json!({"issuer": url, "jwks_uri": format!("{url}/certs")});
        let jwks = |State(answers): State<Arc<Answers>>| async move {
            answers.asked.fetch_add(1, Ordering::SeqCst);
            let jwks = Json(answers.jwks.lock().unwrap().clone());
            if answers.away.load(Ordering::SeqCst) { Err(StatusCode::BAD_GATEWAY) } else { Ok(jwks) }
        };
        let configuration = |State(answers): State<Arc<Answers>>| async move {
            Json(answers.configuration.lock().unwrap().clone())
        };
        let router = Router::new()
            .route("/realms/office/certs", get(jwks))
            .route("/realms/office/.well-known/openid-configuration", get(configuration))
            .with_state(Arc::clone(&answers));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, answers }
    }

    /// Publishes these keys and no others.
    pub(super) fn publishes(&self, signers: &[&Signer]) {
        let keys: Vec<&Value> = signers.iter().map(|signer| &signer.jwk).collect();
        *self.answers.jwks.lock().unwrap() = json!({ "keys": keys });
    }

    pub(super) fn is_configured(&self, configuration: Value) {
        *self.answers.configuration.lock().unwrap() = configuration;
    }

    pub(super) fn is_away(&self, away: bool) {
        self.answers.away.store(away, Ordering::SeqCst);
    }

    pub(super) fn asked(&self) -> usize {
        self.answers.asked.load(Ordering::SeqCst)
    }

    /// Settings by which only what is asked for is fetched.
    pub(super) fn settings(&self) -> Settings {
        Settings {
            issuer: self.url.clone(),
            audience: "weir".to_owned(),
            jwks: None,
            ca: None,
            refresh: Duration::from_secs(86_400),
            cooldown: Duration::ZERO,
            timeout: Duration::from_secs(60),
            leeway: Duration::from_secs(30),
        }
    }

    /// What a good token says at [`NOW`](super::NOW).
    pub(super) fn claims(&self) -> Value {
        let (now, url) = (super::NOW, &self.url);
        json!({"iss": url, "aud": "weir", "exp": now + 300, "iat": now, "sub": "0d9e", "azp": "office-mianyang"})
    }
}
