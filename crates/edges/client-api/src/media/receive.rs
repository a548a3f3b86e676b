//! A file out of a request's body, piece by piece.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use herold_media::Upload;
use http::header::{CONTENT_LENGTH, EXPECT};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use ruma::OwnedMxcUri;
use ruma::api::error::ErrorKind;
use tokio::time::timeout;

use crate::error::ApiError;

/// The longest silence within an upload.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// Bytes of a refused upload that are still read, so that the client gets to read the refusal.
const REFUSED_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Reads the body into `upload` and finishes it.
pub(super) async fn file(
    mut upload: Upload,
    headers: &HeaderMap,
    mut body: Body,
) -> Result<OwnedMxcUri, ApiError> {
    // Without a length it has a byte at least, which is too much for whoever may upload nothing more.
    if let Err(error) = upload.announce(declared(headers).unwrap_or(1)).await {
        // Who waits to be asked for the body is not asked for it.
        if !headers.contains_key(EXPECT) {
            skip(body).await;
        }
        return Err(error.into());
    }
    match fill(&mut upload, &mut body).await {
        Ok(()) => Ok(upload.finish().await?),
        Err(error) => {
            upload.discard().await;
            skip(body).await;
            Err(error)
        }
    }
}

async fn fill(upload: &mut Upload, body: &mut Body) -> Result<(), ApiError> {
    while let Some(bytes) = next(body).await? {
        upload.write(bytes).await?;
    }
    Ok(())
}

async fn next(body: &mut Body) -> Result<Option<Bytes>, ApiError> {
    loop {
        let frame = timeout(SILENCE_MAX, body.frame()).await.map_err(|_| {
            let text = "The upload stopped in the middle.";
            ApiError::with_status(StatusCode::REQUEST_TIMEOUT, ErrorKind::Unknown, text)
        })?;
        let Some(frame) = frame else { return Ok(None) };
        let frame = frame.map_err(|_| {
            let text = "The upload ended before it was complete.";
            ApiError::with_status(StatusCode::BAD_REQUEST, ErrorKind::Unknown, text)
        })?;
        if let Ok(bytes) = frame.into_data() {
            return Ok(Some(bytes));
        }
    }
}

/// Reads on for a little while and forgets what it reads.
async fn skip(mut body: Body) {
    let mut left = REFUSED_BYTES_MAX;
    while let Ok(Some(bytes)) = next(&mut body).await {
        match left.checked_sub(bytes.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
