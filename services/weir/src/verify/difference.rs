//! What differs: counted, and the first of it shown.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

/// One member of a cell or an observation, on both sides.
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) recounted: String,
    pub(super) held: String,
}

/// What was compared with one holder of figures.
pub(super) struct Compared {
    /// What, and with whom.
    what: &'static str,
    /// How many.
    compared: u64,
    differing: u64,
    /// How many were not compared, since they may have changed after the moment.
    passed_over: u64,
    /// The most differences to show.
    most: usize,
    shown: Vec<String>,
}

impl Compared {
    /// Nothing yet.
    pub(super) fn new(what: &'static str, most: usize) -> Self {
        Self { what, compared: 0, differing: 0, passed_over: 0, most, shown: Vec::new() }
    }

    /// Compares one thing, member by member.
    pub(super) fn compare(&mut self, place: impl fmt::Display, members: &[Member]) {
        self.compared += 1;
        let differing = members.iter().filter(|member| member.recounted != member.held);
        let differing: Vec<String> = differing
            .map(|Member { name, recounted, held }| format!("{name} {recounted} recounted, {held} held"))
            .collect();
        if !differing.is_empty() {
            self.differs(format_args!("{place}: {}", differing.join("; ")));
        }
    }

    /// Compares two objects of JSON, by the members of either: a number is not its text, and null is not nothing.
    pub(super) fn compare_json(
        &mut self,
        place: impl fmt::Display,
        recounted: &Map<String, Value>,
        held: &Map<String, Value>,
    ) {
        self.compared += 1;
        let names: BTreeSet<&String> = recounted.keys().chain(held.keys()).collect();
        let differing = names.into_iter().map(|name| (name, recounted.get(name), held.get(name)));
        let differing: Vec<String> = differing
            .filter(|(_, recounted, held)| recounted != held)
            .map(|(name, recounted, held)| match (recounted, held) {
                (Some(Value::Array(recounted)), Some(Value::Array(held))) => elements(name, recounted, held),
                _ => format!("{name} {} recounted, {} held", written(recounted), written(held)),
            })
            .collect();
        if !differing.is_empty() {
            self.differs(format_args!("{place}: {}", differing.join("; ")));
        }
    }

    /// Notes one that is there and not compared.
    pub(super) const fn pass_over(&mut self) {
        self.passed_over += 1;
    }

    /// Notes a difference that is none of members.
    pub(super) fn differs(&mut self, said: impl fmt::Display) {
        self.differing += 1;
        if self.shown.len() < self.most {
            self.shown.push(said.to_string());
        }
    }

    /// Takes in what was compared elsewhere with the same holder.
    pub(super) fn absorb(&mut self, other: Self) {
        self.compared += other.compared;
        self.differing += other.differing;
        self.passed_over += other.passed_over;
        let room = self.most.saturating_sub(self.shown.len());
        self.shown.extend(other.shown.into_iter().take(room));
    }

    /// Whether anything differs.
    pub(super) const fn any(&self) -> bool {
        self.differing > 0
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, compared, differing, passed_over, shown, .. } = self;
        let verdict = match differing {
            0 => "no difference".to_owned(),
            1 => "1 DIFFERS".to_owned(),
            number => format!("{number} DIFFER"),
        };
        match passed_over {
            0 => writeln!(f, "{what}: {compared} compared, {verdict}")?,
            some => {
                let all = compared + some;
                writeln!(
                    f,
                    "{what}: {compared} of {all} compared, {verdict}; the others may have changed since"
                )?;
            }
        }
        for line in shown {
            writeln!(f, "  {line}")?;
        }
        match differing.saturating_sub(shown.len() as u64) {
            0 => Ok(()),
            more => writeln!(f, "  and {more} more (--show)"),
        }
    }
}

/// The first of a list that differs, by its place.
fn elements(name: &str, recounted: &[Value], held: &[Value]) -> String {
    let first = (0..).find(|at| recounted.get(*at) != held.get(*at)).unwrap_or(0);
    let (recounted, held) = (recounted.get(first), held.get(first));
    format!("{name}[{first}] {} recounted, {} held", written(recounted), written(held))
}

/// A member as it is written, or that there is none.
fn written(member: Option<&Value>) -> String {
    member.map_or_else(|| "nothing".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &'static str, recounted: &str, held: &str) -> Member {
        Member { name, recounted: recounted.to_owned(), held: held.to_owned() }
    }

    #[test]
    fn differences_are_counted_whole_and_shown_in_part() {
        let mut compared = Compared::new("Cells", 1);
        compared.compare("a", &[member("value", "1", "1"), member("status", "A", "A")]);
        assert!(!compared.any());
        assert_eq!(compared.to_string(), "Cells: 1 compared, no difference\n");
        compared.compare("b", &[member("value", "1", "2"), member("status", "A", "V")]);
        compared.differs("c is no cell");
        assert!(compared.any());
        let said = "Cells: 2 compared, 2 DIFFER\n  b: value 1 recounted, 2 held; status A recounted, V held\n  \
                    and 1 more (--show)\n";
        assert_eq!(compared.to_string(), said);
    }

    #[test]
    fn what_was_passed_over_is_told() {
        let mut compared = Compared::new("Cells", 1);
        compared.compare("a", &[member("value", "1", "1")]);
        let mut others = Compared::new("", 1);
        others.pass_over();
        compared.absorb(others);
        assert_eq!(
            compared.to_string(),
            "Cells: 1 of 2 compared, no difference; the others may have changed since\n"
        );
    }
}
