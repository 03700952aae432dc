//! Whoever is refused is told why, each in words of its own, and nothing that was shown or sent stands in the logs.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use reqwest::Client;
use serde_json::{Value, json};
use weir_tests::certificates::Authority;
use weir_tests::tokens::{AUDIENCE, Issuer};
use weir_tests::{Settings, System, events, until};

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");

/// A value that stands nowhere else.
const SECRET_VALUE: u64 = 731_592_653_589;

/// What a `weir` command prints, which must succeed.
fn weir(data: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(WEIR).args(arguments).arg("--data").arg(data).output()?;
    let complained = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "weir {arguments:?}: {complained}");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// An answer: status, code and words of the problem, or of the one record's.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    status: u16,
    code: String,
    detail: String,
    /// What the answer wants to be shown.
    challenge: String,
}

/// Sends an event with a key or token, and says what is answered.
async fn sent(client: &Client, ingest: &str, shown: &str, event: &Value) -> Result<Told> {
    let request = client.post(format!("{ingest}/v1/events")).bearer_auth(shown);
    let request = request.header("content-type", "application/cloudevents+json").body(event.to_string());
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    let challenge = answer.headers().get("www-authenticate").and_then(|value| value.to_str().ok());
    let challenge = challenge.unwrap_or_default().to_owned();
    let problem = answer.headers()["content-type"] == "application/problem+json";
    let body: Value = answer.json().await?;
    let place = if problem { &body } else { &body["results"][0]["problems"][0] };
    let text = |member: &str| place[member].as_str().unwrap_or_default().to_owned();
    Ok(Told { status, code: text("code"), detail: text("detail"), challenge })
}

/// The event, as the bureau of Mianyang sends it.
fn of_mianyang(mut event: Value) -> Value {
    event["source"] = json!("/bureaus/510700");
    event
}

