//! Settings that the services share: flags, and `WEIR_*` in the environment. A flag wins.
//!
//! Each service flattens the groups it needs into its own `clap` parser.

mod clickhouse;
mod event_log;
mod keys;
mod listen;
mod oidc;
mod plan;
mod secret;
mod telemetry;
mod tls;

use std::time::Duration;

use jiff::SignedDuration;

pub use clickhouse::ClickHouseArgs;
pub use event_log::EventLogArgs;
pub use keys::{KeysArgs, KeysReloadArgs};
pub use listen::ListenArgs;
pub use oidc::OidcArgs;
pub use plan::plan;
pub use secret::Secret;
pub use telemetry::TelemetryArgs;
pub use tls::TlsArgs;

/// Reads a length of time as people write it: `250ms`, `20s`, `1m 30s`, `PT20S`.
///
/// # Errors
///
/// When the text is no length of time, or a negative one.
pub fn duration(text: &str) -> Result<Duration, String> {
    let read: SignedDuration = text.parse().map_err(|error: jiff::Error| error.to_string())?;
    Duration::try_from(read).map_err(|_| format!("{text} is negative"))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::log;

    #[test]
    fn lengths_of_time() {
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(duration("1m 30s"), Ok(Duration::from_secs(90)));
        assert!(duration("20").is_err());
        assert!(duration("-1s").unwrap_err().contains("negative"));
    }

    #[derive(Debug, Parser)]
    struct Everything {
        #[command(flatten)]
        telemetry: TelemetryArgs,
        #[command(flatten)]
        listen: ListenArgs,
        #[command(flatten)]
        log: EventLogArgs,
        #[command(flatten)]
        clickhouse: ClickHouseArgs,
        #[command(flatten)]
        keys: KeysArgs,
    }

    fn parse(flags: &[&str]) -> Result<Everything, clap::Error> {
        Everything::try_parse_from(["weir", "--keys-file", "keys.json"].iter().chain(flags))
    }

    #[test]
    fn the_groups_fit_together() {
        Everything::command().debug_assert();
        let read = parse(&["--log-dir", "log", "--drain-timeout", "5s"]).unwrap();
        assert_eq!(read.listen.drain_timeout, Duration::from_secs(5));
        assert_eq!(read.log.partitions, EventLogArgs::PARTITIONS);
        assert!(read.log.settings().is_ok());
    }

    #[test]
    fn one_log_is_chosen() {
        assert!(parse(&[]).is_err());
        assert!(parse(&["--log-dir", "log", "--kafka", "localhost:9092"]).is_err());
        assert!(parse(&["--log-dir", "log", "--partitions", "0"]).is_err());
        let log = parse(&["--kafka", "a:9092", "--partitions", "8", "--kafka-property", "x.y=1,z=a=b"])
            .unwrap()
            .log;
        assert_eq!(log.partitions, 8);
        let log::Settings::Kafka(kafka) = log.settings().unwrap() else { panic!("not Kafka") };
        let properties =
            [("x.y", "1"), ("z", "a=b")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(kafka.properties, properties.into());
    }

    #[test]
    fn a_certificate_comes_with_its_key() {
        assert!(parse(&["--log-dir", "log", "--tls-cert", "cert.pem"]).is_err());
        assert!(parse(&["--log-dir", "log", "--tls-key", "key.pem"]).is_err());
        assert!(parse(&["--log-dir", "log", "--tls-client-ca", "ca.pem"]).is_err());
        let both = ["--log-dir", "log", "--tls-cert", "cert.pem", "--tls-key", "key.pem"];
        assert!(parse(&both).unwrap().listen.tls.tls_client_ca.is_none());
    }

    #[test]
    fn an_issuer_comes_with_an_audience() {
        assert!(parse(&["--log-dir", "log", "--oidc-issuer", "https://id.example"]).is_err());
        assert!(parse(&["--log-dir", "log", "--oidc-audience", "weir"]).is_err());
        let both = ["--log-dir", "log", "--oidc-issuer", "https://id.example", "--oidc-audience", "weir"];
        assert_eq!(parse(&both).unwrap().keys.oidc.oidc_audience.as_deref(), Some("weir"));
    }

    #[test]
    fn the_password_is_not_shown() {
        let read = parse(&["--log-dir", "log", "--clickhouse-password", "hunter2"]).unwrap();
        assert_eq!(read.clickhouse.password.expose(), "hunter2");
        assert!(!format!("{read:?}").contains("hunter2"));
    }
}
