//! matrix-nio in a room without encryption: two accounts in one Python process
//! (`tests/scenarios/python/plain_room.py` holds the scenario itself).

use std::path::Path;

use tokio::process::Command;

use crate::patience::within;
use crate::server::{Server, test_folder};

/// The scenario.
pub async fn run(server: &Server) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python");
    let python = Command::new(test_folder().join("venv/bin/python"))
        .arg("plain_room.py")
        .args([server.url(), &server.username("lady"), &server.username("guest")])
        .current_dir(folder)
        .kill_on_drop(true)
        .output();
    let output = within("matrix-nio", python)
        .await
        .expect("Python is missing: .ci/prepare-scenarios installs what the scenarios need");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
