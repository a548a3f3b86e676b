//! Whether a browser may show a file or only save it, and under which name.

use ruma::http_headers::{ContentDisposition, ContentDispositionType};

/// What a browser may show: types that it shows without running anything in them. From the
/// specification's "Serving inline content".
const SHOWN: &[&str] = &[
    "text/css",
    "text/plain",
    "text/csv",
    "application/json",
    "application/ld+json",
    "image/jpeg",
    "image/gif",
    "image/png",
    "image/apng",
    "image/webp",
    "image/avif",
    "video/mp4",
    "video/webm",
    "video/ogg",
    "video/quicktime",
    "audio/mp4",
    "audio/webm",
    "audio/aac",
    "audio/mpeg",
    "audio/ogg",
    "audio/wave",
    "audio/wav",
    "audio/x-wav",
    "audio/x-pn-wav",
    "audio/flac",
    "audio/x-flac",
];

/// How a file is offered. Control characters never get into the header: ruma leaves them out of
/// names in ASCII and percent-encodes all others.
pub(super) fn of_file(content_type: Option<&str>, file_name: Option<String>) -> ContentDisposition {
    let kind = if content_type.is_some_and(is_shown) {
        ContentDispositionType::Inline
    } else {
        ContentDispositionType::Attachment
    };
    ContentDisposition::new(kind).with_filename(file_name.filter(|name| !name.is_empty()))
}

/// How a thumbnail is offered, which is made here.
pub(super) fn of_thumbnail(content_type: Option<&str>) -> ContentDisposition {
    let ending = match content_type {
        Some("image/jpeg") => "jpg",
        Some("image/gif") => "gif",
        Some("image/webp") => "webp",
        _ => "png",
    };
    of_file(content_type, Some(format!("thumbnail.{ending}")))
}

fn is_shown(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    SHOWN.iter().any(|shown| essence.eq_ignore_ascii_case(shown))
}

#[cfg(test)]
mod tests;
