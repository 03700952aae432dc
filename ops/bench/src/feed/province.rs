//! The synthetic province of `weir simulate`: all kinds of events in their usual mixture.

use weir::simulate;

use super::Event;

/// Which province.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Province {
    /// About how many units
    #[arg(long, default_value_t = 20_000, value_name = "N")]
    pub(crate) units: u32,
    /// The first year
    #[arg(long, default_value_t = simulate::FIRST_YEAR, value_name = "YEAR")]
    pub(crate) from: i16,
    /// The last year
    #[arg(long, default_value_t = simulate::LAST_YEAR, value_name = "YEAR")]
    pub(crate) to: i16,
}

impl Province {
    /// Its events, in the order in which bureaus send them.
    pub(crate) fn events(&self) -> anyhow::Result<Vec<Event>> {
        let Self { units, from, to } = *self;
        let settings = simulate::Settings { units, from, to, ..simulate::Settings::default() };
        let province = simulate::Province::new(settings)?;
        province.events().map(|event| Event::read(event.json)).collect()
    }
}
