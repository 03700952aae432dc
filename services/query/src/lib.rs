//! Query: divides cells into indicators and answers.
