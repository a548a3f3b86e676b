//! Every route is asked with broken input: whatever comes, the answer is a success or a 4xx that says
//! `errcode` and `error`, and the server goes on serving.

use herold_base::Random;
use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use http::{Method, StatusCode};
use serde_json::Value;

/// Requests per route.
const TRIES: usize = 40;
/// The seed; a failure names the try, which with the seed tells everything.
const SEED: u64 = 20_261_124;

/// Arguments for the path, percent-encoded as they are sent.
const ARGUMENTS: &[&str] = &[
    "!room:localhost",
    "%21unknown%3Alocalhost",
    "@alice:localhost",
    "@nobody:elsewhere.example",
    "%23alias%3Alocalhost",
    "$event",
    "m.room.message",
    "m.room.member",
    "%FF%FE",
    "%00",
    "%",
    "%2F..%2F",
    "..",
    "0",
    "-1",
    "99999999999999999999999",
    "%F0%9F%A6%8A",
    "!",
    "@",
    "@:",
    "!a:b:c:d",
    "a%20b",
    "%5B%5D",
    "1",
];

/// Queries, after the question mark.
const QUERIES: &[&str] = &[
    "",
    "limit=-1",
    "limit=999999999999999999999",
    "limit=x",
    "dir=q",
    "dir=b&from=nonsense",
    "dir=f&from=t-5&to=s",
    "filter=%7B",
    "filter=%7B%22types%22%3A7%7D",
    "filter=99999999",
    "since=nonsense&timeout=0",
    "since=s99999999999999999999&timeout=0",
    "since=s0&timeout=0&full_state=maybe",
    "from=x&to=y",
    "at=%00",
    "width=-1&height=0&method=explode",
    "width=4294967295&height=4294967295",
    "version=%FF",
    "format=odd",
    "access_token=%FF%FE",
    "%FF=%FE",
    "a=b&a=b&a=b",
];

