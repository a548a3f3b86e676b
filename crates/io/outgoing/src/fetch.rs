//! Fetching what lies at a URL: GET, over a bounded number of redirects, up to a bounded number of bytes.

use std::time::Duration;

use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use reqwest::{Response, Url};

use crate::client::failed;
use crate::{Outgoing, OutgoingError};

/// Redirects that are followed at most.
const HOPS_MAX: usize = 5;

/// What is wanted of a place.
#[derive(Clone, Debug)]
pub struct Fetch {
    /// Headers to send.
    pub headers: HeaderMap,
    /// Bytes of the body that are read at most; what comes after them is left unread.
    pub bytes_max: usize,
    /// How long everything together may take, redirects too.
    pub within: Duration,
}

/// What lay there.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The HTTP status of the last answer.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Where it came from in the end.
    pub url: Url,
    /// The beginning of its body.
    pub body: Bytes,
    /// Whether that is the whole body.
    pub is_whole: bool,
}

impl Outgoing {
    /// GETs `url`, which came from [`Outgoing::check`] or not: wherever a redirect leads is checked as well, and its
    /// addresses are.
    ///
    /// # Errors
    ///
    /// Every answer with an HTTP status that is no redirect is `Ok`.
    pub async fn get(&self, url: Url, wanted: Fetch) -> Result<Fetched, OutgoingError> {
        let within = wanted.within;
        let fetching = self.follow(url, wanted);
        tokio::time::timeout(within, fetching).await.map_err(|_| OutgoingError::TimedOut)?
    }

    async fn follow(&self, mut url: Url, wanted: Fetch) -> Result<Fetched, OutgoingError> {
        for _ in 0..=HOPS_MAX {
            let client = self.0.client(self.0.reach(&url)?)?;
            let request = client.get(url.clone()).headers(wanted.headers.clone()).timeout(wanted.within);
            let response = request.send().await.map_err(failed)?;
            match next(&url, &response) {
                Some(next) => url = next?,
                None => return read(url, response, wanted.bytes_max).await,
            }
        }
        Err(OutgoingError::TooManyRedirects)
    }
}

/// Where an answer sends on to, if it does.
fn next(url: &Url, response: &Response) -> Option<Result<Url, OutgoingError>> {
    let redirects = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(LOCATION).filter(|_| redirects)?;
    let next = std::str::from_utf8(location.as_bytes()).ok().and_then(|location| url.join(location).ok());
    Some(next.ok_or(OutgoingError::Url))
}

async fn read(url: Url, mut response: Response, bytes_max: usize) -> Result<Fetched, OutgoingError> {
    let (status, headers) = (response.status(), response.headers().clone());
    let (mut body, mut is_whole) = (Vec::new(), true);
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        let room = bytes_max - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            is_whole = false;
            break;
        }
    }
    Ok(Fetched { status, headers, url, body: body.into(), is_whole })
}
