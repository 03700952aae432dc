//! Tokens as a provider gives them out, and as others make them up.

mod issuer;

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use futures::FutureExt;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use self::issuer::{Issuer, Signer};
use super::*;
use crate::keys::{Credential, Key, KeyRing, Keys, Role};
use crate::problem::ProblemDetails;

/// When the tokens are shown, in seconds.
const NOW: i64 = 1_700_000_000;

/// A provider with a key that signs by ES256, and what its tokens are checked by.
struct Office {
    issuer: Issuer,
    signer: Signer,
    provider: Arc<IdentityProvider>,
}

async fn office_with(change: impl FnOnce(&mut Settings)) -> Office {
    let (issuer, signer) = (Issuer::start().await, Signer::new("one", Algorithm::ES256));
    issuer.publishes(&[&signer]);
    let mut settings = issuer.settings();
    change(&mut settings);
    let provider = IdentityProvider::open(settings).await.unwrap();
    Office { issuer, signer, provider }
}

impl Office {
    async fn shown(&self, token: &str) -> Result<String, Refusal> {
        let identity = self.provider.verify(token, Timestamp::from_second(NOW).unwrap()).await?;
        Ok(identity.client)
    }

    /// What becomes of a good token once it was changed.
    async fn with(&self, change: impl FnOnce(&mut Value)) -> Result<String, Refusal> {
        let mut claims = self.issuer.claims();
        change(&mut claims);
        self.shown(&self.signer.sign(&claims)).await
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[tokio::test]
async fn every_algorithm_with_a_public_key_is_taken() {
    let office = office_with(|_| {}).await;
    for algorithm in [
        Algorithm::ES256,
        Algorithm::ES384,
        Algorithm::EdDSA,
        Algorithm::RS256,
        Algorithm::RS512,
        Algorithm::PS384,
    ] {
        let signer = Signer::new(&format!("{algorithm:?}"), algorithm);
        office.issuer.publishes(&[&office.signer, &signer]);
        let shown = office.shown(&signer.sign(&office.issuer.claims())).await;
        assert_eq!(shown, Ok("office-mianyang".to_owned()), "{algorithm:?}");
    }
}

#[tokio::test]
async fn a_token_must_be_of_the_issuer_for_the_audience_and_in_its_time() {
    let office = office_with(|_| {}).await;
    let url = office.issuer.url.clone();
    assert_eq!(
        office.with(|claims| claims["aud"] = json!(["account", "weir"])).await,
        Ok("office-mianyang".into())
    );
    for aud in [json!("account"), json!(["account"]), json!("weir2"), Value::Null] {
        assert_eq!(office.with(|claims| claims["aud"] = aud).await, Err(Refusal::Audience("weir".into())));
    }
    for iss in [json!("https://elsewhere.example"), json!(format!("{url}/")), Value::Null] {
        assert_eq!(office.with(|claims| claims["iss"] = iss).await, Err(Refusal::Issuer(url.clone())));
    }
    // Clocks may differ by half a minute.
    assert!(office.with(|claims| claims["exp"] = json!(NOW - 30)).await.is_ok());
    assert_eq!(
        office.with(|claims| claims["exp"] = json!(NOW - 31)).await,
        Err(Refusal::Expired(at(NOW - 31)))
    );
    assert!(office.with(|claims| claims["exp"] = json!(1_700_000_000.5)).await.is_ok());
    assert!(office.with(|claims| claims["nbf"] = json!(NOW + 30)).await.is_ok());
    assert_eq!(
        office.with(|claims| claims["nbf"] = json!(NOW + 31)).await,
        Err(Refusal::NotYet(at(NOW + 31)))
    );
    for exp in [Value::Null, json!("soon"), json!(1e300)] {
        let refused = office.with(|claims| claims["exp"] = exp).await;
        assert!(matches!(refused, Err(Refusal::Malformed(_))), "{refused:?}");
    }
    let identity =
        office.provider.verify(&office.signer.sign(&office.issuer.claims()), at(NOW)).await.unwrap();
    assert_eq!(identity.until, at(NOW + 330));
}

#[tokio::test]
async fn the_client_is_named_by_the_standards_in_their_order() {
    let office = office_with(|_| {}).await;
    let named = office.with(|claims| claims["client_id"] = json!("by-rfc-9068")).await;
    assert_eq!(named, Ok("by-rfc-9068".to_owned()));
    assert_eq!(office.with(|claims| claims["azp"] = Value::Null).await, Ok("0d9e".to_owned()));
    let nobody = office.with(|claims| (claims["azp"], claims["sub"]) = (Value::Null, Value::Null)).await;
    assert!(matches!(nobody, Err(Refusal::Malformed(_))), "{nobody:?}");
}

#[tokio::test]
async fn what_the_provider_did_not_sign_is_refused() {
    let office = office_with(|_| {}).await;
    let claims = office.issuer.claims();
    let good = office.signer.sign(&claims);
    assert!(office.shown(&good).await.is_ok());
    // Another's claims under the same signature.
    let mut other = claims.clone();
    other["azp"] = json!("office-chengdu");
    let payload = BASE64URL_NOPAD.encode(other.to_string().as_bytes());
    let parts: Vec<&str> = good.split('.').collect();
    let changed = format!("{}.{payload}.{}", parts[0], parts[2]);
    assert_eq!(office.shown(&changed).await, Err(Refusal::Signature));
    // Another's key under the same id.
    assert_eq!(
        office.shown(&Signer::new("one", Algorithm::ES256).sign(&claims)).await,
        Err(Refusal::Signature)
    );
    assert_eq!(
        office.shown(&Signer::new("two", Algorithm::ES256).sign(&claims)).await,
        Err(Refusal::SigningKey)
    );
    // No signature at all.
    let none = BASE64URL_NOPAD.encode(br#"{"alg":"none","kid":"one"}"#);
    for unsigned in [format!("{none}.{}.", parts[1]), format!("{none}.{}.{}", parts[1], parts[2])] {
        let refused = office.shown(&unsigned).await;
        assert!(matches!(refused, Err(Refusal::Malformed(_))), "{refused:?}");
    }
    // A signature that everybody can make: the public key taken for a shared secret.
    let public = office.signer.jwk["x"].as_str().unwrap();
    let header = Header { kid: Some("one".into()), ..Header::new(Algorithm::HS256) };
    let forged = encode(&header, &claims, &EncodingKey::from_secret(public.as_bytes())).unwrap();
    assert_eq!(office.shown(&forged).await, Err(Refusal::Signature));
    let critical =
        Header { crit: Some(vec!["b64".into()]), kid: Some("one".into()), ..Header::new(Algorithm::ES256) };
    let refused = office.shown(&office.signer.sign_with(&critical, &claims)).await;
    assert!(matches!(refused, Err(Refusal::Malformed(_))), "{refused:?}");
    for junk in ["..", "a.b.c", "eyJhbGciOiJFUzI1NiJ9.e30.c2ln", "eyJhbGciOiJFUzI1NiJ9.W10.c2ln"] {
        assert!(office.shown(junk).await.is_err(), "{junk}");
    }
}

#[tokio::test]
async fn a_key_signs_by_its_own_algorithm_alone() {
    let office = office_with(|_| {}).await;
    let claims = office.issuer.claims();
    let mut signer = Signer::new("rsa", Algorithm::RS256);
    signer.jwk["alg"] = json!("RS256");
    office.issuer.publishes(&[&signer]);
    assert!(office.shown(&signer.sign(&claims)).await.is_ok());
    let header = Header { kid: Some("rsa".into()), ..Header::new(Algorithm::PS256) };
    assert_eq!(office.shown(&signer.sign_with(&header, &claims)).await, Err(Refusal::Signature));
    // One that is for encryption alone signs nothing.
    signer.jwk["kid"] = json!("enc");
    signer.jwk["use"] = json!("enc");
    office.issuer.publishes(&[&office.signer, &signer]);
    let header = Header { kid: Some("enc".into()), ..Header::new(Algorithm::RS256) };
    assert_eq!(office.shown(&signer.sign_with(&header, &claims)).await, Err(Refusal::SigningKey));
    // Without an id the one key that fits is meant.
    let header = Header::new(Algorithm::ES256);
    assert!(office.shown(&office.signer.sign_with(&header, &claims)).await.is_ok());
}

#[tokio::test]
async fn a_new_signing_key_is_fetched_when_it_is_met() {
    let office = office_with(|_| {}).await;
    assert!(office.with(|_| {}).await.is_ok());
    let asked = office.issuer.asked();
    assert!(office.with(|_| {}).await.is_ok());
    assert_eq!(office.issuer.asked(), asked, "a known key is not asked for");
    let next = Signer::new("next", Algorithm::ES256);
    office.issuer.publishes(&[&next]);
    assert!(office.shown(&next.sign(&office.issuer.claims())).await.is_ok());
    // One that was taken back holds no longer.
    assert_eq!(office.with(|_| {}).await, Err(Refusal::SigningKey));
}

#[tokio::test]
async fn a_flood_of_made_up_ids_does_not_reach_the_provider() {
    let office = office_with(|settings| settings.cooldown = Duration::from_secs(86_400)).await;
    assert!(office.with(|_| {}).await.is_ok());
    let claims = office.issuer.claims();
    for index in 0..50 {
        let made_up = Header { kid: Some(format!("made-up-{index}")), ..Header::new(Algorithm::ES256) };
        let refused = office.shown(&office.signer.sign_with(&made_up, &claims)).await;
        assert_eq!(refused, Err(Refusal::SigningKey));
    }
    assert_eq!(office.issuer.asked(), 1);
    // Nor does what is refused anyway.
    assert!(office.with(|claims| claims["aud"] = json!("other")).await.is_err());
}

#[tokio::test]
async fn who_leaves_while_keys_are_fetched_keeps_them_from_nobody() {
    let (issuer, signer) = (Issuer::start().await, Signer::new("one", Algorithm::ES256));
    issuer.publishes(&[&signer]);
    let settings = Settings { cooldown: Duration::from_secs(86_400), ..issuer.settings() };
    let provider = IdentityProvider::open(settings).await.unwrap();
    let token = signer.sign(&issuer.claims());
    assert!(provider.verify(&token, at(NOW)).now_or_never().is_none());
    assert_eq!(provider.verify(&token, at(NOW)).await.unwrap().client, "office-mianyang");
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn while_the_provider_is_away_known_keys_hold_and_unknown_ones_are_put_off() {
    let office = office_with(|_| {}).await;
    assert!(office.with(|_| {}).await.is_ok());
    office.issuer.is_away(true);
    let claims = office.issuer.claims();
    let unknown = Signer::new("two", Algorithm::ES256).sign(&claims);
    assert!(matches!(office.shown(&unknown).await, Err(Refusal::Unreachable(_))));
    assert!(office.with(|_| {}).await.is_ok());
    // What it answers instead of its keys changes nothing either.
    office.issuer.is_away(false);
    office.issuer.publishes(&[]);
    assert!(matches!(office.shown(&unknown).await, Err(Refusal::Unreachable(_))));
    assert!(office.with(|_| {}).await.is_ok());
}

#[tokio::test]
async fn callers_are_told_what_their_token_lacks() {
    let office = office_with(|settings| settings.cooldown = Duration::from_secs(86_400)).await;
    let revoked = Key {
        revoked: Some(at(NOW)),
        ..Key::new("gone", Role::Bureau, Credential::Client("office-gone".into()))
    };
    let entry = Key::new("mianyang", Role::Bureau, Credential::Client("office-mianyang".into()));
    let keys = KeyRing::from(Keys::new(vec![entry, revoked]).unwrap());
    let keys = keys.with_provider(Some(Arc::clone(&office.provider)));
    let told = async |signer: &Signer, client: &str, role: Role| {
        let mut claims = office.issuer.claims();
        (claims["azp"], claims["exp"]) = (json!(client), json!(Timestamp::now().as_second() + 3_600));
        let shown = format!("Bearer {}", signer.sign(&claims)).parse().unwrap();
        let asked = keys.authorize(&HeaderMap::from_iter([(AUTHORIZATION, shown)]), &[role]).await;
        asked.map(|caller| caller.key.name.clone()).map_err(IntoResponse::into_response)
    };
    let status = |told: Result<String, Response>| told.map_err(|answer| answer.status().as_u16());
    assert_eq!(
        status(told(&office.signer, "office-mianyang", Role::Bureau).await),
        Ok("mianyang".to_owned())
    );
    assert_eq!(status(told(&office.signer, "office-mianyang", Role::Official).await), Err(403));
    assert_eq!(status(told(&office.signer, "office-gone", Role::Bureau).await), Err(403));
    assert_eq!(status(told(&office.signer, "office-nowhere", Role::Bureau).await), Err(403));
    let two = Signer::new("two", Algorithm::ES256);
    let refused = told(&two, "office-mianyang", Role::Bureau).await.unwrap_err();
    assert_eq!(refused.status(), 401);
    let challenge = refused.headers()[WWW_AUTHENTICATE].to_str().unwrap();
    assert!(
        challenge.starts_with("Bearer error=\"invalid_token\", error_description=\"the token is signed with")
    );

    // A provider that was never there: nobody knows whether the token is good.
    let issuer = Issuer::start().await;
    issuer.is_away(true);
    let office =
        Office { provider: IdentityProvider::open(issuer.settings()).await.unwrap(), issuer, signer: two };
    let refused = ProblemDetails::from(office.with(|_| {}).await.unwrap_err()).into_response();
    assert_eq!((refused.status().as_u16(), &refused.headers()[RETRY_AFTER]), (503, &HeaderValue::from(1)));
}

#[tokio::test]
async fn the_configuration_must_be_the_issuers_own_and_lead_somewhere_safe() {
    let office = office_with(|_| {}).await;
    let url = office.issuer.url.clone();
    for (issuer, keys) in [
        ("https://elsewhere.example", format!("{url}/certs")),
        (url.as_str(), "http://192.0.2.1/certs".to_owned()),
    ] {
        office.issuer.is_configured(json!({"issuer": issuer, "jwks_uri": keys}));
        let unknown = Signer::new("two", Algorithm::ES256).sign(&office.issuer.claims());
        assert!(matches!(office.shown(&unknown).await, Err(Refusal::Unreachable(_))));
    }
}

#[tokio::test]
async fn signing_keys_may_lie_in_a_file_or_at_an_address() {
    let issuer = Issuer::start().await;
    let signer = Signer::new("one", Algorithm::ES256);
    issuer.publishes(&[&signer]);
    let token = signer.sign(&issuer.claims());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwks.json");
    let from = async |jwks: String| {
        let settings = Settings { jwks: Some(jwks), ..issuer.settings() };
        IdentityProvider::open(settings).await
    };
    let file = path.display().to_string();
    let missing = from(file.clone()).await.unwrap_err();
    assert!(
        matches!(missing, Error::File { .. }) && missing.to_string().contains("jwks.json"),
        "{missing:?}"
    );
    for text in ["{", r#"{"keys": []}"#, r#"{"keys": [{"kty": "oct", "kid": "one", "k": "c2VjcmV0"}]}"#] {
        fs::write(&path, text).unwrap();
        let refused = from(file.clone()).await.unwrap_err().to_string();
        assert!(refused.contains("jwks.json"), "{refused}");
    }
    fs::write(&path, json!({"keys": [signer.jwk]}).to_string()).unwrap();
    for jwks in [file, format!("{}/certs", issuer.url)] {
        assert!(from(jwks).await.unwrap().verify(&token, at(NOW)).await.is_ok());
    }
    for unsafe_one in ["http://192.0.2.1/certs", "http://id.example/certs", "ftp://id.example/certs"] {
        assert!(from(unsafe_one.to_owned()).await.unwrap_err().to_string().contains(unsafe_one));
    }
}
