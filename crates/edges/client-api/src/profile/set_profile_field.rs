//! PUT /_matrix/client/v3/profile/{userId}/{keyName}

use herold_accounts::Device;
use ruma::OwnedUserId;
use ruma::api::client::profile::set_profile_field::v3::{Request, Response};
use ruma::api::error::{DeserializationError, ErrorKind, FromHttpRequestError};
use serde::Deserialize;
use serde::de::value::{Error, SeqDeserializer};
use serde_json::{Map, Value};

use crate::call::{Read, Reading, SharedApi};
use crate::error::ApiError;

/// ruma's request with the value as it came: people take a name away with `null` or an empty text,
/// which ruma's own type does not hold.
pub(crate) struct SetField {
    user_id: OwnedUserId,
    field: String,
    body: Map<String, Value>,
}

impl Reading for SetField {
    type Of = Request;

    fn read(request: http::Request<&[u8]>, path: &[&str]) -> Result<Self, FromHttpRequestError> {
        let arguments = SeqDeserializer::<_, Error>::new(path.iter().copied());
        let (user_id, field) = Deserialize::deserialize(arguments)?;
        let body = serde_json::from_slice(request.body()).map_err(DeserializationError::Json)?;
        Ok(Self { user_id, field, body })
    }
}

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    Read(request): Read<SetField>,
) -> Result<Response, ApiError> {
    let SetField { user_id, field, body } = request;
    super::check_own(&device, &user_id)?;
    let Some(value) = body.get(&field) else {
        return Err(ApiError::new(ErrorKind::MissingParam, format!("The body has no field {field}.")));
    };
    let change = api.accounts.set_profile_field(&user_id, &field, value).await?;
    super::tell_rooms(&api, &user_id, &change).await?;
    Ok(Response::new())
}
