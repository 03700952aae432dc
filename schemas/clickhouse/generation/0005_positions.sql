-- Per partition of a topic the next offset to read, stored after the effect of those before it.
CREATE TABLE IF NOT EXISTS positions
(
    topic     LowCardinality(String),
    partition Int32,
    next      Int64,
    recorded  DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(next)
ORDER BY (topic, partition)
