//! POST /_matrix/client/unstable/org.matrix.msc4140/delayed_events/{delayId}/{action}

use axum::response::Response;
use herold_delayed_events::Action;
use ruma::api::error::ErrorKind;
use serde_json::json;

use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, request: JsonRequest) -> Result<Response, ApiError> {
    let action = Action::named(request.argument(1)).ok_or_else(|| {
        let text = "A delayed event can be sent, cancelled or restarted.";
        ApiError::new(ErrorKind::Unrecognized, text)
    })?;
    api.delayed_events.change(request.argument(0), action).await?;
    Ok(call::answer_json(&json!({})))
}
