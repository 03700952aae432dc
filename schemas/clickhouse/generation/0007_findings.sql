-- What there is to ask about records, or to know of them, every version: the row of the greatest version of a key stands
-- if it is live. By area and kind, so that what a bureau is asked is one short read.
CREATE TABLE IF NOT EXISTS findings
(
    -- Where the unit was on the period's last day, or the area that is touched; 0 where that is not known.
    area         UInt32,
    kind         LowCardinality(String),
    rule         LowCardinality(String),
    -- The report, or empty and 0 for what is about none.
    form         LowCardinality(String),
    period       LowCardinality(String),
    entity       String,
    revision     UInt32,
    -- The event it is about.
    partition    Int32,
    event_offset Int64,
    pointer      String,
    version      Int64,
    recorded     DateTime64(3, 'UTC'),
    live         Bool,
    -- Whether it asks for an explanation still.
    open         Bool,
    -- The offset of the event that explained it, in the same partition.
    explained_by Nullable(Int64),
    detail       String,
    synthetic    Bool
)
ENGINE = ReplacingMergeTree
ORDER BY (area, kind, rule, form, period, entity, revision, partition, event_offset, pointer, version)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
