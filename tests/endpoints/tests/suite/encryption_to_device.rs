//! Messages from device to device, as they are sent.

use herold_endpoint_tests::{TestServer, on_both_engines};
use serde_json::json;

const SEND: &str = "/_matrix/client/v3/sendToDevice";

async fn messages_are_taken_once_and_for_anybody(server: TestServer) -> TestServer {
    let (alice, _bob) = (server.register("alice").await, server.register("bob").await);
    let body = json!({ "messages": {
        "@bob:localhost": { "*": { "a": 1 }, "NONE": {} },
        "@alice:localhost": { (&alice.device_id): {} },
        "@nobody:localhost": { "*": {} },
        "@bob:elsewhere.example": { "*": {} },
    } });
    for _ in 0..2 {
        assert_eq!(alice.put(&format!("{SEND}/m.test/t1"), body.clone()).await.ok(), json!({}));
    }
    alice.put(&format!("{SEND}/m.test%2Fodd/t%201"), json!({ "messages": {} })).await.ok();
    server
}

async fn messages_of_a_wrong_shape_are_refused(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let path = format!("{SEND}/m.test/t1");
    for odd in [
        json!({}),
        json!({ "messages": 1 }),
        json!({ "messages": { "bob": {} } }),
        json!({ "messages": { "@bob:localhost": { "": {} } } }),
        json!({ "messages": { "@bob:localhost": { "*": "text" } } }),
        json!([]),
    ] {
        alice.put(&path, odd).await.error(400, "M_BAD_JSON");
    }
    let large = json!({ "messages": { "@bob:localhost": { "*": { "x": "y".repeat(70_000) } } } });
    alice.put(&path, large).await.error(413, "M_TOO_LARGE");
    let right = json!({ "messages": { "@alice:localhost": { "*": {} } } });
    alice.put(&format!("{SEND}/{}/t", "m".repeat(300)), right.clone()).await.error(400, "M_INVALID_PARAM");
    alice.put(&format!("{SEND}/m.test/%00"), right.clone()).await.error(400, "M_INVALID_PARAM");
    server.visitor().put(&path, right.clone()).await.error(401, "M_MISSING_TOKEN");
    alice.put(&path, right).await.ok();
    server
}

on_both_engines!(messages_are_taken_once_and_for_anybody, messages_of_a_wrong_shape_are_refused);
