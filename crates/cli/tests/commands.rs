//! The binary as an operator uses it: against a data folder, with and without a running server.

use std::fs::Permissions;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

/// A data folder of its own, gone afterwards.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        command(&self.data(), arguments)
    }

    /// What a command wrote to standard output; it must succeed.
    fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a command wrote to standard error; it must fail.
    fn fail(&self, arguments: &[&str]) -> String {
        failure(self.command(arguments).output().unwrap())
    }
}

fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_herold"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HEROLD_")) {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .env("HEROLD_DATA", data)
        .env("HEROLD_LISTEN_PORT", "0")
        .env("HEROLD_OPERATIONS_ADDRESS", "127.0.0.1:0")
        .env("HEROLD_LOG_LEVEL", "warn")
        .env("HEROLD_PASSWORDS_MEMORY_KIB", "8");
    command
}

fn failure(output: Output) -> String {
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

/// A running server.
struct Running {
    child: Child,
    greeting: Vec<String>,
    ready: Value,
}

impl Running {
    fn start(place: &Place) -> Self {
        let mut child = place.command(&["serve"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut greeting = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(ready) = line.strip_prefix("READY ") {
                return Self { child, greeting, ready: serde_json::from_str(ready).unwrap() };
            }
            greeting.push(line);
        }
        panic!("the server ended: {:?}", child.wait());
    }

    /// Tells the server to stop, and checks that it ends in good order.
    fn stop(mut self) {
        let killed = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A test that failed leaves no server behind.
        let _ = self.child.kill();
    }
}

fn password(said: &str) -> &str {
    said.lines().find_map(|line| line.strip_prefix("Password: ")).unwrap()
}

#[test]
fn the_example_is_a_configuration_and_mistakes_start_nothing() {
    let place = Place::new();
    let file = place.0.path().join("herold.toml");
    std::fs::write(&file, place.run(&["config", "example"])).unwrap();
    let file = file.to_str().unwrap();
    assert!(place.run(&["--config", file, "config", "check"]).contains("is right"));
    std::fs::write(file, "[listen]\nprot = 1\n").unwrap();
    let wanted = "herold: configuration: listen.prot: there is no such key; did you mean \"listen.port\"?\n";
    for arguments in [["--config", file, "config", "check"].as_slice(), &["--config", file, "serve"]] {
        assert_eq!(place.fail(arguments), wanted);
    }
    assert!(!place.data().exists(), "nothing was made");
}

#[test]
fn people_and_rooms_are_moderated_without_a_running_server() {
    let place = Place::new();
    place.run(&["user", "add", "anna"]);
    assert_eq!(place.run(&["user", "lock", "anna"]), "@anna:localhost is locked.\n");
    place.run(&["user", "suspend", "anna"]);
    assert_eq!(place.run(&["user", "list"]), "@anna:localhost\tlocked, suspended\n");
    place.run(&["user", "unlock", "anna"]);
    place.run(&["user", "unsuspend", "@anna:localhost"]);
    assert_eq!(place.run(&["user", "list"]), "@anna:localhost\n");
    assert!(place.fail(&["user", "lock", "nobody"]).contains("no such account"));
    assert_eq!(place.run(&["user", "agreements", "anna"]), "");
    assert!(place.fail(&["user", "agreements", "nobody"]).contains("no such account"));

    assert_eq!(place.run(&["report", "list", "--all"]), "");
    assert!(place.fail(&["report", "close", "1"]).contains("no open report"));
    assert_eq!(place.run(&["notice", "send", "--to", "anna", "Hello"]), "anna was sent the notice.\n");
    assert!(place.run(&["notice", "send", "--everybody", "Hello"]).contains("@anna:localhost was sent"));
    assert!(place.fail(&["notice", "send", "Hello"]).contains("say to whom"));
    assert_eq!(place.run(&["room", "apply-retention"]), "0 messages were purged.\n");
    assert!(
        place
            .fail(&["room", "purge", "!nothing:localhost", "--before", "2026-11-25"])
            .contains("no such room")
    );
    assert!(place.fail(&["room", "purge", "!nothing:localhost", "--before", "today"]).contains("a date is"));
}

#[test]
fn accounts_are_managed_without_a_running_server() {
    let place = Place::new();
    let said = place.run(&["user", "add", "anna", "--admin"]);
    assert!(said.starts_with("@anna:localhost can sign in now and administers this server.\n"), "{said}");
    assert_eq!(password(&said).len(), 20);
    assert!(place.fail(&["user", "add", "anna"]).contains("taken"));
    place.run(&["user", "add", "@ben:localhost"]);
    place.run(&["user", "make-admin", "ben"]);
    place.run(&["user", "make-admin", "anna", "--revoke"]);
    assert_eq!(place.run(&["user", "list"]), "@anna:localhost\n@ben:localhost\tadministrator\n");
    place.run(&["user", "deactivate", "ben"]);
    // Again, for something may have come between the closing and the leaving.
    place.run(&["user", "deactivate", "ben", "--erase"]);
    assert!(
        place.run(&["user", "list"]).contains("@ben:localhost\t")
            && place.run(&["user", "list"]).contains("closed")
    );
    assert!(place.fail(&["user", "reset-password", "ben"]).contains("no such account, or it is closed"));
}

#[test]
fn accounts_are_managed_while_the_server_runs() {
    let place = Place::new();
    let server = Running::start(&place);
    assert!(
        server.greeting.iter().any(|line| line.contains("user add NAME --admin")),
        "{:?}",
        server.greeting
    );
    place.run(&["user", "add", "anna", "--admin"]);
    let mut reset = place.command(&["user", "reset-password", "anna", "--password-stdin"]);
    let mut reset = reset.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    reset.stdin.take().unwrap().write_all(b"correct horse battery\n").unwrap();
    assert!(reset.wait().unwrap().success());
    assert_eq!(place.run(&["user", "list"]), "@anna:localhost\tadministrator\n");
    server.stop();

    let again = Running::start(&place);
    assert!(again.greeting.iter().all(|line| !line.contains("--admin")), "there is an account now");
    assert_eq!(again.ready["server_name"], "localhost");
    again.stop();
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let place = Place::new();
    let server = Running::start(&place);
    assert!(place.fail(&["serve"]).contains("another Herold is running on this database"));
    server.stop();
}

/// The files below `folder` that somebody else than their owner may read or write.
fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut open = Vec::new();
    for entry in entries {
        let mode = entry.metadata().unwrap().permissions().mode();
        if entry.path().is_dir() {
            open.extend(open_to_others(&entry.path()));
        } else if mode & 0o077 != 0 {
            open.push(entry.path());
        }
    }
    open
}

#[test]
fn nobody_else_reads_the_data_even_in_a_folder_that_is_open_to_all() {
    let place = Place::new();
    std::fs::create_dir(place.data()).unwrap();
    std::fs::set_permissions(place.data(), Permissions::from_mode(0o755)).unwrap();
    let said = place.run(&["user", "add", "anna"]);
    let server = Running::start(&place);
    let token = sign_in(&server, "anna", password(&said));
    upload(&server, &token, "for few eyes");
    assert_eq!(open_to_others(&place.data()), Vec::<PathBuf>::new());
    let backup = place.0.path().join("backup");
    place.run(&["backup", backup.to_str().unwrap()]);
    assert_eq!(open_to_others(&backup), Vec::<PathBuf>::new());
    server.stop();
}

#[test]
fn a_database_that_cannot_be_opened_is_named() {
    let place = Place::new();
    let nowhere = place.0.path().join("nowhere/herold.db");
    let output = place.command(&["serve"]).env("HEROLD_DATABASE_PATH", &nowhere).output().unwrap();
    let said = failure(output);
    assert!(said.contains(nowhere.to_str().unwrap()) && said.lines().count() == 1, "{said}");
}

#[test]
fn another_server_name_is_refused() {
    let place = Place::new();
    place.run(&["user", "add", "anna"]);
    let output = place.command(&["serve"]).env("HEROLD_SERVER_NAME", "example.org").output().unwrap();
    assert!(failure(output).contains("the database belongs to the server localhost"));
}

/// Asks a running server over HTTP/1.1, one request a connection, and gives the status and the JSON body.
fn ask(server: &Running, method: &str, path: &str, token: Option<&str>, body: &Value) -> (u16, Value) {
    let address = server.ready["url"].as_str().unwrap().strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let (body, authorization) =
        (body.to_string(), token.map_or(String::new(), |token| format!("authorization: Bearer {token}\r\n")));
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{authorization}content-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), serde_json::from_str(body).unwrap_or(Value::Null))
}

