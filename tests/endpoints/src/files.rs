//! Uploading and downloading: requests whose bodies are not JSON.

use http::Method;
use reqwest::{RequestBuilder, Response};

use crate::Client;

/// Where signed-in people download from; the parts of an mxc URI follow.
pub const DOWNLOAD: &str = "/_matrix/client/v1/media/download";
/// Where signed-in people get thumbnails from; the parts of an mxc URI follow.
pub const THUMBNAIL: &str = "/_matrix/client/v1/media/thumbnail";

impl Client {
    /// A request with this client's access token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.raw(method, path);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Uploads `content`; gives `/server/media_id`, which goes behind [`DOWNLOAD`] and [`THUMBNAIL`].
    pub async fn upload(&self, content_type: &str, content: impl Into<reqwest::Body>) -> String {
        let request = self.request(Method::POST, "/_matrix/media/v3/upload");
        let response = request.header("content-type", content_type).body(content).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let body: serde_json::Value = response.json().await.unwrap();
        body["content_uri"].as_str().unwrap().strip_prefix("mxc:/").unwrap().to_owned()
    }

    /// Downloads from `path`.
    pub async fn download(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }
}
