//! GET /_matrix/client/v3/capabilities

use axum::body::Body;
use axum::response::Response;
use http::Request;
use serde_json::{Value, json};

use crate::call::{self, SharedApi};
use crate::caller;
use crate::error::ApiError;
use crate::limits::{Asker, Class};

/// Room versions in which rooms can be made and used.
const ROOM_VERSIONS: &[&str] = &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];
/// The version of new rooms.
const ROOM_VERSION_DEFAULT: &str = "12";

/// Answers JSON of its own: ruma leaves out what the specification takes for granted, and clients look
/// for it nevertheless.
pub(crate) async fn serve(api: SharedApi, request: Request<Body>) -> Result<Response, ApiError> {
    let (parts, _) = request.into_parts();
    let device = caller::device(&api, &parts).await?;
    api.limits.check(Class::Read, Asker::User(device.user_number))?;
    Ok(call::answer_json(&capabilities(device.admin)))
}

fn capabilities(admin: bool) -> Value {
    let stable: serde_json::Map<String, Value> =
        ROOM_VERSIONS.iter().map(|version| ((*version).to_owned(), json!("stable"))).collect();
    let mut capabilities = json!({
        "m.change_password": { "enabled": true },
        "m.room_versions": { "default": ROOM_VERSION_DEFAULT, "available": stable },
        "m.profile_fields": { "enabled": true },
        "m.set_displayname": { "enabled": true },
        "m.set_avatar_url": { "enabled": true },
        "m.3pid_changes": { "enabled": false },
        "m.get_login_token": { "enabled": true },
        "m.forget_forced_upon_leave": { "enabled": false },
    });
    if admin {
        capabilities["m.account_moderation"] = json!({ "lock": true, "suspend": true });
    }
    json!({ "capabilities": capabilities })
}
