//! An identity provider: its signing keys, kept up to date, and its tokens, checked by them.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::Client;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::document::client;
use super::signing_keys::{Missing, SigningKeys};
use super::source::{NoKeys, Source};
use super::token::Token;
use super::{Error, Identity, Refusal, Settings};

/// A provider whose tokens are taken.
pub struct IdentityProvider {
    settings: Settings,
    source: Source,
    client: Client,
    /// The last ones that were read.
    keys: RwLock<Arc<SigningKeys>>,
    /// How the last attempt at reading them went. Whoever holds it reads: one at a time.
    attempt: Arc<Mutex<Option<Attempt>>>,
}

#[derive(Clone, Copy)]
struct Attempt {
    at: Instant,
    failed: bool,
}

impl IdentityProvider {
    /// A provider whose signing keys are fetched now and then again and again. While they can't be, those fetched last hold; the service starts and
    /// goes on without them, since keys do not need them.
    ///
    /// # Errors
    /// When an address or a file of the settings can't be used; the message names it.
    pub async fn open(settings: Settings) -> Result<Arc<Self>, Error> {
        let source = Source::of(&settings)?;
        let client = client(&settings, source.is_over_tls())?;
        let (mut keys, mut attempt) = (SigningKeys::default(), None);
        if let Source::File(path) = &source {
            // What lies on this machine must be right from the start.
            keys = source.read(&client).await.map_err(|error| match error {
                NoKeys::File(path, source) => Error::File { path, source },
                _ => Error::SigningKeys { path: path.clone() },
            })?;
            attempt = Some(Attempt { at: Instant::now(), failed: false });
        }
        let (keys, attempt) = (RwLock::new(Arc::new(keys)), Arc::new(Mutex::new(attempt)));
        let provider = Arc::new(Self { settings, source, client, keys, attempt });
        tokio::spawn(Arc::clone(&provider).follow());
        Ok(provider)
    }

    /// Who a token is of, if it holds `now`.
    ///
    /// # Errors
    /// When it does not, or the key that it is signed with can't be had.
    pub async fn verify(self: &Arc<Self>, token: &str, now: Timestamp) -> Result<Identity, Refusal> {
        let token = Token::read(token, &self.settings, now)?;
        let key = self.signing_key(token.key_id.as_deref(), token.algorithm).await?;
        token.signed_with(&key)
    }

    /// The key of an id; fetched, if it is not known, though not again and again: anybody can make up tokens with ids of their own.
    async fn signing_key(
        self: &Arc<Self>,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<DecodingKey, Refusal> {
        if let Some(known) = self.known(id, algorithm)? {
            return Ok(known);
        }
        let mut attempt = Arc::clone(&self.attempt).lock_owned().await;
        // Another request may have fetched it meanwhile.
        if let Some(known) = self.known(id, algorithm)? {
            return Ok(known);
        }
        let cooldown = self.settings.cooldown;
        if attempt.is_none_or(|attempt| attempt.at.elapsed() >= cooldown) {
            // In a task of its own: who asked may leave at any time, and what they began is what those after them wait for.
            let refreshed = tokio::spawn(Arc::clone(self).refreshed(attempt));
            attempt = refreshed.await.map_err(|_| Refusal::Unreachable(cooldown))?;
            if let Some(known) = self.known(id, algorithm)? {
                return Ok(known);
            }
        }
        match *attempt {
            Some(Attempt { at, failed: true }) => {
                Err(Refusal::Unreachable(cooldown.saturating_sub(at.elapsed())))
            }
            _ => Err(Refusal::SigningKey),
        }
    }

    /// The key of an id, if it is among those fetched last.
    fn known(&self, id: Option<&str>, algorithm: Algorithm) -> Result<Option<DecodingKey>, Refusal> {
        let keys = Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner));
        match keys.find(id, algorithm) {
            Ok(key) => Ok(Some(key.clone())),
            Err(Missing::Unknown) => Ok(None),
            Err(Missing::Unfit) => Err(Refusal::Signature),
        }
    }

    /// Reads the signing keys; those read before stay where that fails. Nobody else reads them meanwhile.
    async fn refreshed(
        self: Arc<Self>,
        mut attempt: OwnedMutexGuard<Option<Attempt>>,
    ) -> OwnedMutexGuard<Option<Attempt>> {
        let read = self.source.read(&self.client).await;
        let failed = read.is_err();
        match read {
            Ok(keys) => {
                tracing::debug!(keys = keys.len(), "the identity provider's signing keys are read");
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
            }
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(
                    error,
                    "the identity provider's signing keys can't be read: those read before hold"
                );
            }
        }
        *attempt = Some(Attempt { at: Instant::now(), failed });
        attempt
    }

    /// Reads the signing keys again and again, so that one that was taken back holds no longer.
    async fn follow(self: Arc<Self>) {
        let attempt = Arc::clone(&self.attempt).lock_owned().await;
        // A file is read already, and the first request may have come first.
        if attempt.is_some() {
            drop(attempt);
        } else {
            Arc::clone(&self).refreshed(attempt).await;
        }
        loop {
            tokio::time::sleep(self.settings.refresh.max(Duration::from_millis(1))).await;
            let attempt = Arc::clone(&self.attempt).lock_owned().await;
            Arc::clone(&self).refreshed(attempt).await;
        }
    }
}

impl fmt::Debug for IdentityProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityProvider").field("settings", &self.settings).finish_non_exhaustive()
    }
}
