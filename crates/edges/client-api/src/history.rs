//! Reading rooms: timelines, single events, states, members.

mod get_context;
mod get_event_by_timestamp;
mod get_member_events;
mod get_message_events;
mod get_one_event;
mod get_room_event;
mod get_state_event_for_key;
mod get_state_events;
mod joined_members;
mod joined_rooms;
mod room_initial_sync;

use herold_accounts::Device;
use herold_rooms::read::Person;
use http::Method;

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Read, get_message_events::serve)
        .signed_in(Class::Read, get_context::serve)
        .signed_in_with(Class::Read, get_room_event::serve)
        .signed_in_json(
            Method::GET,
            "/_matrix/client/v3/events/{event_id}",
            Class::Read,
            get_one_event::serve,
        )
        .signed_in_json(
            Method::GET,
            "/_matrix/client/v3/rooms/{room_id}/initialSync",
            Class::Sync,
            room_initial_sync::serve,
        )
        .signed_in(Class::Read, get_event_by_timestamp::serve)
        .signed_in(Class::Read, get_state_events::serve)
        .signed_in(Class::Read, get_state_event_for_key::serve)
        .signed_in(Class::Read, get_member_events::serve)
        .signed_in_with(Class::Read, joined_members::serve)
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
