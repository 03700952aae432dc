//! The engines Weir runs on one machine: an embedded ClickHouse, a local Apache Kafka.
