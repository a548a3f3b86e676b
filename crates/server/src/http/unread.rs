//! Answers that are given before the body of their request was read. HTTP/1.1 cannot go on then: the rest of
//! the body would be taken for the next request. hyper closes the connection; this says so beforehand, so that
//! no client or proxy sends its next request into it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use http::header::CONNECTION;
use http::{HeaderValue, Version};
use hyper::body::{Frame, SizeHint};

/// Tells whether the body of a request was read to its end.
pub(crate) struct Unread(Option<Arc<AtomicBool>>);

/// Gives the body on, and watches whether it is read to its end.
pub(crate) fn watched(version: Version, body: Body) -> (Body, Unread) {
    if body.is_end_stream() || version >= Version::HTTP_2 {
        return (body, Unread(None));
    }
    let ended = Arc::new(AtomicBool::new(false));
    let watched = Watched { body, ended: Arc::clone(&ended) };
    (Body::new(watched), Unread(Some(ended)))
}

impl Unread {
    /// Says in `headers` that the connection ends, where the body was not read.
    pub(crate) fn say(&self, headers: &mut http::HeaderMap) {
        if self.0.as_ref().is_some_and(|ended| !ended.load(Ordering::Relaxed)) {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

struct Watched {
    body: Body,
    ended: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if matches!(polled, Poll::Ready(None)) || self.body.is_end_stream() {
            self.ended.store(true, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
