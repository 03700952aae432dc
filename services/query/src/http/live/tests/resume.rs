//! Who comes back is sent what changed meanwhile; who does not read is dropped.

use super::super::position::COMPLETE;
use super::*;

const GAZELLES: (&str, &str, Field) = ("gazelles", "510000", Field::Total);
const PATENTS: (&str, &str, Field) = ("high_value_patents", "510000", Field::Total);

fn last(events: &[(Position, String)]) -> Position {
    events.last().unwrap().0
}

#[tokio::test]
async fn after_a_break_nothing_is_lost_and_nothing_comes_twice() {
    let mut bench = Bench::new(Settings::default());
    let wanted = bench.wanted(&["GAZELLE_COUNT", "HVP_PER_10K_POP"], &["510000"]);
    let mut stays = bench.join(&wanted);
    let first = events(&stays.first);
    let leaves = bench.join(&wanted);
    let place = last(&events(&leaves.first));
    assert_eq!((first.len(), place.figure), (4, COMPLETE));
    drop(leaves);
    bench.put(GAZELLES, Slot::year(2021), 3);
    bench.close();
    bench.put(GAZELLES, Slot::year(2021), 4);
    bench.put(PATENTS, Slot::year(2022), 9);
    bench.close();
    let told = sent(&mut stays);
    assert_eq!(told.len(), 3);
    // Both moments passed: of each figure the last is sent.
    let mut back = bench.resume(&wanted, place).unwrap_or_else(|_| panic!("forgotten"));
    let missed = events(&back.first);
    assert_eq!(missed.iter().map(|(_, data)| data).collect::<Vec<_>>(), [&told[1].1, &told[2].1]);
    assert_eq!(last(&missed), last(&told));
    let back_again = bench.resume(&wanted, last(&missed)).unwrap_or_else(|_| panic!("forgotten"));
    assert_eq!(events(&back_again.first), []);
    bench.put(PATENTS, Slot::year(2022), 10);
    bench.close();
    assert_eq!(sent(&mut back), sent(&mut stays));
}

#[tokio::test]
async fn a_break_in_the_middle_of_a_moment_goes_on_behind_it() {
    let mut bench = Bench::new(Settings::default());
    let wanted = bench.wanted(&["GAZELLE_COUNT", "HVP_PER_10K_POP"], &["510000"]);
    let first = events(&bench.join(&wanted).first);
    let back = bench.resume(&wanted, first[1].0).unwrap_or_else(|_| panic!("forgotten"));
    let rest: Vec<String> = events(&back.first).into_iter().map(|(_, data)| data).collect();
    assert_eq!(rest, [first[2].1.clone(), first[3].1.clone()]);
    // What changed among those that were read comes again.
    bench.put(GAZELLES, Slot::year(2021), 3);
    bench.close();
    let back = bench.resume(&wanted, first[2].0).unwrap_or_else(|_| panic!("forgotten"));
    assert_eq!(events(&back.first).len(), 2);
}

#[tokio::test]
async fn what_nobody_follows_is_kept_while_there_is_room() {
    let bench = Bench::new(Settings { live_held: 4, ..Settings::default() });
    let [one, two, three] = ["GAZELLE_COUNT", "HTE_COUNT", "STSME_COUNT"]
        .map(|indicator| bench.wanted(&[indicator], &["510000"]));
    let place = last(&events(&bench.join(&one).first));
    let follows = bench.join(&two);
    assert!(bench.resume(&one, place).is_ok(), "there was room for both");
    drop(bench.join(&three));
    assert!(matches!(bench.resume(&one, place), Err(NotJoined::Forgotten(_))));
    let (seat, wanted) =
        (bench.streams.sit(None).unwrap(), bench.wanted(&["HT_ZONES", "HT_REVENUE"], &["510000"]));
    let Err(NotJoined::Refused(problem)) = bench.streams.join(seat, &wanted, None) else {
        panic!("there was no room")
    };
    assert_eq!((problem.status().as_u16(), problem.code()), (503, "too-many-figures"));
    drop(follows);
}

#[tokio::test]
async fn a_slow_reader_is_dropped_while_others_go_on() {
    let settings = Settings { live_queue: 2.try_into().unwrap(), ..Settings::default() };
    let mut bench = Bench::new(settings);
    let wanted = bench.wanted(&["GAZELLE_COUNT"], &["510000"]);
    let (mut reads, mut sleeps) = (bench.join(&wanted), bench.join(&wanted));
    let mut told = Vec::new();
    for value in 1..=5 {
        bench.put(GAZELLES, Slot::year(2021), value);
        bench.close();
        told.extend(sent(&mut reads));
    }
    assert_eq!(told.len(), 5);
    assert_eq!(bench.metrics.readers.get(), 1, "its place is free at once");
    let mut slept = Vec::new();
    while let Some(frame) = sleeps.frames.recv().await {
        slept.extend(events(&frame));
    }
    assert_eq!(slept, told[..2], "what waited is there to be read, and then the end");
    let back = bench.resume(&wanted, last(&slept)).unwrap_or_else(|_| panic!("forgotten"));
    assert_eq!(events(&back.first), told[4..]);
}

#[tokio::test]
async fn what_readers_missed_is_written_once_for_all_who_come_from_the_same_place() {
    let mut bench = Bench::new(Settings::default());
    let wanted = bench.wanted(&["GAZELLE_COUNT"], &["510000"]);
    let place = last(&events(&bench.join(&wanted).first));
    bench.put(GAZELLES, Slot::year(2021), 3);
    bench.close();
    let back = |bench: &Bench, place| bench.resume(&wanted, place).unwrap_or_else(|_| panic!("forgotten"));
    let (one, other) = (back(&bench, place), back(&bench, place));
    assert_eq!(one.first.bytes.as_ptr(), other.first.bytes.as_ptr());
    assert_eq!(events(&other.first).len(), 1);
    assert_eq!(events(&back(&bench, last(&events(&one.first))).first), [], "who has it misses nothing");
    bench.put(GAZELLES, Slot::year(2021), 4);
    bench.close();
    let later = events(&back(&bench, place).first);
    assert!(later[0].1.contains("\"value\":\"4.000000\""), "{later:?}");
}
