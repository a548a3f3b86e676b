//! The device that receives while its owner is signed in nowhere (MSC3814).

mod delete_dehydrated_device;
mod get_dehydrated_device;
mod get_events;
mod put_dehydrated_device;

use http::Method;

use crate::limits::Class;
use crate::routing::Routes;

const PATH: &str = "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device";

pub(crate) fn routes(routes: Routes) -> Routes {
    let events = format!("{PATH}/{{device_id}}/events");
    routes
        .signed_in_json(Method::PUT, PATH, Class::Keys, put_dehydrated_device::serve)
        .signed_in_json(Method::GET, PATH, Class::Keys, get_dehydrated_device::serve)
        .signed_in_json(Method::DELETE, PATH, Class::Keys, delete_dehydrated_device::serve)
        .signed_in_json(Method::GET, &events, Class::Keys, get_events::serve)
        .signed_in_json(Method::POST, &events, Class::Keys, get_events::serve)
}
