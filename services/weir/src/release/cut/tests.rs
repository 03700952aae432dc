use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use weir_kernel::settings::Secret;
use weir_schemas::event::{Data, Event};

use super::*;
use crate::connection::ConnectionArgs;

/// A service that gives these answers, one a connection, and what its client sees.
async fn answering(answers: Vec<(u16, String)>) -> (Catalogue, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
            let answer = format!(
                "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (Catalogue::at(&url, Secret::new("k"), &ConnectionArgs::default()).unwrap(), serving)
}

fn release(status: &str, cut: &str) -> String {
    let one = json!({"name": "2024 年报", "status": status, "cut": cut, "number": null, "note": null, "protected": null,
        "suppressed": null, "synthetic": null, "reason": (status == "refused").then_some("why")});
    json!({"releases": [one]}).to_string()
}

const AT: &str = "2024-08-01T00:00:00.000Z";

fn wanted() -> Wanted {
    Wanted { name: "2024 年报".to_owned(), at: AT.parse().unwrap(), note: Some("含年报".to_owned()) }
}

#[test]
fn the_event_asks_for_the_release() {
    let event = Event::from_slice(wanted().event("510000").to_string().as_bytes()).unwrap();
    assert_eq!(event.subject, "2024 年报");
    let Data::ReleaseCut(cut) = event.data else { panic!() };
    assert_eq!((cut.name.as_str(), cut.cut, cut.note.as_deref()), ("2024 年报", wanted().at, Some("含年报")));
}

#[test]
fn a_release_is_never_of_the_future() {
    let now: Timestamp = "2024-08-01T00:00:00.1239Z".parse().unwrap();
    assert_eq!(moment(now, now).unwrap().to_string(), "2024-08-01T00:00:00.123Z");
    let refused = moment("2024-08-01T00:00:01Z".parse().unwrap(), now).unwrap_err().to_string();
    assert!(refused.contains("is in the future"), "{refused}");
}

#[tokio::test]
async fn it_is_waited_for_until_it_is_cut_or_refused() {
    let none = json!({"releases": []}).to_string();
    for last in ["cut", "refused"] {
        let answers = vec![(200, none.clone()), (200, release("waiting", AT)), (200, release(last, AT))];
        let (catalogue, serving) = answering(answers).await;
        let outcome = wanted().outcome(&catalogue).await.unwrap();
        assert_eq!(outcome.status == Status::Cut, last == "cut");
        serving.await.unwrap();
    }
}

#[tokio::test]
async fn a_service_that_is_away_is_asked_again_and_one_that_refuses_is_not() {
    let (catalogue, _serving) = answering(vec![(503, String::new()), (200, release("cut", AT))]).await;
    assert_eq!(catalogue.releases().await.unwrap().len(), 1);
    let (catalogue, _serving) = answering(vec![(403, "the key does not allow this".to_owned())]).await;
    let refused = catalogue.releases().await.unwrap_err().to_string();
    assert!(refused.contains("403") && refused.contains("the key does not allow this"), "{refused}");
}

#[tokio::test]
async fn who_asks_again_without_a_moment_follows_the_release_that_waits() {
    for (status, followed) in [("waiting", Some(wanted().at)), ("cut", None), ("refused", None)] {
        let (catalogue, _serving) = answering(vec![(200, release(status, AT))]).await;
        assert_eq!(waiting(&catalogue, "2024 年报").await.unwrap(), followed, "{status}");
    }
    let (catalogue, _serving) = answering(vec![(200, release("waiting", AT))]).await;
    assert_eq!(waiting(&catalogue, "another").await.unwrap(), None);
}

#[tokio::test]
async fn a_name_is_given_once() {
    let (catalogue, _serving) = answering(vec![(200, release("cut", "2024-07-01T00:00:00.000Z"))]).await;
    let refused = wanted().found(&catalogue).await.unwrap_err().to_string();
    assert!(refused.contains("there is a release of this name"), "{refused}");
    let (catalogue, _serving) = answering(vec![(200, release("waiting", AT))]).await;
    assert!(wanted().found(&catalogue).await.unwrap().is_some(), "it is the same one");
}
