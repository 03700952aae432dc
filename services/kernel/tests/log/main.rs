//! The contract of the event log, run on each of its adapters: the embedded log, librdkafka's mock cluster, and, where
//! `WEIR_TEST_KAFKA=host:port` names one, a real Apache Kafka.

// Clippy's leave for tests does not reach the functions that tests are made of.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod appending;
mod crash;
mod embedded;
mod kafka;
mod order;
mod owning;
mod reading;
mod stands;
mod topics;

/// Makes a test of each adapter from each function that takes a stand.
macro_rules! contract {
    ($($area:ident: $($test:ident),+;)+) => {
        mod on_the_embedded_log {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                crate::$area::$test(&crate::stands::Folder::new()).await;
            })+)+
        }
        mod on_a_mock_cluster {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                crate::$area::$test(&crate::stands::Mock::new()).await;
            })+)+
        }
        mod on_a_real_kafka {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if let Some(broker) = crate::stands::Broker::from_environment() {
                    crate::$area::$test(&broker).await;
                }
            })+)+
        }
    };
}

contract! {
    appending: records_come_back_as_they_were_appended, a_key_keeps_to_its_partition,
        concurrent_appends_all_have_a_place_of_their_own, large_records_fit_and_too_large_ones_fail_alone,
        nothing_to_append_is_no_failure, records_are_recorded_in_order, the_log_is_there_when_opened_again;
    order: random_interleavings_keep_the_order_of_a_key;
    owning: an_owner_gains_every_partition, what_is_left_goes_to_the_next, what_is_dropped_goes_to_the_next,
        groups_do_not_disturb_each_other, what_was_reported_is_where_the_next_goes_on;
    reading: a_reader_starts_where_it_is_told, a_reader_at_the_end_waits_and_wakes, a_cancelled_read_loses_nothing,
        a_reader_keeps_to_its_limits, readers_of_a_partition_do_not_disturb_each_other,
        a_reader_outside_the_log_is_refused, readers_are_opened_and_dropped_at_will;
    topics: creating_again_changes_nothing, another_number_of_partitions_is_refused, impossible_topics_are_refused,
        unknown_topics_are_refused, ends_and_starts_are_of_each_partition, topics_are_found_by_their_beginning;
}
