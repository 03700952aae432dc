//! Settings of the API keys.

use std::path::PathBuf;

use clap::Args;

use crate::keys::{Error, Keys};

/// Where the keys are.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Keys")]
pub struct KeysArgs {
    /// JSON file of the API keys, hashed
    #[arg(long, env = "WEIR_KEYS_FILE", value_name = "FILE")]
    pub keys_file: PathBuf,
}

impl KeysArgs {
    /// Reads the keys.
    ///
    /// # Errors
    ///
    /// When the file can't be read or holds anything but keys.
    pub fn load(&self) -> Result<Keys, Error> {
        Keys::load(&self.keys_file)
    }
}
