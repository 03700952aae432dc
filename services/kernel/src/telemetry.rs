//! Logs on stderr, and the metrics' registry.

use std::io::IsTerminal;

use clap::ValueEnum;
use prometheus_client::registry::Registry;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For a person at a terminal.
    Text,
}

/// A filter that can't be read.
#[derive(Debug, thiserror::Error)]
#[error("{filter:?} is not a log filter (for example info,weir_ingest=debug)")]
pub struct NotAFilter {
    filter: String,
    source: ParseError,
}

/// Starts writing logs to stderr, those that `filter` lets through (`info`, `info,weir_ingest=debug`).
///
/// The first call in a process decides; later ones change nothing, so that services started together don't clash.
///
/// # Errors
///
/// When `filter` is malformed.
pub fn init_logs(format: LogFormat, filter: &str) -> Result<(), NotAFilter> {
    let parsed = EnvFilter::builder()
        .parse(filter)
        .map_err(|source| NotAFilter { filter: filter.to_owned(), source })?;
    let logs = tracing_subscriber::fmt().with_env_filter(parsed).with_writer(std::io::stderr);
    // An error says that logs are written already.
    let _ = match format {
        LogFormat::Json => {
            logs.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
        }
        LogFormat::Text => logs.with_ansi(std::io::stderr().is_terminal()).try_init(),
    };
    Ok(())
}

/// An empty registry for the metrics of `service`, all named `weir_<service>_…`.
///
/// It is passed on, never global: several services run in one process, each with its own.
pub fn registry(service: &str) -> Registry {
    Registry::with_prefix(format!("weir_{service}"))
}

/// Bounds of the histograms of durations, in seconds: 0.5 ms to 16 s, doubling.
pub fn duration_buckets() -> impl Iterator<Item = f64> {
    std::iter::successors(Some(0.000_5), |bound| Some(bound * 2.0)).take(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_start_once_and_a_bad_filter_is_named() {
        assert!(init_logs(LogFormat::Json, "info").is_ok());
        assert!(init_logs(LogFormat::Text, "warn,weir_ingest=debug").is_ok());
        let refused = init_logs(LogFormat::Json, "weir=loud").unwrap_err().to_string();
        assert!(refused.starts_with("\"weir=loud\" is not a log filter"), "{refused}");
    }
}
