//! POST /_matrix/client/unstable/org.matrix.msc4140/delayed_events/{delayId}

use axum::response::Response;
use herold_delayed_events::Action;
use serde::Deserialize;
use serde_json::json;

use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;

#[derive(Deserialize)]
struct Body {
    action: String,
}

/// The older form, which matrix-sdk and the services of calls still send.
pub(crate) async fn serve(api: SharedApi, request: JsonRequest) -> Result<Response, ApiError> {
    let body: Body = request.body()?;
    let action = Action::named(&body.action)
        .ok_or_else(|| ApiError::invalid_param("A delayed event can be sent, cancelled or restarted."))?;
    api.delayed_events.change(request.argument(0), action).await?;
    Ok(call::answer_json(&json!({})))
}
