//! New accounts.

use herold_storage::{accounts, profiles};
use ruma::OwnedUserId;
use serde_json::Value;

use crate::stored::parse_user_id;
use crate::{Accounts, AccountsError, DISPLAY_NAME, NewDevice, Registration, SignedIn, names, people};

/// The first part of the id of the server's own account: no person's name begins with an underscore.
const NOTICES: &str = "_notices";
/// Bytes of a registration token at most, by the specification.
const REGISTRATION_TOKEN_MAX: usize = 64;

/// An account that was just made.
#[derive(Clone)]
pub struct NewAccount {
    /// Its user id.
    pub user_id: OwnedUserId,
    /// Its row number.
    pub user_number: i64,
}

impl Accounts {
    /// Whether a new account may have this name: the user id it would get, or why it may not.
    pub async fn check_username(&self, username: &str) -> Result<OwnedUserId, AccountsError> {
        let user_id = names::new_user_id(username, self.server_name())?;
        let wanted = vec![user_id.to_string()];
        let read = self.0.storage.read(move |session| accounts::by_id(session, &wanted));
        if read.await?.is_empty() { Ok(user_id) } else { Err(AccountsError::UserInUse) }
    }

    /// Whether a new account may have this password.
    pub fn check_password(&self, password: &str) -> Result<(), AccountsError> {
        self.0.passwords.check_strength(password, self.0.settings.password_min)
    }

    /// Whether this token lets somebody register.
    pub fn is_registration_token(&self, token: &str) -> bool {
        match &self.0.settings.registration {
            Registration::Token(tokens) => {
                token.len() <= REGISTRATION_TOKEN_MAX && tokens.iter().any(|known| known == token)
            }
            Registration::Closed | Registration::Open => false,
        }
    }

    /// Makes an account. Whether somebody may is decided before. Without `username` the server makes
    /// one up; without `password` nobody signs in by password.
    pub async fn create(
        &self,
        username: Option<&str>,
        password: Option<String>,
        admin: bool,
    ) -> Result<NewAccount, AccountsError> {
        let user_id = match username {
            Some(username) => self.check_username(username).await?,
            None => names::new_user_id(&names::made_up(&self.0.random), self.server_name())?,
        };
        let password_hash = match password {
            Some(password) => {
                self.check_password(&password)?;
                Some(self.0.passwords.hash(password).await?)
            }
            None => None,
        };
        let now_ms = self.0.clock.now_ms();
        let kept_id = user_id.to_string();
        let made = self.0.storage.write(move |transaction| {
            let made = accounts::insert(transaction, &kept_id, password_hash.as_deref(), admin, now_ms)?;
            let user_number = made.ok_or(AccountsError::UserInUse)?;
            people::write_words(transaction, user_number, &kept_id, None)?;
            Ok::<_, AccountsError>(user_number)
        });
        Ok(NewAccount { user_number: made.await?, user_id: parse_user_id(user_id.as_str())? })
    }

    /// The account by which the server itself writes to people; it is made when it is first needed. Nobody
    /// else gets its name, and nobody signs in to it.
    pub async fn notices_account(&self) -> Result<NewAccount, AccountsError> {
        let user_id = parse_user_id(&format!("@{NOTICES}:{}", self.server_name()))?;
        let (kept_id, name) = (user_id.to_string(), self.0.settings.notices_name.clone());
        let now_ms = self.0.clock.now_ms();
        let made = self.0.storage.write(move |transaction| {
            if let Some(account) = accounts::by_id(transaction, std::slice::from_ref(&kept_id))?.pop() {
                return Ok(account.user_number);
            }
            let made = accounts::insert(transaction, &kept_id, None, false, now_ms)?;
            let user_number = made.ok_or(AccountsError::UserInUse)?;
            profiles::set(transaction, user_number, DISPLAY_NAME, &Value::from(name).to_string())?;
            Ok::<_, AccountsError>(user_number)
        });
        Ok(NewAccount { user_number: made.await?, user_id })
    }

    /// Signs the first device of a new account in.
    pub async fn sign_in_new(
        &self,
        account: &NewAccount,
        device: NewDevice,
    ) -> Result<SignedIn, AccountsError> {
        device.check()?;
        self.give_tokens(account.user_number, None, device).await
    }
}
