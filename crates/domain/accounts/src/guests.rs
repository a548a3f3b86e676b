//! Guests: accounts without a name and a password, whose devices see and do little (client-server API, "Guest
//! Access"). What that is, the edge says; here they come, and become people with accounts.

use herold_storage::{StorageError, accounts, tokens};
use ruma::OwnedUserId;

use crate::stored::parse_user_id;
use crate::{Accounts, AccountsError, NewAccount, NewDevice, SignedIn, names, people, secrets};

/// Old guests who are told of at once.
const CLOSED_AT_ONCE: i64 = 100;

impl Accounts {
    /// A new guest's first and only device.
    ///
    /// # Errors
    ///
    /// [`AccountsError::NoGuests`].
    pub async fn create_guest(&self, display_name: Option<String>) -> Result<SignedIn, AccountsError> {
        if !self.0.settings.guests {
            return Err(AccountsError::NoGuests);
        }
        let device = NewDevice { device_id: None, display_name, refreshable: false };
        device.check()?;
        let user_id = names::new_user_id(&names::made_up(&self.0.random), self.server_name())?;
        let (kept_id, now_ms) = (user_id.to_string(), self.0.clock.now_ms());
        let made = self.0.storage.write(move |transaction| {
            let made = accounts::insert_guest(transaction, &kept_id, now_ms)?;
            made.ok_or(AccountsError::UserInUse)
        });
        let account = NewAccount { user_number: made.await?, user_id };
        self.sign_in_new(&account, device).await
    }

    /// Whether `token` is that of the guest called `username`, who may then keep the name.
    ///
    /// # Errors
    ///
    /// [`AccountsError::Forbidden`] where it is not.
    pub async fn check_guest(
        &self,
        token: &str,
        username: Option<&str>,
    ) -> Result<NewAccount, AccountsError> {
        let hash = secrets::hash(token);
        let found = self.0.storage.read(move |session| tokens::find(session, &hash)).await?;
        let refused = || AccountsError::Forbidden("This is no access token of this guest.".to_owned());
        let row = found.filter(|row| row.guest && !row.locked && !row.suspended).ok_or_else(refused)?;
        let user_id = parse_user_id(&row.user_id)?;
        let named = username.is_some_and(|name| name.eq_ignore_ascii_case(user_id.localpart()));
        if named { Ok(NewAccount { user_id, user_number: row.user_number }) } else { Err(refused()) }
    }

    /// Some of the guests who were not seen for so long that they are to be closed, the oldest first: row number and id.
    pub async fn old_guests(&self) -> Result<Vec<(i64, OwnedUserId)>, AccountsError> {
        let Some(kept_ms) = self.0.settings.guests_kept_ms else { return Ok(Vec::new()) };
        // What was seen a moment ago may not be noted yet.
        self.flush().await?;
        let before_ms = self.0.clock.now_ms().saturating_sub(kept_ms);
        let read =
            self.0.storage.read(move |session| accounts::guests_unseen(session, before_ms, CLOSED_AT_ONCE));
        let found: Result<Vec<(i64, String)>, StorageError> = read.await;
        found?.into_iter().map(|(number, user_id)| Ok((number, parse_user_id(&user_id)?))).collect()
    }

    /// Makes a guest's account one like all others, with a password.
    pub async fn upgrade_guest(
        &self,
        guest: NewAccount,
        password: String,
    ) -> Result<NewAccount, AccountsError> {
        self.check_password(&password)?;
        let hash = self.0.passwords.hash(password).await?;
        let (user_number, kept_id) = (guest.user_number, guest.user_id.to_string());
        let write = self.0.storage.write(move |transaction| {
            if !accounts::upgrade_guest(transaction, user_number, &hash)? {
                return Err(AccountsError::UserInUse);
            }
            people::write_words(transaction, user_number, &kept_id, None)?;
            Ok(tokens::of_user(transaction, user_number)?)
        });
        let affected: Vec<Vec<u8>> = write.await?;
        self.0.callers.forget(&affected);
        Ok(guest)
    }
}
