//! Requests and answers over cells in memory.
