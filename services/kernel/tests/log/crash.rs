//! A process that is killed while it appends leaves everything it acknowledged, and a log that goes on.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use futures::future::join_all;
use weir_kernel::log::embedded::{EmbeddedLog, Settings};
use weir_kernel::log::{EventLog, Position, Topic};

use crate::stands::{Folder, append, numbered, read_all};

const FOLDER: &str = "WEIR_TEST_APPEND_TO";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_kill() {
    let folder = Folder::new();
    let log = EmbeddedLog::open(folder.embedded_settings()).await.unwrap();
    log.create_topics(&[Topic::new("t", 3)]).await.unwrap();
    let mut acknowledged = Vec::new();
    for round in 1..4 {
        acknowledged.extend(append_until_killed(&folder, round * 150));
        let partitions = read_all(&log, "t").await;
        for (number, records) in (0..).zip(&partitions) {
            assert!(records.iter().map(|record| record.offset).eq(0..records.len().try_into().unwrap()));
            assert!(records.iter().all(|record| record.partition == number));
        }
        for (position, value) in &acknowledged {
            let partition = &partitions[usize::try_from(position.partition).unwrap()];
            assert_eq!(partition[usize::try_from(position.offset).unwrap()].value, value);
        }
    }
}

/// Runs the test below in a process of its own, kills it after so many acknowledgements, and answers all it gave.
fn append_until_killed(folder: &Folder, count: usize) -> Vec<(Position, String)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::append_for_ever", "--nocapture"])
        .env(FOLDER, folder.0.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap) {
        let words: Vec<&str> = line.split(' ').collect();
        // A line cut off by the kill has no full stop.
        if let ["acknowledged", partition, offset, value, "."] = words[..] {
            let position =
                Position { partition: partition.parse().unwrap(), offset: offset.parse().unwrap() };
            acknowledged.push((position, value.to_owned()));
        }
        if acknowledged.len() == count {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(acknowledged.len() >= count, "the child ended by itself");
    acknowledged
}

/// No test: what the killed process does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn append_for_ever() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    println!();
    let log = EmbeddedLog::open(Settings::new(folder)).await.unwrap();
    let log = &log;
    join_all((0..4).map(|task| async move {
        for n in 0.. {
            let sent: Vec<_> = (0..5).map(|key| numbered(&format!("{task}-{key}"), n)).collect();
            let positions = append(log, "t", sent.clone()).await;
            let mut out = std::io::stdout().lock();
            for (record, Position { partition, offset }) in sent.iter().zip(positions) {
                let value = String::from_utf8_lossy(&record.value);
                writeln!(out, "acknowledged {partition} {offset} {value} .").unwrap();
            }
            out.flush().unwrap();
        }
    }))
    .await;
}
