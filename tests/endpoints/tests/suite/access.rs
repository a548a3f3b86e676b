//! Every room route crossed with everybody who may ask: who lacks access learns nothing.

use herold_accounts::Standing;
use herold_endpoint_tests::{Answer, Client, TestServer, on_both_engines};
use http::Method;
use serde_json::{Value, json};

/// Said in the room after `left` and `banned` were gone; nobody outside may ever read it.
const SECRET: &str = "the seal is in the blue drawer";

/// Who asks, in the order of the columns below.
const ROLES: [&str; 8] = ["nobody", "stranger", "invited", "left", "banned", "admin", "member", "moderator"];

struct Stage {
    callers: Vec<(&'static str, Client)>,
    room: String,
    secret: String,
}

async fn create(owner: &Client) -> String {
    let body = json!({ "preset": "private_chat", "name": "Council" });
    owner.post("/_matrix/client/v3/createRoom", body).await.ok()["room_id"].as_str().unwrap().to_owned()
}

async fn stage(server: &TestServer) -> Stage {
    let owner = server.register("owner").await;
    let room = create(&owner).await;
    let at = |what: &str| format!("/_matrix/client/v3/rooms/{room}/{what}");
    let mut callers = vec![("nobody", server.visitor())];
    for role in &ROLES[1..] {
        callers.push((role, server.register(role).await));
    }
    let admin = ruma::user_id!("@admin:localhost");
    server.accounts().decide(admin, |standing| Standing { admin: true, ..standing }).await.unwrap();
    for (role, client) in &callers {
        if ["invited", "left", "banned", "member", "moderator"].contains(role) {
            owner.post(&at("invite"), json!({ "user_id": client.user_id })).await.ok();
        }
        if ["left", "banned", "member", "moderator"].contains(role) {
            client.post(&at("join"), json!({})).await.ok();
        }
        match *role {
            "left" => drop(client.post(&at("leave"), json!({})).await.ok()),
            "banned" => drop(owner.post(&at("ban"), json!({ "user_id": client.user_id })).await.ok()),
            "moderator" => {
                let mut levels = owner.get(&at("state/m.room.power_levels")).await.ok();
                levels["users"][&client.user_id] = json!(50);
                owner.put(&at("state/m.room.power_levels"), levels).await.ok();
            }
            _ => {}
        }
    }
    let message = json!({ "msgtype": "m.text", "body": SECRET });
    let sent = owner.put(&at("send/m.room.message/secret"), message).await.ok();
    let secret = sent["event_id"].as_str().unwrap().to_owned();
    owner.put(&at("state/m.room.topic"), json!({ "topic": SECRET })).await.ok();
    Stage { callers, room, secret }
}

/// What a role gets: success, success without the secret, or a refusal.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wanted {
    Yes,
    Past,
    No,
}
use Wanted::{No, Past, Yes};

/// Those outside, one who left, one who was banned; members may.
const MEMBERS: [Wanted; 8] = [No, No, No, No, No, No, Yes, Yes];
/// Those who were there may see how it was.
const ONCE_MEMBERS: [Wanted; 8] = [No, No, No, Past, Past, No, Yes, Yes];
/// Only those with power.
const MODERATORS: [Wanted; 8] = [No, No, No, No, No, No, No, Yes];
/// Nobody here.
const OWNER_ONLY: [Wanted; 8] = [No, No, No, No, No, No, No, No];

fn check(what: &str, role: &str, wanted: Wanted, answer: &Answer) {
    let told = answer.body.to_string();
    let shown = format!("{what} as {role}: {} {told}", answer.status);
    match wanted {
        Yes => assert!(answer.status.is_success(), "{shown}"),
        Past => {
            assert!(answer.status.is_success(), "{shown}");
            assert!(!told.contains(SECRET), "{shown}");
        }
        No => {
            assert!(matches!(answer.status.as_u16(), 401 | 403 | 404), "{shown}");
            assert!(answer.body["errcode"].is_string(), "{shown}");
            assert!(!told.contains(SECRET) && !told.contains("Council"), "{shown}");
        }
    }
    if role == "nobody" {
        assert_eq!(answer.body["errcode"], "M_MISSING_TOKEN", "{shown}");
    }
}

async fn cross(stage: &Stage, rows: &[(Method, String, Option<Value>, [Wanted; 8])]) {
    for (method, path, body, wanted) in rows {
        for ((role, client), wanted) in stage.callers.iter().zip(wanted) {
            let answer = client.ask(method.clone(), path, body.clone()).await;
            check(&format!("{method} {path}"), role, *wanted, &answer);
        }
    }
}

async fn nobody_reads_a_room_they_may_not_read(server: TestServer) -> TestServer {
    let stage = stage(&server).await;
    let (room, secret) = (&stage.room, &stage.secret);
    let get =
        |what: &str, wanted| (Method::GET, format!("/_matrix/client/v3/rooms/{room}/{what}"), None, wanted);
    let rows = [
        get("state", ONCE_MEMBERS),
        get("state/m.room.name", ONCE_MEMBERS),
        get("state/m.room.name/?format=event", ONCE_MEMBERS),
        get("state/m.room.topic", [No, No, No, No, No, No, Yes, Yes]),
        get("members", ONCE_MEMBERS),
        get("joined_members", MEMBERS),
        get("messages?dir=b&limit=100", ONCE_MEMBERS),
        get("messages?dir=f&limit=100", ONCE_MEMBERS),
        get(&format!("context/{secret}?limit=100"), MEMBERS),
        get(&format!("event/{secret}"), MEMBERS),
        get("aliases", MEMBERS),
    ];
    cross(&stage, &rows).await;
    server
}

