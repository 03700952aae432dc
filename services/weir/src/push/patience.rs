//! How long, and how often, an ingestion service is waited for.

use std::time::Duration;

use weir_kernel::settings::duration;

/// How long, and how often, a service is waited for.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub(crate) struct Patience {
    /// How often lines are sent before giving up, while no service answers or they are not durable
    #[arg(long, env = "WEIR_PUSH_TRIES", value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) tries: u32,
    /// How long a connection to the ingestion service may take to be made
    #[arg(long, env = "WEIR_PUSH_CONNECT_TIMEOUT", value_name = "TIME", value_parser = duration, default_value = "5s")]
    pub(super) connect_timeout: Duration,
    /// How long its answer may be silent; set it above the service's own `--body-timeout` and `--kafka-delivery-timeout`
    #[arg(long, env = "WEIR_PUSH_SILENCE_TIMEOUT", value_name = "TIME", value_parser = duration, default_value = "75s")]
    pub(super) silence_timeout: Duration,
}

#[cfg(test)]
impl Patience {
    /// The defaults, but for the number of tries.
    pub(super) fn of(tries: u32) -> Self {
        let (connect_timeout, silence_timeout) = (Duration::from_secs(5), Duration::from_secs(75));
        Self { tries, connect_timeout, silence_timeout }
    }
}
