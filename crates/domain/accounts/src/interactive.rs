//! User-interactive authentication: a request that must be proven step by step before it is done.
//!
//! A session belongs to one purpose: the operation, the account, and (except for registration, whose
//! form people fill while they prove themselves) the very request. It is kept in memory, for a while;
//! a client whose session is gone is given a new one. Spec: User-Interactive Authentication API.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use moka::sync::Cache;
use ruma::{DeviceId, OwnedDeviceId, OwnedUserId};
use sha2::{Digest, Sha256};

use crate::stored::check_open;
use crate::{Accounts, AccountsError, Device, NewAccount, NewDevice, SignedIn, names};

/// Sessions kept at most; the least used go first.
const SESSIONS_MAX: u64 = 10_000;
/// How long a session lasts, milliseconds.
const SESSION_MS: i64 = 15 * 60 * 1000;
/// How long a registration can be asked again under its session, milliseconds.
const REGISTRATION_REPEATED_MS: i64 = 5 * 60 * 1000;
/// Letters of a session's id.
const SESSION_LETTERS: usize = 24;

/// One step of proving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// `m.login.password`: the account's password.
    Password,
    /// `m.login.dummy`: nothing to prove.
    Dummy,
    /// `m.login.registration_token`: a token that lets somebody register.
    RegistrationToken,
    /// `m.login.terms`: agreement to the documents in force.
    Terms,
}

/// What a client submits.
pub enum Proof<'a> {
    /// For [`Stage::Password`].
    Password {
        /// A user id or localpart; `None` for an identifier this server cannot look up.
        user: Option<&'a str>,
        /// The password.
        password: &'a str,
    },
    /// For [`Stage::Dummy`].
    Dummy,
    /// For [`Stage::RegistrationToken`].
    RegistrationToken(&'a str),
    /// For [`Stage::Terms`].
    Terms,
    /// Only the session, to see how far it is.
    Nothing,
    /// A step that is not known here.
    Unknown,
}

/// What is to be proven, and for what.
pub struct Purpose<'a> {
    flows: Vec<Vec<Stage>>,
    device: Option<&'a Device>,
    fingerprint: [u8; 32],
}

/// What the client is told when something is still missing.
#[derive(Debug)]
pub struct Challenge {
    /// The ways to prove it, each an ordered list of steps.
    pub flows: Vec<Vec<Stage>>,
    /// Steps that are done.
    pub completed: Vec<Stage>,
    /// The session to go on with.
    pub session: String,
    /// Why the last step failed, where there was one.
    pub refusal: Option<String>,
}

pub(crate) struct Interactive(Cache<String, Arc<Session>>);

struct Session {
    fingerprint: [u8; 32],
    began_at: i64,
    completed: Mutex<Vec<Stage>>,
    /// Whether what was proven was done: it is proven for one time.
    used: AtomicBool,
    /// The account that was made under this session, for a client that missed the answer.
    registered: Mutex<Option<Registered>>,
}

/// An account that was made under a session.
#[derive(Clone)]
struct Registered {
    account: NewAccount,
    device_id: Option<OwnedDeviceId>,
    /// When, milliseconds.
    at: i64,
}

impl Interactive {
    pub(crate) fn new() -> Self {
        let age = Duration::from_millis(SESSION_MS.unsigned_abs());
        Self(Cache::builder().max_capacity(SESSIONS_MAX).time_to_live(age).build())
    }
}

impl<'a> Purpose<'a> {
    /// For registration, under the flows that the settings ask for.
    pub fn registration(accounts: &Accounts) -> Result<Purpose<'static>, AccountsError> {
        let terms = !accounts.0.settings.terms.documents.is_empty();
        let flow = match (&accounts.0.settings.registration, terms) {
            (crate::Registration::Closed, _) => return Err(AccountsError::RegistrationClosed),
            (crate::Registration::Token(_), false) => vec![Stage::RegistrationToken],
            (crate::Registration::Token(_), true) => vec![Stage::RegistrationToken, Stage::Terms],
            (crate::Registration::Open, false) => vec![Stage::Dummy],
            (crate::Registration::Open, true) => vec![Stage::Terms],
        };
        Ok(Purpose { flows: vec![flow], device: None, fingerprint: registration_fingerprint() })
    }

    /// For what the owner of `device` asks: they prove their password. `operation` names it, `request` is
    /// its JSON without `auth`; another request needs another proof.
    pub fn of_owner(device: &'a Device, operation: &str, request: &[u8]) -> Self {
        let fingerprint = fingerprint(operation, device.user_number, request);
        Self { flows: vec![vec![Stage::Password]], device: Some(device), fingerprint }
    }
}

/// Of registration, whatever the form says.
fn registration_fingerprint() -> [u8; 32] {
    fingerprint("register", 0, &[])
}

