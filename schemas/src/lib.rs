//! What Weir's events, plan and figures mean: no I/O, no clock.

pub mod cell;
pub mod clickhouse;
pub mod codelist;
pub mod contract_number;
pub mod credit_code;
pub mod disclosure;
pub mod entity;
pub mod event;
pub mod exact;
pub mod excerpt;
pub mod figure;
pub mod finding;
pub mod generation;
pub mod mark;
pub mod patent_number;
pub mod period;
pub mod plan;
pub mod problem;
pub mod release;
pub mod rounds;
mod text_form;
