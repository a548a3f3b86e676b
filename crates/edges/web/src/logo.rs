//! GET /brand/logo: the organisation's mark, which the operator named. What it is, is read from its bytes, never from
//! its name.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_SECURITY_POLICY;

use crate::Brand;
use crate::content::Content;

/// Where the app finds it.
pub(crate) const PATH: &str = "/brand/logo";
/// Bytes of a logo at most.
pub const LOGO_BYTES_MAX: usize = 256 * 1024;
/// How far into a text its first element is looked for.
const SVG_HEAD_BYTES: usize = 4096;
/// A drawing may style itself and nothing else, wherever it is opened.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Why bytes are no logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// They are neither of the kinds that every browser shows.
    #[error("is no SVG, PNG, WebP or JPEG file")]
    Kind,
    /// There are too many of them.
    #[error("has more than {LOGO_BYTES_MAX} bytes")]
    Size,
}

/// A picture that a browser can show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    media_type: &'static str,
    bytes: Bytes,
}

impl Logo {
    /// A picture of these bytes.
    pub fn read(bytes: Vec<u8>) -> Result<Self, LogoError> {
        if bytes.len() > LOGO_BYTES_MAX {
            return Err(LogoError::Size);
        }
        let media_type = media_type(&bytes).ok_or(LogoError::Kind)?;
        Ok(Self { media_type, bytes: bytes.into() })
    }

    /// What kind of picture it is.
    pub(crate) fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// The size of an icon made of it, as a manifest says it; nothing where it makes no icon: it must be square.
    pub(crate) fn icon_size(&self) -> Option<String> {
        if self.media_type == "image/svg+xml" {
            return Some("any".to_owned());
        }
        // A PNG begins with its header: width and height follow 8 bytes of signature, 4 of length, 4 of name.
        let number = |from| Some(u32::from_be_bytes(*self.bytes.get(from..from + 4)?.first_chunk()?));
        let (width, height) = (number(16)?, number(20)?);
        let fits = self.media_type == "image/png" && width == height && width >= ICON_PIXELS_MIN;
        fits.then(|| format!("{width}x{height}"))
    }
}

/// Browsers install no app with smaller icons.
const ICON_PIXELS_MIN: u32 = 192;

fn media_type(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some("image/webp")
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else {
        let text = str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
        let head = text.get(..text.floor_char_boundary(SVG_HEAD_BYTES)).unwrap_or(text);
        (head.starts_with('<') && head.contains("<svg")).then_some("image/svg+xml")
    }
}

/// The logo as a service, where there is one.
pub(crate) fn router(brand: &Brand) -> Router {
    let Some(logo) = &brand.logo else { return Router::new() };
    let content = Content::changing(logo.media_type, logo.bytes.clone());
    let serve = move |headers: HeaderMap| {
        std::future::ready(([(CONTENT_SECURITY_POLICY, POLICY)], content.answer(&headers)).into_response())
    };
    Router::new().route(PATH, get(serve))
}

#[cfg(test)]
mod tests;
