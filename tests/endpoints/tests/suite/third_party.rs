//! Other networks: none is connected.

use herold_endpoint_tests::{TestServer, on_both_engines};
use serde_json::json;

const PREFIX: &str = "/_matrix/client/v3/thirdparty";

async fn without_bridges_nothing_is_known_of_other_networks(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    assert_eq!(alice.get(&format!("{PREFIX}/protocols")).await.ok(), json!({}));
    for path in [
        "protocol/irc",
        "location/irc?channel=%23matrix",
        "location?alias=%23room:localhost",
        "user/irc?nick=alice",
        "user?userid=@alice:localhost",
    ] {
        alice.get(&format!("{PREFIX}/{path}")).await.error(404, "M_NOT_FOUND");
        server.visitor().get(&format!("{PREFIX}/{path}")).await.error(401, "M_MISSING_TOKEN");
    }
    alice.get(&format!("{PREFIX}/location?alias=odd")).await.error(400, "M_INVALID_PARAM");
    alice.get(&format!("{PREFIX}/user?userid=odd")).await.error(400, "M_INVALID_PARAM");
    server
}

on_both_engines!(without_bridges_nothing_is_known_of_other_networks);
