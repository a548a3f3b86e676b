//! From a URL to what a client is told of it.

use herold_outgoing::{Fetch, Fetched, Url};
use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value};

use crate::page::Page;
use crate::{UrlPreviews, charset};

/// Bytes of a picture at most.
const PICTURE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// How much longer a picture is kept than the preview that names it, milliseconds.
const PICTURE_LONGER_MS: i64 = 60 * 60 * 1000;
/// Some pages tell their properties only to who says openly what it is.
const AGENT: &str = "Herold (bot; link previews)";
const PAGES: &str = "text/html, application/xhtml+xml, image/*;q=0.8, */*;q=0.1";
const PICTURES: &str = "image/webp, image/png, image/jpeg, image/gif";

impl UrlPreviews {
    /// The properties of what lies at `url`; `None` where it cannot be had.
    pub(crate) async fn fetch(&self, url: Url, now_ms: i64) -> Option<Map<String, Value>> {
        let page = self.get(url, PAGES, self.0.settings.page_bytes_max).await?;
        let content_type = page.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or("text/html").to_owned();
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let mut properties = Map::new();
        if essence.starts_with("image/") {
            self.add_picture_itself(&mut properties, page, now_ms).await;
        } else if matches!(essence.as_str(), "text/html" | "application/xhtml+xml") {
            let Fetched { body, url, .. } = page;
            let reading = move || Page::read(&charset::decode(&body, Some(&content_type)));
            let read = tokio::task::spawn_blocking(reading).await.ok()?;
            properties = read.properties(&url);
            if let Some(picture) = read.picture(&url) {
                self.add_picture(&mut properties, picture, now_ms).await;
            }
        }
        if !properties.contains_key("og:image") {
            properties.remove("og:image:alt");
        }
        Some(properties)
    }

    /// What lies at `url` with a status of success.
    async fn get(&self, url: Url, accept: &'static str, bytes_max: usize) -> Option<Fetched> {
        let settings = &self.0.settings;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.extend(
            HeaderValue::from_str(&settings.accept_language).ok().map(|value| (ACCEPT_LANGUAGE, value)),
        );
        let wanted = Fetch { headers, bytes_max, within: settings.within };
        let fetched = self.0.outgoing.get(url, wanted).await;
        match fetched {
            Ok(fetched) => Some(fetched).filter(|fetched| fetched.status.is_success()),
            Err(error) => {
                tracing::debug!(%error, "a page for a preview cannot be had");
                None
            }
        }
    }

    async fn add_picture_itself(&self, properties: &mut Map<String, Value>, page: Fetched, now_ms: i64) {
        if page.is_whole {
            self.keep_picture(properties, page, now_ms).await;
        } else {
            self.add_picture(properties, page.url, now_ms).await;
        }
    }

    async fn add_picture(&self, properties: &mut Map<String, Value>, url: Url, now_ms: i64) {
        let Ok(url) = self.0.outgoing.check(url.as_str()) else { return };
        let fetched = self.get(url, PICTURES, PICTURE_BYTES_MAX).await;
        if let Some(picture) = fetched.filter(|picture| picture.is_whole) {
            self.keep_picture(properties, picture, now_ms).await;
        }
    }

    /// Keeps a picture and names it. What is none, or cannot be kept, leaves a preview without.
    async fn keep_picture(&self, properties: &mut Map<String, Value>, picture: Fetched, now_ms: i64) {
        let longer_ms = self.0.settings.retention_ms.saturating_add(PICTURE_LONGER_MS);
        let kept = self.0.media.keep_picture(picture.body, now_ms.saturating_add(longer_ms)).await;
        match kept {
            Ok(kept) => properties.extend([
                ("og:image".to_owned(), kept.uri.as_str().into()),
                ("og:image:type".to_owned(), kept.content_type.into()),
                ("og:image:width".to_owned(), kept.width.into()),
                ("og:image:height".to_owned(), kept.height.into()),
                ("matrix:image:size".to_owned(), kept.size.into()),
            ]),
            Err(error) => tracing::debug!(%error, "a picture for a preview cannot be kept"),
        }
    }
}
