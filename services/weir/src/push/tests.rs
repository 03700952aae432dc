//! Pushes to a service that answers as it is told to.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use clap::Parser;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    args: Args,
}

/// A service that rejects every event whose id ends with a 7, takes those that end with a 3 with the key `wide` alone, and answers no
/// more than so many requests.
struct Service {
    url: String,
    /// The ids that came, by request.
    came: Arc<Mutex<Vec<Vec<String>>>>,
    task: tokio::task::JoinHandle<()>,
}

/// The offsets of one log, whichever service writes it.
static LOG: AtomicI64 = AtomicI64::new(1_000);

impl Service {
    async fn start(requests: usize, at: &str) -> Self {
        Self::start_on(&LOG, requests, at).await
    }

    async fn start_on(log: &'static AtomicI64, requests: usize, at: &str) -> Self {
        let listener = TcpListener::bind(at).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let came = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn({
            let came = Arc::clone(&came);
            async move {
                for _ in 0..requests {
                    let (stream, _) = listener.accept().await.unwrap();
                    let ids = answer(stream, log).await;
                    came.lock().unwrap().push(ids);
                }
            }
        });
        Self { url, came, task }
    }

    fn came(&self) -> Vec<Vec<String>> {
        self.came.lock().unwrap().clone()
    }
}

async fn answer(mut stream: TcpStream, log: &AtomicI64) -> Vec<String> {
    let mut request = Vec::new();
    let body = loop {
        stream.read_buf(&mut request).await.unwrap();
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if body.len() >= length.parse::<usize>().unwrap() {
                break body.to_owned();
            }
        }
    };
    let ids: Vec<String> = body
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    let wide = String::from_utf8_lossy(&request).contains("authorization: Bearer wide\r\n");
    let results = ids.iter().enumerate().map(|(index, id)| {
        let code = match id.chars().last() {
            Some('7') => "E-CREDIT-CODE",
            Some('3') if !wide => "E-SCOPE",
            _ => {
                let offset = log.fetch_add(1, Ordering::Relaxed);
                return json!({"index": index, "outcome": "accepted", "partition": 0, "offset": offset})
                    .to_string();
            }
        };
        let problem = json!({"code": code, "pointer": "/subject", "detail": "wrong"});
        json!({"index": index, "outcome": "rejected", "problems": [problem]}).to_string()
    });
    let results = results.collect::<Vec<_>>().join("\n");
    let answer = format!("HTTP/1.1 207 Multi-Status\r\nconnection: close\r\n\r\n{results}\n");
    stream.write_all(answer.as_bytes()).await.unwrap();
    ids
}

fn feed(folder: &std::path::Path, lines: u32) -> PathBuf {
    let path = folder.join("feed.ndjson");
    let text: String = (1..=lines).map(|line| format!("{{\"id\":\"{line}\"}}\n\n")).collect();
    std::fs::write(&path, text).unwrap();
    path
}

async fn push(file: &std::path::Path, url: &str, flags: &[&str]) -> anyhow::Result<ExitCode> {
    push_with("wide", &[file], url, flags).await
}

async fn push_with(
    key: &str,
    files: &[&std::path::Path],
    url: &str,
    flags: &[&str],
) -> anyhow::Result<ExitCode> {
    let fixed = ["push", "--to", url, "--key", key, "--tries", "1", "--lines", "10"];
    let files = files.iter().map(|file| file.to_str().unwrap());
    run(Cli::parse_from(fixed.into_iter().chain(files).chain(flags.iter().copied())).args).await
}

fn numbers(file: &std::path::Path) -> Vec<u64> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["line"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_push_that_broke_off_goes_on_and_returns_all_that_was_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let file = feed(folder.path(), 35);
    let service = Service::start(2, "127.0.0.1:0").await;
    let (url, at) = (service.url.clone(), service.url.replace("http://", ""));
    let error = format!("{:#}", push(&file, &url, &[]).await.unwrap_err());
    assert!(error.contains("18 accepted, 0 duplicate, 2 rejected so far"), "{error}");
    service.task.await.unwrap();
    assert!(!folder.path().join("feed.rejected.ndjson").exists());

    let service = Service::start(2, &at).await;
    assert_eq!(push(&file, &url, &[]).await.unwrap(), ExitCode::FAILURE);
    assert_eq!(service.came()[0].first().map(String::as_str), Some("21"));
    // Blank lines count as lines, and what was rejected before the break is there too.
    assert_eq!(numbers(&folder.path().join("feed.rejected.ndjson")), [13, 33, 53]);
    let mut left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["feed.ndjson", "feed.rejected.ndjson"]);
    service.task.await.unwrap();
}

#[tokio::test]
async fn it_starts_anew_for_another_file_or_when_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let file = feed(folder.path(), 25);
    let service = Service::start(1, "127.0.0.1:0").await;
    let (url, at) = (service.url.clone(), service.url.replace("http://", ""));
    push(&file, &url, &[]).await.unwrap_err();
    service.task.await.unwrap();
    let service = Service::start(2, &at).await;
    push(&file, &url, &["--from-start"]).await.unwrap_err();
    assert_eq!(service.came()[0][0], "1");
    service.task.await.unwrap();
    // One line more is another file.
    feed(folder.path(), 26);
    let service = Service::start(3, &at).await;
    push(&file, &url, &[]).await.unwrap();
    assert_eq!(service.came().concat().len(), 26);
    service.task.await.unwrap();
}

