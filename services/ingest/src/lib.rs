//! Ingestion: checks events and appends them to the log.