fn bodies() -> Vec<Vec<u8>> {
    let deep = |open: &str, close: &str, levels: usize| {
        format!("{}1{}", open.repeat(levels), close.repeat(levels)).into_bytes()
    };
    let mut bodies: Vec<Vec<u8>> = [
        "",
        "{}",
        "null",
        "[]",
        "7",
        "\"text\"",
        "{",
        "{\"a\":}",
        "{'a':1}",
        "\u{0}",
        "{\"a\":1,\"a\":2}",
        "{\"body\":1e400}",
        "{\"body\":9007199254740993,\"msgtype\":1.5}",
        "{\"msgtype\":\"m.text\",\"body\":\"\\ud800\"}",
        "{\"auth\":[],\"password\":7}",
        "{\"auth\":{\"type\":\"m.login.password\",\"session\":5}}",
        "{\"auth\":{\"type\":\"m.login.password\",\"session\":\"none\",\"identifier\":{}}}",
        "{\"type\":\"m.login.password\",\"identifier\":{\"type\":\"m.id.user\",\"user\":\"\"},\"password\":\"\"}",
        "{\"user_id\":\"not a user\"}",
        "{\"user_id\":\"@bob:localhost\",\"reason\":[]}",
        "{\"preset\":\"odd\",\"room_version\":\"999\",\"invite\":[\"x\"]}",
        "{\"initial_state\":[{\"type\":\"m.room.create\",\"content\":{}}],\"creation_content\":[]}",
        "{\"power_level_content_override\":{\"users\":{\"x\":\"y\"}}}",
        "{\"device_keys\":{\"user_id\":1},\"one_time_keys\":{\"signed_curve25519:A\":7}}",
        "{\"device_keys\":{\"@alice:localhost\":{}},\"timeout\":-5}",
        "{\"messages\":{\"@alice:localhost\":{\"*\":7}}}",
        "{\"membership\":\"join\"}",
        "{\"users\":{\"@alice:localhost\":\"100\"}}",
        "{\"typing\":\"yes\",\"timeout\":-1}",
        "{\"presence\":\"asleep\"}",
        "{\"displayname\":{}}",
        "{\"algorithm\":\"x\",\"auth_data\":7,\"rooms\":[]}",
        "{\"devices\":[7],\"new_password\":[]}",
        "{\"room_alias_name\":\"a:b c\",\"room_id\":\"!\"}",
        "{\"order\":\"first\",\"tags\":[]}",
        // PostgreSQL keeps no NUL in a text.
        "{\"displayname\":\"\\u0000\",\"avatar_url\":\"\\u0000\",\"display_name\":\"\\u0000\"}",
        "{\"user_id\":\"@a\\u0000:localhost\",\"reason\":\"\\u0000\"}",
        "{\"room_alias_name\":\"a\\u0000\",\"name\":\"\\u0000\",\"topic\":\"\\u0000\",\"invite\":[]}",
        "{\"initial_state\":[{\"type\":\"\\u0000\",\"state_key\":\"\\u0000\",\"content\":{\"\\u0000\":\"\\u0000\"}}]}",
        "{\"msgtype\":\"m.text\",\"body\":\"\\u0000\"}",
        "{\"messages\":{\"@alice:localhost\":{\"\\u0000\":{\"a\":\"\\u0000\"},\"*\":{\"a\":\"\\u0000\"}}}}",
        "{\"one_time_keys\":{\"signed_curve25519:\\u0000\":{\"key\":\"\\u0000\",\"signatures\":{}}}}",
        "{\"one_time_keys\":{\"@alice:localhost\":{\"\\u0000\":\"signed_curve25519\"}}}",
        "{\"device_keys\":{\"@alice:localhost\":[\"\\u0000\"]}}",
        "{\"algorithm\":\"m.megolm_backup.v1.curve25519-aes-sha2\",\"auth_data\":{\"public_key\":\"\\u0000\"}}",
        "{\"rooms\":{\"!a:localhost\":{\"sessions\":{\"\\u0000\":{\"first_message_index\":0,\"forwarded_count\":0,\"is_verified\":false,\"session_data\":{\"a\":\"\\u0000\"}}}}}}",
        "{\"first_message_index\":0,\"forwarded_count\":0,\"is_verified\":false,\"session_data\":{\"a\":\"\\u0000\"}}",
        "{\"devices\":[\"\\u0000\"],\"logout_devices\":true,\"new_password\":\"\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\"}",
        "{\"username\":\"\\u0000\",\"password\":\"correct horse battery\",\"device_id\":\"\\u0000\",\"initial_device_display_name\":\"\\u0000\",\"auth\":{\"type\":\"m.login.dummy\"}}",
        "{\"type\":\"m.login.password\",\"identifier\":{\"type\":\"m.id.user\",\"user\":\"\\u0000\"},\"password\":\"\\u0000\",\"device_id\":\"\\u0000\"}",
        "{\"type\":\"m.login.token\",\"token\":\"\\u0000\",\"refresh_token\":\"\\u0000\"}",
        "{\"m.fully_read\":\"$\\u0000\",\"m.read\":\"$\\u0000\",\"thread_id\":\"\\u0000\"}",
        "{\"presence\":\"online\",\"status_msg\":\"\\u0000\"}",
        "{\"filename\":\"\\u0000\",\"alias\":\"#\\u0000:localhost\",\"room_id\":\"!\\u0000:localhost\"}",
        "{\"room\":{\"rooms\":[\"!\\u0000:localhost\"],\"timeline\":{\"types\":[\"\\u0000\"]}}}",
        "{\"pattern\":\"\\u0000\",\"actions\":[\"notify\"],\"conditions\":[]}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    bodies.push(vec![0xff, 0xfe, 0x00]);
    bodies.push(deep("[", "]", 100_000));
    bodies.push(deep("{\"a\":", "}", 20_000));
    bodies.push(deep("{\"a\":", "}", 120));
    bodies.push(format!("{{\"body\":\"{}\"}}", "x".repeat(70_000)).into_bytes());
    bodies.push(format!("{{\"{}\":1}}", "k".repeat(70_000)).into_bytes());
    bodies
}

/// Draws from lists, always the same for the same seed.
struct Dice(Random);

impl Dice {
    fn pick<'a, T>(&self, from: &'a [T]) -> &'a T {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        &from[usize::try_from(u64::from_le_bytes(bytes) % from.len() as u64).unwrap()]
    }
}

/// `pattern` with its parameters filled; every other room is `room`, which the caller is in.
fn path(dice: &Dice, pattern: &str, room: &str) -> String {
    let fill = |part: &str| match part {
        "{room_id}" | "{room_id_or_alias}" if *dice.pick(&[true, false]) => room.to_owned(),
        _ if part.starts_with('{') => (*dice.pick(ARGUMENTS)).to_owned(),
        _ => part.to_owned(),
    };
    let filled: Vec<String> = pattern.split('/').map(fill).collect();
    let query = dice.pick(QUERIES);
    if query.is_empty() { filled.join("/") } else { format!("{}?{query}", filled.join("/")) }
}

