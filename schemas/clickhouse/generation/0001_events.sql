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
    payload     String CODEC(ZSTD(1)),
    -- Whoever sent an event asks for it by source and id, not by its subject.
    INDEX by_id id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = ReplacingMergeTree
ORDER BY (subject, partition, offset)
-- Reads are short, of an entity or of a measure in a period: a finer index passes over more.
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1
