//! GET /

mod texts;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, VARY};
use http::{HeaderMap, Uri};

use crate::language::Language;
use crate::page::{STRICT, escape, filled};

/// The page in all languages, with places for texts in double braces.
const PAGE: &str = include_str!("landing/page.html");

/// What the page tells about its server.
#[derive(Clone, Debug)]
pub struct Landing {
    /// The server's own name.
    pub server_name: String,
    /// Whether clients find the server by its name; else they are given the address of this page.
    pub found_by_name: bool,
    /// Whether the server speaks TLS itself.
    pub secure: bool,
}

/// The landing page as a service.
pub(crate) fn router(landing: Landing) -> Router {
    Router::new().route("/", get(serve)).with_state(Arc::new(landing))
}

async fn serve(State(landing): State<Arc<Landing>>, uri: Uri, headers: HeaderMap) -> Response {
    let page = page(&landing, &client(&landing, &uri, &headers), Language::wished(&headers));
    let headers = [(CONTENT_SECURITY_POLICY, STRICT), (VARY, "accept-language"), (CACHE_CONTROL, "no-cache")];
    (headers, Html(page)).into_response()
}

/// What a client is told where to connect: the server's name, or where the visitor is already.
fn client(landing: &Landing, uri: &Uri, headers: &HeaderMap) -> String {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    // HTTP/2 says the host in the address.
    let host = uri.authority().map(|authority| authority.as_str()).or_else(|| text(HOST));
    match host {
        Some(host) if !landing.found_by_name => {
            // A proxy that speaks TLS says so; whom it deceives is only its own visitor.
            let forwarded = text(HeaderName::from_static("x-forwarded-proto")) == Some("https");
            let scheme = if landing.secure || forwarded { "https" } else { "http" };
            format!("{scheme}://{host}")
        }
        _ => landing.server_name.clone(),
    }
}

fn page(landing: &Landing, client: &str, language: Language) -> String {
    filled(PAGE, texts::of(language))
        .replace("{{server_name}}", &escape(&landing.server_name))
        .replace("{{client}}", &escape(client))
}

#[cfg(test)]
mod tests;
