//! What only the embedded log does: trim by itself, share a folder between processes, and say what is wrong with a file.

use std::time::Duration;

use rusqlite::Connection;
use weir_kernel::log::embedded::EmbeddedLog;
use weir_kernel::log::{Error, EventLog, Limits, Position, Topic};

use crate::stands::{Folder, append, numbered, read};

#[tokio::test]
async fn records_past_their_retention_are_dropped() {
    let folder = Folder::new();
    let mut settings = folder.embedded_settings();
    settings.trim_interval = Duration::from_millis(10);
    let log = EmbeddedLog::open(settings).await.unwrap();
    let kept = Topic::new("kept", 1);
    let trimmed = Topic { retention: Some(Duration::from_millis(1)), ..Topic::new("trimmed", 1) };
    log.create_topics(&[kept, trimmed]).await.unwrap();
    let mut overtaken = log.reader("trimmed", 0, 0).await.unwrap();
    for topic in ["kept", "trimmed"] {
        append(&log, topic, (0..25_000).map(|n| numbered("k", n)).collect()).await;
    }
    while log.starts("trimmed").await.unwrap() != [25_000] {
        tokio::task::yield_now().await;
    }
    let outside =
        Error::OutOfRange { topic: "trimmed".into(), partition: 0, offset: 0, start: 25_000, end: 25_000 };
    assert_eq!(overtaken.read(Limits::default()).await, Err(outside.clone()));
    assert_eq!(log.reader("trimmed", 0, 0).await.err(), Some(outside));
    assert_eq!(append(&log, "trimmed", vec![numbered("k", 0)]).await[0].offset, 25_000);
    assert_eq!(log.starts("kept").await.unwrap(), [0]);
    assert_eq!(read(&log, "kept", 0, 0, 25_000).await.len(), 25_000);
}

#[tokio::test]
async fn a_file_locked_by_another_process_fails_the_records_and_then_goes_on() {
    let folder = Folder::new();
    let mut settings = folder.embedded_settings();
    settings.busy_timeout = Duration::from_millis(10);
    let log = EmbeddedLog::open(settings).await.unwrap();
    log.create_topics(&[Topic::new("t", 1)]).await.unwrap();
    let other = Connection::open(folder.0.path().join("log.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let outcomes = log.append("t", vec![numbered("a", 0), numbered("b", 0)]).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(Error::Unreachable(_)))), "{outcomes:?}");
    let mut reader = log.reader("t", 0, 0).await.unwrap();
    assert_eq!(reader.read(Limits::default()).await.unwrap(), [], "reading goes on meanwhile");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(append(&log, "t", vec![numbered("a", 0)]).await[0].offset, 0);
}

#[tokio::test]
async fn what_is_no_log_is_refused_and_named() {
    let damaged = Folder::new();
    std::fs::write(damaged.0.path().join("log.sqlite"), [b'x'; 8192]).unwrap();
    let other = Folder::new();
    let connection = Connection::open(other.0.path().join("log.sqlite")).unwrap();
    connection.execute_batch("CREATE TABLE something (else_ INTEGER)").unwrap();
    for folder in [damaged, other] {
        let refused = EmbeddedLog::open(folder.embedded_settings()).await.unwrap_err();
        assert!(matches!(refused, Error::Failed(_)), "{refused:?}");
        assert!(refused.to_string().contains("log.sqlite"), "{refused}");
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_refused_and_named() {
    let folder = Folder::new();
    let file = folder.0.path().join("file");
    std::fs::write(&file, "").unwrap();
    let mut settings = folder.embedded_settings();
    settings.folder = file.join("log");
    let refused = EmbeddedLog::open(settings).await.unwrap_err();
    assert!(refused.to_string().contains("file/log"), "{refused}");
}

#[tokio::test]
async fn a_topic_of_another_process_is_found() {
    let folder = Folder::new();
    let first = EmbeddedLog::open(folder.embedded_settings()).await.unwrap();
    let second = EmbeddedLog::open(folder.embedded_settings()).await.unwrap();
    assert!(first.ends("t").await.is_err());
    second.create_topics(&[Topic::new("t", 1)]).await.unwrap();
    assert_eq!(append(&first, "t", vec![numbered("a", 0)]).await[0].offset, 0);
}

#[tokio::test]
async fn a_log_of_before_learns_to_keep_what_is_reported() {
    let folder = Folder::new();
    let log = EmbeddedLog::open(folder.embedded_settings()).await.unwrap();
    log.create_topics(&[Topic::new("t", 1)]).await.unwrap();
    drop(log);
    let old = Connection::open(folder.0.path().join("log.sqlite")).unwrap();
    old.execute_batch("DROP TABLE reported").unwrap();
    drop(old);
    let log = EmbeddedLog::open(folder.embedded_settings()).await.unwrap();
    let mut owner = log.own("t", "g").await.unwrap();
    owner.changed().await.unwrap();
    owner.report(Position { partition: 0, offset: 7 });
    owner.leave().await.unwrap();
    let mut owner = log.own("t", "g").await.unwrap();
    assert_eq!(owner.reported(0).await, Ok(Some(7)));
}

#[tokio::test]
async fn what_is_reported_is_stored_with_the_next_append_also_of_a_process_that_is_killed() {
    let folder = Folder::new();
    let log = EmbeddedLog::open(folder.embedded_settings()).await.unwrap();
    log.create_topics(&[Topic::new("t", 1)]).await.unwrap();
    let mut owner = log.own("t", "g").await.unwrap();
    owner.changed().await.unwrap();
    owner.report(Position { partition: 0, offset: 1 });
    append(&log, "t", vec![numbered("a", 0)]).await;
    // Another process sees what would be there after a kill.
    let other = EmbeddedLog::open(folder.embedded_settings()).await.unwrap();
    assert_eq!(other.own("t", "g").await.unwrap().reported(0).await, Ok(Some(1)));
}
