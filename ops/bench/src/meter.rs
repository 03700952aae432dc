//! Measures time, and the processors' time of this process and of ClickHouse's.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::Context;
use jiff::Timestamp;

use crate::system::System;

/// What something took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent {
    /// Since when.
    pub(crate) since: Timestamp,
    /// By the clock.
    pub(crate) time: Duration,
    /// Of the processors, by this process.
    pub(crate) own: Duration,
    /// Of the processors, by ClickHouse.
    pub(crate) clickhouse: Duration,
}

/// A measurement under way.
#[derive(Debug)]
pub(crate) struct Meter {
    clickhouse_group: u32,
    since: Timestamp,
    begun: Instant,
    own: Duration,
    clickhouse: Duration,
}

impl Meter {
    /// Begins to measure.
    pub(crate) fn start(system: &System) -> anyhow::Result<Self> {
        let clickhouse_group = system.clickhouse_group();
        let (own, clickhouse) = (of_process("self")?, of_group(clickhouse_group)?);
        Ok(Self { clickhouse_group, since: Timestamp::now(), begun: Instant::now(), own, clickhouse })
    }

    /// What was spent since.
    pub(crate) fn stop(self) -> anyhow::Result<Spent> {
        let time = self.begun.elapsed();
        let own = of_process("self")?.saturating_sub(self.own);
        let clickhouse = of_group(self.clickhouse_group)?.saturating_sub(self.clickhouse);
        Ok(Spent { since: self.since, time, own, clickhouse })
    }
}

/// Of a process, by its id or `self`.
pub(crate) fn of_process(id: &str) -> anyhow::Result<Duration> {
    let file = format!("/proc/{id}/stat");
    Ok(Stat::read(&fs::read_to_string(&file)?).context(file)?.spent)
}

/// Of all processes of a group: the launcher, and the server where that is a process of its own.
fn of_group(group: u32) -> anyhow::Result<Duration> {
    let mut spent = Duration::ZERO;
    for entry in fs::read_dir("/proc")? {
        // A process may end meanwhile, and others than processes are listed too.
        let stat = fs::read_to_string(entry?.path().join("stat")).unwrap_or_default();
        spent +=
            Stat::read(&stat).filter(|stat| stat.group == group).map_or(Duration::ZERO, |stat| stat.spent);
    }
    Ok(spent)
}

/// What `/proc/PID/stat` says.
struct Stat {
    group: u32,
    /// In user and system mode, all threads.
    spent: Duration,
}

impl Stat {
    fn read(stat: &str) -> Option<Self> {
        // The name of the program, in parentheses, may hold anything.
        let (_, fields) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
        let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        let spent = Duration::from_millis(ticks * 1_000 / rustix::param::clock_ticks_per_second());
        Some(Self { group: fields.get(2)?.parse().ok()?, spent })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_is_read_whatever_the_program_is_called() {
        let stat = "71 (a) 9 (b) S 1 70 70 0 -1 4194304 100 0 0 0 250 150 7 9 20 0 5 0 1 2 3";
        let read = Stat::read(stat).unwrap();
        assert_eq!(read.group, 70);
        let ticks =
            Duration::from_secs(400) / u32::try_from(rustix::param::clock_ticks_per_second()).unwrap();
        assert_eq!(read.spent, ticks);
    }
}
