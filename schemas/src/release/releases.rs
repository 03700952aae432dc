//! What the records of `weir.releases` add up to.

use std::collections::HashMap;

use super::record::{Asked, Header, Part, Record, Refused};

/// A release that was cut whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// What it says of itself.
    pub header: Header,
    /// The offsets of its parts, in order.
    pub offsets: Vec<i64>,
}

/// The releases there are. Of two attempts at the same number the one that was written whole first counts.
#[derive(Debug, Clone, Default)]
pub struct Releases {
    cut: Vec<Cut>,
    asked: Vec<Asked>,
    refused: Vec<Refused>,
    /// All that was ever refused.
    turned_down: Vec<Asked>,
    /// Attempts that are not whole yet, by what tells them apart.
    begun: HashMap<String, Vec<i64>>,
}

impl Releases {
    /// Takes in the record at an offset; they must come in order.
    pub fn take(&mut self, record: Record, offset: i64) {
        match record {
            Record::Asked(asked) => self.ask(asked),
            Record::Refused(refused) => {
                if self.waits(&refused.asked) {
                    self.refuse(refused);
                }
            }
            Record::Part(part) => self.part(part, offset),
        }
    }

    /// A name is given once, unless what it was asked for was refused.
    fn ask(&mut self, asked: Asked) {
        // What was asked for is not asked for again by saying it again, as each new generation does.
        if self.asked.contains(&asked) || self.turned_down.contains(&asked) {
            return;
        }
        let Some(holder) = self.holder(&asked.name) else {
            // Of those that were refused the latest is told of.
            self.asked.retain(|earlier| earlier.name != asked.name);
            self.refused.retain(|refused| refused.asked.name != asked.name);
            self.asked.push(asked);
            return;
        };
        let reason = format!(
            "the name {:?} is taken: a release of it was asked for as of {}",
            holder.name, holder.cut
        );
        self.asked.push(asked.clone());
        self.refuse(Refused { asked, reason });
    }

    fn refuse(&mut self, refused: Refused) {
        self.turned_down.push(refused.asked.clone());
        self.refused.push(refused);
    }

    fn part(&mut self, part: Part, offset: i64) {
        let Part { release, attempt, part, parts, .. } = part;
        let offsets = self.begun.entry(attempt.clone()).or_default();
        // A part that is written twice is passed over; after a gap the attempt is never whole.
        if u32::try_from(offsets.len()) != Ok(part) {
            return;
        }
        offsets.push(offset);
        if part + 1 < parts {
            return;
        }
        let offsets = self.begun.remove(&attempt).unwrap_or_default();
        if release.number == self.next() && self.waits(&release.asked) {
            self.cut.push(Cut { header: release, offsets });
            // What others had begun followed on fewer releases.
            self.begun.clear();
        }
    }

    /// All that were asked for, in order: those that were cut or refused are among them.
    pub fn asked(&self) -> &[Asked] {
        &self.asked
    }

    /// Those that were cut, in order.
    pub fn cut(&self) -> &[Cut] {
        &self.cut
    }

    /// Those that can't be.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// What is asked for and neither cut nor refused: that of the earliest moment, since releases follow one another.
    pub fn waiting(&self) -> Option<&Asked> {
        self.asked.iter().filter(|asked| self.waits(asked)).min_by_key(|asked| asked.cut)
    }

    /// The number that the next release has.
    pub fn next(&self) -> u32 {
        u32::try_from(self.cut.len() + 1).unwrap_or(u32::MAX)
    }

    /// The release of a name.
    pub fn named(&self, name: &str) -> Option<&Cut> {
        self.cut.iter().find(|cut| cut.header.asked.name == name)
    }

    /// What was asked for under a name: what was cut or waits, else what was refused last.
    pub fn asked_as(&self, name: &str) -> Option<&Asked> {
        let refused = || self.asked.iter().rev().find(|asked| asked.name == name);
        self.holder(name).or_else(refused)
    }

    /// What became of what was asked for: the release, if it was cut.
    pub fn cut_of(&self, asked: &Asked) -> Option<&Cut> {
        self.cut.iter().find(|cut| cut.header.asked == *asked)
    }

    /// Why what was asked for can't be cut, if it can't.
    pub fn refusal(&self, asked: &Asked) -> Option<&Refused> {
        self.refused.iter().find(|refused| refused.asked == *asked)
    }

    /// What a name is given to.
    fn holder(&self, name: &str) -> Option<&Asked> {
        let holds = |asked: &&Asked| asked.name == name && self.refusal(asked).is_none();
        self.asked.iter().find(holds)
    }

