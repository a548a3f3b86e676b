//! Messages from device to device.

mod send_event_to_device;

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.signed_in(Class::Keys, send_event_to_device::serve)
}
