//! A PostgreSQL server that a test may break.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A PostgreSQL server of this test's own, on a socket in a temporary folder.
pub(crate) struct Database {
    programs: PathBuf,
    folder: tempfile::TempDir,
    /// Debian's packages refuse to run the server as root.
    is_root: bool,
}

impl Database {
    pub(crate) fn start() -> Self {
        let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is missing");
        let programs = versions.map(|entry| entry.unwrap().path().join("bin")).max().unwrap();
        let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
        let database = Self { programs, folder: tempfile::tempdir().unwrap(), is_root };
        database.give(database.folder.path());
        database.run("initdb", &["-U", "herold", "--auth=trust", "-E", "UTF8", "--no-locale"]);
        database.up();
        database
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = if self.is_root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        let data = self.folder.path().join("data");
        command.current_dir("/").arg("-D").arg(data).args(arguments).stdout(Stdio::null());
        assert!(command.status().unwrap().success());
    }

    pub(crate) fn up(&self) {
        self.up_with("-c listen_addresses=''");
    }

    /// Starts it with further options.
    pub(crate) fn up_with(&self, options: &str) {
        let log = self.folder.path().join("log");
        let options = format!("-k {} {options}", self.socket().display());
        self.run("pg_ctl", &["-w", "-l", log.to_str().unwrap(), "-o", &options, "start"]);
    }

    /// SIGSTOP to every process of it: connections stay open, and nobody answers on them.
    pub(crate) fn hang(&self) {
        self.signal("-STOP");
    }

    /// What hung goes on where it was.
    pub(crate) fn go_on(&self) {
        self.signal("-CONT");
    }

    /// Sends a signal to the server's first process and then to its children.
    fn signal(&self, signal: &str) {
        let file = self.folder.path().join("data/postmaster.pid");
        let first = std::fs::read_to_string(file).unwrap().lines().next().unwrap().to_owned();
        let send = |pids: &[String]| {
            let mut command = Command::new("kill");
            // A child may have ended meanwhile.
            let _ = command.arg(signal).args(pids).stderr(Stdio::null()).status();
        };
        send(std::slice::from_ref(&first));
        let children = Command::new("ps").args(["-o", "pid=", "--ppid", &first]).output().unwrap().stdout;
        let children = String::from_utf8(children).unwrap();
        send(&children.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    }

    /// Runs statements as its administrator.
    pub(crate) fn run_sql(&self, statements: &[&str]) {
        let mut client = postgres::Client::connect(&self.url(), postgres::NoTls).unwrap();
        for statement in statements {
            client.batch_execute(statement).unwrap();
        }
    }

    /// The one number that a question answers; `port` is part of its socket's name.
    pub(crate) fn count(&self, port: u16, question: &str) -> i64 {
        let url = format!("{} port={port}", self.url());
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        client.query_one(question, &[]).unwrap().get(0)
    }

    /// Gives a file or folder to the server's user.
    pub(crate) fn give(&self, path: &Path) {
        if self.is_root {
            assert!(Command::new("chown").arg("postgres").arg(path).status().unwrap().success());
        }
    }

    /// The folder of its data.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// SIGQUIT to every process of it: what a crash leaves, recovered at the next start.
    pub(crate) fn crash(&self) {
        self.run("pg_ctl", &["-m", "immediate", "stop"]);
    }

    fn socket(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn url(&self) -> String {
        format!("host={} user=herold dbname=postgres", self.socket().display())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A test that failed may have left it hanging.
        self.go_on();
        self.crash();
    }
}
