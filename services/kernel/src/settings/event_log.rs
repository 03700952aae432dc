//! Settings of the event log.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args};

use super::{Secret, duration};
use crate::log::{self, Error};

/// Which log holds the events: a folder of this machine, or Kafka.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Event log", group = ArgGroup::new("engine").required(true))]
pub struct EventLogArgs {
    /// Folder of the embedded log
    #[arg(long, env = "WEIR_LOG_DIR", value_name = "DIR", group = "engine")]
    pub log_dir: Option<PathBuf>,
    /// Kafka's bootstrap servers, host:port with commas between
    #[arg(long, env = "WEIR_KAFKA", value_name = "BOOTSTRAP", group = "engine")]
    pub kafka: Option<String>,
    /// Partitions of each topic; fixed once the topics are there
    #[arg(long, env = "WEIR_PARTITIONS", default_value_t = EventLogArgs::PARTITIONS,
          value_parser = clap::value_parser!(i32).range(1..=10_000))]
    pub partitions: i32,
    /// Largest record of the log, in bytes of key, headers and value
    #[arg(long, env = "WEIR_LOG_RECORD_BYTES", default_value_t = 1_000_000)]
    pub log_record_bytes: usize,
    /// Copies of each partition of the topics that are created in Kafka
    #[arg(long, env = "WEIR_KAFKA_REPLICATION", default_value_t = 1,
          value_parser = clap::value_parser!(i32).range(1..=100))]
    pub kafka_replication: i32,
    /// How long Kafka may take to make a record durable before it counts as not written
    #[arg(long, env = "WEIR_KAFKA_DELIVERY_TIMEOUT", value_parser = duration, default_value = "10s")]
    pub kafka_delivery_timeout: Duration,
    /// Further properties of librdkafka, for example of security
    #[arg(long = "kafka-property", env = "WEIR_KAFKA_PROPERTIES", value_name = "NAME=VALUE",
          value_delimiter = ',', hide_env_values = true, value_parser = property)]
    pub kafka_properties: Vec<(String, Secret)>,
}

impl EventLogArgs {
    /// How many partitions each topic has by default.
    pub const PARTITIONS: i32 = 4;

    /// The log module's settings.
    ///
    /// # Errors
    ///
    /// When neither a folder nor Kafka was given, or both.
    pub fn settings(&self) -> Result<log::Settings, Error> {
        match (&self.log_dir, &self.kafka) {
            (Some(folder), None) => Ok(log::Settings::Embedded(log::embedded::Settings {
                max_record_bytes: self.log_record_bytes,
                ..log::embedded::Settings::new(folder)
            })),
            (None, Some(bootstrap)) => Ok(log::Settings::Kafka(log::kafka::Settings {
                replication: self.kafka_replication,
                max_record_bytes: self.log_record_bytes,
                delivery_timeout: self.kafka_delivery_timeout,
                properties: self.properties(),
                ..log::kafka::Settings::new(bootstrap)
            })),
            _ => Err(Error::Invalid("give either a folder for the log or Kafka's bootstrap servers".into())),
        }
    }

    fn properties(&self) -> BTreeMap<String, String> {
        self.kafka_properties.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect()
    }
}

/// Values may be passwords.
fn property(text: &str) -> Result<(String, Secret), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.trim().to_owned(), Secret::new(value)))
}
