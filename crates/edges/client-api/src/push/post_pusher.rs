//! POST /_matrix/client/v3/pushers/set

use herold_accounts::Device;
use herold_push::NewPusher;
use ruma::api::client::push::set_pusher::v3::{Request, Response};
use ruma::api::error::{DeserializationError, ErrorKind, FromHttpRequestError};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::call::{Read, Reading, SharedApi};
use crate::error::ApiError;

/// Fields of every request.
const ALWAYS: [&str; 3] = ["kind", "app_id", "pushkey"];
/// Fields of a request that deletes nothing.
const TO_SET: [&str; 4] = ["app_display_name", "device_display_name", "lang", "data"];

/// What a client sends. ruma cannot tell a field that is missing from one of the wrong type.
pub(crate) struct SetPusher(Map<String, Value>);

impl Reading for SetPusher {
    type Of = Request;

    fn read(request: http::Request<&[u8]>, _: &[&str]) -> Result<Self, FromHttpRequestError> {
        Ok(Self(serde_json::from_slice(request.body()).map_err(DeserializationError::Json)?))
    }
}

/// A pusher to be set; null counts as absent where a field may be.
#[derive(Deserialize)]
struct Fields {
    kind: String,
    app_id: String,
    pushkey: String,
    app_display_name: String,
    device_display_name: String,
    profile_tag: Option<String>,
    lang: String,
    data: Map<String, Value>,
    append: Option<bool>,
}

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    Read(SetPusher(body)): Read<SetPusher>,
) -> Result<Response, ApiError> {
    require(&body, &ALWAYS)?;
    if body["kind"].is_null() {
        let text = |field: &str| {
            let text = body[field].as_str().map(str::to_owned);
            text.ok_or_else(|| ApiError::bad_json(format!("{field} must be a text.")))
        };
        api.push.delete_pusher(&device, text("app_id")?, text("pushkey")?).await?;
        return Ok(Response::new());
    }
    require(&body, &TO_SET)?;
    let fields: Fields =
        serde_json::from_value(Value::Object(body)).map_err(|error| ApiError::bad_json(error.to_string()))?;
    let new = NewPusher {
        app_id: fields.app_id,
        pushkey: fields.pushkey,
        kind: fields.kind,
        app_display_name: fields.app_display_name,
        device_display_name: fields.device_display_name,
        profile_tag: fields.profile_tag,
        lang: fields.lang,
        data: fields.data,
    };
    api.push.set_pusher(&device, new, fields.append.unwrap_or(false)).await?;
    Ok(Response::new())
}

fn require(body: &Map<String, Value>, fields: &[&str]) -> Result<(), ApiError> {
    let missing: Vec<&str> = fields.iter().copied().filter(|field| !body.contains_key(*field)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ApiError::new(ErrorKind::MissingParam, format!("The body has no {}.", missing.join(", "))))
}
