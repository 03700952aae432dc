//! Pushes to a service that answers as it is told to.

use std::path::PathBuf;
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

/// A service that rejects every event whose id ends with a 7, and answers no more than so many requests.
struct Service {
    url: String,
    /// The ids that came, by request.
    came: Arc<Mutex<Vec<Vec<String>>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Service {
    async fn start(requests: usize, at: &str) -> Self {
        let listener = TcpListener::bind(at).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let came = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn({
            let came = Arc::clone(&came);
            async move {
                for _ in 0..requests {
                    let (stream, _) = listener.accept().await.unwrap();
                    let ids = answer(stream).await;
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

async fn answer(mut stream: TcpStream) -> Vec<String> {
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
    let results = ids.iter().enumerate().map(|(index, id)| {
        if id.ends_with('7') {
            let problem = json!({"code": "E-CREDIT-CODE", "pointer": "/subject", "detail": "wrong"});
            json!({"index": index, "outcome": "rejected", "problems": [problem]}).to_string()
        } else {
            json!({"index": index, "outcome": "accepted"}).to_string()
        }
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
    let file = file.to_str().unwrap();
    let fixed = ["push", file, "--to", url, "--key", "k", "--tries", "1", "--lines", "10"];
    run(Cli::parse_from(fixed.iter().chain(flags)).args).await
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
