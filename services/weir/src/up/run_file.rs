//! `run.json`: where a running system is, for those who talk to it.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// What `DIR/run.json` says (docs/contract.md §5). It holds keys: only its owner can read it.
#[derive(Clone, Serialize, Deserialize)]
pub struct RunFile {
    /// The ingestion service.
    pub ingest: String,
    /// The query service.
    pub query: String,
    /// The aggregation service, for its operations.
    pub aggregate: String,
    /// Kafka's bootstrap servers, if the log is Kafka.
    pub kafka: Option<String>,
    /// The ClickHouse server.
    pub clickhouse: String,
    /// A key for each role.
    pub keys: BTreeMap<String, String>,
    /// The process.
    pub pid: u32,
}

impl RunFile {
    /// Its place in a data folder.
    pub fn path(data: &Path) -> PathBuf {
        data.join("run.json")
    }

    /// Reads the one of a data folder, if there is one.
    ///
    /// # Errors
    /// When it is there and can't be read.
    pub fn read(data: &Path) -> anyhow::Result<Option<Self>> {
        let path = Self::path(data);
        match fs::read(&path) {
            Ok(bytes) => {
                Ok(Some(serde_json::from_slice(&bytes).with_context(|| path.display().to_string())?))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| path.display().to_string()),
        }
    }

    /// Writes it whole: a reader sees the old one or the new one.
    pub(super) fn write(&self, data: &Path) -> anyhow::Result<()> {
        let (path, part) = (Self::path(data), data.join("run.json.part"));
        // One that was left behind may have another mode, which opening it would not change.
        if let Err(error) = fs::remove_file(&part)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(error).with_context(|| part.display().to_string());
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all()?;
        fs::rename(&part, &path).with_context(|| path.display().to_string())
    }
}
