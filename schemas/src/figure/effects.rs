//! Effects: how much of the difference between two figures is the numerator's, and how much the denominator's.
//!
//! Which of the two moved first is not known, so each order counts half (Shapley): the numerator's effect is its difference over
//! both denominators, halved, and the rest is the denominator's. As shown they add up: what rounding leaves over, two millionths at
//! most, is the greater effect's.

use rust_decimal::Decimal;

use super::Observation;
use crate::exact::Exact;

/// The difference of two figures and its two parts, each with six decimals; the parts add up to the difference, and the figure
/// before and the difference to the figure after, as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effects {
    /// The figure after less the one before.
    pub change: Exact,
    /// What of it comes from the numerator.
    pub numerator: Exact,
    /// What of it comes from the denominator; `None` where nothing divides.
    pub denominator: Option<Exact>,
}

impl Effects {
    /// The effects between two observations of an indicator that multiplies its ratio by `scale`. `None` where either is missing.
    pub fn between(before: &Observation, after: &Observation, scale: Decimal) -> Option<Self> {
        let (was, is) = (before.value.as_ref()?, after.value.as_ref()?);
        let change = is.rounded().minus(was.rounded());
        let (Some(below_before), Some(below_after)) = (before.denominator, after.denominator) else {
            return Some(Self { numerator: change.clone(), change, denominator: None });
        };
        let (above_before, above_after) = (before.numerator?, after.numerator?);
        let over = |below| {
            let (after, before) = (Exact::ratio(above_after, below)?, Exact::ratio(above_before, below)?);
            Some(after.minus(before))
        };
        let half = Decimal::new(5, 1);
        let numerator = over(below_before)?.plus(over(below_after)?).times(half).times(scale);
        let denominator = is.minus(was.clone()).minus(numerator.clone());
        let greater = numerator.abs() >= denominator.abs();
        let (mut shown, mut other) = (numerator.rounded(), denominator.rounded());
        let left = change.minus(shown.clone()).minus(other.clone());
        if greater {
            shown = shown.plus(left);
        } else {
            other = other.plus(left);
        }
        Some(Self { change, numerator: shown, denominator: Some(other) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codelist::Area;
    use crate::entity::ObsStatus;
    use crate::period::Period;

    fn observation(numerator: Decimal, denominator: Option<Decimal>, scale: Decimal) -> Observation {
        let ratio = match denominator {
            Some(below) => Exact::ratio(numerator, below),
            None => Some(Exact::from(numerator)),
        };
        Observation {
            area: Area::SICHUAN,
            period: Period::Year(2023),
            value: ratio.map(|ratio| ratio.times(scale)),
            numerator: Some(numerator),
            supplement: None,
            denominator,
            denominator_period: None,
            denominator_vintage: None,
            numerator_vintage: None,
            status: ObsStatus::A,
            coverage: None,
            contributors: None,
            synthetic: false,
        }
    }

    fn effects(before: (i64, i64), after: (i64, i64)) -> [String; 3] {
        let hundred = Decimal::from(100);
        let of = |(above, below): (i64, i64)| observation(above.into(), Some(below.into()), hundred);
        let Effects { change, numerator, denominator } =
            Effects::between(&of(before), &of(after), hundred).unwrap();
        [change, numerator, denominator.unwrap()].map(|effect| effect.value())
    }

    #[test]
    fn what_alone_moved_has_all_of_it() {
        assert_eq!(effects((2, 100), (2, 80)), ["0.500000", "0.000000", "0.500000"]);
        assert_eq!(effects((2, 100), (3, 100)), ["1.000000", "1.000000", "0.000000"]);
        assert_eq!(effects((2, 100), (2, 100)), ["0.000000", "0.000000", "0.000000"]);
    }

    #[test]
    fn both_orders_count_half() {
        // 2 % to 4 %: the numerator first 1 and then 1, the denominator first 0.666667 and then 1.333333.
        assert_eq!(effects((2, 100), (3, 75)), ["2.000000", "1.166667", "0.833333"]);
        assert_eq!(effects((3, 75), (2, 100)), ["-2.000000", "-1.166667", "-0.833333"]);
    }

    #[test]
    fn a_sum_is_its_numerator() {
        let one = Decimal::ONE;
        let (before, after) = (observation(7.into(), None, one), observation(9.into(), None, one));
        let effects = Effects::between(&before, &after, one).unwrap();
        assert_eq!((effects.numerator.value().as_str(), effects.denominator), ("2.000000", None));
        let missing = Observation { value: None, ..before };
        assert_eq!(Effects::between(&missing, &after, one), None);
    }

    fn part() -> impl Strategy<Value = (i64, i64)> {
        (-10_i64.pow(16)..10_i64.pow(16), 1_i64..10_i64.pow(16))
    }

    proptest! {
        #[test]
        fn effects_add_up_as_shown(before in part(), after in part(), scale in 0_u32..9, places in 0_u32..=6) {
            let scale = Decimal::new(10_i64.pow(scale), 4);
            let of = |(above, below): (i64, i64)| {
                observation(Decimal::new(above, places), Some(Decimal::new(below, places)), scale)
            };
            let (was, is) = (of(before), of(after));
            let effects = Effects::between(&was, &is, scale).unwrap();
            let denominator = effects.denominator.clone().unwrap();
            prop_assert_eq!(&effects.numerator.plus(denominator.clone()), &effects.change);
            let after_shown = was.value.clone().unwrap().rounded().plus(effects.change.clone());
            prop_assert_eq!(after_shown, is.value.clone().unwrap().rounded());
            for effect in [&effects.numerator, &denominator] {
                prop_assert_eq!(&effect.rounded(), effect);
            }
            if before.0 == after.0 {
                prop_assert_eq!(effects.numerator.value(), "0.000000");
            }
            if before.1 == after.1 {
                prop_assert_eq!(denominator.value(), "0.000000");
            }
            let back = Effects::between(&is, &was, scale).unwrap();
            prop_assert_eq!(back.numerator.plus(effects.numerator.clone()), Exact::from(Decimal::ZERO));
        }

        #[test]
        fn what_did_not_move_has_no_effect(one in part(), other in part()) {
            let scale = Decimal::from(100);
            let of = |above: i64, below: i64| observation(above.into(), Some(below.into()), scale);
            let effects = Effects::between(&of(one.0, one.1), &of(one.0, other.1), scale).unwrap();
            prop_assert_eq!(effects.numerator.value(), "0.000000");
            let effects = Effects::between(&of(one.0, one.1), &of(other.0, one.1), scale).unwrap();
            prop_assert_eq!(effects.denominator.unwrap().value(), "0.000000");
        }
    }
}
