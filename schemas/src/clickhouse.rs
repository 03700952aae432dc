//! The tables: numbered statements that are part of the contract, as text.

/// Tables shared by all generations, in the database `weir`.
pub const SHARED: &[&str] = &[include_str!("../clickhouse/shared/0001_live.sql")];

/// Tables of one generation, in a database of its own. They never change in place: another text is
/// another generation.
pub const GENERATION: &[&str] = &[
    include_str!("../clickhouse/generation/0001_events.sql"),
    include_str!("../clickhouse/generation/0002_set_aside.sql"),
    include_str!("../clickhouse/generation/0003_contributions.sql"),
    include_str!("../clickhouse/generation/0004_cells.sql"),
    include_str!("../clickhouse/generation/0005_positions.sql"),
    include_str!("../clickhouse/generation/0006_closed.sql"),
    include_str!("../clickhouse/generation/0007_findings.sql"),
];
