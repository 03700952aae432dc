//! Reads the files of TLS again when they change, so that a renewed certificate needs no restart.

use std::time::Duration;

use tokio::time::MissedTickBehavior;

use super::Tls;
use crate::file_state::FileState;

impl Tls {
    /// Looks at the files again and again, which were in these states when they were read.
    pub(super) async fn follow(self, mut read: [Option<FileState>; 3]) {
        let files = &self.settings.files;
        let mut every = tokio::time::interval(self.settings.reload.max(Duration::from_millis(1)));
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut complained = None;
        loop {
            every.tick().await;
            let now = files.states();
            if now == read {
                continue;
            }
            // A certificate and its key are two files: between the two writes they do not fit together.
            match files.config() {
                Ok(config) => {
                    self.replace(config);
                    read = now;
                    tracing::info!(cert = %files.cert.display(), "the certificate was read again");
                }
                // Tried again at every look, and told once.
                Err(error) => {
                    if complained != Some(now) {
                        let error: &dyn std::error::Error = &error;
                        tracing::warn!(error, "the certificate read before goes on being used");
                    }
                    complained = Some(now);
                }
            }
        }
    }
}
