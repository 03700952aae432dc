//! Content codings: what a body is compressed with. It is read as it comes, so however much it unfolds to, no more of it is held than
//! of a body that came uncompressed, and the window of its coding.

use async_compression::tokio::bufread::{GzipDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use axum::body::Body;
use axum::http::header::CONTENT_ENCODING;
use axum::http::{HeaderMap, StatusCode};
use futures::TryStreamExt;
use tokio::io::AsyncRead;
use tokio_util::io::{ReaderStream, StreamReader};
use weir_kernel::problem::ProblemDetails;

use crate::limits::Limits;

/// The smallest window of zstd (RFC 8878 §3.1.1.1.2) and the largest that its decoder takes, as powers of two.
const WINDOWS: std::ops::RangeInclusive<u32> = 10..=31;

/// What is unfolded at a time.
const PIECE: usize = 64 << 10;

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// None.
    Identity,
    /// gzip (RFC 1952), of one member or several.
    Gzip,
    /// Zstandard (RFC 8878).
    Zstd,
}

impl Encoding {
    /// The coding that the headers name.
    ///
    /// # Errors
    /// 415 for any other, and for several one upon the other.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, ProblemDetails> {
        let named = headers.get_all(CONTENT_ENCODING).iter();
        let mut codings = named.flat_map(|value| value.to_str().unwrap_or("?").split(','));
        let (first, second) = (codings.next().unwrap_or_default(), codings.next());
        match (first.trim().to_ascii_lowercase().as_str(), second) {
            ("" | "identity", None) => Ok(Self::Identity),
            ("gzip" | "x-gzip", None) => Ok(Self::Gzip),
            ("zstd", None) => Ok(Self::Zstd),
            _ => Err(ProblemDetails::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-encoding",
                "send the body with Content-Encoding gzip or zstd, or without any",
            )
            .accept_encoding("gzip, zstd")),
        }
    }

    /// The body without its coding. Where it is not what the headers say, reading it fails.
    pub(super) fn decoded(self, body: Body, limits: &Limits) -> Decoded {
        let window = limits.zstd_window.max(1).ilog2().clamp(*WINDOWS.start(), *WINDOWS.end());
        let read = |body: Body| StreamReader::new(body.into_data_stream().map_err(std::io::Error::other));
        let body = match self {
            Self::Identity => body,
            Self::Gzip => {
                let mut reader = GzipDecoder::new(read(body));
                reader.multiple_members(true);
                of_reader(reader)
            }
            Self::Zstd => {
                let mut reader = ZstdDecoder::with_params(read(body), &[DParameter::window_log_max(window)]);
                reader.multiple_members(true);
                of_reader(reader)
            }
        };
        Decoded { body, window: Window(if self == Self::Zstd { 1 << window } else { 0 }) }
    }
}

/// A body without its coding.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) body: Body,
    /// What its decoder keeps.
    pub(super) window: Window,
}

/// How much a decoder has yet to keep of what it unfolds. The memory is there from the start, but not touched before it fills.
#[derive(Debug)]
pub(super) struct Window(usize);

impl Window {
    /// All of it.
    pub(super) const fn whole(&self) -> usize {
        self.0
    }

    /// How much more is kept once so many more bytes are unfolded.
    pub(super) fn fill(&mut self, bytes: usize) -> usize {
        let kept = bytes.min(self.0);
        self.0 -= kept;
        kept
    }
}

fn of_reader(reader: impl AsyncRead + Send + 'static) -> Body {
    Body::from_stream(ReaderStream::with_capacity(reader, PIECE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_kept_once() {
        let limits = Limits { zstd_window: 3_000, ..Limits::default() };
        let mut window = Encoding::Zstd.decoded(Body::empty(), &limits).window;
        assert_eq!([window.fill(2_000), window.fill(2_000), window.fill(2_000)], [2_000, 48, 0]);
        assert_eq!(Encoding::Gzip.decoded(Body::empty(), &limits).window.fill(2_000), 0);
    }
}
