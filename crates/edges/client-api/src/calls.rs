//! What calls need of the server: TURN servers, and transports of calls among many.

mod get_turn_server;
mod transports;

use herold_calls::Calls;
use http::Method;
use serde_json::{Value, json};

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in_json(
            Method::GET,
            "/_matrix/client/v3/voip/turnServer",
            Class::Read,
            get_turn_server::serve,
        )
        .signed_in_json(
            Method::GET,
            "/_matrix/client/r0/voip/turnServer",
            Class::Read,
            get_turn_server::serve,
        )
        .signed_in_json(
            Method::GET,
            "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports",
            Class::Read,
            transports::serve,
        )
}

/// The transports of MatrixRTC that the operator runs, as clients read them here and in the well-known
/// file: LiveKit by MSC4195.
pub(crate) fn rtc_transports(calls: &Calls) -> Vec<Value> {
    let livekit = |url: &String| json!({ "type": "livekit", "livekit_service_url": url });
    calls.livekit_service_urls().iter().map(livekit).collect()
}
