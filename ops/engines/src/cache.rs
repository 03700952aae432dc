//! Where fetched engines are kept, outside any project folder, named by their versions.

use std::{env, io, path::PathBuf};

/// The folder for fetched engines: `$WEIR_CACHE`, else `$XDG_CACHE_HOME/weir`, else `~/.cache/weir`.
///
/// # Errors
/// When none of these is set and there is no home folder.
pub fn folder() -> io::Result<PathBuf> {
    from(|name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))
}

fn from(variable: impl Fn(&str) -> Option<PathBuf>) -> io::Result<PathBuf> {
    // A relative path in XDG_CACHE_HOME is to be ignored, as its specification says.
    let xdg = || variable("XDG_CACHE_HOME").filter(|path| path.is_absolute());
    variable("WEIR_CACHE")
        .or_else(|| Some(xdg()?.join("weir")))
        .or_else(|| Some(variable("HOME")?.join(".cache/weir")))
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no cache folder: set WEIR_CACHE or HOME"))
        .and_then(std::path::absolute)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(set: &[(&str, &str)]) -> Option<PathBuf> {
        from(|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| PathBuf::from(value))).ok()
    }

    #[test]
    fn the_most_specific_setting_wins() {
        let all = [("HOME", "/h"), ("XDG_CACHE_HOME", "/x"), ("WEIR_CACHE", "/w")];
        assert_eq!(folder_with(&all), Some("/w".into()));
        assert_eq!(folder_with(&all[..2]), Some("/x/weir".into()));
        assert_eq!(folder_with(&all[..1]), Some("/h/.cache/weir".into()));
        assert_eq!(folder_with(&[]), None);
    }

    #[test]
    fn a_relative_xdg_folder_is_ignored() {
        assert_eq!(folder_with(&[("HOME", "/h"), ("XDG_CACHE_HOME", "x")]), Some("/h/.cache/weir".into()));
    }
}
