//! How far a fetch has come: a bar on a terminal, a line elsewhere.

use std::io::Read;

use indicatif::{DecimalBytes, ProgressBar, ProgressStyle};

/// A piece of work of so many bytes; its bar goes when it is dropped.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new(what: &'static str, bytes: u64) -> Self {
        let bar = ProgressBar::new(bytes).with_message(what);
        if bar.is_hidden() {
            eprintln!("{what} ({})", DecimalBytes(bytes));
        }
        let template = "{msg} {wide_bar} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// Says how many bytes are done.
    pub(super) fn set(&self, bytes: u64) {
        self.bar.set_position(bytes);
    }

    /// Counts what is read.
    pub(super) fn of<R: Read>(&self, inner: R) -> impl Read {
        self.bar.wrap_read(inner)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
