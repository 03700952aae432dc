//! What Weir's events, plan and figures mean: no I/O, no clock.

pub mod codelist;
pub mod contract_number;
pub mod credit_code;
pub mod patent_number;
mod text_form;
