//! Reading rooms: timelines, single events, states, members.

mod get_context;
mod get_member_events;
mod get_message_events;
mod get_room_event;
mod get_state_event_for_key;
mod get_state_events;
mod joined_members;
mod joined_rooms;

use herold_accounts::Device;
use herold_rooms::read::Person;

use crate::limits::Class;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Read, get_message_events::serve)
        .signed_in(Class::Read, get_context::serve)
        .signed_in(Class::Read, get_room_event::serve)
        .signed_in(Class::Read, get_state_events::serve)
        .signed_in(Class::Read, get_state_event_for_key::serve)
        .signed_in(Class::Read, get_member_events::serve)
        .signed_in(Class::Read, joined_members::serve)
        .signed_in(Class::Read, joined_rooms::serve)
}

/// The caller as the reading side of rooms knows them.
pub(crate) fn person(device: &Device) -> Person {
    Person {
        user_id: device.user_id.clone(),
        user_number: device.user_number,
        device_number: device.device_number,
    }
}
