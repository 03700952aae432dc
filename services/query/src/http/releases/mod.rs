//! `GET /v1/releases` and what lies under it: the public's figures, frozen (docs/measures.md §5).

mod figures;
mod list;
mod shown;
mod targets;

pub(super) use self::figures::*;
pub(super) use self::list::*;
pub(super) use self::targets::*;

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use weir_kernel::keys::Role;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::figure::Cells;
use weir_schemas::release::{Cut, Releases};

use super::App;
use super::answer::Kept;

/// How soon a reader may ask again for what the log does not hand over now.
const SOON: Duration = Duration::from_secs(1);

impl App {
    /// That the sender of a request may see releases.
    ///
    /// # Errors
    /// 401 without a known key or a token that holds, 403 for roles that see no figures.
    async fn reads_releases(&self, headers: &HeaderMap) -> Result<(), ProblemDetails> {
        if !self.settings.open {
            self.keys.authorize(headers, &[Role::Public, Role::Analyst, Role::Official]).await?;
        }
        Ok(())
    }

    /// What `look` sees of the releases there are.
    ///
    /// # Errors
    /// 503 while the log was not read through yet.
    fn releases<T>(&self, look: impl FnOnce(&Releases) -> T) -> Result<T, ProblemDetails> {
        self.catalogue.read(look).ok_or_else(|| {
            ProblemDetails::unavailable("releases-unread", "the releases are not read yet", SOON)
        })
    }

    /// The release of a name, and its cells.
    ///
    /// # Errors
    /// 404 where there is none, or it is not cut; 503 while the log can't be read.
    async fn release(&self, name: &str) -> Result<(Cut, Arc<Cells>), ProblemDetails> {
        let cut = self.releases(|releases| match releases.named(name) {
            Some(cut) => Ok(cut.clone()),
            None => Err(not_cut(releases, name)),
        })??;
        let cells = self.shelf.cells(&cut).await.map_err(|error| {
            tracing::warn!(release = name, %error, "a release can't be read");
            ProblemDetails::unavailable("release-unreachable", "the release can't be read now", SOON)
        })?;
        Ok((cut, cells))
    }

    /// Who may keep an answer: it is everybody's, but what needs a key is not for caches to hand on.
    const fn keeps_releases(&self) -> Kept {
        if self.settings.open { Kept::Publicly } else { Kept::Privately }
    }
}

/// 404: there is no release of that name.
fn unknown(name: &str) -> ProblemDetails {
    ProblemDetails::not_found(format!("there is no release {name:?}"))
}

/// 404: why a release of that name shows nothing.
fn not_cut(releases: &Releases, name: &str) -> ProblemDetails {
    let Some(asked) = releases.asked_as(name) else { return unknown(name) };
    not_released(match releases.refusal(asked) {
        Some(refused) => format!("the release {name:?} was refused: {}", refused.reason),
        None => format!("the release {name:?} is asked for and not cut yet"),
    })
}

/// 404: releases do not show this.
fn not_released(detail: impl Into<String>) -> ProblemDetails {
    ProblemDetails::new(StatusCode::NOT_FOUND, "not-released", detail)
}
