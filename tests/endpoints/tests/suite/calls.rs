//! What calls need of the server.

use herold_endpoint_tests::{TestServer, on_both_engines};
use serde_json::json;

const TURN: &str = "/_matrix/client/v3/voip/turnServer";
const TRANSPORTS: &str = "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports";
const SERVICE: &str = "https://livekit.example.org/jwt";

async fn turn_credentials_end_and_name_whose_they_are(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    assert_eq!(alice.get(TURN).await.ok(), json!({}), "no servers are set");
    server.visitor().get(TURN).await.error(401, "M_MISSING_TOKEN");
    server.config.calls.turn_uris = vec!["turn:turn.example.org?transport=udp".to_owned()];
    server.config.calls.turn_secret = Some("north".to_owned());
    server.config.calls.turn_ttl_seconds = 600;
    server.restart().await;
    let alice = alice.at(&server);
    let first = alice.get(TURN).await.ok();
    assert_eq!(first["uris"], json!(["turn:turn.example.org?transport=udp"]));
    assert_eq!(first["ttl"], 600);
    assert_eq!(first["username"], "1700000600:@alice:localhost");
    assert_eq!(first["password"].as_str().unwrap().len(), 28, "20 bytes of HMAC-SHA1 in base64");
    server.clock.advance_ms(60_000);
    let later = alice.get(TURN).await.ok();
    assert_eq!(later["username"], "1700000660:@alice:localhost");
    assert_ne!(first["password"], later["password"]);
    server
}

async fn transports_are_told_where_clients_look(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    assert_eq!(alice.get(TRANSPORTS).await.ok(), json!({ "rtc_transports": [] }));
    server.visitor().get(TRANSPORTS).await.error(401, "M_MISSING_TOKEN");
    let well_known = server.visitor().get("/.well-known/matrix/client").await.ok();
    assert_eq!(well_known.get("org.matrix.msc4143.rtc_foci"), None);
    server.config.calls.livekit_service_urls = vec![SERVICE.to_owned()];
    server.restart().await;
    let livekit = json!([{ "type": "livekit", "livekit_service_url": SERVICE }]);
    assert_eq!(alice.at(&server).get(TRANSPORTS).await.ok(), json!({ "rtc_transports": livekit }));
    let well_known = server.visitor().get("/.well-known/matrix/client").await.ok();
    assert_eq!(well_known["org.matrix.msc4143.rtc_foci"], livekit);
    assert_eq!(well_known["m.homeserver"]["base_url"], "https://matrix.example.org");
    let versions = server.visitor().get("/_matrix/client/versions").await.ok();
    assert_eq!(versions["unstable_features"]["org.matrix.msc4143"], true);
    server
}

on_both_engines!(turn_credentials_end_and_name_whose_they_are, transports_are_told_where_clients_look);
