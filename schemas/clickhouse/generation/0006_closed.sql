-- The moment up to which every partition is folded and summed.
CREATE TABLE IF NOT EXISTS closed
(
    singleton UInt8,
    at        DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(at)
ORDER BY singleton
