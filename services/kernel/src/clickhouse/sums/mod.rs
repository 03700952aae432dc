//! Sums cells of one measure from the contributions in force at a moment.
//!
//! ClickHouse finds what is in force and adds up what stands in the same place through the same slots; what is left,
//! laying each such sum upon the areas, fields and slots it enters, is done here: a stock stands in sixty slots, and
//! a statement that wrote it out sixty times was twenty times as dear.

mod changes;
mod concentration;
mod lay;
mod leaf;
mod moments;

use std::collections::BTreeSet;

use futures::TryStreamExt;
use futures::future::try_join;
use futures::stream::FuturesUnordered;
use jiff::Timestamp;
use weir_schemas::cell::Cell;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::disclosure::PrimaryRules;
use weir_schemas::period::Slot;
use weir_schemas::plan::Measure;

use super::{Error, Generation};

/// The cells of one measure to be summed.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The measure.
    pub measure: &'a Measure,
    /// Their areas and fields.
    pub series: Vec<(Area, Field)>,
    /// Their slots, in order.
    pub slots: Vec<Slot>,
    /// Of the events recorded up to this moment; of all if not given.
    pub as_of: Option<Timestamp>,
    /// The rules by which cells of protected measures are judged; they are not, and called free, where none are given.
    pub rules: Option<PrimaryRules>,
}

impl Generation {
    /// The cells wanted in which something stands, in version 0, series by series. Others are zero, or missing.
    ///
    /// # Errors
    /// When the server can't be reached, or a sum is out of range.
    pub async fn sums(&self, wanted: &Wanted<'_>) -> Result<Vec<Cell>, Error> {
        self.sums_of_all(std::slice::from_ref(wanted)).await
    }

    /// The cells of several measures at once. Those that are summed alike share a statement: most are small, and what a
    /// statement costs at least would add up.
    ///
    /// # Errors
    /// When the server can't be reached, or a sum is out of range.
    pub async fn sums_of_all(&self, wanted: &[Wanted<'_>]) -> Result<Vec<Cell>, Error> {
        let alike = summed_alike(wanted);
        let mut statements = FuturesUnordered::new();
        for measures in &alike {
            // What a sum is spread over is looked for while it is summed: neither waits for the other.
            statements.push(async move {
                try_join(leaf::leaves(self, measures), concentration::spreads(self, measures)).await
            });
        }
        let mut cells = Vec::new();
        while let Some((leaves, spreads)) = statements.try_next().await? {
            for (wanted, leaves) in leaves {
                let mut laid = lay::cells(wanted, &leaves)?;
                if let Some(rules) = &wanted.rules {
                    concentration::judge(&spreads, rules, &mut laid);
                }
                cells.append(&mut laid);
            }
        }
        Ok(cells)
    }

    /// The moments after `after`, in order and at most `most`, at which anything was recorded that the wanted cells are
    /// summed from: between two of them, their sums stay as they are.
    ///
    /// # Errors
    /// When the server can't be reached.
    pub async fn moments(
        &self,
        wanted: &[Wanted<'_>],
        after: Option<Timestamp>,
        most: usize,
    ) -> Result<Vec<Timestamp>, Error> {
        let mut all = BTreeSet::new();
        for measures in summed_alike(wanted) {
            all.extend(moments::of(self, &measures, after, most).await?);
        }
        Ok(all.into_iter().take(most).collect())
    }
}

/// What is wanted, together with what one statement finds as well.
fn summed_alike<'a, 'b>(wanted: &'a [Wanted<'b>]) -> Vec<Vec<&'a Wanted<'b>>> {
    let mut alike: Vec<Vec<&Wanted<'_>>> = Vec::new();
    for one in wanted {
        match alike.iter_mut().find(|others| others[0].is_summed_like(one)) {
            Some(others) => others.push(one),
            None => alike.push(vec![one]),
        }
    }
    alike
}

impl Wanted<'_> {
    /// Whether one statement finds what is wanted of both.
    fn is_summed_like(&self, other: &Self) -> bool {
        let wants =
            |one: &Self| (leaf::statement(one), leaf::newest(one), one.measure.shape(), one.as_of, one.rules);
        (&self.series, &self.slots) == (&other.series, &other.slots) && wants(self) == wants(other)
    }
}
