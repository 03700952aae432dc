//! The marks at hand, coalesced: which slots of which series are to be summed.

use std::collections::BTreeMap;

use weir_schemas::cell::{Mark, Series};
use weir_schemas::period::Slot;
use weir_schemas::plan::{Measure, Plan};

/// What is to be summed of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marked {
    pub(super) series: Series,
    pub(super) from: Slot,
    pub(super) to: Slot,
    /// The greatest offset of its marks, the version of what is summed after them.
    pub(super) version: i64,
}

/// Marks of one partition, by series.
#[derive(Debug, Default)]
pub(super) struct Work {
    series: BTreeMap<Series, Marked>,
    marks: usize,
}

impl Work {
    /// Adds marks, each with its offset, in the order of the log.
    pub(super) fn add(&mut self, marks: impl Iterator<Item = (i64, Mark)>) {
        for (version, Mark { series, from, to, .. }) in marks {
            self.marks += 1;
            let marked = self.series.entry(series).or_insert_with_key(|series| Marked {
                series: series.clone(),
                from,
                to,
                version,
            });
            marked.from = from.min(marked.from);
            marked.to = to.max(marked.to);
            marked.version = version.max(marked.version);
        }
    }

    /// How many marks it holds, coalesced or not.
    pub(super) const fn marks(&self) -> usize {
        self.marks
    }

    /// The series to sum, those of a measure together. Measures that the plan lost are passed over.
    pub(super) fn by_measure(self, plan: &Plan) -> Vec<(&Measure, Vec<Marked>)> {
        let mut by_measure: Vec<(&Measure, Vec<Marked>)> = Vec::new();
        // Series are in the order of their measures.
        for marked in self.series.into_values() {
            match by_measure.last_mut() {
                Some((measure, series)) if measure.id == marked.series.measure => series.push(marked),
                _ => by_measure
                    .extend(plan.measure(&marked.series.measure).map(|measure| (measure, vec![marked]))),
            }
        }
        by_measure
    }
}

#[cfg(test)]
mod tests {
    use weir_schemas::codelist::{Area, Field};

    use super::*;

    #[test]
    fn marks_of_a_series_become_one() {
        let mark = |from, to| Mark {
            generation: "g".into(),
            series: Series { measure: "gazelles".into(), area: Area::SICHUAN, field: Field::Total },
            from: Slot::month(2021, from),
            to: Slot::month(2021, to),
        };
        let mut work = Work::default();
        work.add([(7, mark(3, 4)), (9, mark(2, 3))].into_iter());
        let plan = Plan::parse(weir_schemas::plan::SICHUAN_14).unwrap();
        let by_measure = work.by_measure(&plan);
        let [(_, series)] = by_measure.as_slice() else { panic!("one measure") };
        assert_eq!(series[0].version, 9);
        assert_eq!((series[0].from, series[0].to), (Slot::month(2021, 2), Slot::month(2021, 4)));
    }
}
