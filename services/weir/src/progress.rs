//! Progress for a person at a terminal; nothing where there is none.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Counts events whose number is not known beforehand.
pub(crate) fn events() -> ProgressBar {
    ProgressBar::no_length().with_style(style("{spinner} {human_pos} events, {per_sec}"))
}

/// Counts records of a log that grows.
pub(crate) fn records() -> ProgressBar {
    ProgressBar::new(0)
        .with_style(style("{bar:30} {human_pos} of {human_len} records, {per_sec}, {eta} left"))
}

/// Counts steps of `total`.
pub(crate) fn steps(total: u64, what: &'static str) -> ProgressBar {
    ProgressBar::new(total)
        .with_style(style("{bar:30} {human_pos} of {human_len} {msg}, {eta} left"))
        .with_message(what)
}

/// Shows that something is going on whose end is not known.
pub(crate) fn waiting(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::no_length().with_style(style("{spinner} {msg}, {elapsed}")).with_message(what);
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
