//! Files: sent and received in parts, so that many large ones fit into this program's memory.

use std::convert::Infallible;

use bytes::Bytes;
use futures::stream;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{Method, Request};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use serde_json::Value;

use super::{Account, Api, REFUSAL_BYTES_MAX, REQUEST_TIMEOUT};
use crate::error::LoadError;

type Parts = stream::Iter<std::vec::IntoIter<Result<Frame<Bytes>, Infallible>>>;
/// The body of a request in parts.
pub(super) type FileBody = StreamBody<Parts>;

impl Api {
    /// Uploads a file that is given in parts; gives `server/media_id`.
    pub async fn upload(&self, account: &Account, parts: Vec<Bytes>) -> Result<String, LoadError> {
        let path = "/_matrix/media/v3/upload";
        let (answer, _) = self.transfer(Method::POST, path, account, parts).await?;
        let answer: Value = super::parse(path, &answer)?;
        let uri = answer["content_uri"].as_str().and_then(|uri| uri.strip_prefix("mxc://"));
        uri.map(str::to_owned).ok_or_else(|| LoadError::Answer {
            request: path.to_owned(),
            reason: "there is no content_uri".to_owned(),
        })
    }

    /// Downloads a file and throws it away; gives its length.
    pub async fn download(&self, account: &Account, uri: &str) -> Result<usize, LoadError> {
        let path = format!("/_matrix/client/v1/media/download/{uri}");
        Ok(self.transfer(Method::GET, &path, account, Vec::new()).await?.1)
    }

    /// Asks for a picture of 800 x 600 pixels; gives its length.
    pub async fn thumbnail(&self, account: &Account, uri: &str) -> Result<usize, LoadError> {
        let path = format!("/_matrix/client/v1/media/thumbnail/{uri}?width=800&height=600&method=scale");
        Ok(self.transfer(Method::GET, &path, account, Vec::new()).await?.1)
    }

    /// Gives the first bytes of the answer, and how many there were.
    async fn transfer(
        &self,
        method: Method,
        path: &str,
        account: &Account,
        parts: Vec<Bytes>,
    ) -> Result<(Vec<u8>, usize), LoadError> {
        let name = format!("{method} {}", path.split('?').next().unwrap_or(path));
        let transport = |reason: String| LoadError::Transport { request: name.clone(), reason };
        let length: usize = parts.iter().map(Bytes::len).sum();
        let frames: Vec<_> = parts.into_iter().map(|part| Ok(Frame::data(part))).collect();
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(AUTHORIZATION, format!("Bearer {}", account.access_token))
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_LENGTH, length)
            .body(StreamBody::new(stream::iter(frames)))
            .map_err(|error| transport(error.to_string()))?;
        let answer = async {
            let response = self.files.request(request).await.map_err(|error| error.to_string())?;
            let (status, mut body) = (response.status(), response.into_body());
            let (mut first, mut length) = (Vec::new(), 0);
            while let Some(frame) = body.frame().await {
                let frame = frame.map_err(|error| error.to_string())?;
                let Ok(part) = frame.into_data() else { continue };
                length += part.len();
                let wanted = REFUSAL_BYTES_MAX.saturating_sub(first.len()).min(part.len());
                first.extend_from_slice(&part[..wanted]);
            }
            Ok::<_, String>((status, first, length))
        };
        let (status, first, length) = tokio::time::timeout(REQUEST_TIMEOUT, answer)
            .await
            .map_err(|_| transport(format!("no answer within {} s", REQUEST_TIMEOUT.as_secs())))?
            .map_err(transport)?;
        match status.as_u16() {
            200 => Ok((first, length)),
            429 => Err(LoadError::RateLimited(name)),
            status => {
                let body = String::from_utf8_lossy(&first).into_owned();
                Err(LoadError::Refused { request: name, status, body })
            }
        }
    }
}
