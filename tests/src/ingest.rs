//! The ingestion service as a program of its own, on an embedded log.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use weir_kernel::keys::{Key, Keys, PlainKey, Role};

use crate::apart::listening;
use crate::process::{ask_to_leave, left};
use crate::wait::until;

/// A running `weir-ingest`. It is killed when dropped.
pub struct IngestService {
    child: Child,
    data: PathBuf,
    /// Its address, `host:port`.
    pub address: String,
    /// The keys of two bureaus, for everywhere.
    pub keys: [String; 2],
}

impl IngestService {
    /// Starts it on a folder of its own and waits until it is ready.
    ///
    /// # Errors
    /// When it does not get ready.
    pub async fn start(data: &Path, program: &str, arguments: &[&str]) -> Result<Self> {
        let (plain, file) = (keys(data)?, data.join("keys.json"));
        let log = std::fs::File::create(data.join("ingest.log"))?;
        let mut command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0", "--log-dir"]).arg(data.join("log"));
        command.arg("--keys-file").arg(file).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = command.spawn().with_context(|| program.to_owned())?;
        let mut service = Self { child, data: data.to_owned(), address: String::new(), keys: plain };
        let url = listening(data, "ingest").await?;
        service.address = url.trim_start_matches("http://").to_owned();
        until("ingestion gets ready", || async {
            Ok(reqwest::get(format!("{url}/readyz")).await?.status().is_success().then_some(()))
        })
        .await?;
        Ok(service)
    }

    /// The most memory that it had at once, in bytes.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn peak_memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? << 10)
    }

    /// Ends it by SIGTERM and waits until it has left, which it must with success. Its log can be opened then.
    ///
    /// # Errors
    /// When it leaves otherwise.
    pub async fn leave(mut self) -> Result<PathBuf> {
        ask_to_leave(&self.child)?;
        left(&mut self.child, "ingestion").await?;
        Ok(self.data.join("log"))
    }
}

impl Drop for IngestService {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn keys(data: &Path) -> Result<[String; 2]> {
    let plain = [PlainKey::generate(Role::Bureau)?, PlainKey::generate(Role::Bureau)?];
    let key = |(name, key): (&str, &PlainKey)| Key::new(name, Role::Bureau, key.hash());
    let keys = ["one", "other"].into_iter().zip(&plain).map(key).collect();
    Keys::new(keys)?.save(&data.join("keys.json"))?;
    Ok(plain.map(|key| key.expose().to_owned()))
}
