//! A connection whose other end has to take what is written to it. Who does not would keep a place, and the memory
//! of an answer, for ever. Nothing here limits how long a request may wait for its answer.

use std::io::{Error, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A stream that fails when its other end takes nothing for too long.
pub(super) struct Patient<S> {
    stream: S,
    take_within: Duration,
    /// Runs while something waits to be taken.
    taking: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    /// The client has to take something of what is written to it within each `take_within`.
    pub(super) fn new(stream: S, take_within: Duration) -> Self {
        Self { stream, take_within, taking: None }
    }

    /// Passes on how a write went, unless it has waited for too long.
    fn taken<T>(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<Result<T, Error>>,
    ) -> Poll<Result<T, Error>> {
        if outcome.is_ready() {
            self.taking = None;
            return outcome;
        }
        let within = self.take_within;
        let taking = self.taking.get_or_insert_with(|| Box::pin(sleep(within)));
        ready!(taking.as_mut().poll(context));
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the client takes nothing")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize, Error>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.taken(context, outcome)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<Result<usize, Error>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write_vectored(context, pieces);
        this.taken(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_flush(context);
        this.taken(context, outcome)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_shutdown(context);
        this.taken(context, outcome)
    }
}
