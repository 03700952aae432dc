//! Bureaus with a Kafka of their own: what they write to their inboxes is in the log or among the rejected, each record of
//! it, while instances of ingestion come, are killed and leave.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{DefaultProducerContext, FutureProducer, FutureRecord};
use serde_json::Value;
use weir_engines::kafka::LocalKafka;
use weir_kernel::keys::{Key, Keys, PlainKey, Role};
use weir_kernel::log::{self, EventLog, Topic};
use weir_kernel::topics;
use weir_tests::log::records;
use weir_tests::process::{ask_to_leave, left};
use weir_tests::{events, listening, until};

const INBOX: &str = "weir.inbox.510700";
const OTHER: &str = "weir.inbox.510100";

/// A Kafka.
enum Kafka {
    Mock(MockCluster<'static, DefaultProducerContext>),
    Real(LocalKafka),
}

impl Kafka {
    fn bootstrap(&self) -> String {
        match self {
            Kafka::Mock(cluster) => cluster.bootstrap_servers(),
            Kafka::Real(kafka) => kafka.bootstrap(),
        }
    }

    async fn log(&self) -> Result<Arc<dyn EventLog>> {
        Ok(log::open(&log::Settings::Kafka(log::kafka::Settings::new(self.bootstrap()))).await?)
    }

