//! The push gateway for other servers: their people are told through it, and strangers get no further than that.

use herold_endpoint_tests::{Client, Manner, PushService, RoughGateway, TestServer, on_both_engines};
use herold_server::config::{RateLimit, RateLimits};
use http::Method;
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};

const NOTIFY: &str = "/_matrix/push/v1/notify";

/// Notifications through one push service that may be on their way at once.
const PER_PLACE_MAX: usize = 32;

/// Opens the gateway of `server`.
async fn open(server: &mut TestServer) {
    server.config.push.gateway = true;
    server.restart().await;
}

/// A device behind `service`, as another server names it.
async fn device(server: &TestServer, service: &PushService, data: Value) -> Value {
    let mut pusher = service.pusher(server, data).await;
    pusher["data"].as_object_mut().unwrap().remove("url");
    json!({ "app_id": pusher["app_id"], "pushkey": pusher["pushkey"], "data": pusher["data"] })
}

/// What another server sends of an event.
fn about(event_id: &str, devices: &[&Value]) -> Value {
    json!({ "notification": {
        "event_id": event_id, "room_id": "!r", "prio": "low", "counts": { "unread": 2, "missed_calls": 1 },
        "devices": devices,
    } })
}

async fn notify(server: &TestServer, body: Value) -> Value {
    server.visitor().post(NOTIFY, body).await.ok()
}

