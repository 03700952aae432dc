-- Which generation answers: the row of the greatest flip.
CREATE TABLE IF NOT EXISTS live
(
    generation String,
    flip       UInt64
)
ENGINE = MergeTree
ORDER BY flip
