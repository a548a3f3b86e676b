//! hyper itself answers what it cannot read as HTTP/1.1, by a bare status, and ends the connection. Here such an
//! answer gets the words of a refusal. Nothing else that is written may be touched.

use std::io::{Error, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::answers::Answers;
use super::refusal::written;

/// What an answer of HTTP/1.1 begins with; no frame of HTTP/2 does.
const BEGINNING: &[u8] = b"HTTP/1.1 ";

/// A stream on which bare answers get words.
pub(super) struct Automatic<S> {
    stream: S,
    answers: Arc<Answers>,
    /// What is written in place of a bare answer, and how much of it was.
    instead: Option<(Vec<u8>, usize)>,
}

impl<S> Automatic<S> {
    pub(super) fn new(stream: S, answers: Arc<Answers>) -> Self {
        Self { stream, answers, instead: None }
    }

    /// Whether `bytes` are a bare answer; then what is written instead is ready.
    fn is_bare(&mut self, bytes: &[u8]) -> bool {
        if self.instead.is_none() && self.answers.are_done() {
            let status = bytes.strip_prefix(BEGINNING).and_then(|rest| rest.get(..3));
            let status = status.and_then(|status| StatusCode::from_bytes(status).ok());
            self.instead = status.map(|status| (written(status), 0));
        }
        self.instead.is_some()
    }
}

impl<S: AsyncWrite + Unpin> Automatic<S> {
    /// Writes what is written instead, to its end.
    fn poll_instead(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Some((text, done)) = &mut self.instead else { return Poll::Ready(Ok(())) };
        while let Some(rest) = text.get(*done..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut self.stream).poll_write(context, rest))? {
                0 => return Poll::Ready(Err(std::io::ErrorKind::WriteZero.into())),
                wrote => *done += wrote,
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Automatic<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Automatic<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize, Error>> {
        let this = self.get_mut();
        if this.is_bare(bytes) {
            ready!(this.poll_instead(context))?;
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut this.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<Result<usize, Error>> {
        let this = self.get_mut();
        if pieces.first().is_some_and(|first| this.is_bare(first)) {
            ready!(this.poll_instead(context))?;
            return Poll::Ready(Ok(pieces.iter().map(|piece| piece.len()).sum()));
        }
        Pin::new(&mut this.stream).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_flush(context))?;
        this.answers.written();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