fn sign_in(server: &Running, user: &str, password: &str) -> String {
    let body = json!({
        "type": "m.login.password", "password": password,
        "identifier": { "type": "m.id.user", "user": user },
    });
    let (status, body) = ask(server, "POST", "/_matrix/client/v3/login", None, &body);
    assert_eq!(status, 200, "{body}");
    body["access_token"].as_str().unwrap().to_owned()
}

/// Uploads a small file and gives its path for downloads.
fn upload(server: &Running, token: &str, content: &str) -> String {
    let (status, body) = ask(
        server,
        "POST",
        "/_matrix/media/v3/upload?filename=a.json",
        Some(token),
        &json!({ "content": content }),
    );
    assert_eq!(status, 200, "{body}");
    let uri = body["content_uri"].as_str().unwrap().strip_prefix("mxc://").unwrap().to_owned();
    format!("/_matrix/client/v1/media/download/{uri}")
}

#[test]
fn a_backup_made_while_people_write_restores_to_one_moment() {
    let place = Place::new();
    let server = Running::start(&place);
    let said = place.run(&["user", "add", "anna"]);
    let token = sign_in(&server, "anna", password(&said));
    let before = upload(&server, &token, "before");
    let set_name = |name: &str| {
        let path = "/_matrix/client/v3/profile/@anna:localhost/displayname";
        let (status, body) = ask(&server, "PUT", path, Some(&token), &json!({ "displayname": name }));
        assert_eq!(status, 200, "{body}");
    };
    set_name("Anna 0");
    let folder = place.0.path().join("backup");
    let folder = folder.to_str().unwrap();
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| (1..50).for_each(|number| set_name(&format!("Anna {number}"))));
        assert!(place.run(&["backup", folder]).contains("1 files"));
        writing.join().unwrap();
    });
    let after = upload(&server, &token, "after");
    server.stop();
    assert!(place.fail(&["backup", folder]).contains("exists already"));
    assert!(place.fail(&["restore", folder]).contains("exists already"));

    let other = Place::new();
    assert!(other.run(&["restore", folder]).contains("1 files"));
    let server = Running::start(&other);
    let token = sign_in(&server, "anna", password(&said));
    let (_, profile) =
        ask(&server, "GET", "/_matrix/client/v3/profile/@anna:localhost", Some(&token), &Value::Null);
    assert!(profile["displayname"].as_str().unwrap().starts_with("Anna "), "{profile}");
    assert_eq!(
        ask(&server, "GET", &before, Some(&token), &Value::Null),
        (200, json!({ "content": "before" }))
    );
    assert_eq!(ask(&server, "GET", &after, Some(&token), &Value::Null).0, 404);
    server.stop();
}

