//! The dance of verifying somebody by emoji, as matrix-sdk has it.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use futures::StreamExt;
use matrix_sdk::encryption::verification::{
    SasState, SasVerification, Verification, VerificationRequest, VerificationRequestState,
};
use matrix_sdk::ruma::OwnedUserId;
use matrix_sdk::ruma::events::key::verification::VerificationMethod;

use crate::patience::{until, within};
use crate::rust_person::RustPerson;

/// Verifications under way, by the other user.
#[derive(Default)]
pub struct Verifications {
    requests: Mutex<HashMap<String, VerificationRequest>>,
    emoji: Mutex<HashMap<String, SasVerification>>,
    /// Events that asked for a verification and have had their answer.
    answered: Mutex<HashSet<String>>,
}

impl Verifications {
    fn request(&self, user: &str) -> VerificationRequest {
        self.requests
            .lock()
            .unwrap()
            .get(user)
            .unwrap_or_else(|| panic!("no verification with {user}"))
            .clone()
    }

    fn keep(&self, user: &str, request: VerificationRequest) {
        self.requests.lock().unwrap().insert(user.to_owned(), request);
    }
}

impl RustPerson {
    /// Asks a person in the room for two, once the SDK knows it as such.
    pub(crate) async fn ask_for_verification(&self, room: &str, user: &str) {
        let id = OwnedUserId::try_from(user).expect("a user id");
        until(&format!("{room} to be known as direct"), self.syncs(), || async {
            self.client.get_dm_room(&id).filter(|direct| direct.room_id().as_str() == room)
        })
        .await;
        let identity = self.client.encryption().get_user_identity(&id).await.expect("a store");
        let identity = identity.unwrap_or_else(|| panic!("the identity of {user} is unknown"));
        let request = identity.request_verification_with_methods(vec![VerificationMethod::SasV1]).await;
        self.verifications.keep(user, request.expect("requested"));
    }

    /// Waits until a person asks, and says yes.
    pub(crate) async fn accept_request(&self, user: &str) {
        let event = self
            .wait_for_event(&format!("a verification request of {user}"), |event, _| {
                let asks =
                    event["content"]["msgtype"] == "m.key.verification.request" && event["sender"] == user;
                let id = event["event_id"].as_str()?;
                let is_new = !self.verifications.answered.lock().unwrap().contains(id);
                (asks && is_new).then(|| id.to_owned())
            })
            .await;
        let id = OwnedUserId::try_from(user).expect("a user id");
        let request = self.client.encryption().get_verification_request(&id, &event).await;
        let request = request.unwrap_or_else(|| panic!("{event} did not become a request"));
        request.accept_with_methods(vec![VerificationMethod::SasV1]).await.expect("accepted");
        self.verifications.answered.lock().unwrap().insert(event);
        self.verifications.keep(user, request);
    }

    /// Waits until the other side is ready, and chooses emoji.
    pub(crate) async fn choose_emoji(&self, user: &str) {
        let request = self.verifications.request(user);
        until(&format!("{user} to be ready"), request.changes(), || async {
            assert!(!request.is_cancelled(), "cancelled: {:?}", request.cancel_info());
            request.is_ready().then_some(())
        })
        .await;
        let started = request.start_sas().await.expect("started");
        self.verifications
            .emoji
            .lock()
            .unwrap()
            .insert(user.to_owned(), started.expect("emoji can be chosen"));
    }

    /// Waits for the seven emoji; says yes to them where the other side has chosen them.
    pub(crate) async fn shown_emoji(&self, user: &str) -> Vec<String> {
        let request = self.verifications.request(user);
        let chosen = self.verifications.emoji.lock().unwrap().get(user).cloned();
        let emoji = match chosen {
            Some(emoji) => emoji,
            None => {
                let emoji = until("the choice of emoji", request.changes(), || async {
                    match request.state() {
                        VerificationRequestState::Transitioned {
                            verification: Verification::SasV1(sas),
                            ..
                        } => Some(sas),
                        VerificationRequestState::Cancelled(info) => panic!("cancelled: {}", info.reason()),
                        _ => None,
                    }
                })
                .await;
                emoji.accept().await.expect("accepted");
                self.verifications.emoji.lock().unwrap().insert(user.to_owned(), emoji.clone());
                emoji
            }
        };
        until("emoji", emoji.changes(), || async {
            match emoji.state() {
                SasState::KeysExchanged { emojis, .. } => {
                    let shown = emojis.expect("emoji were agreed on").emojis;
                    Some(shown.iter().map(|emoji| emoji.symbol.to_owned()).collect())
                }
                SasState::Cancelled(info) => panic!("cancelled: {}", info.reason()),
                _ => None,
            }
        })
        .await
    }

    /// Says that the emoji match, and waits until both sides are done.
    pub(crate) async fn emoji_match(&self, user: &str) {
        let emoji = self.verifications.emoji.lock().unwrap().remove(user).expect("emoji were shown");
        let mut changes = emoji.changes();
        emoji.confirm().await.expect("confirmed");
        within("the end of the verification", async {
            while !emoji.is_done() {
                assert!(!emoji.is_cancelled(), "cancelled: {:?}", emoji.cancel_info());
                changes.next().await.expect("a change");
            }
        })
        .await;
    }
}
