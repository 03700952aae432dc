//! The limits of the query service, and who may see live figures.

use std::num::NonZeroUsize;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use weir_kernel::settings::duration;

/// Settings as flags and environment.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Query")]
// Each flattened group has a name; the type's own would meet those of other services in one command.
#[group(skip)]
pub struct Args {
    /// Show live figures to readers without a key; for demonstration data alone
    #[arg(long, env = "WEIR_QUERY_OPEN", value_parser = BoolishValueParser::new())]
    pub open: bool,
    /// Observations in one answer at most
    #[arg(long, env = "WEIR_QUERY_OBSERVATIONS", value_name = "N", default_value_t = Settings::OBSERVATIONS)]
    pub observations: usize,
    /// Items in one page of a list at most, and subjects of one receipt
    #[arg(long, env = "WEIR_QUERY_PAGE", value_name = "N", default_value_t = Settings::PAGE)]
    pub page: NonZeroUsize,
    /// Answers about figures of the past (`as_of`) that are computed at a time at most; further requests wait
    #[arg(long, env = "WEIR_QUERY_AS_OF_REQUESTS", value_name = "N", default_value_t = Settings::AS_OF_REQUESTS)]
    pub as_of_requests: NonZeroUsize,
    /// The agency that SDMX artefacts are maintained by
    #[arg(long, env = "WEIR_QUERY_SDMX_AGENCY", value_name = "ID", value_parser = agency, default_value = Settings::SDMX_AGENCY)]
    pub sdmx_agency: String,
    /// Figures that one SDMX answer looks at, at most
    #[arg(long, env = "WEIR_QUERY_SDMX_FIGURES", value_name = "N", default_value_t = Settings::SDMX_FIGURES)]
    pub sdmx_figures: usize,
    /// Moments of the past that one SDMX answer looks at (`includeHistory`), at most
    #[arg(long, env = "WEIR_QUERY_SDMX_MOMENTS", value_name = "N", default_value_t = Settings::SDMX_MOMENTS)]
    pub sdmx_moments: usize,
    /// How long to wait at most before trying again to reach the log or ClickHouse
    #[arg(long, env = "WEIR_QUERY_RETRY", value_name = "TIME", value_parser = duration, default_value = "2s")]
    pub retry: Duration,
}

/// Settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether readers without a key see live figures.
    pub open: bool,
    /// Observations in one answer at most.
    pub observations: usize,
    /// Items in one page of a list at most, and subjects of one receipt.
    pub page: NonZeroUsize,
    /// Answers about figures of the past that are computed at a time at most: each holds its cells in memory.
    pub as_of_requests: NonZeroUsize,
    /// The agency that SDMX artefacts are maintained by.
    pub sdmx_agency: String,
    /// Figures that one SDMX answer looks at, at most.
    pub sdmx_figures: usize,
    /// Moments of the past that one SDMX answer looks at, at most.
    pub sdmx_moments: usize,
    /// The longest pause between two tries to reach the log or ClickHouse; the first is a hundredth of it.
    pub retry: Duration,
}

impl Settings {
    /// Observations in one answer by default: every county of a province, by month, for a plan's years.
    pub const OBSERVATIONS: usize = 20_000;
    /// Items in one page of a list by default.
    pub const PAGE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(499);
    /// Answers about the past at a time by default: more would only share the same processors.
    pub const AS_OF_REQUESTS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);
    /// The agency by default.
    pub const SDMX_AGENCY: &str = "SCSTAT";
    /// Figures that one SDMX answer looks at by default: a second's work.
    pub const SDMX_FIGURES: usize = 500_000;
    /// Moments that one SDMX answer looks at by default: some seconds' work.
    pub const SDMX_MOMENTS: usize = 500;
    /// The longest pause by default.
    pub const RETRY: Duration = Duration::from_secs(2);
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            open: false,
            observations: Self::OBSERVATIONS,
            page: Self::PAGE,
            as_of_requests: Self::AS_OF_REQUESTS,
            sdmx_agency: Self::SDMX_AGENCY.to_owned(),
            sdmx_figures: Self::SDMX_FIGURES,
            sdmx_moments: Self::SDMX_MOMENTS,
            retry: Self::RETRY,
        }
    }
}

impl From<Args> for Settings {
    fn from(args: Args) -> Self {
        Self {
            open: args.open,
            observations: args.observations,
            page: args.page,
            as_of_requests: args.as_of_requests,
            sdmx_agency: args.sdmx_agency,
            sdmx_figures: args.sdmx_figures,
            sdmx_moments: args.sdmx_moments,
            retry: args.retry,
        }
    }
}

/// An agency's id as SDMX has them: names with dots between.
fn agency(text: &str) -> Result<String, String> {
    let is_name = |part: &str| {
        let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.chars().all(in_name)
    };
    if text.split('.').all(is_name) {
        return Ok(text.to_owned());
    }
    Err("an agency is a name of letters, digits, _ and -, or such names with dots between".to_owned())
}
