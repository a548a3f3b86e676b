//! A person at matrix-js-sdk, in a Node process of its own that is told line by line what to do
//! (`tests/scenarios/js/client.mjs` describes the lines).

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::oneshot;

use crate::patience::within;
use crate::person::{Entry, File, Message, Person};
use crate::server::{log_path, test_folder};

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>;

/// Whoever waits on a command's answer is in `waiting` under the command's number.
pub struct JsPerson {
    user: String,
    device: String,
    input: tokio::sync::Mutex<ChildStdin>,
    waiting: Waiting,
    numbers: std::sync::atomic::AtomicU64,
    _process: Child,
}

impl JsPerson {
    /// Starts a client and lets the person in.
    pub async fn enter(entry: Entry, server: &str, username: &str, password: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../js");
        // Several scenarios run at once; the port tells their servers apart.
        let port = server.rsplit(':').next().unwrap_or_default();
        let log = log_path(&format!("js-{port}-{username}"));
        let mut process = Command::new(test_folder().join("bin/node"))
            .arg("client.mjs")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).expect("a log file"))
            .kill_on_drop(true)
            .spawn()
            .expect("Node is missing: .ci/prepare-scenarios installs what the scenarios need");
        let waiting = Waiting::default();
        tokio::spawn(hand_out(process.stdout.take().expect("piped"), waiting.clone()));
        let mut person = Self {
            user: String::new(),
            device: String::new(),
            input: tokio::sync::Mutex::new(process.stdin.take().expect("piped")),
            waiting,
            numbers: Default::default(),
            _process: process,
        };
        let command = match entry {
            Entry::SignUp => "sign-up",
            Entry::SignIn => "sign-in",
        };
        let account = json!({ "server": server, "username": username, "password": password });
        let entered = person.tell(command, account).await;
        person.user = text(&entered, "user");
        person.device = text(&entered, "device");
        person
    }

    async fn tell(&self, command: &str, with: Value) -> Value {
        let number = self.numbers.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let (sender, receiver) = oneshot::channel();
        self.waiting.lock().unwrap().insert(number, sender);
        let line = format!("{}\n", json!({ "id": number, "do": command, "with": with }));
        self.input.lock().await.write_all(line.as_bytes()).await.expect("the js client reads");
        let answer = within(&format!("the js client's {command}"), receiver).await;
        let mut answer = answer.unwrap_or_else(|_| panic!("the js client ended during {command}"));
        assert!(answer["error"].is_null(), "js client: {}", answer["error"].as_str().unwrap_or_default());
        answer["ok"].take()
    }

    async fn send(&self, command: &str, with: Value) -> String {
        text(&self.tell(command, with).await, "event")
    }
}

/// Gives each answer to whoever waits for it, until the client ends; then nobody waits any more.
async fn hand_out(output: ChildStdout, waiting: Waiting) {
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let answer: Value = serde_json::from_str(&line).expect("the js client answers in JSON");
        let number = answer["id"].as_u64().expect("an answer has a number");
        if let Some(sender) = waiting.lock().unwrap().remove(&number) {
            // Nobody listens any more when a scenario has ended.
            let _ = sender.send(answer);
        }
    }
    waiting.lock().unwrap().clear();
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("{field} is missing in {value}")).to_owned()
}

fn message(value: &Value) -> Message {
    Message {
        event: text(value, "event"),
        sender: text(value, "sender"),
        body: value["body"].as_str().map(str::to_owned),
        encrypted: value["encrypted"].as_bool().unwrap_or_default(),
        undecryptable: value["undecryptable"].as_bool().unwrap_or_default(),
    }
}

impl Person for JsPerson {
    fn user(&self) -> &str {
        &self.user
    }

    fn device(&self) -> &str {
        &self.device
    }

    async fn set_up_recovery(&self) -> String {
        text(&self.tell("set-up-recovery", json!({})).await, "recoveryKey")
    }

    async fn restore(&self, recovery_key: &str) {
        self.tell("restore", json!({ "recoveryKey": recovery_key })).await;
    }

    async fn wait_until_backed_up(&self) {
        self.tell("wait-until-backed-up", json!({})).await;
    }

    async fn wait_until_user_verified(&self, user: &str) {
        self.tell("wait-until-user-verified", json!({ "user": user })).await;
    }

    async fn wait_until_device_verified(&self, user: &str, device: &str) {
        self.tell("wait-until-device-verified", json!({ "user": user, "device": device })).await;
    }

    async fn create_room(&self, invite: &str) -> (String, String) {
        let created = self.tell("create-room", json!({ "invite": invite })).await;
        (text(&created, "room"), text(&created, "version"))
    }

    async fn join_room(&self, room: &str) {
        self.tell("join-room", json!({ "room": room })).await;
    }

    async fn wait_for_member(&self, room: &str, user: &str) {
        let with = json!({ "room": room, "user": user, "membership": "join" });
        self.tell("wait-for-member", with).await;
    }

    async fn send_text(&self, room: &str, body: &str) -> String {
        self.send("send-text", json!({ "room": room, "body": body })).await
    }

    async fn send_edit(&self, room: &str, event: &str, body: &str) -> String {
        self.send("send-edit", json!({ "room": room, "event": event, "body": body })).await
    }

    async fn send_reaction(&self, room: &str, event: &str, key: &str) -> String {
        self.send("send-reaction", json!({ "room": room, "event": event, "key": key })).await
    }

    async fn send_file(&self, room: &str, file: &File) -> String {
        let with = json!({ "room": room, "name": file.name, "bytes": file.bytes });
        self.send("send-file", with).await
    }

    async fn wait_for_text(&self, room: &str, event: &str, body: &str) -> Message {
        let with = json!({ "room": room, "event": event, "body": body });
        message(&self.tell("wait-for-text", with).await)
    }

    async fn wait_for_reaction(&self, room: &str, event: &str, key: &str, sender: &str) {
        let with = json!({ "room": room, "event": event, "key": key, "sender": sender });
        self.tell("wait-for-reaction", with).await;
    }

    async fn wait_for_file(&self, room: &str, event: &str) -> (Message, File) {
        let received = self.tell("wait-for-file", json!({ "room": room, "event": event })).await;
        let bytes = serde_json::from_value(received["bytes"].clone()).expect("bytes");
        (message(&received), File { name: text(&received, "name"), bytes })
    }

    async fn read_history(&self, room: &str) -> Vec<Message> {
        let history = self.tell("read-history", json!({ "room": room })).await;
        history["messages"].as_array().expect("a list").iter().map(message).collect()
    }

    async fn request_verification(&self, room: &str, user: &str) {
        self.tell("request-verification", json!({ "room": room, "user": user })).await;
    }

    async fn accept_verification(&self, user: &str) {
        self.tell("accept-verification", json!({ "user": user })).await;
    }

    async fn start_emoji(&self, user: &str) {
        self.tell("start-emoji", json!({ "user": user })).await;
    }

    async fn wait_for_emoji(&self, user: &str) -> Vec<String> {
        let shown = self.tell("wait-for-emoji", json!({ "user": user })).await;
        serde_json::from_value(shown["emoji"].clone()).expect("a list of emoji")
    }

    async fn confirm_emoji(&self, user: &str) {
        self.tell("confirm-emoji", json!({ "user": user })).await;
    }
}
