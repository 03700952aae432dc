//! How much work an answer is. A worker of the runtime has other requests to answer: what may take long is computed while
//! another thread takes its place. Handing it over costs more than most answers do, so short work is done where it is.

use tokio::runtime::{Handle, RuntimeFlavor};

/// How much work something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Done before others would notice.
    Short,
    /// Possibly milliseconds.
    Long,
}

impl Work {
    /// That of an answer of so many figures, up to `short` of which are short work.
    pub(crate) const fn of(figures: usize, short: usize) -> Self {
        if figures > short { Self::Long } else { Self::Short }
    }

    /// Does it. A runtime of one thread, as tests have, has nobody to hand the rest to.
    pub(crate) fn run<T>(self, compute: impl FnOnce() -> T) -> T {
        match (self, Handle::current().runtime_flavor()) {
            (Self::Short, _) | (_, RuntimeFlavor::CurrentThread) => compute(),
            (Self::Long, _) => tokio::task::block_in_place(compute),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_figures_than_are_short_work_are_long_work() {
        assert_eq!(
            [0, 200, 201].map(|figures| Work::of(figures, 200)),
            [Work::Short, Work::Short, Work::Long]
        );
    }

    #[tokio::test]
    async fn a_runtime_of_one_thread_does_long_work_too() {
        assert_eq!(Work::Long.run(|| 1) + Work::Short.run(|| 1), 2);
    }
}
