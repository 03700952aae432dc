-- The log, by entity, so that an entity is loaded by one short read. A replayed row equals its first copy.
CREATE TABLE IF NOT EXISTS events
(
    subject     String,
    partition   Int32,
    offset      Int64,
    recorded    DateTime64(3, 'UTC'),
    disposition LowCardinality(String),
    type        LowCardinality(String),
    source      LowCardinality(String),
    id          String,
    payload     String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (subject, partition, offset)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