fn fingerprint(operation: &str, user_number: i64, request: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(operation.as_bytes());
    hash.update([0]);
    hash.update(user_number.to_be_bytes());
    hash.update(request);
    hash.finalize().into()
}

/// Whether `stage` may be the next step after `completed` in one of `flows`.
fn is_next(flows: &[Vec<Stage>], completed: &[Stage], stage: Stage) -> bool {
    flows.iter().any(|flow| flow.starts_with(completed) && flow.get(completed.len()) == Some(&stage))
}

fn is_done(flows: &[Vec<Stage>], completed: &[Stage]) -> bool {
    flows.iter().any(|flow| flow.as_slice() == completed)
}

impl Accounts {
    /// Takes one step. `Ok(None)` when everything is proven; else what the client is to be told.
    pub async fn prove(
        &self,
        purpose: &Purpose<'_>,
        session_id: Option<&str>,
        proof: Option<Proof<'_>>,
    ) -> Result<Option<Challenge>, AccountsError> {
        let (id, session) = self.session(purpose, session_id);
        let stage = proof.as_ref().and_then(Proof::stage);
        let expected = {
            let completed = session.completed.lock().unwrap_or_else(PoisonError::into_inner);
            stage.is_some_and(|stage| is_next(&purpose.flows, &completed, stage))
        };
        let refusal = match (&proof, stage) {
            (Some(proof), Some(stage)) if expected => {
                let refusal = self.check(purpose, proof).await?;
                let mut completed = session.completed.lock().unwrap_or_else(PoisonError::into_inner);
                // Two requests may have taken the same step at once: it counts once.
                if refusal.is_none() && is_next(&purpose.flows, &completed, stage) {
                    completed.push(stage);
                }
                refusal
            }
            (Some(Proof::Unknown), _) => Some("This server does not offer this way to prove who you are."),
            _ => None,
        };
        let completed = session.completed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if proof.is_some() && is_done(&purpose.flows, &completed) {
            // What an owner proved holds for one very request, which may be asked again; registering is for anybody.
            if purpose.device.is_some() || !session.used.swap(true, Ordering::Relaxed) {
                return Ok(None);
            }
            // Another request under this session was quicker.
            let (session, completed, refusal) = (self.session(purpose, None).0, Vec::new(), None);
            return Ok(Some(Challenge { flows: purpose.flows.clone(), completed, session, refusal }));
        }
        let refusal = refusal.map(str::to_owned);
        Ok(Some(Challenge { flows: purpose.flows.clone(), completed, session: id, refusal }))
    }

    /// Lets a session be used once more, for what was proven could not be done.
    pub fn give_back(&self, session_id: &str) {
        let made_something =
            |session: &Session| session.registered.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if let Some(session) = self.0.interactive.0.get(session_id).filter(|session| !made_something(session))
        {
            session.used.store(false, Ordering::Relaxed);
        }
    }

    /// The session of that id where it is for this purpose, is not used and still lasts, else a new one.
    fn session(&self, purpose: &Purpose<'_>, session_id: Option<&str>) -> (String, Arc<Session>) {
        let sessions = &self.0.interactive.0;
        let now_ms = self.0.clock.now_ms();
        let kept = session_id.and_then(|id| Some((id.to_owned(), sessions.get(id)?))).filter(|(_, kept)| {
            let usable = kept.fingerprint == purpose.fingerprint && !kept.used.load(Ordering::Relaxed);
            usable && now_ms < kept.began_at.saturating_add(SESSION_MS)
        });
        kept.unwrap_or_else(|| {
            let id = self.0.random.letters(SESSION_LETTERS);
            let session = Arc::new(Session {
                fingerprint: purpose.fingerprint,
                began_at: now_ms,
                completed: Mutex::default(),
                registered: Mutex::default(),
                used: AtomicBool::default(),
            });
            sessions.insert(id.clone(), Arc::clone(&session));
            (id, session)
        })
    }

    /// Notes what was made under a session, so that [`Accounts::register_again`] finds it.
    pub fn note_registration(&self, session_id: &str, account: &NewAccount, device_id: Option<&DeviceId>) {
        if let Some(session) = self.registering(session_id) {
            let (account, at) = (account.clone(), self.0.clock.now_ms());
            let registered = Registered { account, device_id: device_id.map(ToOwned::to_owned), at };
            *session.registered.lock().unwrap_or_else(PoisonError::into_inner) = Some(registered);
        }
    }