#[test]
fn a_backup_of_damaged_files_says_so() {
    let place = Place::new();
    let said = place.run(&["user", "add", "anna"]);
    let server = Running::start(&place);
    upload(&server, &sign_in(&server, "anna", password(&said)), "as it was uploaded");
    server.stop();
    let shards =
        std::fs::read_dir(place.data().join("media/files")).unwrap().map(|shard| shard.unwrap().path());
    let mut files = shards.flat_map(|shard| std::fs::read_dir(shard).unwrap());
    let file = files.next().unwrap().unwrap().path();
    std::fs::write(&file, "as it is not now!!").unwrap();
    let folder = place.0.path().join("backup");
    let told = place.fail(&["backup", folder.to_str().unwrap()]);
    let key = file.file_name().unwrap().to_str().unwrap();
    assert!(told.contains(&format!("1 of its files are not what was uploaded: {key}")), "{told}");
    Place::new().run(&["restore", folder.to_str().unwrap()]);
}

#[test]
fn a_backup_that_was_changed_is_refused() {
    let place = Place::new();
    place.run(&["user", "add", "anna"]);
    let folder = place.0.path().join("backup");
    place.run(&["backup", folder.to_str().unwrap()]);
    let database = folder.join("herold.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&database, bytes).unwrap();
    let other = Place::new();
    assert!(other.fail(&["restore", folder.to_str().unwrap()]).contains("herold.db is not what was saved"));
    assert!(!other.data().exists(), "nothing was made");
}

#[test]
fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let place = Place::new();
    let output = |arguments: &[&str], variables: &[(&str, &str)]| {
        let output = place.command(arguments).envs(variables.iter().copied()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, said) = output(&["doctor"], &[("HEROLD_LISTEN_PORT", "many")]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.starts_with("BROKEN   configuration: listen.port (HEROLD_LISTEN_PORT)"), "{said}");
    let (code, said) = output(&["doctor"], &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("no data folder") && said.contains("only this machine can use it"), "{said}");

    let server = Running::start(&place);
    let url = server.ready["url"].as_str().unwrap().to_owned();
    let (code, said) = output(&["doctor", "--origin", &url], &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("a server runs on this data folder") && said.contains("answers with status 404"),
        "{said}"
    );
    server.stop();

    std::fs::write(place.data().join("herold.db"), "this is no database ".repeat(1_000)).unwrap();
    let (code, said) = output(&["doctor"], &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("the database cannot be used: SQLite: file is not a database"), "{said}");
}
