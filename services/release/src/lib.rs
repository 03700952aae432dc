//! Releases: which cells of a table the public may see, cut after cut (docs/measures.md §5). No I/O, no clock.
//!
//! What is shown of a cell are sums over its contributors, as they stood at one of the cuts. Who knows which units report, and when each
//! of them filed or corrected (the worst case), knows of what every number is the sum; so a release is judged by what such
//! a reader can work out from all numbers that were ever shown, and not cell by cell.

mod atom;
mod audit;
mod cut;
mod equation;
mod explore;
mod group;
mod history;
mod other;
mod outline;
mod perturbation;
mod province;
mod reading;
mod released;
mod strand;
mod table;
mod turn;
mod word;

pub use audit::exposed;
pub use cut::{Policy, Release, Shown, cut};
pub use group::{Group, groups};
pub use history::table;
pub use outline::{Outline, Place};
pub use province::{Closed, Judged, Verdict, judge};
pub use reading::{OutOfRange, Reading, Remarks, Said};
pub use released::{Earlier, cell, protected, showed};
pub use table::{Form, Position, Stage, Table};
pub use turn::Unchanged;
pub use word::Word;