    fn waits(&self, asked: &Asked) -> bool {
        self.asked.contains(asked) && self.cut_of(asked).is_none() && self.refusal(asked).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &str) -> Asked {
        Asked { name: name.to_owned(), cut: jiff::Timestamp::UNIX_EPOCH, note: None }
    }

    fn part(name: &str, number: u32, attempt: &str, part: u32, parts: u32) -> Record {
        let asked = asked(name);
        let release =
            Header { number, asked, plan: String::new(), protected: 0, suppressed: 0, synthetic: false };
        Record::Part(Part { release, attempt: attempt.to_owned(), part, parts, cells: Vec::new() })
    }

    fn all(records: Vec<Record>) -> Releases {
        let mut releases = Releases::default();
        for (offset, record) in (0..).zip(records) {
            releases.take(record, offset);
        }
        releases
    }

    fn ask(name: &str) -> Record {
        Record::Asked(asked(name))
    }

    #[test]
    fn the_attempt_that_is_whole_first_counts() {
        let releases = all(vec![
            ask("a"),
            ask("b"),
            part("a", 1, "one", 0, 2),
            part("a", 1, "other", 0, 2),
            part("a", 1, "other", 1, 2),
            part("a", 1, "one", 1, 2),
        ]);
        let offsets: Vec<_> = releases.cut().iter().map(|cut| cut.offsets.clone()).collect();
        assert_eq!(offsets, [[3, 4]]);
        assert_eq!(releases.waiting(), Some(&asked("b")));
        assert_eq!(releases.next(), 2);
    }

    #[test]
    fn what_follows_on_fewer_releases_is_none() {
        let releases = all(vec![
            ask("a"),
            ask("b"),
            part("b", 1, "late", 0, 2),
            part("a", 1, "one", 0, 1),
            part("b", 1, "late", 1, 2),
            part("b", 1, "again", 0, 1),
        ]);
        assert_eq!(releases.cut().len(), 1);
        assert!(releases.named("b").is_none());
    }

    #[test]
    fn a_name_is_asked_for_once_and_what_is_refused_waits_no_longer() {
        let refused = Record::Refused(Refused { asked: asked("a"), reason: "why".to_owned() });
        let releases = all(vec![refused.clone(), ask("a"), ask("a"), refused.clone(), refused]);
        assert_eq!(releases.refused().len(), 1, "one that nobody asked for is none");
        assert_eq!(releases.waiting(), None);
    }

    #[test]
    fn what_was_refused_may_be_asked_for_again() {
        let refused = Record::Refused(Refused { asked: asked("a"), reason: "why".to_owned() });
        let again = Asked { cut: jiff::Timestamp::MAX, ..asked("a") };
        let late = refused.clone();
        let releases = all(vec![ask("a"), refused, ask("a"), Record::Asked(again.clone()), ask("a"), late]);
        assert_eq!((releases.waiting(), releases.refused().len()), (Some(&again), 0));
    }

    #[test]
    fn what_was_refused_is_not_asked_for_by_a_rebuild() {
        let other = Asked { cut: jiff::Timestamp::MAX, ..asked("a") };
        let refuse =
            |asked: &Asked| Record::Refused(Refused { asked: asked.clone(), reason: "why".to_owned() });
        let first = asked("a");
        let said = [ask("a"), refuse(&first), Record::Asked(other.clone()), refuse(&other)];
        let rebuilt = [ask("a"), Record::Asked(other.clone())];
        let releases = all(said.into_iter().chain(rebuilt).collect());
        assert_eq!(releases.waiting(), None);
        assert_eq!(releases.asked(), [other], "the latest is told of");
        assert_eq!(releases.refused().len(), 1);
    }

    #[test]
    fn a_name_that_is_taken_is_refused_to_others() {
        let other = Asked { cut: jiff::Timestamp::MAX, ..asked("a") };
        let mut releases = all(vec![ask("a"), Record::Asked(other.clone())]);
        for whole in [false, true] {
            assert!(releases.refusal(&other).is_some_and(|refused| refused.reason.contains("taken")));
            assert_eq!(releases.asked(), [asked("a"), other.clone()]);
            assert_eq!(releases.asked_as("a"), Some(&asked("a")));
            assert_eq!(releases.waiting().is_none(), whole);
            releases.take(part("a", 1, "x", 0, 1), 9);
        }
        assert!(releases.cut_of(&asked("a")).is_some() && releases.cut_of(&other).is_none());
    }

    #[test]
    fn a_record_says_what_it_is() {
        let written = serde_json::to_value(part("2024 Q1", 1, "x", 0, 1)).unwrap();
        assert_eq!(written["part"]["name"], "2024 Q1");
        assert_eq!(serde_json::from_value::<Record>(written).unwrap(), part("2024 Q1", 1, "x", 0, 1));
    }
}
