//! Headers as one column: name, length and value of each, one after the other.

use bytes::Bytes;

use crate::log::Headers;

/// The column's bytes, or none for no headers.
pub(super) fn encode(headers: &Headers) -> Option<Vec<u8>> {
    if headers.is_empty() {
        return None;
    }
    let mut bytes = Vec::new();
    for (name, value) in headers {
        put(&mut bytes, name.as_bytes());
        put(&mut bytes, value);
    }
    Some(bytes)
}

/// The headers in a column's bytes; what is damaged ends them.
pub(super) fn decode(mut bytes: &[u8]) -> Headers {
    let mut headers = Headers::new();
    while let Some((name, value)) = take(&mut bytes).zip(take(&mut bytes)) {
        headers.push((String::from_utf8_lossy(name).into_owned(), Bytes::copy_from_slice(value)));
    }
    headers
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
    bytes.extend_from_slice(part);
}

fn take<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (part, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn come_back_as_they_went() {
        let headers = vec![("a".to_owned(), Bytes::from_static(b"1")), (String::new(), Bytes::new())];
        assert_eq!(decode(&encode(&headers).unwrap()), headers);
        assert_eq!(encode(&Headers::new()), None);
        assert_eq!(decode(&[]), Headers::new());
        assert_eq!(decode(&[9, 9, 9]), Headers::new());
    }
}
