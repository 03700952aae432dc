use std::cell::Cell;
use std::pin::pin;

use futures::poll;
use jiff::Timestamp;
use tokio::sync::Notify;
use weir_schemas::figure::Cells;

use super::*;
use crate::http::Work;

#[tokio::test]
async fn answers_about_the_past_wait_their_turn_and_those_about_now_do_not() {
    let live = Arc::new(LiveCells::default());
    let closed: Timestamp = "2022-01-31T16:00:00Z".parse().unwrap();
    live.swap(Projection { generation: "one".into(), cells: Cells::default(), closed: Some(closed) });
    let settings = Settings { as_of_requests: 2.try_into().unwrap(), ..Settings::default() };
    let app = app(settings, live, Vec::new(), &mut Registry::default());
    let (loading, summed) = (Cell::new(0), Notify::new());
    let past = || {
        let load = |_, _| async {
            loading.set(loading.get() + 1);
            summed.notified().await;
            Ok(Cells::default())
        };
        app.cells(Some(closed), Work::Short, load, |_, at| Ok(at))
    };
    let (mut first, mut second, mut third) = (pin!(past()), pin!(past()), pin!(past()));
    for waiting in [&mut first, &mut second, &mut third] {
        assert!(poll!(waiting).is_pending());
    }
    assert_eq!(loading.get(), 2, "the third has to wait");
    let now = app.cells(None, Work::Short, |_, _| async { Ok(Cells::default()) }, |_, at| Ok(at)).await;
    assert_eq!(now.unwrap(), (closed, closed));
    summed.notify_one();
    assert_eq!(first.await.unwrap(), (closed, closed));
    assert!(poll!(&mut third).is_pending());
    assert_eq!(loading.get(), 3, "its turn came");
    summed.notify_waiters();
    assert_eq!((second.await.unwrap(), third.await.unwrap()), ((closed, closed), (closed, closed)));
}
