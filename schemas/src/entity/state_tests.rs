//! State: see below.
