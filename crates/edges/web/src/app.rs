//! GET / and the files that it names: the web app.

mod files;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::CACHE_CONTROL;
use http::{HeaderMap, StatusCode};

use crate::content::Content;
use files::{FILES, File};

/// The page that everything begins with.
const INDEX: &str = "index.html";
/// The folder of files whose names hold a hash of their content.
const HASHED: &str = "assets/";

/// Whether the binary has the app.
pub(crate) fn is_built() -> bool {
    FILES.iter().any(|file| file.path == INDEX)
}

/// The app as a service.
pub(crate) fn router() -> Router {
    of(FILES)
}

fn of(files: &'static [File]) -> Router {
    let (hashed, others): (Vec<_>, Vec<_>) = files.iter().partition(|file| file.path.starts_with(HASHED));
    let assets: HashMap<_, _> =
        hashed.iter().map(|file| (&file.path[HASHED.len()..], content(file))).collect();
    // One route for all of them, so that measuring by route does not grow with every release.
    let assets = get(asset).with_state(Arc::new(assets));
    others.iter().fold(Router::new().route("/assets/{name}", assets), |router, file| {
        let path = if file.path == INDEX { "/".to_owned() } else { format!("/{}", file.path) };
        let content = content(file);
        router.route(&path, get(move |headers: HeaderMap| std::future::ready(content.answer(&headers))))
    })
}

async fn asset(
    State(assets): State<Arc<HashMap<&'static str, Content>>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    match assets.get(name.as_str()) {
        Some(content) => content.answer(&headers),
        // A page of the last release may ask for what is gone; nobody may remember that.
        None => (StatusCode::NOT_FOUND, [(CACHE_CONTROL, "no-store")]).into_response(),
    }
}

fn content(file: &File) -> Content {
    let media_type = media_type(file.path).unwrap_or("application/octet-stream");
    let content = if file.path.starts_with(HASHED) {
        Content::immutable(media_type, file.plain)
    } else {
        Content::changing(media_type, file.plain)
    };
    content.compressed(file.brotli, file.gzip)
}

/// The media type that a file's name tells.
fn media_type(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    Some(match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "ogg" => "audio/ogg",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
