//! Read receipts and read markers.

mod create_receipt;
mod set_read_marker;

use http::Method;

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .plain(
            Method::POST,
            "/_matrix/client/v3/rooms/{room_id}/receipt/{receipt_type}/{event_id}",
            create_receipt::serve,
        )
        .plain(
            Method::POST,
            "/_matrix/client/r0/rooms/{room_id}/receipt/{receipt_type}/{event_id}",
            create_receipt::serve,
        )
        .signed_in(Class::Account, set_read_marker::serve)
}
