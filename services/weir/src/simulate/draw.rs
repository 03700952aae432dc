//! Draws that a seed decides, in whole numbers: weights, choices and days.

use jiff::civil::Date;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::moment::{self, Moment};

/// A stream of draws. Each topic has its own, so that a change in one leaves the others as they were.
pub(super) struct Draw(ChaCha8Rng);

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) enum Topic {
    /// Units, their places and fields.
    Population = 1,
    /// Statuses and their days.
    Statuses,
    /// Revenue and its reports.
    Revenue,
    /// R&D and its reports.
    Research,
    /// Patents.
    Patents,
    /// Contracts.
    Contracts,
    /// When units are registered, and what becomes of them.
    Register,
    /// How reports come in and are reviewed.
    Reports,
    /// When rounds open and close.
    Rounds,
    /// What befalls patents.
    PatentChanges,
    /// What befalls contracts.
    ContractChanges,
    /// Entries of registers.
    Registers,
    /// Reference values that are derived.
    References,
    /// Supplements.
    Supplements,
    /// What is sent again.
    Resent,
}

/// The lightest weight: fine enough for growth in percent to show.
const LIGHTEST: u64 = 10_000;

impl Draw {
    pub(super) fn new(seed: u64, topic: Topic) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(topic as u64);
        Self(generator)
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        let width = u128::from(high.saturating_sub(low)) + 1;
        let scaled = (u128::from(self.0.next_u64()) * width) >> 64;
        low + u64::try_from(scaled).unwrap_or(0)
    }

    /// True once in `n` draws on average.
    pub(super) fn one_in(&mut self, n: u64) -> bool {
        self.between(1, n) == 1
    }

    /// True in so many of a hundred draws on average.
    pub(super) fn percent(&mut self, share: u64) -> bool {
        self.between(1, 100) <= share
    }

    /// A weight whose distribution has the heavy tail of firm sizes (Pareto, exponent one), cut off where it is
    /// `most` times the lightest.
    pub(super) fn heavy(&mut self, most: u64) -> u64 {
        LIGHTEST * 65_536 / self.between((65_536 / most.max(1)).max(1), 65_536)
    }

    /// `weight`, changed to between `low` and `high` percent of itself.
    pub(super) fn vary(&mut self, weight: u64, low: u64, high: u64) -> u64 {
        (weight * self.between(low, high) / 100).max(1)
    }

    /// One of `items`; `None` when there are none.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        let last = u64::try_from(items.len()).ok()?.checked_sub(1)?;
        items.get(usize::try_from(self.between(0, last)).ok()?).copied()
    }

    /// Puts `items` in any order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.between(0, last as u64);
            items.swap(last, usize::try_from(other).unwrap_or(last));
        }
    }

    /// A day from `first` to `last`, both included.
    pub(super) fn day(&mut self, first: Date, last: Date) -> Date {
        let width = moment::days(last) - moment::days(first);
        moment::after(first, self.between(0, width.unsigned_abs()))
    }

    /// A moment of that day's office hours.
    pub(super) fn at_work(&mut self, day: Date) -> Moment {
        moment::at(day, self.between(9 * 3_600_000, 18 * 3_600_000 - 1))
    }
}

/// Divides `total` in proportion to `weights`, each share rounded so that they add up to `total` exactly.
/// Without weights, or when all are zero, nothing is divided.
pub(super) fn apportion(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let (mut before, mut through) = (0, 0_u128);
    let shares = weights.iter().map(|weight| {
        through += u128::from(*weight);
        // Rounded at every step of the running total, so no remainder is left over.
        let upto = u64::try_from(u128::from(total) * through / sum).unwrap_or(total);
        let share = upto - before;
        before = upto;
        share
    });
    shares.collect()
}

/// As [`apportion`], but whoever has a weight gets at least one, as long as there are enough to give.
pub(super) fn apportion_all(total: u64, weights: &[u64]) -> Vec<u64> {
    let mut shares = apportion(total, weights);
    for at in 0..shares.len() {
        if shares[at] > 0 || weights[at] == 0 {
            continue;
        }
        let largest = (0..shares.len()).filter(|other| shares[*other] > 1).max_by_key(|other| shares[*other]);
        if let Some(largest) = largest {
            shares[largest] -= 1;
            shares[at] = 1;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shares_add_up_and_follow_their_weights(
            total in 0_u64..1_000_000_000_000,
            weights in prop::collection::vec(0_u64..1_000_000, 1..60),
        ) {
            let shares = apportion(total, &weights);
            let sum: u64 = weights.iter().sum();
            prop_assert_eq!(shares.iter().sum::<u64>(), if sum == 0 { 0 } else { total });
            for (share, weight) in shares.iter().zip(&weights).filter(|_| sum > 0) {
                let exact = u128::from(total) * u128::from(*weight) / u128::from(sum);
                prop_assert!(u128::from(*share).abs_diff(exact) <= 1);
            }
        }

        #[test]
        fn everyone_with_a_weight_gets_some(weights in prop::collection::vec(0_u64..1_000, 1..30), more in 0_u64..500) {
            let wanting = weights.iter().filter(|weight| **weight > 0).count() as u64;
            prop_assume!(wanting > 0);
            let shares = apportion_all(wanting + more, &weights);
            prop_assert_eq!(shares.iter().sum::<u64>(), wanting + more);
            prop_assert!(shares.iter().zip(&weights).all(|(share, weight)| (*share > 0) == (*weight > 0)));
        }
    }

    #[test]
    fn a_seed_decides_every_draw_and_topics_are_apart() {
        let draws = |seed, topic| {
            let mut draw = Draw::new(seed, topic);
            (0..8).map(|_| draw.between(0, 1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draws(14, Topic::Patents), draws(14, Topic::Patents));
        assert_ne!(draws(14, Topic::Patents), draws(15, Topic::Patents));
        assert_ne!(draws(14, Topic::Patents), draws(14, Topic::Contracts));
    }
}
