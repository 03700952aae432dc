-- The sums, written by one writer each; a later version replaces an earlier one.
CREATE TABLE IF NOT EXISTS cells
(
    measure            LowCardinality(String),
    area               UInt32,
    field              LowCardinality(String),
    slot               UInt32,
    version            Int64,
    value              Decimal(38, 6),
    supplement         Decimal(38, 6),
    accepted           Decimal(38, 6),
    panel              Decimal(38, 6),
    panel_prior        Decimal(38, 6),
    panel_contributors UInt64,
    contributions      UInt64,
    contributors       UInt64,
    status             Enum8('O' = 0, 'V' = 1, 'E' = 2, 'P' = 3, 'A' = 4),
    forms              Array(String),
    vintage            LowCardinality(String),
    synthetic          Bool,
    conf_status        Enum8('F' = 0, 'A' = 1, 'G' = 2, 'M' = 3),
    panel_conf_status  Enum8('F' = 0, 'A' = 1, 'G' = 2, 'M' = 3),
    unchanged          Bool
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (measure, area, field, slot)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
