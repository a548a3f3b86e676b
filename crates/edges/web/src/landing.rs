//! GET /

mod texts;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::HeaderMap;
use http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, VARY, X_CONTENT_TYPE_OPTIONS};

use crate::language::Language;

/// The page in all languages, with places for texts in double braces.
const PAGE: &str = include_str!("landing/page.html");
/// Nothing from elsewhere, no scripts, no frames; the one style sheet is in the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// What the page tells about its server.
#[derive(Clone, Debug)]
pub struct Landing {
    /// The server's own name.
    pub server_name: String,
    /// The address that a client is given, where it is not the server's name.
    pub client_url: Option<String>,
}

/// The landing page as a service.
pub fn router(landing: Landing) -> Router {
    Router::new().route("/", get(serve)).with_state(Arc::new(landing))
}

async fn serve(State(landing): State<Arc<Landing>>, headers: HeaderMap) -> Response {
    let wishes = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let page = page(&landing, Language::accepted(wishes));
    let headers = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (VARY, "accept-language"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, Html(page)).into_response()
}

fn page(landing: &Landing, language: Language) -> String {
    let client = landing.client_url.as_deref().unwrap_or(&landing.server_name);
    let page = texts::of(language)
        .iter()
        .fold(PAGE.to_owned(), |page, (place, text)| page.replace(&format!("{{{{{place}}}}}"), text));
    page.replace("{{server_name}}", &escape(&landing.server_name)).replace("{{client}}", &escape(client))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
