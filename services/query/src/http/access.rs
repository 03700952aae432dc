//! Who may see what (docs/measures.md §5).
//!
//! Live figures are for analysts and officials. The public sees releases only, operators see no statistics. Units are
//! for officials alone, also where figures are open to everybody.

use std::sync::Arc;

use axum::http::HeaderMap;
use weir_kernel::keys::{Caller, Key, Role};
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::Area;
use weir_schemas::figure::Audience;

use super::App;

/// The areas that a reader may see live figures of.
pub(crate) struct Access(Option<Arc<Key>>);

impl App {
    /// What the sender of a request may see.
    ///
    /// # Errors
    /// 401 without a known key or a token that holds, 403 for roles that see no live figures.
    pub(crate) async fn access(&self, headers: &HeaderMap) -> Result<Access, ProblemDetails> {
        Ok(Access(self.reader(headers).await?.map(|caller| caller.key)))
    }

    /// Who reads live figures; none where they are open to everybody.
    ///
    /// # Errors
    /// 401 without a known key or a token that holds, 403 for roles that see no live figures.
    pub(super) async fn reader(&self, headers: &HeaderMap) -> Result<Option<Caller>, ProblemDetails> {
        if self.settings.open {
            return Ok(None);
        }
        Ok(Some(self.keys.authorize(headers, &[Role::Analyst, Role::Official]).await?))
    }

    /// What the sender of a request may see of units.
    ///
    /// # Errors
    /// 401 without a known key or a token that holds, 403 for all but officials.
    pub(super) async fn official(&self, headers: &HeaderMap) -> Result<Access, ProblemDetails> {
        let caller = self.keys.authorize(headers, &[Role::Official]).await?;
        Ok(Access(Some(caller.key)))
    }

    /// What the sender of a request may see of records that changed nothing, and whether units too: operators see where
    /// they are and why, within their key's areas, as officials do.
    ///
    /// # Errors
    /// 401 without a known key or a token that holds, 403 for all but officials and operators.
    pub(super) async fn overseer(&self, headers: &HeaderMap) -> Result<(Access, bool), ProblemDetails> {
        let key = self.keys.authorize(headers, &[Role::Official, Role::Operator]).await?.key;
        let official = key.role == Role::Official;
        Ok((Access(Some(key)), official))
    }
}

impl Access {
    /// For whom figures are computed: those that are open to everybody are kept as from analysts.
    pub(crate) fn audience(&self) -> Audience {
        match &self.0 {
            Some(key) if key.role == Role::Official => Audience::Official,
            _ => Audience::Analyst,
        }
    }

    /// What the holder of a key may see; without one everything is open.
    pub(crate) fn of(caller: Option<&Caller>) -> Self {
        Self(caller.map(|caller| Arc::clone(&caller.key)))
    }

    /// That the reader may see these areas.
    ///
    /// # Errors
    /// 403 with the first area that the key does not cover, and those that it does.
    pub(crate) fn covers(&self, areas: &[Area]) -> Result<(), ProblemDetails> {
        let Some(key) = &self.0 else { return Ok(()) };
        let Some(area) = areas.iter().find(|area| !key.covers(**area)) else { return Ok(()) };
        // Who names no area asks for the plan's own, which not every key covers.
        let covered: Vec<String> = key.areas.iter().map(ToString::to_string).collect();
        let detail = format!("the key does not cover area {area}; it covers {}", covered.join(", "));
        Err(ProblemDetails::forbidden(detail))
    }
}
