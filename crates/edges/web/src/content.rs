//! Bytes that are known before anybody asks, answered with as little as the browser needs: not at all when it has
//! them, else in the smallest encoding it reads.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use sha2::{Digest, Sha256};

/// Encodings of a header that are looked at, at most.
const WISHES_MAX: usize = 16;
/// Bytes of a hash that tell one content from another.
const TAG_BYTES: usize = 12;

/// One content at one address.
#[derive(Clone)]
pub(crate) struct Content {
    media_type: &'static str,
    /// What tells it from what was at its address before; nothing where the address tells it.
    tag: Option<HeaderValue>,
    vary: &'static str,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl Content {
    /// Content that may be another after the next upgrade: browsers ask each time whether it still is what they have.
    pub(crate) fn changing(media_type: &'static str, plain: impl Into<Bytes>) -> Self {
        let plain = plain.into();
        let tag = Some(tag(&plain));
        Self { media_type, tag, vary: "accept-encoding", plain, brotli: None, gzip: None }
    }

    /// Content that its address names: it is never another, so browsers ask once.
    pub(crate) fn immutable(media_type: &'static str, plain: impl Into<Bytes>) -> Self {
        let plain = plain.into();
        Self { media_type, tag: None, vary: "accept-encoding", plain, brotli: None, gzip: None }
    }

    /// With its compressed forms.
    pub(crate) fn compressed(self, brotli: Option<&'static [u8]>, gzip: Option<&'static [u8]>) -> Self {
        Self { brotli: brotli.map(Bytes::from_static), gzip: gzip.map(Bytes::from_static), ..self }
    }

    /// One of several languages.
    pub(crate) fn in_language(self) -> Self {
        Self { vary: "accept-encoding, accept-language", ..self }
    }

    /// The answer to a request with these headers.
    pub(crate) fn answer(&self, request: &HeaderMap) -> Response {
        let caching = match &self.tag {
            Some(_) => "no-cache",
            None => "public, max-age=31536000, immutable",
        };
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
        headers.insert(VARY, HeaderValue::from_static(self.vary));
        if let Some(tag) = &self.tag {
            headers.insert(ETAG, tag.clone());
            if has(request, tag) {
                return (StatusCode::NOT_MODIFIED, headers).into_response();
            }
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        let (encoding, bytes) = self.chosen(request);
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        (headers, bytes).into_response()
    }

    /// The smallest form that the browser reads.
    fn chosen(&self, request: &HeaderMap) -> (Option<&'static str>, Bytes) {
        for (encoding, bytes) in [("br", &self.brotli), ("gzip", &self.gzip)] {
            match bytes {
                Some(bytes) if accepts(request, encoding) => return (Some(encoding), bytes.clone()),
                _ => {}
            }
        }
        (None, self.plain.clone())
    }
}

/// A weak tag (RFC 9110, section 8.8.1): the same for all encodings.
fn tag(bytes: &[u8]) -> HeaderValue {
    let hash = Sha256::digest(bytes);
    let digits: String = hash.iter().take(TAG_BYTES).map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&format!("W/\"{digits}\"")).unwrap_or_else(|_| HeaderValue::from_static("W/\"\""))
}

/// Whether the browser says that it has the content with this tag.
fn has(request: &HeaderMap, tag: &HeaderValue) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let wanted = tag.to_str().map(opaque).unwrap_or_default();
    texts(request, &IF_NONE_MATCH).any(|known| known.trim() == "*" || opaque(known) == wanted)
}

/// Whether the browser reads this encoding (RFC 9110, section 12.5.3).
fn accepts(request: &HeaderMap, encoding: &str) -> bool {
    let refused = |weight: &str| weight.trim().parse::<f32>().is_ok_and(|weight| weight == 0.0);
    texts(request, &ACCEPT_ENCODING).any(|wish| {
        let mut parts = wish.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding))
            && !parts.filter_map(|part| part.strip_prefix("q=")).any(refused)
    })
}

/// The parts of a header that is a list.
fn texts<'a>(request: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = request.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).take(WISHES_MAX)
}

#[cfg(test)]
mod tests;