    /// Makes a topic, as the office would.
    async fn create(&self, topic: &str, partitions: i32) -> Result<()> {
        match self {
            Kafka::Mock(cluster) => cluster.create_topic(topic, partitions, 1)?,
            Kafka::Real(_) => self.log().await?.create_topics(&[Topic::new(topic, partitions)]).await?,
        }
        Ok(())
    }
}

/// One instance of ingestion, killed when dropped.
struct Instance {
    child: Child,
    log: PathBuf,
    url: String,
}

impl Instance {
    async fn start(data: &Path, name: &str, bootstrap: &str) -> Result<Self> {
        let log = data.join(format!("{name}.log"));
        let child = Command::new(env!("CARGO_BIN_EXE_tested-ingest"))
            .args(["--kafka", bootstrap, "--listen", "127.0.0.1:0", "--inbox-refresh", "200ms"])
            .arg("--keys-file")
            .arg(data.join("keys.json"))
            .args(["--inbox-records", "40"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()?;
        let mut instance = Self { child, log, url: String::new() };
        instance.url = listening(data, name).await?;
        Ok(instance)
    }

    /// Waits until it owns some of an inbox's partitions.
    async fn shares(&self, topic: &str) -> Result<()> {
        until("an instance owns partitions", || async {
            let lines = std::fs::read_to_string(&self.log)?;
            let mut lines = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            let gained = lines.any(|line| line["message"] == "partitions gained" && line["topic"] == topic);
            Ok(gained.then_some(()))
        })
        .await
    }

    /// How many records of a bureau's inbox it settled.
    async fn settled(&self, bureau: &str, outcome: &str) -> Result<u64> {
        let text = reqwest::get(format!("{}/metrics", self.url)).await?.text().await?;
        let series = format!("inbox_records_total{{bureau=\"{bureau}\",outcome=\"{outcome}\"}} ");
        let counted = text.lines().find_map(|line| line.split_once(&series));
        Ok(counted.map_or(Ok(0), |(_, count)| count.parse())?)
    }

    async fn leave(mut self) -> Result<()> {
        ask_to_leave(&self.child)?;
        left(&mut self.child, "an instance").await
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program of a bureau, which knows Kafka and CloudEvents and nothing of Weir.
struct Bureau(FutureProducer);

impl Bureau {
    fn new(bootstrap: &str) -> Result<Self> {
        Ok(Self(ClientConfig::new().set("bootstrap.servers", bootstrap).set("acks", "all").create()?))
    }

    /// Writes an event, in structured or binary mode; answers its place.
    async fn write(&self, topic: &str, event: &Value, binary: bool) -> Result<(i32, i64)> {
        let header = |headers: OwnedHeaders, key: &str, value: &str| {
            headers.insert(Header { key, value: Some(value) })
        };
        let mut headers = OwnedHeaders::new();
        let mut value = event.to_string();
        if binary {
            headers = header(headers, "content-type", "application/json");
            let attributes = event.as_object().context("an event")?.iter();
            for (name, attribute) in
                attributes.filter(|(name, _)| !["data", "datacontenttype"].contains(&name.as_str()))
            {
                let text = attribute.as_str().map_or_else(|| attribute.to_string(), str::to_owned);
                headers = header(headers, &format!("ce_{name}"), &text);
            }
            value = event["data"].to_string();
        } else {
            headers = header(headers, "content-type", "application/cloudevents+json; charset=UTF-8");
        }
        let key = event["subject"].as_str().context("a subject")?;
        let record = FutureRecord::to(topic).key(key).payload(&value).headers(headers);
        let sent = self.0.send(record, Duration::from_secs(60)).await.map_err(|(error, _)| error)?;
        Ok((sent.partition, sent.offset))
    }
}

/// A patent that the bureau of an area files; every so manieth lies outside its area.
fn patent(serial: u32, bureau: &str) -> (Value, bool) {
    let bad = serial.is_multiple_of(25);
    let mut event = events::patent(serial, if bad { "120101" } else { bureau });
    event["source"] = format!("/bureaus/{bureau}").into();
    (event, !bad)
}

/// Every event in the log, by id, as often as it is there.
async fn logged(log: &dyn EventLog) -> Result<BTreeMap<String, Vec<Value>>> {
    let mut logged: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for record in records(log, topics::EVENTS).await? {
        let event: Value = serde_json::from_slice(&record.value)?;
        ensure!(event["subject"] == record.key, "an event is not under its subject: {event}");
        logged.entry(event["id"].as_str().context("an id")?.to_owned()).or_default().push(event);
    }
    Ok(logged)
}

/// The places of all records of an inbox that its bureau is told were rejected, each with its code.
async fn rejected(url: &str, key: &str) -> Result<BTreeMap<(i64, i64), String>> {
    let (mut places, mut after) = (BTreeMap::new(), String::new());
    loop {
        let request = reqwest::Client::new().get(format!("{url}/v1/rejected{after}")).bearer_auth(key);
        let page: Value = request.send().await?.error_for_status()?.json().await?;
        for one in page["rejected"].as_array().context("a page")? {
            ensure!(one["place"]["topic"] == INBOX, "not of this inbox: {one}");
            let at = |name: &str| one["place"][name].as_i64().with_context(|| format!("no {name}: {one}"));
            let code = one["problems"][0]["code"].as_str().unwrap_or_default();
            places.insert((at("partition")?, at("offset")?), code.to_owned());
        }
        match page["next"].as_i64() {
            Some(next) => after = format!("?after={next}"),
            None => return Ok(places),
        }
    }
}

/// What was written to the inbox: the good events by id, and the places of the others.
#[derive(Default)]
struct Written {
    good: BTreeMap<String, Value>,
    bad: BTreeSet<(i64, i64)>,
}

impl Written {
    async fn write(&mut self, bureau: &Bureau, serials: std::ops::Range<u32>) -> Result<()> {
        for serial in serials {
            let (event, good) = patent(serial, "510700");
            let (partition, offset) = bureau.write(INBOX, &event, serial % 2 == 0).await?;
            if good {
                self.good.insert(event["id"].as_str().context("an id")?.to_owned(), event);
            } else {
                self.bad.insert((partition.into(), offset));
            }
        }
        Ok(())
    }
}

async fn every_record_is_taken(kafka: &Kafka) -> Result<()> {
    let data = tempfile::tempdir()?;
    let (bootstrap, log) = (kafka.bootstrap(), kafka.log().await?);
    let (mut keys, mut shown) = (Vec::new(), Vec::new());
    for area in ["510700", "510100"] {
        let plain = PlainKey::generate(Role::Bureau)?;
        let key = Key::new(format!("bureau-{area}"), Role::Bureau, plain.hash());
        keys.push(Key { areas: vec![area.parse()?], ..key });
        shown.push(plain);
    }
    Keys::new(keys)?.save(&data.path().join("keys.json"))?;
    if let Kafka::Mock(cluster) = kafka {
        for topic in topics::topics(4) {
            cluster.create_topic(&topic.name, topic.partitions, 1)?;
        }
    }
    kafka.create(INBOX, 4).await?;
    let first = Instance::start(data.path(), "first", &bootstrap).await?;
    first.shares(INBOX).await?;
    let second = Instance::start(data.path(), "second", &bootstrap).await?;
    second.shares(INBOX).await?;

    let (bureau, mut written) = (Bureau::new(&bootstrap)?, Written::default());
    written.write(&bureau, 1..300).await?;
    // An inbox that comes later needs no restart.
    kafka.create(OTHER, 1).await?;
    let (other, _) = patent(90_001, "510100");
    bureau.write(OTHER, &other, true).await?;
    until("both take in", || async {
        let shares =
            [first.settled("510700", "accepted").await?, second.settled("510700", "accepted").await?];
        Ok(shares.iter().all(|share| *share > 0).then_some(()))
    })
    .await?;

    // Killed somewhere in the middle, while more is written.
    written.write(&bureau, 300..450).await?;
    drop(first);
    written.write(&bureau, 450..600).await?;
    let third = Instance::start(data.path(), "third", &bootstrap).await?;
    written.write(&bureau, 600..700).await?;

    written.good.insert(other["id"].as_str().context("an id")?.to_owned(), other);
    until("every good record is in the log", || async {
        let logged = logged(log.as_ref()).await?;
        ensure!(logged.len() >= written.good.len(), "{} of {}", logged.len(), written.good.len());
        Ok(Some(()))
    })
    .await?;
    for (id, copies) in logged(log.as_ref()).await? {
        let sent = written.good.get(&id).with_context(|| format!("{id} was never sent"))?;
        ensure!(copies.iter().all(|copy| copy == sent), "{copies:?}, not {sent}");
    }
    let key = shown[0].expose();
    let told = until("every bad record is told", || async {
        let told = rejected(&third.url, key).await?;
        ensure!(told.len() >= written.bad.len(), "{} of {}", told.len(), written.bad.len());
        Ok(Some(told))
    })
    .await?;
    assert_eq!(told.keys().copied().collect::<BTreeSet<_>>(), written.bad);
    assert!(told.values().all(|code| code == "E-SCOPE"), "{told:?}");

    // Who leaves says how far it was.
    second.leave().await?;
    third.leave().await?;
    for (topic, group) in [(INBOX, "weir-ingest.510700"), (OTHER, "weir-ingest.510100")] {
        let mut owner = log.own(topic, group).await?;
        for (partition, end) in (0..).zip(log.ends(topic).await?) {
            let reported = owner.reported(partition).await?;
            assert_eq!(reported.unwrap_or(0), end, "{topic}/{partition}");
        }
        owner.leave().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_record_of_an_inbox_is_taken_by_instances_that_come_and_go() -> Result<()> {
    if std::env::var_os("WEIR_TEST_KAFKA").is_some() {
        let folder = tempfile::tempdir()?;
        let kafka = Kafka::Real(LocalKafka::start(folder.path()).await?);
        every_record_is_taken(&kafka).await?;
        let Kafka::Real(kafka) = kafka else { return Ok(()) };
        return Ok(kafka.stop().await?);
    }
    every_record_is_taken(&Kafka::Mock(MockCluster::new(1)?)).await
}
