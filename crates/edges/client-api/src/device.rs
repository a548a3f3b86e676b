//! Devices as their owner manages them.

mod delete_device;
mod delete_devices;
mod get_device;
mod get_devices;
mod update_device;

use herold_accounts::OwnDevice;
use ruma::api::client::device::Device;

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Read, get_devices::serve)
        .signed_in(Class::Read, get_device::serve)
        .signed_in(Class::Account, update_device::serve)
        .signed_in(Class::SignIn, delete_device::serve)
        .signed_in(Class::SignIn, delete_devices::serve)
}

fn shown(own: OwnDevice) -> Device {
    let mut device = Device::new(own.device_id);
    device.display_name = own.display_name;
    device.last_seen_ip = own.last_seen_ip;
    device.last_seen_ts = own.last_seen_at;
    device
}