    /// For a client that missed the answer to its registration and asks again under the same session: it must
    /// know the account's password and mean the same name. Signs the first device in again, unless `device` names
    /// another; without `device` none. `None` when nothing was made, or not by whoever asks.
    ///
    /// # Errors
    ///
    /// As of a sign-in: the account may be locked or closed meanwhile.
    pub async fn register_again(
        &self,
        session_id: &str,
        username: Option<&str>,
        password: &str,
        device: Option<NewDevice>,
    ) -> Result<Option<(OwnedUserId, Option<SignedIn>)>, AccountsError> {
        let Some(session) = self.registering(session_id) else { return Ok(None) };
        let registered = session.registered.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let until_ms = |at: i64| at.saturating_add(REGISTRATION_REPEATED_MS);
        let Some(registered) = registered.filter(|made| self.0.clock.now_ms() < until_ms(made.at)) else {
            return Ok(None);
        };
        let user_id = registered.account.user_id;
        if username.is_some_and(|name| !name.eq_ignore_ascii_case(user_id.localpart())) {
            return Ok(None);
        }
        let (user, password) = (user_id.as_str(), password.to_owned());
        let proven = match device {
            Some(mut device) => {
                device.device_id = device.device_id.or(registered.device_id);
                self.sign_in_with_password(user, password, device).await.map(Some)
            }
            None => self
                .account_by_password(user, password)
                .await
                .and_then(|account| check_open(&account))
                .map(|()| None),
        };
        match proven {
            Ok(signed_in) => {
                if let (Some(made), Some(signed_in)) =
                    (session.registered.lock().unwrap_or_else(PoisonError::into_inner).as_mut(), &signed_in)
                {
                    // However often it is asked, one device comes of it.
                    made.device_id = Some(signed_in.device_id.clone());
                }
                Ok(Some((user_id, signed_in)))
            }
            Err(AccountsError::WrongCredentials) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The session of that id, where it is one for registering.
    fn registering(&self, session_id: &str) -> Option<Arc<Session>> {
        let purpose = registration_fingerprint();
        self.0.interactive.0.get(session_id).filter(|session| session.fingerprint == purpose)
    }

    /// Why a proof does not hold; `None` when it does.
    async fn check(
        &self,
        purpose: &Purpose<'_>,
        proof: &Proof<'_>,
    ) -> Result<Option<&'static str>, AccountsError> {
        match proof {
            Proof::Dummy | Proof::Terms => Ok(None),
            Proof::RegistrationToken(token) if self.is_registration_token(token) => Ok(None),
            Proof::RegistrationToken(_) => Ok(Some("This registration token is not valid.")),
            Proof::Password { user: None, .. } => {
                let text = "Say who you are by your user id: this server does not know this identifier.";
                Err(AccountsError::Forbidden(text.to_owned()))
            }
            Proof::Password { user: Some(user), password } => {
                let owner = purpose.device.map(|device| &device.user_id);
                let meant = names::meant(user, self.server_name());
                if owner.is_none_or(|owner| !meant.contains(owner)) {
                    // Trying again with the same account never helps, so that no session goes on.
                    return Err(AccountsError::Forbidden("Prove this with your own account.".to_owned()));
                }
                let owner = owner.map(ToString::to_string).unwrap_or_default();
                match self.account_by_password(&owner, (*password).to_owned()).await {
                    Ok(account) if account.deactivated_at.is_none() => Ok(None),
                    Ok(_) | Err(AccountsError::WrongCredentials) => Ok(Some("The password is wrong.")),
                    Err(error) => Err(error),
                }
            }
            Proof::Nothing | Proof::Unknown => Ok(None),
        }
    }
}

impl Proof<'_> {
    fn stage(&self) -> Option<Stage> {
        match self {
            Proof::Password { .. } => Some(Stage::Password),
            Proof::Dummy => Some(Stage::Dummy),
            Proof::RegistrationToken(_) => Some(Stage::RegistrationToken),
            Proof::Terms => Some(Stage::Terms),
            Proof::Nothing | Proof::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_taken_in_the_order_of_a_flow() {
        let flows = vec![vec![Stage::RegistrationToken, Stage::Dummy], vec![Stage::Password]];
        assert!(is_next(&flows, &[], Stage::RegistrationToken));
        assert!(is_next(&flows, &[], Stage::Password));
        assert!(!is_next(&flows, &[], Stage::Dummy));
        assert!(is_next(&flows, &[Stage::RegistrationToken], Stage::Dummy));
        assert!(!is_next(&flows, &[Stage::RegistrationToken], Stage::RegistrationToken));
        assert!(!is_done(&flows, &[]));
        assert!(is_done(&flows, &[Stage::Password]));
        assert!(is_done(&flows, &[Stage::RegistrationToken, Stage::Dummy]));
    }

    #[test]
    fn a_fingerprint_tells_operation_account_and_request_apart() {
        let all = [fingerprint("a", 1, b"x"), fingerprint("b", 1, b"x"), fingerprint("a", 2, b"x")];
        assert!(all[0] != all[1] && all[0] != all[2] && all[0] != fingerprint("a", 1, b"y"));
        assert_eq!(all[0], fingerprint("a", 1, b"x"));
    }
}
