//! What is read from strangers, each with the properties that hold whatever the bytes are. A target is a function that panics where
//! one does not hold; `fuzz/run` looks for such bytes, and the tests here try the seeds.

#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a panic is what a fuzz target tells by")]

mod entity;
mod event;
mod examples;
mod mutation;
mod requests;
mod seeds;
mod settings;
mod told;
mod values;

pub use entity::entity;
pub use event::{event, json, mutated_event};
pub use requests::{batch, binary, lines};
pub use seeds::seeds;
pub use settings::{keys, plan};
pub use values::values;

/// A target: bytes in, a panic where a property does not hold.
pub type Target = fn(&[u8]);

/// All targets, by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("json", json),
    ("event", event),
    ("mutated_event", mutated_event),
    ("values", values),
    ("lines", lines),
    ("batch", batch),
    ("binary", binary),
    ("keys", keys),
    ("entity", entity),
    ("plan", plan),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Also that each target runs at all, on what it is meant for.
    #[test]
    fn the_properties_hold_of_the_seeds() {
        for (name, target) in TARGETS {
            let seeds = seeds(name).unwrap();
            assert!(!seeds.is_empty(), "{name} has no seeds");
            seeds.iter().for_each(|seed| target(seed));
        }
    }
}