#[tokio::test]
async fn another_key_goes_on_and_what_the_one_before_did_not_cover_is_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = feed(folder.path(), 25);
    let service = Service::start(1, "127.0.0.1:0").await;
    let (url, at) = (service.url.clone(), service.url.replace("http://", ""));
    let error = format!("{:#}", push_with("narrow", &[&file], &url, &[]).await.unwrap_err());
    assert!(error.contains("8 accepted, 0 duplicate, 2 rejected so far"), "{error}");
    service.task.await.unwrap();

    let service = Service::start(2, &at).await;
    let error = format!("{:#}", push(&file, &url, &["--go-on"]).await.unwrap_err());
    assert!(error.contains("18 accepted, 0 duplicate, 2 rejected so far"), "{error}");
    assert_eq!(service.came()[0], ["3"]);
    assert_eq!(service.came()[1][0], "11");
    service.task.await.unwrap();

    let service = Service::start(1, &at).await;
    push(&file, &url, &[]).await.unwrap();
    assert_eq!(service.came(), [["21", "22", "23", "24", "25"]]);
    assert_eq!(numbers(&folder.path().join("feed.rejected.ndjson")), [13, 33]);
    service.task.await.unwrap();
}

#[tokio::test]
async fn what_another_log_took_is_not_taken_for_what_this_one_has() {
    static ANOTHER: AtomicI64 = AtomicI64::new(0);
    let folder = tempfile::tempdir().unwrap();
    let file = feed(folder.path(), 25);
    let service = Service::start(1, "127.0.0.1:0").await;
    let (url, at) = (service.url.clone(), service.url.replace("http://", ""));
    push(&file, &url, &[]).await.unwrap_err();
    service.task.await.unwrap();

    // A system that was set up anew at the same address has keys of its own.
    let service = Service::start_on(&ANOTHER, 1, &at).await;
    push_with("another", &[&file], &url, &[]).await.unwrap_err();
    assert_eq!(service.came()[0][0], "1");
    service.task.await.unwrap();

    // Where it kept the keys, its offsets tell.
    let service = Service::start(1, &at).await;
    push(&file, &url, &["--from-start"]).await.unwrap_err();
    service.task.await.unwrap();
    let service = Service::start_on(&ANOTHER, 1, &at).await;
    let error = format!("{:#}", push(&file, &url, &[]).await.unwrap_err());
    assert!(error.contains("is not the log that took those; the same command begins anew"), "{error}");
    service.task.await.unwrap();
    // Its offsets have grown meanwhile, and are those of another log all the same.
    ANOTHER.store(1_000_000, Ordering::Relaxed);
    let service = Service::start_on(&ANOTHER, 1, &at).await;
    push(&file, &url, &[]).await.unwrap_err();
    assert_eq!(service.came()[0][0], "1");
    service.task.await.unwrap();
}

#[tokio::test]
async fn files_that_another_log_took_whole_are_sent_anew_too() {
    static ANOTHER: AtomicI64 = AtomicI64::new(0);
    let folder = tempfile::tempdir().unwrap();
    let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
    [&one, &two].into_iter().for_each(|folder| std::fs::create_dir(folder).unwrap());
    let files = [feed(&one, 10), feed(&two, 25)];
    let files = [files[0].as_path(), files[1].as_path()];
    let service = Service::start(2, "127.0.0.1:0").await;
    let (url, at) = (service.url.clone(), service.url.replace("http://", ""));
    push_with("wide", &files, &url, &[]).await.unwrap_err();
    service.task.await.unwrap();
    let service = Service::start_on(&ANOTHER, 1, &at).await;
    push_with("wide", &files, &url, &[]).await.unwrap_err();
    service.task.await.unwrap();
    let service = Service::start_on(&ANOTHER, 4, &at).await;
    push_with("wide", &files, &url, &[]).await.unwrap();
    let came = service.came();
    assert_eq!(came.iter().map(|ids| ids[0].as_str()).collect::<Vec<_>>(), ["1", "1", "11", "21"]);
    service.task.await.unwrap();
}

#[tokio::test]
async fn files_of_one_name_go_on_apart_and_are_returned_anew_where_an_answer_changed() {
    let folder = tempfile::tempdir().unwrap();
    let [north, south, back] = ["north", "south", "back"].map(|name| folder.path().join(name));
    [&north, &south, &back].into_iter().for_each(|folder| std::fs::create_dir(folder).unwrap());
    let files = [feed(&north, 10), feed(&south, 20)];
    let files = [files[0].as_path(), files[1].as_path()];
    let flags = ["--rejected-dir", back.to_str().unwrap()];
    let service = Service::start(2, "127.0.0.1:0").await;
    let (url, at) = (service.url.clone(), service.url.replace("http://", ""));
    push_with("narrow", &files, &url, &flags).await.unwrap_err();
    assert_eq!(numbers(&back.join("feed.rejected.ndjson")), [5, 13]);
    service.task.await.unwrap();

    let service = Service::start(3, &at).await;
    let flags = [&flags[..], &["--go-on"]].concat();
    assert_eq!(push_with("wide", &files, &url, &flags).await.unwrap(), ExitCode::FAILURE);
    let came = service.came();
    assert_eq!((came[0].join(" "), came[1].join(" "), came[2].len()), ("3".into(), "3".into(), 10));
    assert_eq!(numbers(&back.join("feed.rejected-2.ndjson")), [13]);
    assert_eq!(numbers(&back.join("feed.rejected-3.ndjson")), [13, 33]);
    assert_eq!(std::fs::read_dir(&back).unwrap().count(), 3, "what was remembered is gone");
    service.task.await.unwrap();
}
