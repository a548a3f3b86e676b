//! GET /app.json: what the app knows of its server before anybody signs in.

use axum::Router;
use axum::routing::get;
use http::HeaderMap;
use serde::Serialize;

use crate::content::Content;
use crate::{Links, Web, logo};

#[derive(Serialize)]
struct Description<'a> {
    server_name: &'a str,
    /// The base URL of the client-server API; null: where the app came from.
    homeserver: Option<&'a str>,
    version: &'static str,
    brand: Brand<'a>,
    /// Null where the server sends nothing to browsers.
    web_push: Option<&'a WebPush>,
    links: &'a Links,
}

/// What a browser needs to subscribe to notifications.
#[derive(Clone, Debug, Serialize)]
pub struct WebPush {
    /// The `applicationServerKey`: an uncompressed point, base64url without padding.
    pub key: String,
    /// The `url` of its pusher's data.
    pub gateway: String,
}

#[derive(Serialize)]
struct Brand<'a> {
    name: &'a str,
    accent: Option<&'a str>,
    /// A path on this server.
    logo: Option<&'static str>,
}

/// The description as a service.
pub(crate) fn router(web: &Web) -> Router {
    let content = Content::changing("application/json", describe(web));
    Router::new()
        .route("/app.json", get(move |headers: HeaderMap| std::future::ready(content.answer(&headers))))
}

fn describe(web: &Web) -> Vec<u8> {
    let description = Description {
        server_name: &web.landing.server_name,
        homeserver: web.homeserver.as_deref(),
        version: env!("CARGO_PKG_VERSION"),
        brand: Brand {
            name: &web.brand.name,
            accent: web.brand.accent.as_deref(),
            logo: web.brand.logo.as_ref().map(|_| logo::PATH),
        },
        web_push: web.web_push.as_ref(),
        links: &web.links,
    };
    // Texts alone cannot fail to be JSON.
    serde_json::to_vec(&description).unwrap_or_default()
}

#[cfg(test)]
mod tests;
