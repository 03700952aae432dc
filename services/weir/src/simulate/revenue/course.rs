//! A unit's revenue through a year, its own and that of units it continues.

/// Year to date at each month's end, of a thousand of the whole year.
const YEAR_TO_DATE: [u64; 12] = [50, 130, 220, 295, 375, 470, 550, 630, 720, 800, 890, 1_000];

/// What a unit has in a year, and how far its months run ahead of the usual course.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turnover {
    pub(super) year: u64,
    pub(super) ahead: i64,
}

impl Turnover {
    /// From January to the end of `month`.
    pub(super) fn to_date(self, month: usize) -> u64 {
        let share = YEAR_TO_DATE.get(month.saturating_sub(1)).copied().unwrap_or(1_000);
        let bend = self.ahead * (share * (1_000 - share)).cast_signed() / 1_000_000;
        self.year * share.saturating_add_signed(bend) / 1_000
    }
}

/// How much of a turnover falls to whoever continues it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Share {
    All,
    /// So many percent, rounded down.
    First(u64),
    /// What that leaves.
    Rest(u64),
}

impl Share {
    pub(super) const fn of(self, total: u64) -> u64 {
        match self {
            Share::All => total,
            Share::First(percent) => total * percent / 100,
            Share::Rest(percent) => total - total * percent / 100,
        }
    }
}

/// A turnover that a unit reports from a month on.
#[derive(Debug, Clone, Copy)]
struct Part {
    turnover: Turnover,
    share: Share,
    from: usize,
}

/// All that a unit reports in a year.
#[derive(Debug, Clone, Default)]
pub(super) struct Course(Vec<Part>);

impl Course {
    /// The course of a unit by itself.
    pub(super) fn own(turnover: Turnover) -> Self {
        Self(vec![Part { turnover, share: Share::All, from: 1 }])
    }

    /// Takes over a share of another's from a month on.
    pub(super) fn take(&mut self, other: &Course, share: Share, from: usize) {
        // A unit that continues another is continued by none, so no share is of a share.
        self.0.extend(other.0.iter().map(|part| Part { turnover: part.turnover, share, from }));
    }

    /// As if all had been its own from the first month: what a prior year is compared as.
    pub(super) fn restated(&self) -> Self {
        Self(self.0.iter().map(|part| Part { from: 1, ..*part }).collect())
    }

    /// From January to the end of `month`.
    pub(super) fn to_date(&self, month: usize) -> u64 {
        let parts = self.0.iter().filter(|part| part.from <= month);
        parts.map(|part| part.share.of(part.turnover.to_date(month))).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_to_date_never_falls_and_ends_with_the_whole_year() {
        for ahead in [-60, 0, 60] {
            let turnover = Turnover { year: 987_654_321, ahead };
            let course: Vec<u64> = (1..=12).map(|month| turnover.to_date(month)).collect();
            assert!(course.is_sorted(), "{course:?}");
            assert_eq!(course.last(), Some(&987_654_321));
        }
    }

    #[test]
    fn whoever_continues_a_unit_has_all_of_it_from_then_on() {
        let own = |year| Course::own(Turnover { year, ahead: 7 });
        let (old, mut head) = (own(1_001), own(500));
        head.take(&old, Share::All, 6);
        assert_eq!(head.to_date(5), own(500).to_date(5));
        assert_eq!(head.to_date(12), 1_501);
        assert_eq!(head.restated().to_date(5), own(500).to_date(5) + old.to_date(5));
        let part = |share| {
            let mut heir = Course::default();
            heir.take(&old, share, 6);
            [heir.to_date(5), heir.to_date(12)]
        };
        assert_eq!(part(Share::First(33)), [0, 330]);
        assert_eq!(part(Share::Rest(33)), [0, 671]);
    }
}
