-- What entities add to cells, every version: the row of the greatest version of a key is in force if it is live.
-- All that decides which cells a row enters is in the key, so a cell is read without looking elsewhere.
CREATE TABLE IF NOT EXISTS contributions
(
    measure     LowCardinality(String),
    first_slot  UInt32,
    area        UInt32,
    field       LowCardinality(String),
    entity      String,
    last_slot   UInt32,
    part        LowCardinality(String),
    -- The place of the event that made it: its offset, in a partition.
    version     Int64,
    partition   Int32,
    recorded    DateTime64(3, 'UTC'),
    live        Bool,
    value       Decimal(38, 6),
    prior       Nullable(Decimal(38, 6)),
    contributor String,
    status      Enum8('O' = 0, 'V' = 1, 'E' = 2, 'P' = 3, 'A' = 4),
    vintage     LowCardinality(String),
    synthetic   Bool,
    events      Array(Int64),
    -- What the row before it of its key said, '-' if none stood: what changed adds up without looking at others.
    before_value     Decimal(38, 6),
    before_prior     Nullable(Decimal(38, 6)),
    before_status    Enum8('-' = -1, 'O' = 0, 'V' = 1, 'E' = 2, 'P' = 3, 'A' = 4),
    before_synthetic Bool
)
ENGINE = ReplacingMergeTree
ORDER BY (measure, first_slot, area, field, entity, last_slot, part, version)
-- Reads are short, of an entity or of a measure in a period: a finer index passes over more.
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1