#[tokio::test]
async fn every_refusal_says_why_and_no_log_line_says_what_was_shown() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let authority = Authority::new(folder.path(), "authority")?;
    let (server, bureau) = (authority.issue("127.0.0.1")?, authority.issue("bureau")?);
    let issuer = Issuer::new("https://id.office.example/realms/statistics")?;
    let jwks = folder.path().join("jwks.json");
    std::fs::write(&jwks, issuer.jwks()?.to_string())?;
    let text = |path: &Path| path.to_str().map(str::to_owned).context("no UTF-8");
    let mut settings = Settings::new(WEIR).logging("debug");
    for (flag, value) in [
        ("--tls-cert", text(&server.cert)?),
        ("--tls-key", text(&server.key)?),
        ("--tls-client-ca", text(&authority.file)?),
        ("--oidc-issuer", issuer.url.clone()),
        ("--oidc-audience", AUDIENCE.to_owned()),
        ("--oidc-jwks", text(&jwks)?),
    ] {
        settings = settings.with(flag).with(&value);
    }
    let system = System::up(&data, &settings).await?;
    let ingest = system.run.ingest.clone();
    ensure!(ingest.starts_with("https://127.0.0.1:"), "{ingest}");
    let client = authority.client(Some(&bureau))?;

    let good = weir(&data, &["key", "create", "--bureau", "510700", "--events", "unit,report"])?;
    let revoked = weir(&data, &["key", "create", "--bureau", "510700", "--name", "old"])?;
    weir(&data, &["key", "revoke", "old"])?;
    let entry = |id, name| ["key", "create", "--client", id, "--bureau", "510700", "--name", name];
    ensure!(weir(&data, &entry("office-mianyang", "office"))?.is_empty(), "a client has no key to print");
    weir(&data, &entry("office-gone", "gone"))?;
    weir(&data, &["key", "revoke", "gone"])?;

    let unit = of_mianyang(events::unit(1, "510704"));
    until("the keys are known", || async {
        // The entry that was made last is there once it is told to be revoked.
        let told = sent(&client, &ingest, &issuer.token("office-gone", AUDIENCE, 600)?, &unit).await?;
        Ok((told.code == "client-revoked").then_some(()))
    })
    .await?;
    let report = of_mianyang(events::rd_report(1, 2021, 1, SECRET_VALUE));
    let token = issuer.token("office-mianyang", AUDIENCE, 600)?;
    for (shown, event) in [(&good, &unit), (&good, &report), (&token, &unit), (&token, &report)] {
        let told = sent(&client, &ingest, shown, event).await?;
        assert_eq!(told.status, 202, "{told:?}");
    }

    let wrong = good.replace("weir_bureau_", "weir_bureau_0").chars().take(good.len()).collect::<String>();
    let expired = issuer.token("office-mianyang", AUDIENCE, -600)?;
    let elsewhere = issuer.token("office-mianyang", "elsewhere", 600)?;
    let stranger = issuer.token("office-nowhere", AUDIENCE, 600)?;
    let gone = issuer.token("office-gone", AUDIENCE, 600)?;
    let forged = Issuer::new(&issuer.url)?.token("office-mianyang", AUDIENCE, 600)?;
    let unknown_area = of_mianyang(events::unit(2, "510104"));
    let unknown_type = of_mianyang(events::patent(1, "510704"));
    for (shown, event, status, code, words) in [
        (&wrong, &unit, 401, "unauthorized", "the key is not known"),
        (&revoked, &unit, 401, "unauthorized", "the key was revoked at 20"),
        (&good, &unknown_area, 422, "E-SCOPE", "the key does not cover 510104"),
        (&good, &unknown_type, 422, "E-SCOPE", "the key does not cover weir.patent.granted.v1"),
        (&token, &unknown_area, 422, "E-SCOPE", "the key does not cover 510104"),
        (&expired, &unit, 401, "token-expired", "the token expired at 20"),
        (&elsewhere, &unit, 401, "token-audience", "the token is for another audience than weir"),
        (&forged, &unit, 401, "token-signature", "the token's signature is wrong"),
        (&stranger, &unit, 403, "client-unknown", "the client \"office-nowhere\" has no entry"),
        (&gone, &unit, 403, "client-revoked", "the entry of the client \"office-gone\" was revoked at 20"),
    ] {
        let told = sent(&client, &ingest, shown, event).await?;
        assert_eq!((told.status, told.code.as_str()), (status, code), "{told:?}");
        assert!(told.detail.starts_with(words), "{told:?}");
        let challenge = format!("Bearer error=\"invalid_token\", error_description=\"{}\"", told.detail);
        assert_eq!(told.challenge, if status == 401 { challenge } else { String::new() });
    }

    let plain = Client::builder().tls_certs_only([]).build()?;
    let told = sent(&plain, &ingest.replace("https://", "http://"), &good, &unit).await?;
    assert_eq!((told.status, told.code.as_str()), (400, "tls-required"));
    assert!(told.detail.contains("use https://"), "{told:?}");
    let told = sent(&authority.client(None)?, &ingest, &good, &unit).await?;
    assert_eq!((told.status, told.code.as_str()), (403, "client-certificate-required"));
    assert!(told.detail.contains("show a client certificate"), "{told:?}");
    let other = Authority::new(folder.path(), "other")?.issue("stranger")?;
    assert!(sent(&authority.client(Some(&other))?, &ingest, &good, &unit).await.is_err());

    // The commands get in with the same files, and not without.
    let connection =
        [("--ca", &authority.file), ("--client-cert", &bureau.cert), ("--client-key", &bureau.key)];
    let mut status = vec!["status".to_owned()];
    assert!(weir(&data, &["status"]).is_err());
    for (flag, path) in connection {
        status.extend([flag.to_owned(), text(path)?]);
    }
    weir(&data, &status.iter().map(String::as_str).collect::<Vec<_>>())?;
    let keys = system.run.keys.clone();
    system.leave().await?;

    let log = std::fs::read_to_string(data.join("weir.log"))?;
    ensure!(
        log.contains(r#""level":"DEBUG""#) && log.contains("rd-1-2021-1"),
        "the log tells of no event: {log}"
    );
    let tokens = [token, expired, elsewhere, stranger, gone, forged];
    let parts = tokens.iter().flat_map(|token| token.split('.').skip(1).map(str::to_owned));
    let unit_name = unit["data"]["name"].as_str().context("no name")?.to_owned();
    let values = [SECRET_VALUE.to_string(), unit_name];
    for secret in keys.into_values().chain([good, revoked, wrong]).chain(parts).chain(values) {
        let line = log.lines().find(|line| line.contains(&secret));
        ensure!(line.is_none(), "{secret} stands in the log: {line:?}");
    }
    Ok(())
}
