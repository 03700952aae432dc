//! What Weir's events, plan and figures mean: no I/O, no clock.
