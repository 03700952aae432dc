//! What the services share: settings, telemetry, shutdown, TLS, keys, the event log, ClickHouse.

pub mod clickhouse;
mod file_state;
pub mod keys;
pub mod listener;
pub mod log;
pub mod oidc;
pub mod open_files;
pub mod ops;
pub mod owner;
pub mod problem;
pub mod released;
pub mod settings;
pub mod shutdown;
pub mod telemetry;
pub mod tls;
pub mod topics;

/// Of every program that takes this crate in. Reading and folding allocate much and let it go soon, on many threads: with the
/// system's allocator that took a third of the time.
#[cfg(not(feature = "count-allocations"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The same, counting.
#[cfg(feature = "count-allocations")]
#[global_allocator]
static ALLOCATOR: cap::Cap<mimalloc::MiMalloc> = cap::Cap::new(mimalloc::MiMalloc, usize::MAX);

/// The bytes that this program has allocated since its start, given back or not; `None` where they are not counted.
pub fn allocated() -> Option<u64> {
    #[cfg(feature = "count-allocations")]
    return u64::try_from(ALLOCATOR.total_allocated()).ok();
    #[cfg(not(feature = "count-allocations"))]
    None
}
