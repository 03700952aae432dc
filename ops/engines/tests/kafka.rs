//! The local Apache Kafka. It needs Java and Maven, so it runs only where `WEIR_TEST_KAFKA=local`.

use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use rdkafka::{
    ClientConfig, Message, Offset, Timestamp, TopicPartitionList,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
    producer::{FutureProducer, FutureRecord},
};
use rustix::process::{Pid, test_kill_process};
use weir_engines::kafka::{LocalKafka, Options};

const DEADLINE: Duration = Duration::from_secs(60);

/// Whether these tests are wanted here.
fn wanted() -> bool {
    let wanted = env::var("WEIR_TEST_KAFKA").is_ok_and(|value| value == "local");
    if !wanted {
        eprintln!("skipped: WEIR_TEST_KAFKA=local is not set");
    }
    wanted
}

fn client(kafka: &LocalKafka) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", kafka.bootstrap()).set("group.id", "test");
    config
}

async fn create(kafka: &LocalKafka, topic: &str) -> Result<()> {
    let admin: AdminClient<DefaultClientContext> = client(kafka).create()?;
    let topics = [NewTopic::new(topic, 2, TopicReplication::Fixed(1))];
    for created in admin.create_topics(&topics, &AdminOptions::new()).await? {
        created.map_err(|(topic, error)| anyhow::anyhow!("{topic}: {error}"))?;
    }
    Ok(())
}

/// Appends a record whose own timestamp is long past.
async fn append(kafka: &LocalKafka, topic: &str, payload: &str) -> Result<()> {
    let producer: FutureProducer = client(kafka).set("acks", "all").create()?;
    let record = FutureRecord::<str, str>::to(topic).payload(payload).partition(1).timestamp(1);
    producer.send(record, DEADLINE).await.map_err(|(error, _)| error)?;
    Ok(())
}

/// The payload and timestamp of the first record of partition 1.
fn first(kafka: &LocalKafka, topic: &str) -> Result<(String, Timestamp)> {
    let consumer: BaseConsumer = client(kafka).create()?;
    let mut position = TopicPartitionList::new();
    position.add_partition_offset(topic, 1, Offset::Beginning)?;
    consumer.assign(&position)?;
    let record = consumer.poll(DEADLINE).context("no record")??;
    let payload = String::from_utf8(record.payload().context("no payload")?.to_vec())?;
    Ok((payload, record.timestamp()))
}

fn gone(pid: u32) -> Result<bool> {
    Ok(test_kill_process(Pid::from_raw(pid.try_into()?).context("no pid")?).is_err())
}

#[tokio::test(flavor = "multi_thread")]
async fn records_outlast_a_stop_and_carry_the_logs_time() -> Result<()> {
    if !wanted() {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let first_run = LocalKafka::start(folder.path()).await?;
    let (pid, port) = (first_run.pid(), first_run.port());
    create(&first_run, "events").await?;
    append(&first_run, "events", "one").await?;
    first_run.stop().await?;
    ensure!(gone(pid)?, "it is still there");

    let again = LocalKafka::start_with(Options { port, ..Options::new(folder.path()) }).await?;
    let (payload, timestamp) = first(&again, "events")?;
    ensure!(payload == "one");
    ensure!(matches!(timestamp, Timestamp::LogAppendTime(at) if at > 1), "{timestamp:?}");

    let pid = again.pid();
    drop(again);
    ensure!(gone(pid)?, "dropping it left it behind");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_is_made_on_purpose_only() -> Result<()> {
    if !wanted() {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let kafka = LocalKafka::start(folder.path()).await?;
    let producer: FutureProducer = client(&kafka).set("message.timeout.ms", "2000").create()?;
    let record = FutureRecord::<str, str>::to("typo").payload("one");
    ensure!(producer.send(record, DEADLINE).await.is_err(), "the topic was made");
    Ok(kafka.stop().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_death_stops_it() -> Result<()> {
    if !wanted() {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let mut owner = Command::new(env::current_exe()?)
        .args(["--exact", "owner", "--ignored", "--nocapture"])
        .env(OWNED, folder.path())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(owner.stdout.take().context("no output")?).lines();
    let pid = lines
        .find_map(|line| line.ok()?.split_once("engine ")?.1.parse().ok())
        .context("the owner did not start it")?;
    owner.kill()?;
    owner.wait()?;
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    let ended = async {
        while !gone(pid)? {
            ticks.tick().await;
        }
        Ok(())
    };
    tokio::time::timeout(DEADLINE, ended).await.context("it outlived its owner")?
}

const OWNED: &str = "WEIR_TEST_OWNED";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the other process of the owner's death"]
async fn owner() -> Result<()> {
    let Some(data) = env::var_os(OWNED) else { return Ok(()) };
    let kafka = LocalKafka::start(Path::new(&data)).await?;
    println!("engine {}", kafka.pid());
    std::future::pending().await
}
