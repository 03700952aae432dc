//! What a journal remembers, and of what.

use weir_schemas::problem::{Code, Problem};

use super::*;
use crate::push::answers::Rejected;
use crate::push::totals::Totals;

fn rejected(line: u64) -> Vec<Rejected> {
    vec![Rejected { line, problems: vec![Problem::new(Code::CreditCode, "/subject", "wrong")] }]
}

fn of(content: &str, reading: &str, service: &str) -> Of {
    let [content, reading, service] = [content, reading, service].map(str::to_owned);
    Of { content, reading, service, key: "k".to_owned() }
}

fn answers(accepted: u64, duplicate: u64, rejected: Vec<Rejected>) -> Answers {
    let totals = Totals { accepted, duplicate, rejected: rejected.len() as u64 };
    Answers { totals, rejected, ..Answers::default() }
}

#[test]
fn it_goes_on_where_it_was_and_is_of_one_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.weir-push");
    let open = |content: &str| Journal::open(path.clone(), &of(content, "", "http://a"), Resume::SameKey);
    let mut journal = open("one").unwrap();
    journal.answered(100, &answers(99, 0, rejected(7))).unwrap();
    journal.answered(150, &answers(40, 10, Vec::new())).unwrap();
    assert!(open("one").unwrap_err().to_string().contains("another weir push"));
    drop(journal);
    // The crash came while the third request was noted.
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(br#"{"answered":{"through":200,"acc"#).unwrap();
    drop(file);
    let mut journal = open("one").unwrap();
    assert_eq!((journal.past.through, journal.past.answers.totals.all()), (150, 150));
    assert_eq!(journal.past.answers.rejected, rejected(7));
    journal.answered(180, &answers(29, 0, rejected(160))).unwrap();
    journal.returned(Some(Path::new("a.rejected.xlsx"))).unwrap();
    drop(journal);
    let journal = open("one").unwrap();
    assert_eq!((journal.past.through, journal.past.answers.rejected.len()), (180, 2));
    assert_eq!(journal.past.returned.as_deref(), Some(Path::new("a.rejected.xlsx")));
    drop(journal);
    assert_eq!(open("another").unwrap().past.through, 0);
    assert_eq!(open("one").unwrap().past.through, 0);
    assert_eq!(open("one").unwrap().close(), path);
    assert!(open("one").is_ok(), "nobody holds it any more");
}

#[test]
fn what_is_not_gone_on_with_is_said_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.weir-push");
    let dropped = |of: &Of, left: &str| {
        std::fs::write(&path, left).unwrap();
        Journal::open(path.clone(), of, Resume::SameKey).unwrap().dropped
    };
    let ours = of("one", "", "http://a");
    let head = serde_json::to_string(&Entry::Of(ours.clone())).unwrap();
    let answered = serde_json::to_string(&Entry::Answered { through: 9, answers: answers(9, 0, vec![]) });
    let whole = format!("{head}\n{}\n", answered.unwrap());
    assert_eq!(dropped(&ours, ""), None);
    assert_eq!(dropped(&ours, &whole), None);
    assert_eq!(dropped(&ours, &(whole.clone() + "{\"answ")), None, "a push that was broken off");
    assert_eq!(dropped(&of("two", "", "http://a"), &whole), Some(Dropped::Content));
    assert_eq!(dropped(&of("one", "gbk", "http://a"), &whole), Some(Dropped::Reading));
    assert_eq!(dropped(&of("one", "", "http://b"), &whole), Some(Dropped::Service("http://a".to_owned())));
    assert_eq!(dropped(&ours, "{\"of\":\"1f\"}\n"), Some(Dropped::Unreadable(1)), "of another version");
    assert_eq!(dropped(&ours, &(whole.clone() + "?\n")), Some(Dropped::Unreadable(3)));
    let renewed = Of { key: "another".to_owned(), ..ours.clone() };
    assert_eq!(dropped(&renewed, &whole), Some(Dropped::Key));
    std::fs::write(&path, whole).unwrap();
    let through = |of: &Of, resume| Journal::open(path.clone(), of, resume).unwrap().past.through;
    assert_eq!(through(&ours, Resume::SameKey), 9);
    assert_eq!(through(&renewed, Resume::AnyKey), 9);
    assert_eq!(through(&renewed, Resume::SameKey), 9, "it was handed over to");
    assert_eq!(through(&renewed, Resume::Nothing), 0);
}

#[test]
fn what_was_sent_again_replaces_what_was_answered_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.weir-push");
    let open = || Journal::open(path.clone(), &of("one", "", "http://a"), Resume::SameKey).unwrap();
    let mut journal = open();
    journal.answered(10, &answers(8, 0, [rejected(3), rejected(7)].concat())).unwrap();
    journal.again(BTreeSet::from([3]), &answers(1, 0, Vec::new())).unwrap();
    drop(journal);
    let past = open().past;
    assert_eq!((past.through, past.answers), (10, answers(9, 0, rejected(7))));
    // What is written of other answers takes the place of both files.
    let mut journal = open();
    journal.returned(Some(Path::new("r1"))).unwrap();
    journal.accepted(Path::new("a1")).unwrap();
    journal.again(BTreeSet::from([7]), &answers(1, 0, Vec::new())).unwrap();
    journal.accepted(Path::new("a2")).unwrap();
    drop(journal);
    let past = open().past;
    assert_eq!((past.returned, past.accepted, past.told), (None, Some("a2".into()), Vec::new()));
}
