//! Aggregation: folds events into contributions, sums contributions into cells.
