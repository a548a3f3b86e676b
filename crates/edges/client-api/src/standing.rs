//! What accounts may still do that are locked or suspended, that are guests', or whose owners have yet to agree to the
//! terms; the one place that knows.
//!
//! A locked account may sign out and nothing else. A suspended one may read, keep its keys and its own
//! data in order, leave rooms, take back its own events and close its account; every other write is
//! refused. Spec: Account moderation.

use herold_accounts::{Accounts, Device};
use http::{Method, StatusCode};
use ruma::api::error::ErrorKind;
use serde_json::json;

use crate::error::ApiError;

/// Writes that a suspended account may do: the path after the version, `*` for any one segment, a last
/// `**` for all that follows.
const SUSPENDED_MAY: &[&str] = &[
    "logout",
    "logout/all",
    "login/get_token",
    "account/deactivate",
    "account/password",
    "devices/*",
    "delete_devices",
    "keys/**",
    "room_keys/**",
    "sendToDevice/**",
    "org.matrix.msc3814.v1/dehydrated_device",
    "org.matrix.msc3814.v1/dehydrated_device/**",
    "user/*/filter",
    "user/*/account_data/*",
    "user/*/rooms/*/account_data/*",
    "user/*/rooms/*/tags/*",
    "user/*/openid/request_token",
    "pushers/set",
    "pushrules/**",
    "rooms/*/leave",
    "rooms/*/forget",
    "rooms/*/receipt/**",
    "rooms/*/read_markers",
    "rooms/*/redact/**",
    "rooms/*/report/**",
    "rooms/*/report",
    "users/*/report",
    // Written with POST, but they only read.
    "search",
    "user_directory/search",
    "publicRooms",
    "org.matrix.simplified_msc3575/sync",
];

/// What a locked account may do.
const LOCKED_MAY: &[&str] = &["logout", "logout/all"];

/// What guests may do (client-server API, "Guest Access"): method and path. Beyond what the specification lists they may
/// join under the path that clients use for it, sign out, and ask what the server can do.
const GUESTS_MAY: &[(Method, &str)] = &[
    (Method::GET, "rooms/*/state"),
    (Method::GET, "rooms/*/state/*"),
    (Method::GET, "rooms/*/state/*/*"),
    (Method::GET, "rooms/*/context/*"),
    (Method::GET, "rooms/*/event/*"),
    (Method::GET, "rooms/*/messages"),
    (Method::GET, "rooms/*/members"),
    (Method::GET, "rooms/*/initialSync"),
    (Method::GET, "sync"),
    (Method::GET, "media/download/*/*"),
    (Method::GET, "media/download/*/*/*"),
    (Method::GET, "media/thumbnail/*/*"),
    (Method::GET, "devices"),
    (Method::GET, "devices/*"),
    (Method::GET, "account/whoami"),
    (Method::GET, "capabilities"),
    (Method::POST, "rooms/*/join"),
    (Method::POST, "join/*"),
    (Method::POST, "rooms/*/leave"),
    (Method::POST, "keys/upload"),
    (Method::POST, "keys/query"),
    (Method::POST, "keys/claim"),
    (Method::POST, "logout"),
    (Method::POST, "logout/all"),
    (Method::PUT, "rooms/*/send/*/*"),
    (Method::PUT, "rooms/*/state/*"),
    (Method::PUT, "rooms/*/state/*/*"),
    (Method::PUT, "sendToDevice/*/*"),
    (Method::PUT, "profile/*/displayname"),
    (Method::PUT, "devices/*"),
    (Method::DELETE, "profile/*/displayname"),
];

/// What people may do who have yet to agree to the terms: learn what there is, by what a client asks before and
/// while it syncs, and go. Everything else is refused with the link to the page where they agree.
const WITHOUT_CONSENT: &[&str] = &[
    "account/whoami",
    "capabilities",
    "sync",
    "org.matrix.simplified_msc3575/sync",
    "user/*/filter",
    "user/*/filter/*",
    "pushrules",
    "pushrules/**",
    "logout",
    "logout/all",
    "account/deactivate",
];