async fn somebody_of_another_server_is_told_in_the_browser(mut server: TestServer) -> TestServer {
    open(&mut server).await;
    let mut service = PushService::start().await;
    let mut home = TestServer::another().await;
    let (alice, bob) = (home.register("alice").await, home.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let mine = json!({
        "url": format!("{}{NOTIFY}", server.visitor().base()), "format": "event_id_only",
        "default_payload": { "user_id": bob.user_id },
    });
    let pusher = service.pusher(&server, mine).await;
    bob.post("/_matrix/client/v3/pushers/set", pusher).await.ok();
    let one = say(&alice, &room, "1", "secret").await;
    let told = service.next().await;
    let expected =
        json!({ "event_id": one, "room_id": room, "prio": "high", "unread": 1, "user_id": bob.user_id });
    assert_eq!(told.payload, expected);
    let described = server.visitor().get("/app.json").await.ok();
    assert_eq!(described["web_push"]["key"], json!(told.key), "the gateway signs, not the home server");
    bob.post(&format!("/_matrix/client/v3/rooms/{room}/receipt/m.read/{one}"), json!({})).await.ok();
    assert_eq!(service.next().await.payload, json!({ "unread": 0, "user_id": bob.user_id }));
    // The subscription ended: the home server learns of it and forgets the pusher.
    service.answer(410, None);
    say(&alice, &room, "2", "two").await;
    service.next().await;
    let pushers = async |who: &Client| {
        who.get("/_matrix/client/v3/pushers").await.ok()["pushers"].as_array().unwrap().len()
    };
    while pushers(&bob).await > 0 {
        tokio::task::yield_now().await;
    }
    home.stop().await;
    server
}

async fn each_device_is_told_once_and_what_no_browser_gave_is_rejected(mut server: TestServer) -> TestServer {
    open(&mut server).await;
    let mut services = [PushService::start().await, PushService::start().await];
    let one = device(&server, &services[0], json!({})).await;
    let two = device(&server, &services[1], json!({})).await;
    let odd = json!({ "app_id": "a", "pushkey": "nobody", "data": {} });
    let mut inside = one.clone();
    inside["data"]["endpoint"] = json!("https://10.0.0.1/");
    services[1].answer(503, None);
    let body = about("$one", &[&one, &two]);
    server.visitor().post(NOTIFY, body.clone()).await.error(502, "M_UNKNOWN");
    for service in &mut services {
        let told = service.next().await.payload;
        assert_eq!(told, json!({ "event_id": "$one", "room_id": "!r", "prio": "low", "unread": 2 }));
    }
    services[1].answer(429, Some("600"));
    let answer = server.visitor().post(NOTIFY, body.clone()).await.error(429, "M_LIMIT_EXCEEDED");
    assert_eq!(answer["retry_after_ms"], 600_000);
    services[1].next().await;
    services[1].answer(201, None);
    for _ in 0..2 {
        assert_eq!(notify(&server, body.clone()).await, json!({ "rejected": [] }));
    }
    assert_eq!(services[1].next().await.payload["event_id"], "$one");
    assert!(services[0].is_quiet() && services[1].is_quiet(), "who was told is not told again");
    let rejected = notify(&server, about("$two", &[&odd, &one, &inside])).await;
    assert_eq!(rejected, json!({ "rejected": ["nobody", inside["pushkey"]] }));
    assert_eq!(services[0].next().await.payload["event_id"], "$two");
    // Another account in the same browser is told of the same event.
    let mut other = one.clone();
    other["data"]["default_payload"] = json!({ "user_id": "@other:example.org" });
    assert_eq!(notify(&server, about("$two", &[&one, &other])).await, json!({ "rejected": [] }));
    assert_eq!(services[0].next().await.payload["user_id"], "@other:example.org");
    services[0].answer(404, None);
    assert_eq!(notify(&server, about("$three", &[&one])).await, json!({ "rejected": [one["pushkey"]] }));
    server
}

async fn a_stranger_gets_no_further(mut server: TestServer) -> TestServer {
    let mut service = PushService::start().await;
    let one = device(&server, &service, json!({})).await;
    server.visitor().post(NOTIFY, about("$one", &[&one])).await.error(404, "M_UNRECOGNIZED");
    server.config.rate_limits =
        RateLimits { notify: RateLimit { per_second: 0.001, burst: 9 }, ..RateLimits::default() };
    open(&mut server).await;
    let visitor = server.visitor();
    visitor.ask(Method::GET, NOTIFY, None).await.error(405, "M_UNRECOGNIZED");
    let mut odd = about("$one", &[]);
    odd["notification"]["event_id"] = json!({ "a": 1 });
    visitor.post(NOTIFY, odd).await.error(400, "M_BAD_JSON");
    visitor.post(NOTIFY, json!({})).await.error(400, "M_BAD_JSON");
    visitor.post(NOTIFY, json!({ "notification": {} })).await.error(400, "M_BAD_JSON");
    let crowd = about("$one", &[&one; 11]);
    visitor.post(NOTIFY, crowd).await.error(400, "M_INVALID_PARAM");
    let mut long = about("$one", &[&one]);
    long["notification"]["content"] = json!({ "body": "x".repeat(130 * 1024) });
    visitor.post(NOTIFY, long).await.error(413, "M_TOO_LARGE");
    // Nothing but a notification can be made of it, however odd.
    let mut long = about(&"$".repeat(5_000), &[&one]);
    long["notification"]["content"] = json!({ "body": "x".repeat(60 * 1024) });
    assert_eq!(notify(&server, long).await, json!({ "rejected": [] }));
    assert_eq!(service.next().await.payload, json!({ "unread": 2 }));
    assert_eq!(notify(&server, about("$one", &[])).await, json!({ "rejected": [] }));
    for event_id in ["$two", "$three"] {
        assert_eq!(notify(&server, about(event_id, &[&one])).await, json!({ "rejected": [] }));
        service.next().await;
    }
    visitor.post(NOTIFY, about("$four", &[&one])).await.error(429, "M_LIMIT_EXCEEDED");
    assert!(service.is_quiet());
    server
}

async fn nobody_waits_in_it(mut server: TestServer) -> TestServer {
    open(&mut server).await;
    let (mut service, mut own) = (PushService::start().await, PushService::start().await);
    let mut silent = RoughGateway::start(Manner::Silent).await;
    let good = device(&server, &service, json!({})).await;
    let mut slow = good.clone();
    slow["data"]["endpoint"] = json!(silent.url());
    let mut waiting = tokio::task::JoinSet::new();
    for number in 0..PER_PLACE_MAX {
        let (visitor, body) = (server.visitor(), about(&format!("${number}"), &[&slow]));
        waiting.spawn(async move { visitor.post(NOTIFY, body).await });
    }
    let mut arrived = 0;
    while arrived < PER_PLACE_MAX {
        arrived += silent.arrived().len();
        tokio::task::yield_now().await;
    }
    server.visitor().post(NOTIFY, about("$more", &[&slow])).await.error(429, "M_LIMIT_EXCEEDED");
    // Through another service it goes as ever, and the server's own people are told.
    assert_eq!(notify(&server, about("$good", &[&good])).await, json!({ "rejected": [] }));
    assert_eq!(service.next().await.payload["event_id"], "$good");
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    own.push_to(&server, &bob, json!({})).await;
    let said = say(&alice, &room, "1", "hello").await;
    assert_eq!(own.next().await.payload["event_id"], json!(said));
    silent.behave(Manner::Good);
    while let Some(answer) = waiting.join_next().await {
        answer.unwrap().error(502, "M_UNKNOWN");
    }
    assert_eq!(notify(&server, about("$more", &[&slow])).await, json!({ "rejected": [] }));
    server
}

on_both_engines!(
    somebody_of_another_server_is_told_in_the_browser,
    each_device_is_told_once_and_what_no_browser_gave_is_rejected,
    a_stranger_gets_no_further,
    nobody_waits_in_it,
);
