//! Messages from device to device.

use std::sync::atomic::Ordering;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::Acknowledged;
use crate::person::Person;

/// Messages in one round at most.
const MESSAGES_MAX: usize = 10_000;

/// What was sent to one device and what it got.
pub(super) struct ToDevice {
    user_id: String,
    device_id: String,
    since: String,
    sending: Option<JoinHandle<usize>>,
}

impl ToDevice {
    pub(super) async fn new(receiver: &Person) -> Self {
        let first = receiver.done(Method::GET, "v3/sync?timeout=0", None).await;
        Self {
            user_id: receiver.user_id.clone(),
            device_id: receiver.device_id.clone(),
            since: first["next_batch"].as_str().unwrap().to_owned(),
            sending: None,
        }
    }

    /// Starts to send numbers until the server is gone; the last one is not acknowledged.
    pub(super) fn begin(&mut self, round: usize, sender: &Person, acknowledged: &Acknowledged) {
        let (sender, acknowledged) = (sender.clone(), acknowledged.clone());
        let messages: Vec<_> = (0..MESSAGES_MAX).map(|number| self.message(round, number)).collect();
        self.sending = Some(tokio::spawn(async move {
            let mut sent = 0;
            for (path, body) in messages {
                if sender.answered(Method::PUT, &path, Some(body)).await.is_none() {
                    break;
                }
                acknowledged.fetch_add(1, Ordering::SeqCst);
                sent += 1;
            }
            sent
        }));
    }

    fn message(&self, round: usize, number: usize) -> (String, Value) {
        let path = format!("v3/sendToDevice/org.example.number/{round}-{number}");
        (path, json!({ "messages": { &self.user_id: { &self.device_id: { "number": number } } } }))
    }

    /// Asks again for what was not acknowledged; then everything must arrive once and in order.
    pub(super) async fn check(&mut self, round: usize, sender: &Person, receiver: &Person) {
        let sent = self.sending.take().unwrap().await.unwrap();
        let (path, body) = self.message(round, sent);
        sender.done(Method::PUT, &path, Some(body)).await;
        let mut arrived = Vec::new();
        loop {
            let path = format!("v3/sync?timeout=0&since={}", self.since);
            let answer = receiver.done(Method::GET, &path, None).await;
            self.since = answer["next_batch"].as_str().unwrap().to_owned();
            let events = answer["to_device"]["events"].as_array().cloned().unwrap_or_default();
            if events.is_empty() {
                break;
            }
            arrived.extend(events.iter().filter_map(|event| event["content"]["number"].as_u64()));
        }
        assert_eq!(arrived, (0..=sent as u64).collect::<Vec<_>>());
    }
}
