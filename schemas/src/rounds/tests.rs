use proptest::prelude::*;
use serde_json::json;

use super::*;

/// A word on the round of B203 for June 2025; `about` is a level and a day, or the id of what is voided.
fn word(kind: &str, id: &str, bureau: &str, about: &str) -> Event {
    let data = match about.split_once(' ') {
        _ if kind == "event.voided" => {
            json!({"voided_source": format!("/bureaus/{bureau}"), "voided_id": about, "reason": "r", "author": "a"})
        }
        Some((level, day)) => json!({"form": "B203", "period": "2025-06", "level": level, "deadline": day}),
        None => json!({"form": "B203", "period": "2025-06", "level": about}),
    };
    let event = json!({"specversion": "1.0", "id": id, "source": format!("/bureaus/{bureau}"),
        "type": format!("weir.{kind}.v1"), "subject": "B203", "time": "2025-07-01T00:00:00Z", "data": data});
    Event::from_value(&event).unwrap()
}

/// What was said, in the order of the log.
fn said(words: &[(&str, &str, &str, &str)]) -> Rounds {
    let mut rounds = Rounds::default();
    for (offset, (kind, id, bureau, about)) in (0..).zip(words) {
        rounds.apply(&word(kind, id, bureau, about), offset);
    }
    rounds
}

fn standing(rounds: &Rounds, bureau: &str) -> (Option<u32>, Option<String>) {
    let period = "2025-06".parse().unwrap();
    let standing = rounds.standing(Form::B203, period, bureau.parse().unwrap());
    (standing.closed_by.map(Area::as_u32), standing.due.map(|day| day.to_string()))
}

const OPEN: (Option<u32>, Option<String>) = (None, None);

#[test]
fn a_round_binds_the_bureaus_of_its_area_up_to_its_level() {
    let rounds = said(&[("period.closed", "a", "510700", "city")]);
    for (bureau, closed) in
        [("510704", Some(510_700)), ("510700", Some(510_700)), ("510000", None), ("510104", None)]
    {
        assert_eq!(standing(&rounds, bureau).0, closed, "{bureau}");
    }
    let rounds = said(&[("period.closed", "a", "510000", "county")]);
    for (bureau, closed) in [("510704", Some(510_000)), ("510700", None), ("510000", None)] {
        assert_eq!(standing(&rounds, bureau).0, closed, "{bureau}");
    }
    let other = rounds.standing(Form::B203, "2025-05".parse().unwrap(), "510704".parse().unwrap());
    assert_eq!(other, RoundStanding::default());
}

#[test]
fn a_wider_bureau_opens_again_what_one_inside_closed_and_not_the_other_way() {
    let closed = ("period.closed", "a", "510700", "city");
    let reopened = ("period.reopened", "b", "510000", "county");
    let rounds = said(&[closed, reopened]);
    assert_eq!(standing(&rounds, "510704"), OPEN);
    assert_eq!(standing(&rounds, "510700").0, Some(510_700));
    let rounds =
        said(&[("period.closed", "a", "510000", "province"), ("period.reopened", "b", "510700", "city")]);
    assert_eq!(standing(&rounds, "510704").0, Some(510_000));
    let rounds =
        said(&[("period.closed", "a", "510000", "province"), ("period.reopened", "b", "510000", "province")]);
    assert_eq!(standing(&rounds, "510704"), OPEN);
}

#[test]
fn the_earliest_day_that_binds_holds_until_another_is_said() {
    let province = ("period.opened", "a", "510000", "province 2025-07-15");
    let county = ("period.opened", "b", "510704", "county 2025-07-05");
    let due = |words: &[(&str, &str, &str, &str)], bureau| standing(&said(words), bureau).1;
    assert_eq!(due(&[province, county], "510704").as_deref(), Some("2025-07-05"));
    assert_eq!(due(&[province, county], "510703").as_deref(), Some("2025-07-15"));
    let extended = ("period.reopened", "c", "510000", "province 2025-07-20");
    assert_eq!(due(&[province, county, extended], "510704").as_deref(), Some("2025-07-20"));
    let again = ("period.reopened", "c", "510704", "county");
    assert_eq!(
        due(&[county, ("period.closed", "x", "510704", "county"), again], "510704").as_deref(),
        Some("2025-07-05")
    );
}

#[test]
fn late_is_what_comes_after_the_day_in_china_or_the_closing() {
    let open = RoundStanding { closed_by: None, due: Some("2025-07-15".parse().unwrap()) };
    let late = |standing: RoundStanding, received: &str| standing.late(received.parse().unwrap());
    assert_eq!(late(open, "2025-07-15T15:59:59Z"), None);
    assert_eq!(late(open, "2025-07-15T16:00:00Z"), Some(Late::Deadline));
    let closed = RoundStanding { closed_by: "510700".parse().ok(), ..open };
    assert_eq!(late(closed, "2025-07-01T00:00:00Z"), Some(Late::Closed));
    assert_eq!(late(RoundStanding::default(), "2099-07-01T00:00:00Z"), None);
}

#[test]
fn a_word_sent_twice_counts_once_and_one_taken_back_never() {
    let (close, open) =
        (("period.closed", "a", "510700", "city"), ("period.reopened", "b", "510700", "city"));
    assert_eq!(standing(&said(&[close, open, close]), "510700"), OPEN);
    let void = ("event.voided", "v", "510700", "a");
    assert_eq!(standing(&said(&[close, void]), "510700"), OPEN);
    assert_eq!(standing(&said(&[void, close]), "510700"), OPEN);
    let elsewhere = ("event.voided", "v", "510000", "a");
    assert_eq!(standing(&said(&[close, elsewhere]), "510700").0, Some(510_700));
}

proptest! {
    /// Instances hear of words in orders of their own, and more than once.
    #[test]
    fn the_order_in_which_words_are_heard_changes_nothing(
        heard in prop::collection::vec(0_usize..8, 8..24).prop_shuffle(),
        bureau in prop::sample::select(vec!["510704", "510700", "510000"]),
    ) {
        let words = [
            ("period.opened", "a", "510000", "province 2025-07-15"),
            ("period.closed", "b", "510704", "county"),
            ("period.closed", "c", "510700", "city"),
            ("period.reopened", "d", "510000", "county 2025-07-18"),
            ("event.voided", "e", "510700", "c"),
            ("period.closed", "b", "510704", "county"),
            ("period.closed", "f", "510000", "province"),
            ("period.reopened", "g", "510000", "city"),
        ];
        let mut rounds = Rounds::default();
        for turn in heard.iter().copied().chain((0..words.len()).rev()) {
            let (kind, id, bureau, about) = words[turn];
            rounds.apply(&word(kind, id, bureau, about), i64::try_from(turn).unwrap());
        }
        prop_assert_eq!(standing(&rounds, bureau), standing(&said(&words), bureau));
    }
}
