//! Settings of the ClickHouse server.

use clap::Args;

use super::Secret;

/// Where ClickHouse is, and as whom to speak to it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "ClickHouse")]
pub struct ClickHouseArgs {
    /// ClickHouse's HTTP address
    #[arg(
        long = "clickhouse",
        env = "WEIR_CLICKHOUSE",
        value_name = "URL",
        default_value = "http://127.0.0.1:8123"
    )]
    pub url: String,
    /// User of ClickHouse
    #[arg(
        long = "clickhouse-user",
        env = "WEIR_CLICKHOUSE_USER",
        value_name = "NAME",
        default_value = "default"
    )]
    pub user: String,
    /// The user's password; better given in the environment, for every user of a machine sees flags
    #[arg(
        long = "clickhouse-password",
        env = "WEIR_CLICKHOUSE_PASSWORD",
        value_name = "PASSWORD",
        hide_env_values = true,
        hide_default_value = true,
        default_value = ""
    )]
    pub password: Secret,
}
