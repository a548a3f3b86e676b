//! Threads that people follow (MSC4306, MSC4308), under the names that clients use while these are proposals.

mod get_thread_subscription;
mod get_thread_subscriptions_changes;
mod subscribe_thread;
mod unsubscribe_thread;

use herold_sync::Thread;
use http::Method;
use ruma::{EventId, RoomId};

use crate::call::JsonRequest;
use crate::error::ApiError;
use crate::limits::Class;
use crate::routing::Routes;

const SUBSCRIPTION: &str =
    "/_matrix/client/unstable/io.element.msc4306/rooms/{room_id}/thread/{thread_root}/subscription";
const CHANGES: &str = "/_matrix/client/unstable/io.element.msc4308/thread_subscriptions";

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in_json(Method::GET, SUBSCRIPTION, Class::Read, get_thread_subscription::serve)
        .signed_in_json(Method::PUT, SUBSCRIPTION, Class::Account, subscribe_thread::serve)
        .signed_in_json(Method::DELETE, SUBSCRIPTION, Class::Account, unsubscribe_thread::serve)
        .signed_in_json(Method::GET, CHANGES, Class::Read, get_thread_subscriptions_changes::serve)
}

/// The thread that the path names.
fn thread(request: &JsonRequest) -> Result<Thread, ApiError> {
    let (room, root) = (RoomId::parse(request.argument(0)), EventId::parse(request.argument(1)));
    match (room, root) {
        (Ok(room_id), Ok(root)) => Ok(Thread { room_id, root }),
        _ => Err(ApiError::invalid_param("The path names no room or no event.")),
    }
}