async fn nobody_writes_where_they_may_not_write(server: TestServer) -> TestServer {
    let stage = stage(&server).await;
    let (room, secret) = (&stage.room, &stage.secret);
    let row = |method: Method, what: &str, body: Value, wanted| {
        (method, format!("/_matrix/client/v3/rooms/{room}/{what}"), Some(body), wanted)
    };
    let text = json!({ "msgtype": "m.text", "body": "hello" });
    let whom = json!({ "user_id": "@somebody:localhost" });
    let owner = json!({ "user_id": "@owner:localhost" });
    let rows = [
        row(Method::PUT, "send/m.room.message/1", text, MEMBERS),
        row(Method::PUT, "state/m.room.name", json!({ "name": "Council" }), MODERATORS),
        row(Method::PUT, "state/m.room.power_levels", json!({ "users": {} }), OWNER_ONLY),
        row(Method::PUT, &format!("redact/{secret}/1"), json!({}), MODERATORS),
        row(Method::POST, "ban", whom.clone(), MODERATORS),
        row(Method::POST, "unban", whom, MODERATORS),
        row(Method::POST, "ban", owner.clone(), OWNER_ONLY),
        row(Method::POST, "kick", owner, OWNER_ONLY),
        row(Method::POST, "upgrade", json!({ "new_version": "11" }), OWNER_ONLY),
        row(Method::POST, &format!("receipt/m.read/{secret}"), json!({}), MEMBERS),
    ];
    cross(&stage, &rows).await;
    for ((role, client), wanted) in stage.callers.iter().zip(MEMBERS).skip(1) {
        let path = format!("/_matrix/client/v3/rooms/{room}/typing/{}", client.user_id);
        let answer = client.put(&path, json!({ "typing": true, "timeout": 1_000 })).await;
        check("typing", role, wanted, &answer);
    }
    server
}

async fn a_sync_tells_nothing_of_rooms_one_is_not_in(server: TestServer) -> TestServer {
    let stage = stage(&server).await;
    for (role, client) in &stage.callers[1..] {
        let filter = "%7B%22room%22%3A%7B%22include_leave%22%3Atrue%7D%7D";
        let told = client.get(&format!("/_matrix/client/v3/sync?filter={filter}")).await.ok().to_string();
        let inside = ["member", "moderator"].contains(role);
        assert_eq!(told.contains(SECRET), inside, "{role}: {told}");
    }
    server
}

async fn an_open_history_is_open_and_a_closed_one_stays_closed(server: TestServer) -> TestServer {
    let (owner, stranger) = (server.register("owner").await, server.register("stranger").await);
    let room = create(&owner).await;
    let at = |what: &str| format!("/_matrix/client/v3/rooms/{room}/{what}");
    let say = |id: &str, body: &str| {
        let (owner, path) = (owner.clone(), at(&format!("send/m.room.message/{id}")));
        let message = json!({ "msgtype": "m.text", "body": body });
        async move { owner.put(&path, message).await.ok()["event_id"].as_str().unwrap().to_owned() }
    };
    let closed = say("1", "before").await;
    let visibility = |value: &str| json!({ "history_visibility": value });
    owner.put(&at("state/m.room.history_visibility"), visibility("world_readable")).await.ok();
    let open = say("2", "while open").await;
    stranger.get(&at("state/m.room.name")).await.ok();
    stranger.get(&at(&format!("event/{open}"))).await.ok();
    stranger.get(&at(&format!("event/{closed}"))).await.error(404, "M_NOT_FOUND");
    let page = stranger.get(&at("messages?dir=b&limit=100")).await.ok().to_string();
    assert!(page.contains("while open") && !page.contains("before"), "{page}");
    owner.put(&at("state/m.room.history_visibility"), visibility("joined")).await.ok();
    say("3", "closed again").await;
    stranger.get(&at("messages?dir=b")).await.error(403, "M_FORBIDDEN");
    stranger.get(&at("state")).await.error(403, "M_FORBIDDEN");
    server
}

async fn somebody_invited_sees_from_the_invitation_on_where_the_room_says_so(
    server: TestServer,
) -> TestServer {
    let (owner, guest) = (server.register("owner").await, server.register("guest").await);
    for (visibility, before, between) in
        [("shared", true, true), ("invited", false, true), ("joined", false, false)]
    {
        let room = create(&owner).await;
        let at = |what: &str| format!("/_matrix/client/v3/rooms/{room}/{what}");
        let value = json!({ "history_visibility": visibility });
        owner.put(&at("state/m.room.history_visibility"), value).await.ok();
        let text = |body: &str| json!({ "msgtype": "m.text", "body": body });
        owner.put(&at("send/m.room.message/1"), text("first word")).await.ok();
        owner.post(&at("invite"), json!({ "user_id": guest.user_id })).await.ok();
        owner.put(&at("send/m.room.message/2"), text("second word")).await.ok();
        guest.post(&at("join"), json!({})).await.ok();
        let page = guest.get(&at("messages?dir=b&limit=100")).await.ok().to_string();
        assert_eq!((page.contains("first word"), page.contains("second word")), (before, between), "{page}");
        let sync = guest.get("/_matrix/client/v3/sync").await.ok()["rooms"]["join"][&room].to_string();
        assert_eq!((sync.contains("first word"), sync.contains("second word")), (before, between), "{sync}");
    }
    server
}

on_both_engines!(
    nobody_reads_a_room_they_may_not_read,
    nobody_writes_where_they_may_not_write,
    a_sync_tells_nothing_of_rooms_one_is_not_in,
    an_open_history_is_open_and_a_closed_one_stays_closed,
    somebody_invited_sees_from_the_invitation_on_where_the_room_says_so,
);
