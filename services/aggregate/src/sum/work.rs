//! The marks at hand, coalesced: which slots of which series are to be summed.

use std::collections::BTreeMap;

use weir_schemas::cell::Series;
use weir_schemas::mark::{Mark, SlotRanges, Touched};
use weir_schemas::plan::{Measure, Plan};

/// What is to be summed of a series.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Marked {
    pub(super) slots: SlotRanges,
    /// The greatest offset of its marks, the version of what is summed after them.
    pub(super) version: i64,
}

/// Marks, by series.
#[derive(Debug, Clone, Default)]
pub(super) struct Work {
    series: BTreeMap<Series, Marked>,
    /// The partitions of which every series is to be summed, each with the offset of the latest such mark.
    all: BTreeMap<i32, i64>,
    marks: usize,
}

impl Work {
    /// Adds what a record of a partition says at an offset.
    pub(super) fn add(&mut self, partition: i32, version: i64, touched: Touched) {
        match touched {
            Touched::Series(marks) => marks.into_iter().for_each(|mark| self.mark(version, mark)),
            Touched::All => {
                let latest = self.all.entry(partition).or_insert(version);
                *latest = version.max(*latest);
            }
        }
    }

    /// Adds one mark.
    pub(super) fn mark(&mut self, version: i64, Mark { series, from, to }: Mark) {
        self.marks += 1;
        let marked = self.series.entry(series).or_default();
        marked.slots.insert(from, to);
        marked.version = version.max(marked.version);
    }

    /// Adds the work of another partition. A series has its marks in one, so their versions never meet.
    pub(super) fn join(&mut self, other: Self) {
        self.series.extend(other.series);
        self.all.extend(other.all);
        self.marks += other.marks;
    }

    /// The partitions of which every series is to be summed, each with the version for them; they are forgotten.
    pub(super) fn take_all(&mut self) -> BTreeMap<i32, i64> {
        std::mem::take(&mut self.all)
    }

    /// Whether every series of a partition is to be summed.
    pub(super) fn is_of_all(&self) -> bool {
        !self.all.is_empty()
    }

    /// How many marks it holds, coalesced or not.
    pub(super) const fn marks(&self) -> usize {
        self.marks
    }

    /// Whether there is nothing to sum.
    pub(super) fn is_empty(&self) -> bool {
        self.series.is_empty() && self.all.is_empty()
    }

    /// The series to sum, those of a measure together. Measures that the plan lost are passed over.
    pub(super) fn by_measure(self, plan: &Plan) -> Vec<(&Measure, Vec<(Series, Marked)>)> {
        let mut by_measure: Vec<(&Measure, Vec<(Series, Marked)>)> = Vec::new();
        // Series are in the order of their measures.
        for (series, marked) in self.series {
            match by_measure.last_mut() {
                Some((measure, of)) if measure.id == series.measure => of.push((series, marked)),
                _ => by_measure
                    .extend(plan.measure(&series.measure).map(|measure| (measure, vec![(series, marked)]))),
            }
        }
        by_measure
    }
}

#[cfg(test)]
mod tests {
    use weir_schemas::codelist::{Area, Field};
    use weir_schemas::period::Slot;

    use super::*;

    fn mark(from: i8, to: i8) -> Touched {
        let series = Series { measure: "gazelles".into(), area: Area::SICHUAN, field: Field::Total };
        Touched::Series(vec![Mark { series, from: Slot::month(2021, from), to: Slot::month(2021, to) }])
    }

    #[test]
    fn marks_of_a_series_become_one() {
        let (mut work, mut other) = (Work::default(), Work::default());
        work.add(1, 7, mark(3, 4));
        work.add(1, 9, mark(2, 3));
        work.add(1, 8, mark(7, 7));
        other.add(0, 3, Touched::All);
        work.join(other);
        assert_eq!(work.take_all(), BTreeMap::from([(0, 3)]));
        let plan = Plan::parse(weir_schemas::plan::SICHUAN_14).unwrap();
        let by_measure = work.by_measure(&plan);
        let [(_, series)] = by_measure.as_slice() else { panic!("one measure") };
        let (_, marked) = &series[0];
        assert_eq!(marked.version, 9);
        let slots: Vec<_> = marked.slots.ranges().collect();
        let month = |month| Slot::month(2021, month);
        assert_eq!(slots, [(month(2), month(4)), (month(7), month(7))]);
    }
}
