//! The rounds of forms, as ingestion knows them: what bureaus said of them lies in the log's events, and a copy of it alone in a topic
//! that every instance reads through and follows.

mod copy;
mod follow;
mod settings;

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use weir_schemas::event::{Event, Late};
use weir_schemas::problem::{Code, Problem};

pub use self::copy::copy;
pub use self::settings::RoundSettings;

/// What readiness waits for until all that was said is read.
pub(crate) const ROUNDS: &str = "rounds";

/// The rounds as they stand; clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rounds {
    said: Arc<RwLock<weir_schemas::rounds::Rounds>>,
    settings: RoundSettings,
}

impl Rounds {
    /// Nothing was said yet.
    pub(crate) fn new(settings: RoundSettings) -> Self {
        Self { said: Arc::default(), settings }
    }

    /// What a report that is received now comes after, if it is late.
    ///
    /// # Errors
    /// When its round is closed, and its form is not taken then.
    pub(crate) fn late(&self, event: &Event, now: Timestamp) -> Result<Option<Late>, Problem> {
        let Some((form, period)) = event.round() else { return Ok(None) };
        let said = self.said.read().unwrap_or_else(PoisonError::into_inner);
        let standing = said.standing(form, period, event.source.area);
        match standing.closed_by.filter(|_| self.settings.refuse_after_closing.contains(&form)) {
            None => Ok(standing.late(now)),
            Some(by) => {
                let detail = format!(
                    "the round of {form} for {period} was closed by /bureaus/{by}: it must be opened again first"
                );
                Err(Problem::new(Code::RoundClosed, "/data/period", detail))
            }
        }
    }

    /// Takes in what an event of the log says, at its offset.
    pub(crate) fn apply(&self, event: &Event, offset: i64) {
        self.said.write().unwrap_or_else(PoisonError::into_inner).apply(event, offset);
    }
}
