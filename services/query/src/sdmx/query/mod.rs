//! What a request asks: its path, its filters, its formats.

mod accept;
mod filter;
mod key;
mod path;
mod reference;
mod time;

pub(super) use accept::{CsvOptions, Format, Keys, Labels, Offered, language, negotiate};
pub(super) use filter::Filters;
pub(super) use key::Keyset;
pub(super) use path::{Request, not_served};
pub(super) use reference::Maintained;
pub(super) use time::{Span, moment};
