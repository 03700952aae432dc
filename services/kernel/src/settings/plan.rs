//! The plan that a service works for.

use std::io;
use std::path::Path;

use weir_schemas::plan::SICHUAN_14;

/// The text of the plan file, or of the plan that comes with Weir.
///
/// # Errors
/// When the file can't be read.
pub fn plan(file: Option<&Path>) -> io::Result<String> {
    let Some(file) = file else { return Ok(SICHUAN_14.to_owned()) };
    let unreadable = |error: io::Error| {
        io::Error::new(error.kind(), format!("can't read the plan {}: {error}", file.display()))
    };
    std::fs::read_to_string(file).map_err(unreadable)
}
