//! Open files: each connection is one, and the limit that a process begins with is often a thousand.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the limit of open files as far as the system lets this process; `None` is no limit.
///
/// # Errors
/// When the system refuses.
pub fn raise_limit() -> io::Result<Option<u64>> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?;
    }
    Ok(maximum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_raised_to_what_may_be() {
        let most = raise_limit().unwrap();
        assert_eq!(getrlimit(Resource::Nofile).current, most);
    }
}
