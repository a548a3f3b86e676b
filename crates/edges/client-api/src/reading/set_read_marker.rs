//! POST /_matrix/client/v3/rooms/{roomId}/read_markers

use herold_accounts::Device;
use herold_sync::{Marker, Markers};
use ruma::api::client::read_marker::set_read_marker::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let markers = Markers {
        read: request.read_receipt.map(Marker::unthreaded),
        read_private: request.private_read_receipt.map(Marker::unthreaded),
        fully_read: request.fully_read,
    };
    api.sync.set_markers(&device, &request.room_id, markers).await?;
    Ok(Response::new())
}