/// Refuses what the account of `device` may not do at the moment.
pub(crate) fn check(device: &Device, method: &Method, path: &str) -> Result<(), ApiError> {
    if device.locked && !is_one_of(LOCKED_MAY, path) {
        return Err(locked());
    }
    let reads = *method == Method::GET || *method == Method::HEAD;
    let guests_may = |(allowed, pattern): &(Method, &str)| allowed == method && is_one_of(&[pattern], path);
    if device.guest && !GUESTS_MAY.iter().any(guests_may) {
        let text = "Guests cannot do this: make an account first.";
        return Err(ApiError::new(ErrorKind::GuestAccessForbidden, text));
    }
    if device.suspended && !reads && !is_one_of(SUSPENDED_MAY, path) {
        return Err(suspended());
    }
    Ok(())
}

/// Refuses what nobody may do who has yet to agree to the terms in force.
pub(crate) fn check_consent(accounts: &Accounts, device: &Device, path: &str) -> Result<(), ApiError> {
    if device.owes_consent && !is_one_of(WITHOUT_CONSENT, path) {
        return Err(accounts.consent_not_given(device).into());
    }
    Ok(())
}

/// 403 `M_USER_SUSPENDED`.
pub(crate) fn suspended() -> ApiError {
    let text = "This account is suspended: it can read and leave, but not do this.";
    ApiError::new(ErrorKind::UserSuspended, text)
}

/// 401 `M_USER_LOCKED`; the client keeps its keys.
pub(crate) fn locked() -> ApiError {
    let error = "This account is locked. Ask the administrators of this server.";
    let body = json!({ "errcode": "M_USER_LOCKED", "error": error, "soft_logout": true });
    ApiError::with_body(StatusCode::UNAUTHORIZED, body)
}

fn is_one_of(patterns: &[&str], path: &str) -> bool {
    let mut parts = path.trim_start_matches('/').splitn(4, '/');
    let is_client = parts.next() == Some("_matrix") && parts.next() == Some("client");
    let (_version, rest) = (parts.next(), parts.next().unwrap_or_default());
    is_client && patterns.iter().any(|pattern| matches(pattern, rest))
}

fn matches(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    for wanted in pattern.split('/') {
        match (wanted, segments.next()) {
            ("**", found) => return found.is_some(),
            ("*", Some(_)) => {}
            (wanted, Some(found)) if wanted == found => {}
            _ => return false,
        }
    }
    segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use ruma::{owned_device_id, owned_user_id};

    use super::*;

    fn may(locked: bool, suspended: bool, method: Method, path: &str) -> bool {
        let device = Device {
            user_id: owned_user_id!("@a:x"),
            user_number: 1,
            device_id: owned_device_id!("D"),
            device_number: 2,
            admin: false,
            guest: false,
            locked,
            suspended,
            owes_consent: false,
        };
        check(&device, &method, path).is_ok()
    }

    #[test]
    fn a_locked_account_may_sign_out_only() {
        assert!(may(true, false, Method::POST, "/_matrix/client/v3/logout"));
        assert!(may(true, false, Method::POST, "/_matrix/client/v3/logout/all"));
        for path in ["sync", "account/whoami", "logout/some", "devices"] {
            assert!(!may(true, true, Method::GET, &format!("/_matrix/client/v3/{path}")), "{path}");
        }
    }

    #[test]
    fn a_suspended_account_may_read_and_leave_but_not_write() {
        let post = |path: &str| may(false, true, Method::POST, &format!("/_matrix/client/v3/{path}"));
        assert!(may(false, true, Method::GET, "/_matrix/client/v3/sync"));
        for path in
            ["rooms/!a:x/leave", "keys/upload", "keys/device_signing/upload", "rooms/!a:x/redact/$e/t"]
        {
            assert!(post(path), "{path}");
        }
        for path in
            ["rooms/!a:x/send/m.room.message/t", "join/!a:x", "rooms/!a:x/leave/x", "createRoom", "keys"]
        {
            assert!(!post(path), "{path}");
        }
        assert!(!may(false, true, Method::POST, "/_matrix/media/v3/upload"));
        assert!(may(false, false, Method::POST, "/_matrix/media/v3/upload"));
    }
}
