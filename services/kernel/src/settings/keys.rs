//! Settings of the API keys.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{OidcArgs, duration};
use crate::keys::{Error, KeyRing, Keys, KeysFile};

/// Where the keys are.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Keys")]
pub struct KeysArgs {
    /// JSON file of the API keys, hashed
    #[arg(long, env = "WEIR_KEYS_FILE", value_name = "FILE")]
    pub keys_file: PathBuf,
    /// When they are read again.
    #[command(flatten)]
    pub reload: KeysReloadArgs,
    /// Whose tokens are taken besides.
    #[command(flatten)]
    pub oidc: OidcArgs,
}

/// When keys are read again.
#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct KeysReloadArgs {
    /// How often the file of keys is looked at: keys that were made or revoked count from then on
    #[arg(long, env = "WEIR_KEYS_RELOAD", value_name = "TIME", value_parser = duration, default_value = "1s")]
    pub keys_reload: Duration,
}

impl KeysArgs {
    /// Reads the keys, and keeps them up to date; those of clients are shown by tokens of the identity provider.
    ///
    /// # Errors
    ///
    /// When the file can't be read or holds anything but keys, or the identity provider's settings can't be used.
    pub async fn open(&self) -> Result<KeyRing, Error> {
        let keys = self.reload.open(self.keys_file.clone())?;
        Ok(keys.with_provider(self.oidc.open().await?))
    }
}

impl KeysReloadArgs {
    /// Reads the keys of a file, and keeps them up to date.
    ///
    /// # Errors
    ///
    /// When the file can't be read or holds anything but keys.
    pub fn open(&self, path: PathBuf) -> Result<KeyRing, Error> {
        KeysFile { path, every: self.keys_reload, besides: Keys::default(), optional: false }.open()
    }
}
