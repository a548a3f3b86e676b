//! The binary as an operator uses it: against a data folder, with and without a running server.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

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

#[test]
fn another_server_name_is_refused() {
    let place = Place::new();
    place.run(&["user", "add", "anna"]);
    let output = place.command(&["serve"]).env("HEROLD_SERVER_NAME", "example.org").output().unwrap();
    assert!(failure(output).contains("the database belongs to the server localhost"));
}
