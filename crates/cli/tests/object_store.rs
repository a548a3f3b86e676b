//! The binary with a bucket for uploaded files: what the doctor says, backups, and moving from one store to another.

use std::path::Path;
use std::process::{Command, Output};

use herold_test_object_store::{ACCESS_KEY_ID, BUCKET, ObjectStore, SECRET_ACCESS_KEY};
use tokio::runtime::Runtime;

const KEY: &str = "abababababababababababababababab";

/// A service, and the threads it runs on.
struct Service {
    store: ObjectStore,
    _runtime: Runtime,
}

impl Service {
    fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        Self { store: runtime.block_on(ObjectStore::start()), _runtime: runtime }
    }

    /// Settings of a server that keeps its files here.
    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("HEROLD_MEDIA_STORE", "s3".to_owned()),
            ("HEROLD_MEDIA_S3_ENDPOINT", self.store.endpoint()),
            ("HEROLD_MEDIA_S3_BUCKET", BUCKET.to_owned()),
            ("HEROLD_MEDIA_S3_PREFIX", "herold".to_owned()),
            ("HEROLD_MEDIA_S3_ACCESS_KEY_ID", ACCESS_KEY_ID.to_owned()),
            ("HEROLD_MEDIA_S3_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY.to_owned()),
        ]
    }
}

fn herold(data: &Path, settings: &[(&str, String)], arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_herold"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HEROLD_")) {
        command.env_remove(name);
    }
    command.args(arguments).env("HEROLD_DATA", data).env("HEROLD_PASSWORDS_MEMORY_KIB", "8");
    command.envs(settings.iter().map(|(name, value)| (*name, value.as_str()))).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn run(data: &Path, settings: &[(&str, String)], arguments: &[&str]) -> String {
    let output = herold(data, settings, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    said(&output)
}

#[test]
fn the_doctor_looks_into_the_bucket() {
    let (service, folder) = (Service::start(), tempfile::tempdir().unwrap());
    let data = folder.path().join("data");
    let mut settings = service.settings();
    let said_of = |settings: &[(&str, String)]| said(&herold(&data, settings, &["doctor"]));
    assert!(said_of(&settings).contains("ok       the bucket herold takes files and gives them back"));
    assert_eq!(service.store.objects(""), Vec::<String>::new(), "nothing stays of the try");
    settings.retain(|(name, _)| *name != "HEROLD_MEDIA_S3_SECRET_ACCESS_KEY");
    assert!(said_of(&settings).contains("media.s3.secret_access_key_file: is missing"));
    settings.push(("HEROLD_MEDIA_S3_SECRET_ACCESS_KEY", "guessed".to_owned()));
    let told = said_of(&settings);
    assert!(told.contains("BROKEN   the bucket herold cannot be used") && told.contains("refuses"), "{told}");
    service.store.set_away(true);
    assert!(said_of(&service.settings()).contains("does not answer"));
}

#[test]
fn a_backup_holds_the_files_of_a_bucket_and_moves_them_anywhere() {
    let (from, to, folder) = (Service::start(), Service::start(), tempfile::tempdir().unwrap());
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let backup = backup.to_str().unwrap();
    run(&data, &from.settings(), &["user", "add", "anna"]);
    from.store.put_object(&format!("herold/files/{KEY}"), "content");
    assert!(run(&data, &from.settings(), &["backup", backup]).contains("1 files"));

    // Into another bucket; the file bears a mark, because it has no row. A place with files is left alone.
    let other = folder.path().join("other");
    assert!(run(&other, &to.settings(), &["restore", backup]).contains("1 files"));
    assert_eq!(to.store.objects(""), [format!("herold/files/{KEY}"), format!("herold/marks/{KEY}")]);
    let third = folder.path().join("third");
    let refused = herold(&third, &to.settings(), &["restore", backup]);
    assert!(said(&refused).contains("nothing was overwritten") && !third.exists());
    // And into files of this machine.
    assert!(run(&third, &[], &["restore", backup]).contains("1 files"));
    let file = third.join("media/files/ab").join(KEY);
    assert_eq!(std::fs::read_to_string(file).unwrap(), "content");
    assert!(third.join("media/marks").join(KEY).exists());
}
