//! Networks that are reached through bridges. There are no bridges yet: no protocol is known, and nobody
//! and no room is found behind one.

mod get_protocol_metadata;
mod get_protocols;
mod query_location_by_alias;
mod query_location_by_protocol;
mod query_user_by_id;
mod query_user_by_protocol;

use crate::error::ApiError;
use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Read, get_protocols::serve)
        .signed_in(Class::Read, get_protocol_metadata::serve)
        .signed_in(Class::Read, query_location_by_protocol::serve)
        .signed_in(Class::Read, query_location_by_alias::serve)
        .signed_in(Class::Read, query_user_by_protocol::serve)
        .signed_in(Class::Read, query_user_by_id::serve)
}

/// 404: nothing of another network is known here.
fn nothing() -> ApiError {
    ApiError::not_found("This server is connected to no other network.")
}
