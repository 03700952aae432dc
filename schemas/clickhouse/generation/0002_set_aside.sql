-- Records that are no events: kept with the reason, so that they never stop a partition.
CREATE TABLE IF NOT EXISTS set_aside
(
    partition Int32,
    offset    Int64,
    recorded  DateTime64(3, 'UTC'),
    code      LowCardinality(String),
    reason    String,
    payload   String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (partition, offset)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
