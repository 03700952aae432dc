//! The board: every figure that somebody follows, as it was last sent, once for all who follow it.
//!
//! Figures are computed anew when a moment is closed, those alone whose cells changed, and what differs from what was sent goes
//! out with the moment as its watermark. A change before the moment is closed is not sent: a unit that moves would be missing
//! in one area before it is in the other.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::mpsc;
use weir_schemas::event::day;
use weir_schemas::figure::Cells;
use weir_schemas::plan::Plan;

use super::frame::{Frame, observations};
use super::position::FIGURES_MOST;
use super::shown::shown;
use super::sources::Touched;
use super::wanted::{Place, Wanted};

/// A figure that is followed.
#[derive(Debug)]
struct Figure {
    shown: Arc<str>,
    /// The moment with which it last changed; that of its first computation before it did.
    changed: Timestamp,
    /// The topics that it is in, and its index in each.
    topics: Vec<(u64, u16)>,
}

/// What some readers follow together.
#[derive(Debug)]
pub(super) struct Topic {
    wanted: Wanted,
    places: Vec<Place>,
    /// From this moment on what changed is known.
    since: Timestamp,
    /// The queues of its readers.
    readers: HashMap<u64, mpsc::Sender<Frame>>,
    /// All its figures in one frame, until one changes.
    whole: Option<Frame>,
    /// When the last reader left, in turns of leaving; none while there are any.
    idle: Option<u64>,
}

/// How many frames are kept for those who come back: most come at once, from the same place.
const KEPT: usize = 16;

/// What was sent of a stream to a reader who comes back.
#[derive(Debug)]
pub(super) enum Behind {
    /// All of a moment, or up to the figure of that index in it.
    Position { at: Timestamp, figure: u16 },
    /// What the figures were at another moment, as they are shown.
    Compared(Arc<HashMap<Place, Arc<str>>>),
}

/// The figures and who follows them.
#[derive(Debug, Default)]
pub(super) struct Board {
    /// The moment that it reflects.
    at: Option<(Timestamp, Date)>,
    figures: HashMap<Place, Figure>,
    topics: HashMap<u64, Topic>,
    named: HashMap<Wanted, u64>,
    /// What readers of a topic lacked who came back since the moment that it reflects.
    missed: VecDeque<(u64, Behind, Frame)>,
    /// Numbers given to topics, and turns of leaving.
    next: u64,
}

/// What an advance did.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Advanced {
    /// Figures computed.
    pub(super) computed: u64,
    /// Readers who had not taken what was sent before.
    pub(super) slow: Vec<u64>,
}

/// Why a topic can't be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

