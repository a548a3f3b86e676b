//! What a server tells of itself.

use herold_endpoint_tests::{TestServer, on_both_engines};
use serde_json::json;

async fn capabilities_are_told_to_those_who_are_signed_in(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let capabilities = alice.get("/_matrix/client/v3/capabilities").await.ok()["capabilities"].clone();
    assert_eq!(capabilities["m.change_password"], json!({ "enabled": true }));
    assert_eq!(capabilities["m.3pid_changes"], json!({ "enabled": false }));
    let versions = &capabilities["m.room_versions"];
    assert_eq!(versions["default"], "12");
    assert!((1..=12).all(|version| versions["available"][version.to_string()] == "stable"));
    server.visitor().get("/_matrix/client/v3/capabilities").await.error(401, "M_MISSING_TOKEN");
    server
}

async fn where_the_server_is_found_is_published_when_set(mut server: TestServer) -> TestServer {
    let visitor = server.visitor();
    let client = visitor.get("/.well-known/matrix/client").await.ok();
    assert_eq!(client, json!({ "m.homeserver": { "base_url": "https://matrix.example.org" } }));
    let other_server = visitor.get("/.well-known/matrix/server").await.ok();
    assert_eq!(other_server, json!({ "m.server": "matrix.example.org:443" }));
    let support = visitor.get("/.well-known/matrix/support").await.ok();
    let contacts = json!({ "contacts": [
        { "role": "m.role.admin", "matrix_id": "@admin:localhost" },
        { "role": "m.role.security", "email_address": "security@example.org" },
    ] });
    assert_eq!(support, contacts);
    server.config.well_known = Default::default();
    server.restart().await;
    for file in ["client", "server", "support"] {
        server.visitor().get(&format!("/.well-known/matrix/{file}")).await.error(404, "M_NOT_FOUND");
    }
    server
}

on_both_engines!(
    capabilities_are_told_to_those_who_are_signed_in,
    where_the_server_is_found_is_published_when_set,
);
