//! GET and POST /terms: where people agree to the documents of the operator. The link that brings them here says who
//! they are. Works without scripts.

mod texts;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use herold_accounts::{Accounts, AccountsError, Asked, Document};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, VARY};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::language::Language;
use crate::page::{STRICT_WITH_FORM, escape, filled};

/// Where the page is.
pub const PATH: &str = "/terms";
/// The page in all languages, with places for texts in double braces.
const PAGE: &str = include_str!("terms/page.html");
/// What is asked: who, which documents, and the one button.
const ASKING: &str = "  <p>{{lead}}</p>\n  <p>{{as}} <strong>{{user_id}}</strong></p>\n  <ul>\n{{documents}}  </ul>\n  \
                      <form method=\"post\"><button>{{agree}}</button></form>\n";

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    link: String,
}

/// The page as a service.
pub(crate) fn router(accounts: Accounts) -> Router {
    Router::new().route(PATH, get(show).post(agree)).with_state(accounts)
}

async fn show(
    State(accounts): State<Accounts>,
    Query(Link { link }): Query<Link>,
    headers: HeaderMap,
) -> Response {
    let language = Language::wished(&headers);
    match accounts.asked_by(&link).await {
        Ok(Asked { agreed: true, .. }) => page(StatusCode::OK, language, "<p>{{agreed}}</p>"),
        Ok(asked) => {
            let documents = &accounts.settings().terms.documents;
            page(StatusCode::OK, language, &asking(&asked, documents, language))
        }
        Err(error) => refused(&error, language),
    }
}

async fn agree(
    State(accounts): State<Accounts>,
    Query(Link { link }): Query<Link>,
    headers: HeaderMap,
) -> Response {
    let agreed = match accounts.asked_by(&link).await {
        Ok(asked) => accounts.agree(asked.user_number).await,
        Err(error) => Err(error),
    };
    match agreed {
        // Back to the page, which can then be loaded again without agreeing again. A link holds no letter that
        // would mean something else in an address.
        Ok(()) => (StatusCode::SEE_OTHER, [(LOCATION, format!("?link={link}"))]).into_response(),
        Err(error) => refused(&error, Language::wished(&headers)),
    }
}

/// Why the page cannot be used, and what to do.
fn refused(error: &AccountsError, language: Language) -> Response {
    match error {
        AccountsError::Forbidden(_) => page(StatusCode::FORBIDDEN, language, "<p>{{ended}}</p>"),
        AccountsError::Deactivated | AccountsError::Locked => {
            page(StatusCode::FORBIDDEN, language, "<p>{{closed}}</p>")
        }
        error => {
            tracing::error!(%error, "the page for agreeing to the terms cannot be shown");
            page(StatusCode::SERVICE_UNAVAILABLE, language, "<p>{{broken}}</p>")
        }
    }
}

fn asking(asked: &Asked, documents: &[Document], language: Language) -> String {
    let item = |document: &Document| {
        let translation = document.translation(language.tag())?;
        let (url, name) = (escape(&translation.url), escape(&translation.name));
        Some(format!("    <li><a href=\"{url}\">{name}</a></li>\n"))
    };
    let items: String = documents.iter().filter_map(item).collect();
    ASKING.replace("{{documents}}", &items).replace("{{user_id}}", &escape(asked.user_id.as_str()))
}

fn page(status: StatusCode, language: Language, content: &str) -> Response {
    let page = filled(&PAGE.replace("{{content}}", content), texts::of(language));
    let headers =
        [(CONTENT_SECURITY_POLICY, STRICT_WITH_FORM), (VARY, "accept-language"), (CACHE_CONTROL, "no-store")];
    (status, headers, Html(page)).into_response()
}

#[cfg(test)]
mod tests;
