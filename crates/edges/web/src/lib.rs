//! What people see in a browser: the web app, which was built before and lies in the binary, or a page that says what
//! this server is. Where people have to
//! agree to terms, they do so on a page here. Nothing here may load anything from another server or keep anything itself.

mod app;
mod brand;
mod content;
mod description;
mod landing;
mod language;
mod logo;
mod manifest;
mod page;
mod protection;
mod terms;

use axum::Router;
use herold_accounts::Accounts;

pub use brand::{Brand, Links};
pub use description::WebPush;
pub use landing::Landing;
pub use logo::{LOGO_BYTES_MAX, Logo, LogoError};
pub use terms::PATH as TERMS_PATH;

/// What the pages are made from.
#[derive(Clone, Debug)]
pub struct Web {
    /// What the landing page tells.
    pub landing: Landing,
    /// Whether people get the app, where the binary has it.
    pub app: bool,
    /// What a browser needs to be told of messages; none where it is not.
    pub web_push: Option<WebPush>,
    /// Where the client-server API is, unless it is where the app is.
    pub homeserver: Option<String>,
    /// Whose app it is.
    pub brand: Brand,
    /// Pages of the organisation.
    pub links: Links,
}

/// The pages as a service. `accounts` know who has yet to agree to what.
pub fn router(web: Web, accounts: Accounts) -> Router {
    let described =
        description::router(&web).merge(manifest::router(&web.brand)).merge(logo::router(&web.brand));
    let described = if accounts.settings().terms.documents.is_empty() {
        described
    } else {
        described.merge(terms::router(accounts))
    };
    let pages = if web.app && app::is_built() { app::router() } else { landing::router(web.landing) };
    protection::protected(described.merge(pages), web.homeserver.as_deref())
}
