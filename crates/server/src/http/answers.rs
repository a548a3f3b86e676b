//! The answers that a connection has yet to take. On HTTP/1.1 a client that takes nothing stops the whole connection,
//! which `patient` sees; on HTTP/2 it may take everything else and leave the window of one answer shut for ever. So
//! each answer is given on in pieces, and remembers since when its client has owed to take one.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::sync::Notify;

/// Bytes of an answer that HTTP/2 is given at once: no more is kept for a client that does not take them.
const PIECE: usize = 64 * 1024;
/// From so many entries on those are looked for that are of answers taken long ago.
const TIDY_FROM: usize = 512;

/// The answers of one connection.
#[derive(Default)]
pub(super) struct Answers {
    open: Mutex<Vec<Weak<Offer>>>,
    opened: Notify,
    /// Whether a request of HTTP/1.1 was asked whose answer may not be written whole yet.
    speaking: AtomicBool,
    ended: AtomicBool,
}

/// A piece, or the beginning, of an answer that the client has to take. It lives as long as what it is of.
struct Offer(Mutex<Option<Instant>>);

impl Offer {
    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    fn since(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answers {
    /// A request was asked.
    pub(super) fn asked(&self) {
        self.ended.store(false, Ordering::Relaxed);
        self.speaking.store(true, Ordering::Relaxed);
    }

    /// Everything that was to be written was written.
    pub(super) fn written(&self) {
        if self.ended.load(Ordering::Relaxed) {
            self.speaking.store(false, Ordering::Relaxed);
        }
    }

    /// Whether nothing that a route answers can be among what is written next.
    pub(super) fn are_done(&self) -> bool {
        !self.speaking.load(Ordering::Relaxed)
    }

    /// The body of an answer on HTTP/1.1.
    pub(super) fn in_order(self: &Arc<Self>, body: Body) -> Body {
        if body.is_end_stream() {
            self.ended.store(true, Ordering::Relaxed);
            return body;
        }
        Body::new(InOrder { body, answers: Arc::clone(self) })
    }

    /// The body of an answer on HTTP/2, of which the client is to take something now and then.
    pub(super) fn at_once(&self, body: Body) -> Body {
        if body.is_end_stream() {
            return body;
        }
        let offer = Arc::new(Offer(Mutex::new(Some(Instant::now()))));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= TIDY_FROM {
            open.retain(|offer| offer.strong_count() > 0);
        }
        open.push(Arc::downgrade(&offer));
        drop(open);
        self.opened.notify_one();
        Body::new(InPieces { body, rest: Bytes::new(), offer })
    }

    /// Ends when the client has owed to take something for longer than `take_within`.
    pub(super) async fn untaken(&self, take_within: Duration) {
        loop {
            self.opened.notified().await;
            while let Some(oldest) = self.oldest() {
                let waited = oldest.elapsed();
                if waited >= take_within {
                    return;
                }
                tokio::time::sleep(take_within.saturating_sub(waited)).await;
            }
        }
    }

    /// Since when the oldest answer that is not taken whole waits for the client; now, where all wait for us.
    fn oldest(&self) -> Option<Instant> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|offer| offer.strong_count() > 0);
        let offers = open.iter().filter_map(Weak::upgrade);
        offers.map(|offer| offer.since().unwrap_or_else(Instant::now)).min()
    }
}

/// A body that says when it has ended.
struct InOrder {
    body: Body,
    answers: Arc<Answers>,
}

impl Drop for InOrder {
    fn drop(&mut self) {
        self.answers.ended.store(true, Ordering::Relaxed);
    }
}

impl HttpBody for InOrder {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A body in pieces. HTTP/2 asks for the next one when the client has taken the one before.
struct InPieces {
    body: Body,
    rest: Bytes,
    offer: Arc<Offer>,
}

/// A piece that keeps its offer alive until it is written.
struct Piece(Bytes, #[expect(dead_code, reason = "held, never read")] Arc<Offer>);

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl InPieces {
    fn next(&mut self) -> Frame<Bytes> {
        let piece = self.rest.split_to(self.rest.len().min(PIECE));
        self.offer.set(Some(Instant::now()));
        Frame::data(Bytes::from_owner(Piece(piece, Arc::clone(&self.offer))))
    }
}

impl HttpBody for InPieces {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        // The client took what it was given: now it waits for us.
        self.offer.set(None);
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                end => return Poll::Ready(end),
            }
        }
        Poll::Ready(Some(Ok(self.next())))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (mut hint, rest) = (self.body.size_hint(), self.rest.len() as u64);
        // The upper bound first: the lower one must not rise above it.
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint.set_lower(hint.lower().saturating_add(rest));
        hint
    }
}