/// Sends a request. A refusal may come before the body was read and close the connection under the next
/// request; so one that got no answer is sent once more, and only the second silence counts.
async fn send(
    client: &Client,
    method: &Method,
    path: &str,
    body: &[u8],
) -> reqwest::Result<reqwest::Response> {
    let request = || {
        let request = client.raw(method.clone(), path).body(body.to_vec());
        match &client.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    };
    match request().send().await {
        Err(error) if !error.is_builder() => request().send().await,
        outcome => outcome,
    }
}

/// Sends one request and checks that the answer is a success or an error as the specification spells it.
async fn try_one(client: &Client, method: &Method, path: &str, body: &[u8], tried: &str) {
    let response = match send(client, method, path, body).await {
        Ok(response) => response,
        // The client itself refuses to write such a path.
        Err(error) if error.is_builder() => return,
        Err(error) => panic!("{tried}: no answer: {error}"),
    };
    let status = response.status();
    let text = response.text().await.unwrap_or_default();
    if status.is_success() || status.is_redirection() {
        return;
    }
    assert!(status.is_client_error(), "{tried}: {status} {text}");
    if *method == Method::HEAD || status == StatusCode::RANGE_NOT_SATISFIABLE {
        return;
    }
    let body: Value = serde_json::from_str(&text).unwrap_or_default();
    let explained = body["errcode"].is_string() || body["flows"].is_array();
    assert!(explained, "{tried}: {status} without errcode: {text}");
}

async fn room_of(caller: &Client) -> String {
    let room = caller.post("/_matrix/client/v3/createRoom", serde_json::json!({})).await.ok();
    room["room_id"].as_str().unwrap().to_owned()
}

async fn every_route_answers_broken_input_with_an_error(server: TestServer) -> TestServer {
    let dice = Dice(Random::seeded(SEED));
    let bodies = bodies();
    let mut caller = server.register("alice").await;
    let mut room = room_of(&caller).await;
    for (number, operation) in herold_client_api::operations().iter().enumerate() {
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
        for attempt in 0..TRIES {
            let (path, body) = (path(&dice, &operation.path, &room), dice.pick(&bodies));
            let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
            let tried = format!("{method} {path} {shown} (try {attempt})");
            let client = if attempt % 6 == 5 { server.visitor() } else { caller.clone() };
            try_one(&client, &method, &path, body, &tried).await;
        }
        // Some routes sign the caller out, or close the account.
        let whoami = send(&caller, &Method::GET, "/_matrix/client/v3/account/whoami", b"").await.unwrap();
        if whoami.status() != StatusCode::OK {
            caller = server.register(&format!("alice{number}")).await;
            room = room_of(&caller).await;
        }
    }
    server.visitor().get("/_matrix/client/versions").await.ok();
    server
}

async fn bodies_beyond_the_limit_are_too_large(server: TestServer) -> TestServer {
    // One byte too many: with more left unread the connection could close before the answer is seen.
    let body = vec![b'x'; 8 * 1024 * 1024 + 1];
    let request = server.visitor().raw(Method::POST, "/_matrix/client/v3/login").body(body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    server
}

async fn what_is_no_json_is_refused_even_where_nobody_reads_it(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let paths =
        ["register", "createRoom", "keys/upload", "user/@alice:localhost/filter", "account/deactivate"];
    for path in paths {
        for body in [&b"{\"test\":\"a\x81\"}"[..], b"{}x", b"{\"test\":", b"{\"test\":nul}"] {
            let request = alice.raw(Method::POST, &format!("/_matrix/client/v3/{path}"));
            let token = alice.token.as_deref().unwrap();
            let answer = request.bearer_auth(token).body(body.to_vec()).send().await.unwrap();
            assert_eq!(answer.status(), 400, "{path}");
            let told: serde_json::Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
            assert_eq!(told["errcode"], "M_NOT_JSON", "{path}");
        }
    }
    server
}

on_both_engines!(
    what_is_no_json_is_refused_even_where_nobody_reads_it,
    every_route_answers_broken_input_with_an_error,
    bodies_beyond_the_limit_are_too_large
);