impl Behind {
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Position { at, figure }, Self::Position { at: other, figure: last }) => {
                (at, figure) == (other, last)
            }
            (Self::Compared(one), Self::Compared(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Board {
    /// The moment that it reflects, if any yet.
    pub(super) fn at(&self) -> Option<Timestamp> {
        self.at.map(|(at, _)| at)
    }

    /// Figures held.
    pub(super) fn len(&self) -> usize {
        self.figures.len()
    }

    /// Goes on to a later moment: computes the figures that were touched, and sends those that changed.
    pub(super) fn advance(
        &mut self,
        plan: &Plan,
        cells: &Cells,
        touched: &Touched,
        (at, sender): (Timestamp, u8),
    ) -> Advanced {
        let today = day(at);
        let mut news: HashMap<u64, BTreeMap<u16, Arc<str>>> = HashMap::new();
        let mut computed = 0;
        if !touched.is_empty() {
            for (place, figure) in self.figures.iter_mut().filter(|(place, _)| touched.holds(place)) {
                let shown = shown(plan, cells, place);
                computed += 1;
                if shown == figure.shown {
                    continue;
                }
                figure.shown = Arc::clone(&shown);
                figure.changed = at;
                for (topic, index) in &figure.topics {
                    news.entry(*topic).or_default().insert(*index, Arc::clone(&shown));
                }
            }
        }
        self.missed.clear();
        let before = self.at.replace((at, today));
        if before.is_some_and(|(_, day)| day != today) {
            computed += self.turn(plan, cells, (at, today), &mut news);
        }
        let slow =
            news.into_iter().flat_map(|(topic, shown)| self.send(topic, (at, sender), shown)).collect();
        Advanced { computed, slow }
    }

    /// A day has begun, and with it periods perhaps: topics that have others now begin anew, and send what came to them.
    fn turn(
        &mut self,
        plan: &Plan,
        cells: &Cells,
        (at, today): (Timestamp, Date),
        news: &mut HashMap<u64, BTreeMap<u16, Arc<str>>>,
    ) -> u64 {
        let mut turned = Vec::new();
        for (number, topic) in &self.topics {
            // What is asked for grows by a period now and then; nobody is sent away for it, unless it can't be told any more.
            let Ok(places) = topic.wanted.places(plan, today, FIGURES_MOST.into()) else { continue };
            if places != topic.places {
                turned.push((*number, places));
            }
        }
        let mut computed = 0;
        for (number, places) in turned {
            let before = self.unlink(number);
            computed += self.link(plan, cells, number, &places, at);
            self.sweep(&before);
            let come = (0_u16..).zip(&places).filter(|(_, place)| !before.contains(place));
            let come: Vec<(u16, Arc<str>)> = come
                .filter_map(|(index, place)| Some((index, Arc::clone(&self.figures.get(place)?.shown))))
                .collect();
            // The indices are others now: what changed at this moment is told by them.
            let changed = (0_u16..).zip(&places).filter_map(|(index, place)| {
                let figure = self.figures.get(place).filter(|figure| figure.changed == at)?;
                Some((index, Arc::clone(&figure.shown)))
            });
            let all: BTreeMap<u16, Arc<str>> = changed.chain(come).collect();
            if all.is_empty() {
                news.remove(&number);
            } else {
                news.insert(number, all);
            }
            if let Some(topic) = self.topics.get_mut(&number) {
                (topic.places, topic.since, topic.whole) = (places, at, None);
            }
        }
        computed
    }

    /// Sends news to the readers of a topic; those whose queue is full are dropped from it.
    fn send(
        &mut self,
        topic: u64,
        (at, sender): (Timestamp, u8),
        shown: BTreeMap<u16, Arc<str>>,
    ) -> Vec<u64> {
        let Some(topic) = self.topics.get_mut(&topic) else { return Vec::new() };
        topic.whole = None;
        let shown: Vec<(u16, Arc<str>)> = shown.into_iter().collect();
        let frame = observations(at, sender, &shown);
        let mut slow = Vec::new();
        for (reader, queue) in &topic.readers {
            if let Err(mpsc::error::TrySendError::Full(_)) = queue.try_send(frame.clone()) {
                slow.push(*reader);
            }
        }
        for reader in &slow {
            topic.readers.remove(reader);
        }
        slow
    }

    /// The topic of what is wanted; a new one is computed from the cells of the moment that the board reflects. Of figures
    /// that nobody follows any more, as many are forgotten as room is needed for.
    pub(super) fn topic(
        &mut self,
        plan: &Plan,
        cells: &Cells,
        wanted: &Wanted,
        places: &[Place],
        room: usize,
    ) -> Result<(u64, u64), Full> {
        if let Some(number) = self.named.get(wanted) {
            return Ok((*number, 0));
        }
        let Some((at, _)) = self.at else { return Err(Full) };
        while self.figures.len() + places.iter().filter(|one| !self.figures.contains_key(one)).count() > room
        {
            let idle = self.topics.iter().filter_map(|(number, topic)| Some((topic.idle?, *number))).min();
            let Some((_, number)) = idle else { return Err(Full) };
            self.forget(number);
        }
        self.next += 1;
        let number = self.next;
        let computed = self.link(plan, cells, number, places, at);
        let topic = Topic {
            wanted: wanted.clone(),
            places: places.to_vec(),
            since: at,
            readers: HashMap::new(),
            whole: None,
            idle: Some(number),
        };
        self.topics.insert(number, topic);
        self.named.insert(wanted.clone(), number);
        Ok((number, computed))
    }

    /// Lets a reader follow a topic; what is first sent to them, and their queue.
    pub(super) fn follow(
        &mut self,
        number: u64,
        reader: u64,
        queue: usize,
        behind: Option<Behind>,
        sender: u8,
    ) -> Option<(Frame, mpsc::Receiver<Frame>)> {
        let frame = match behind {
            Some(behind) => self.missed(number, behind, sender)?,
            None => self.whole(number, sender)?,
        };
        let (queue, frames) = mpsc::channel(queue);
        let topic = self.topics.get_mut(&number)?;
        topic.readers.insert(reader, queue);
        topic.idle = None;
        Some((frame, frames))
    }

    /// Whether what changed since a moment is known of what is wanted.
    pub(super) fn remembers(&self, wanted: &Wanted, at: Timestamp) -> bool {
        let topic = self.named.get(wanted).and_then(|number| self.topics.get(number));
        topic.is_some_and(|topic| topic.since <= at)
    }

    /// A reader left a topic.
    pub(super) fn leave(&mut self, number: u64, reader: u64) {
        self.next += 1;
        let turn = self.next;
        if let Some(topic) = self.topics.get_mut(&number) {
            topic.readers.remove(&reader);
            if topic.readers.is_empty() && topic.idle.is_none() {
                topic.idle = Some(turn);
            }
        }
    }

    /// What a reader lacks, written once for all who lack the same.
    fn missed(&mut self, number: u64, behind: Behind, sender: u8) -> Option<Frame> {
        let same = |(topic, other, _): &&(u64, Behind, Frame)| *topic == number && other.is(&behind);
        if let Some((.., frame)) = self.missed.iter().find(same) {
            return Some(frame.clone());
        }
        let ((at, _), topic) = (self.at?, self.topics.get(&number)?);
        let frame = observations(at, sender, &self.missing(topic, &behind));
        self.missed.truncate(KEPT - 1);
        self.missed.push_front((number, behind, frame.clone()));
        Some(frame)
    }

    /// The figures of a topic that a reader lacks, by their indices.
    fn missing(&self, topic: &Topic, behind: &Behind) -> Vec<(u16, Arc<str>)> {
        let lacks = |index: u16, place: &Place, figure: &Figure| match behind {
            // Behind a break in the middle of a moment whatever follows is sent, changed or not.
            Behind::Position { at, figure: last } => index > *last || figure.changed > *at,
            Behind::Compared(then) => then.get(place) != Some(&figure.shown),
        };
        let each = (0_u16..).zip(&topic.places);
        each.filter_map(|(index, place)| {
            let figure = self.figures.get(place).filter(|figure| lacks(index, place, figure))?;
            Some((index, Arc::clone(&figure.shown)))
        })
        .collect()
    }

    fn whole(&mut self, number: u64, sender: u8) -> Option<Frame> {
        let ((at, _), topic) = (self.at?, self.topics.get(&number)?);
        if let Some(frame) = &topic.whole {
            return Some(frame.clone());
        }
        let each = (0_u16..).zip(&topic.places);
        let all: Vec<_> = each
            .filter_map(|(index, place)| Some((index, Arc::clone(&self.figures.get(place)?.shown))))
            .collect();
        let frame = observations(at, sender, &all);
        self.topics.get_mut(&number)?.whole = Some(frame.clone());
        Some(frame)
    }

    /// Enters a topic's figures, and computes those that are not there. Says how many those were.
    fn link(&mut self, plan: &Plan, cells: &Cells, number: u64, places: &[Place], at: Timestamp) -> u64 {
        let mut computed = 0;
        for (index, place) in (0_u16..).zip(places) {
            let figure = self.figures.entry(*place).or_insert_with(|| {
                computed += 1;
                Figure { shown: shown(plan, cells, place), changed: at, topics: Vec::new() }
            });
            figure.topics.push((number, index));
        }
        computed
    }

    /// Takes a topic's figures out of it; which they were.
    fn unlink(&mut self, number: u64) -> HashSet<Place> {
        let places = self.topics.get(&number).map(|topic| topic.places.clone()).unwrap_or_default();
        for place in &places {
            if let Some(figure) = self.figures.get_mut(place) {
                figure.topics.retain(|(topic, _)| *topic != number);
            }
        }
        places.into_iter().collect()
    }

    /// Forgets those figures that are in no topic any more.
    fn sweep(&mut self, places: &HashSet<Place>) {
        for place in places {
            if self.figures.get(place).is_some_and(|figure| figure.topics.is_empty()) {
                self.figures.remove(place);
            }
        }
    }

    fn forget(&mut self, number: u64) {
        let places = self.unlink(number);
        self.sweep(&places);
        if let Some(topic) = self.topics.remove(&number) {
            self.named.remove(&topic.wanted);
        }
    }
}
