//! GET /manifest.webmanifest: what an installed app is called and looks like, in the language that the browser wishes.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use http::HeaderMap;
use serde_json::{Value, json};

use crate::content::Content;
use crate::language::Language;
use crate::{Brand, logo};

/// The colour of the app's ground before it is drawn.
const GROUND: &str = "#ffffff";

/// The manifest as a service.
pub(crate) fn router(brand: &Brand) -> Router {
    let in_language = |language| {
        let manifest = manifest(brand, language).to_string();
        (language, Content::changing("application/manifest+json", manifest).in_language())
    };
    let manifests = Arc::new(Language::ALL.map(in_language));
    let serve = move |headers: HeaderMap| {
        let wished = Language::wished(&headers);
        let (_, content) =
            manifests.iter().find(|(language, _)| *language == wished).unwrap_or(&manifests[0]);
        std::future::ready(content.answer(&headers))
    };
    Router::new().route("/manifest.webmanifest", get(serve))
}

fn manifest(brand: &Brand, language: Language) -> Value {
    let (tag, description) = match language {
        Language::English => ("en", "Secure messages for your organisation"),
        Language::German => ("de", "Sichere Nachrichten für Ihre Organisation"),
        Language::French => ("fr", "Des messages sécurisés pour votre organisation"),
    };
    json!({
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "name": brand.name,
        "short_name": brand.name,
        "description": description,
        "lang": tag,
        "dir": "auto",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": brand.accent.as_deref().unwrap_or(GROUND),
        "categories": ["social", "productivity", "business"],
        "icons": icons(brand),
    })
}

/// The organisation's own mark where it makes an icon, else Herold's.
fn icons(brand: &Brand) -> Value {
    let own = brand.logo.as_ref().and_then(|logo| Some((logo.icon_size()?, logo.media_type())));
    match own {
        Some((size, media_type)) => json!([{ "src": logo::PATH, "sizes": size, "type": media_type }]),
        None => json!([
            { "src": "/icon.svg", "sizes": "any", "type": "image/svg+xml" },
            { "src": "/icons/mark-192.png", "sizes": "192x192", "type": "image/png" },
            { "src": "/icons/mark-512.png", "sizes": "512x512", "type": "image/png" },
            { "src": "/icons/maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable" },
        ]),
    }
}

#[cfg(test)]
mod tests;
