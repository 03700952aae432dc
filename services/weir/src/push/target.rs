//! Where to push, with which key and how often, where that is not said: to the system on this machine.

use std::path::{Path, PathBuf};

use anyhow::Context;
use weir_kernel::keys::Keys;
use weir_kernel::settings::Secret;
use weir_schemas::codelist::Area;

use super::patience::Patience;
use super::sender::Sender;
use crate::connection::ConnectionArgs;
use crate::key;
use crate::up::RunFile;

/// What stands in for an address that is not given.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Target {
    /// The bureau's key [default: the one of the data folder's run.json]
    #[arg(long, env = "WEIR_KEY", value_name = "KEY", hide_env_values = true)]
    key: Option<Secret>,
    /// The data folder of the system on this machine
    #[arg(long, env = "WEIR_DATA", value_name = "DIR", default_value = "weir-data")]
    data: PathBuf,
    #[command(flatten)]
    patience: Patience,
    #[command(flatten)]
    connection: ConnectionArgs,
}

impl Target {
    /// The bureau whose key is shown, if the data folder's file of keys knows it and it covers one area.
    pub(super) fn bureau(&self) -> Option<Area> {
        let keys = Keys::load(&self.data.join(key::FILE)).ok()?;
        match keys.authenticate(self.key.as_ref()?.expose())?.areas.as_slice() {
            [area] => Area::parse(&area.to_string()).ok(),
            _ => None,
        }
    }

    /// The data folder.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// How to connect.
    pub(crate) const fn connection(&self) -> &ConnectionArgs {
        &self.connection
    }

    /// A sender to the service at `url`, or to that of the data folder.
    pub(crate) fn sender(&self, url: Option<&str>) -> anyhow::Result<Sender> {
        if let (Some(url), Some(key)) = (url, &self.key) {
            return Sender::new(url, key.clone(), &self.patience, &self.connection);
        }
        let path = RunFile::path(&self.data).display().to_string();
        let run = RunFile::read(&self.data)?.with_context(|| {
            format!("name the service (--to) and a key (--key): there is no {path} to take them from")
        })?;
        let url = url.unwrap_or(&run.ingest);
        let key = self.key.clone().or_else(|| run.keys.get("bureau").map(Secret::new));
        let key = key.with_context(|| format!("{path} holds no bureau's key"))?;
        Sender::new(url, key, &self.patience, &self.connection)
    }
}
