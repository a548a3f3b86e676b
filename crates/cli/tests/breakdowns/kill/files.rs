//! Uploaded files.

use std::sync::atomic::Ordering;

use reqwest::Method;
use serde_json::Value;
use tokio::task::JoinHandle;

use super::Acknowledged;
use crate::person::Person;

/// Bytes of a file: more than the server writes at once.
const FILE_BYTES: usize = 700_000;
/// Files in one round at most.
const FILES_MAX: usize = 1_000;

/// Files that were acknowledged: their addresses, and what they were made of.
#[derive(Default)]
pub(super) struct Files {
    uploading: Option<JoinHandle<Vec<(String, usize)>>>,
}

impl Files {
    /// Starts to upload until the server is gone.
    pub(super) fn begin(&mut self, round: usize, person: &Person, acknowledged: &Acknowledged) {
        let (person, acknowledged) = (person.clone(), acknowledged.clone());
        self.uploading = Some(tokio::spawn(async move {
            let mut uploaded = Vec::new();
            for number in 0..FILES_MAX {
                let seed = round * FILES_MAX + number;
                let request = person.request(Method::POST, "media/v3/upload");
                let Ok(response) = request.body(content(seed)).send().await else { break };
                assert_eq!(response.status(), 200);
                let Ok(answer) = response.json::<Value>().await else { break };
                uploaded.push((answer["content_uri"].as_str().unwrap().replace("mxc://", ""), seed));
                acknowledged.fetch_add(1, Ordering::SeqCst);
            }
            uploaded
        }));
    }

    pub(super) async fn check(&mut self, person: &Person) {
        for (path, seed) in self.uploading.take().unwrap().await.unwrap() {
            let request = person.request(Method::GET, &format!("client/v1/media/download/{path}"));
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 200, "{path} was acknowledged");
            assert!(response.bytes().await.unwrap() == content(seed), "{path} is whole");
        }
    }
}

/// Bytes that are like no other file's.
fn content(seed: usize) -> Vec<u8> {
    let mut state = seed as u64 + 1;
    let mut bytes = Vec::with_capacity(FILE_BYTES);
    while bytes.len() < FILE_BYTES {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.extend(state.to_be_bytes());
    }
    bytes
}
