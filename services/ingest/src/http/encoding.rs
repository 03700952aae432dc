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

/// The window that a sender of zstd may make a reader hold, as a power of two: 8 MiB, as RFC 9659 bounds it.
const ZSTD_WINDOW: u32 = 23;

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
    pub(super) fn decoded(self, body: Body) -> Body {
        let read = |body: Body| StreamReader::new(body.into_data_stream().map_err(std::io::Error::other));
        match self {
            Self::Identity => body,
            Self::Gzip => {
                let mut reader = GzipDecoder::new(read(body));
                reader.multiple_members(true);
                of_reader(reader)
            }
            Self::Zstd => {
                let mut reader =
                    ZstdDecoder::with_params(read(body), &[DParameter::window_log_max(ZSTD_WINDOW)]);
                reader.multiple_members(true);
                of_reader(reader)
            }
        }
    }
}

fn of_reader(reader: impl AsyncRead + Send + 'static) -> Body {
    Body::from_stream(ReaderStream::with_capacity(reader, PIECE))
}
