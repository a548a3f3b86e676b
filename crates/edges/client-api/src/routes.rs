//! The table of everything that is served: the areas, and what answers where none of them does.

use std::sync::Arc;

use axum::Router;
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH};
use ruma::api::error::ErrorKind;
use tower_http::cors::{Any, CorsLayer};

use crate::error::ApiError;
use crate::routing::{Operation, Routes};
use crate::{
    Api, account, admin, backup, calls, capabilities, config, dehydrated_device, delayed_events, device,
    directory, filter, history, keys, media, membership, presence, profile, push, reading, relations,
    rendezvous, reporting, room, search, sending, session, space, sync, tag, third_party, threads, to_device,
    typing, user_directory, well_known,
};

/// Everything that is served.
fn all(routes: Routes) -> Routes {
    let areas = [
        account::routes,
        admin::routes,
        backup::routes,
        calls::routes,
        capabilities::routes,
        config::routes,
        dehydrated_device::routes,
        delayed_events::routes,
        device::routes,
        directory::routes,
        filter::routes,
        history::routes,
        keys::routes,
        media::routes,
        membership::routes,
        presence::routes,
        profile::routes,
        push::routes,
        reading::routes,
        relations::routes,
        rendezvous::routes,
        reporting::routes,
        room::routes,
        search::routes,
        sending::routes,
        session::routes,
        space::routes,
        sync::routes,
        third_party::routes,
        tag::routes,
        to_device::routes,
        threads::routes,
        typing::routes,
        user_directory::routes,
        well_known::routes,
    ];
    areas.into_iter().fold(routes, |routes, area| area(routes))
}

/// The client-server API as a service.
pub fn router(api: Arc<Api>) -> Router {
    let mut router = Router::new();
    for (path, methods) in all(Routes::default()).into_methods() {
        router = router.route(&path, methods.fallback(wrong_method));
    }
    router.fallback(unrecognized).layer(cors()).with_state(api)
}

/// Pages of any origin may ask (client-server API, "Web Browser Clients"). Headers are named: by the Fetch
/// standard a star does not stand for `Authorization`.
fn cors() -> CorsLayer {
    let methods = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS];
    let headers =
        [HeaderName::from_static("x-requested-with"), CONTENT_TYPE, AUTHORIZATION, IF_MATCH, IF_NONE_MATCH];
    // By the tag a client knows whether another device has written (MSC4108).
    CorsLayer::new().allow_origin(Any).allow_methods(methods).allow_headers(headers).expose_headers([ETAG])
}

/// Everything that is served, for docs/protocol/coverage.md.
pub fn operations() -> Vec<Operation> {
    let mut operations = all(Routes::default()).into_operations();
    operations.sort();
    operations
}

async fn unrecognized() -> ApiError {
    ApiError::new(ErrorKind::Unrecognized, "This server does not know this path.")
}

async fn wrong_method() -> ApiError {
    let message = "This path exists, but not with this method.";
    ApiError::with_status(http::StatusCode::METHOD_NOT_ALLOWED, ErrorKind::Unrecognized, message)
}
