//! Where a stream is: what the `id` of an event says.
//!
//! It is the watermark, a closed moment in milliseconds, as a time of RFC 3339. The nine decimals have room for six more digits:
//! four say which of a stream's figures it is, and two which service sent it. A stream that breaks in the middle of many events
//! so goes on behind the last that was read.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

/// The last event of those of one moment: with it, the reader has them all.
pub(super) const COMPLETE: u16 = 9_999;
/// Figures of one stream at most, each told by four digits.
pub(crate) const FIGURES_MOST: u16 = COMPLETE - 1;

const PER_MILLISECOND: i128 = 1_000_000;
const SENDERS: i128 = 100;

/// The place of an event in the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    /// The watermark, in whole milliseconds.
    pub(super) at: Timestamp,
    /// Which of the stream's figures it is, or [`COMPLETE`].
    pub(super) figure: u16,
    /// The service that sent it, 1 to 99; 0 where that is not known.
    pub(super) sender: u8,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = i128::from(self.figure) * SENDERS + i128::from(self.sender);
        let nanoseconds = i128::from(self.at.as_millisecond()) * PER_MILLISECOND + more;
        let shown = Timestamp::from_nanosecond(nanoseconds).map_err(|_| fmt::Error)?;
        write!(f, "{shown:.9}")
    }
}

/// Why a text is no place in a stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not the id of an event of a stream: a time of RFC 3339")]
pub(super) struct NotAPosition;

impl FromStr for Position {
    type Err = NotAPosition;

    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let read: Timestamp = text.trim().parse().map_err(|_| NotAPosition)?;
        let nanoseconds = read.as_nanosecond();
        let (milliseconds, more) =
            (nanoseconds.div_euclid(PER_MILLISECOND), nanoseconds.rem_euclid(PER_MILLISECOND));
        let at = i64::try_from(milliseconds).ok().and_then(|at| Timestamp::from_millisecond(at).ok());
        let at = at.ok_or(NotAPosition)?;
        let figure = u16::try_from(more / SENDERS).map_err(|_| NotAPosition)?;
        let sender = u8::try_from(more % SENDERS).map_err(|_| NotAPosition)?;
        // A bare moment, such as a `Weir-As-Of`, means all of it.
        let figure = if sender == 0 { COMPLETE } else { figure };
        Ok(Self { at, figure, sender })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(at: &str, figure: u16, sender: u8) -> Position {
        Position { at: at.parse().unwrap(), figure, sender }
    }

    #[test]
    fn ids_are_times_and_read_back() {
        for (one, shown) in [
            (position("2026-11-28T07:00:00.123Z", 0, 42), "2026-11-28T07:00:00.123000042Z"),
            (position("2026-11-28T07:00:00.123Z", 17, 1), "2026-11-28T07:00:00.123001701Z"),
            (position("2026-11-28T07:00:00Z", COMPLETE, 99), "2026-11-28T07:00:00.000999999Z"),
        ] {
            assert_eq!(one.to_string(), shown);
            assert_eq!(shown.parse(), Ok(one));
        }
        let bare: Position = "2026-11-28T07:00:00.123Z".parse().unwrap();
        assert_eq!(bare, position("2026-11-28T07:00:00.123Z", COMPLETE, 0));
        for other in ["", "x", "12", "2026-11-28"] {
            assert_eq!(other.parse::<Position>(), Err(NotAPosition), "{other}");
        }
    }

    #[test]
    fn they_grow_with_the_moment_and_within_it() {
        let ids = [
            position("2026-11-28T07:00:00.123Z", 0, 42),
            position("2026-11-28T07:00:00.123Z", 9, 42),
            position("2026-11-28T07:00:00.123Z", COMPLETE, 42),
            position("2026-11-28T07:00:00.124Z", 0, 42),
        ]
        .map(|one| one.to_string());
        assert!(ids.is_sorted());
    }
}
