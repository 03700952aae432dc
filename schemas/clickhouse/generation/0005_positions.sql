-- Per partition of a topic the next offset to read, stored after the effect of those before it: hence all tables of
-- effects are synced with each insert, or a power cut could keep a position and lose what it vouches for.
CREATE TABLE IF NOT EXISTS positions
(
    topic      LowCardinality(String),
    partition  Int32,
    next       Int64,
    recorded   DateTime64(3, 'UTC'),
    -- What became of the records before it, of events alone: together they are as many as those records.
    stored     UInt64,
    duplicates UInt64,
    conflicts  UInt64,
    set_aside  UInt64
)
ENGINE = ReplacingMergeTree(next)
ORDER BY (topic, partition)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
