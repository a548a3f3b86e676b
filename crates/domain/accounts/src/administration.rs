//! What owners change about their accounts, and what administrators decide about them.

use std::sync::atomic::Ordering;

use herold_storage::accounts::Account;
use herold_storage::devices::Sighting;
use herold_storage::{
    Session, StorageError, Topic, Transaction, account_data, accounts, agreements, cross_signing, devices,
    key_backups, openid_tokens, people, profiles, pushers, thread_subscriptions, tokens, transaction_ids,
};
use ruma::{OwnedUserId, UserId};

use crate::signing_in::delete_devices_except;
use crate::stored::parse_user_id;
use crate::{Accounts, AccountsError, Device, names};

/// Accounts in one page of a list at most.
pub const PAGE_MAX: u32 = 1000;

/// How long a transaction id is remembered, milliseconds: a client that was switched off over a weekend may
/// still ask again whether its message arrived.
const TRANSACTION_IDS_KEPT_MS: i64 = 3 * 24 * 60 * 60 * 1000;
/// Devices of a closed account that are taken away at once: the writer serves others in between.
const DEVICES_AT_ONCE: usize = 10;
/// Steps in which old transaction ids are taken away at one time.
const SWEEP_STEPS_MAX: usize = 100;

/// What an administrator decides about an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether it administers this server.
    pub admin: bool,
    /// Whether it may do nothing but sign out.
    pub locked: bool,
    /// Whether it may only read and leave.
    pub suspended: bool,
}

/// An account in an administrator's list.
#[derive(Clone, Debug)]
pub struct ListedAccount {
    /// The user id.
    pub user_id: OwnedUserId,
    /// The row number.
    pub user_number: i64,
    /// When it was made, milliseconds.
    pub created_at: i64,
    /// When it was closed for good, milliseconds.
    pub deactivated_at: Option<i64>,
    /// What was decided about it.
    pub standing: Standing,
}

/// What a new password means for the other devices of an account.
#[derive(Clone, Copy)]
enum Others {
    /// They are signed out.
    SignedOut,
    /// They stay, but whoever set their pushers with the old password gets no notifications any more.
    WithoutPushers,
}

impl Accounts {
    /// Sets the password of the caller's account. Other devices are signed out where `sign_out_others`.
    pub async fn change_password(
        &self,
        device: &Device,
        password: String,
        sign_out_others: bool,
    ) -> Result<(), AccountsError> {
        let others = if sign_out_others { Others::SignedOut } else { Others::WithoutPushers };
        self.set_password(device.user_number, password, Some(device.device_number), others).await
    }

    /// Sets the password of an account and signs all its devices out.
    pub async fn reset_password(&self, user_id: &UserId, password: String) -> Result<(), AccountsError> {
        let account = self.open_account(user_id).await?;
        self.set_password(account.user_number, password, None, Others::SignedOut).await
    }

    /// What happens to all devices, except perhaps one, is what `others` says.
    async fn set_password(
        &self,
        user_number: i64,
        password: String,
        except: Option<i64>,
        others: Others,
    ) -> Result<(), AccountsError> {
        self.check_password(&password)?;
        let hash = self.0.passwords.hash(password).await?;
        let write = move |transaction: &mut Transaction<'_>| {
            accounts::set_password_hash(transaction, user_number, Some(&hash))?;
            tokens::delete_login_tokens(transaction, user_number)?;
            openid_tokens::delete_all(transaction, user_number)?;
            match others {
                Others::SignedOut => delete_devices_except(transaction, user_number, except),
                Others::WithoutPushers => {
                    pushers::delete_of_other_devices(transaction, user_number, except.unwrap_or(0))?;
                    Ok(Vec::new())
                }
            }
        };
        let ended: Result<Vec<Vec<u8>>, StorageError> = self.0.storage.write(write).await;
        self.0.callers.forget(&ended?);
        Ok(())
    }

    /// Closes an account for good: all devices are signed out, its key backups are gone, its id is never given
    /// again; a closed one may be closed again. Where `erase`, its profile, its cross-signing keys and all it kept
    /// are gone too. Leaving its rooms is the caller's to ask of the rooms, afterwards: then nobody joins any more.
    pub async fn deactivate(&self, user_number: i64, erase: bool) -> Result<(), AccountsError> {
        let now_ms = self.0.clock.now_ms();
        let write = move |transaction: &mut Transaction<'_>| {
            accounts::deactivate(transaction, user_number, erase, now_ms)?;
            tokens::delete_login_tokens(transaction, user_number)?;
            openid_tokens::delete_all(transaction, user_number)?;
            key_backups::delete_all(transaction, user_number)?;
            people::write_words(transaction, &[(user_number, Vec::new())])?;
            if erase {
                cross_signing::delete_all(transaction, user_number)?;
                profiles::delete_all(transaction, user_number)?;
                account_data::delete_all(transaction, user_number)?;
                agreements::delete_all(transaction, user_number)?;
                thread_subscriptions::delete_all(transaction, user_number)?;
            }
            devices::sign_out_all(transaction, user_number)
        };
        let ended: Result<Vec<Vec<u8>>, StorageError> = self.0.storage.write(write).await;
        self.0.callers.forget(&ended?);
        self.clear_closed(user_number).await
    }

    /// Takes away the devices and backups of a closed account, in steps between which others write.
    async fn clear_closed(&self, user_number: i64) -> Result<(), AccountsError> {
        loop {
            let write = move |transaction: &mut Transaction<'_>| {
                let mut all = devices::of_user(transaction, user_number)?;
                all.truncate(DEVICES_AT_ONCE);
                let numbers: Vec<i64> = all.iter().map(|device| device.device_number).collect();
                devices::delete(transaction, user_number, &numbers)?;
                Ok(numbers.len())
            };
            let deleted: Result<usize, StorageError> = self.0.storage.write(write).await;
            if deleted? < DEVICES_AT_ONCE {
                break;
            }
        }
        loop {
            let write =
                move |transaction: &mut Transaction<'_>| key_backups::sweep_closed(transaction, user_number);
            let swept: Result<u64, StorageError> = self.0.storage.write(write).await;
            if swept? < key_backups::SWEEP_MAX.unsigned_abs() {
                return Ok(());
            }
        }
    }

    /// Once after each start: ends what was being closed when the server ended.
    pub(crate) async fn finish_closing(&self) -> Result<(), AccountsError> {
        if self.0.closing_finished.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let half: Result<Vec<i64>, StorageError> = self.0.storage.read(accounts::half_closed).await;
        for user_number in half? {
            self.clear_closed(user_number).await?;
        }
        Ok(())
    }

    /// The account `user_id`, closed or not.
    pub async fn known(&self, user_id: &UserId) -> Result<ListedAccount, AccountsError> {
        let wanted = [user_id.to_string()];
        let read = self.0.storage.read(move |session| accounts::by_id(session, &wanted));
        let found: Result<Vec<Account>, StorageError> = read.await;
        found?
            .pop()
            .map_or_else(|| Err(AccountsError::NotFound("There is no such account.".to_owned())), listed)
    }

    /// Closed accounts that are still in rooms: something came between the closing and the leaving.
    pub async fn closed_in_rooms(&self) -> Result<Vec<OwnedUserId>, AccountsError> {
        let found: Result<Vec<String>, StorageError> = self.0.storage.read(accounts::closed_in_rooms).await;
        found?.iter().map(|user_id| parse_user_id(user_id)).collect()
    }

    /// The account `user_id`, unless it is closed.
    pub async fn listed(&self, user_id: &UserId) -> Result<ListedAccount, AccountsError> {
        listed(self.open_account(user_id).await?)
    }

    /// The user meant by a user id or a localpart of this server, as an operator types it.
    pub fn meant(&self, typed: &str) -> Result<OwnedUserId, AccountsError> {
        let meant = names::meant(typed, self.server_name()).into_iter().next();
        meant.ok_or_else(|| AccountsError::InvalidUsername("This is no user of this server.".to_owned()))
    }

    /// Up to `limit` accounts, closed ones too, whose ids come after `after` (empty for the first page).
    pub async fn list(&self, after: &str, limit: u32) -> Result<Vec<ListedAccount>, AccountsError> {
        let (after, limit) = (after.to_owned(), i64::from(limit.clamp(1, PAGE_MAX)));
        let read = self.0.storage.read(move |session| accounts::page(session, &after, limit));
        let page: Result<Vec<Account>, StorageError> = read.await;
        page?.into_iter().map(listed).collect()
    }

    /// Changes what was decided about an account; `change` is given what holds and makes of it what
    /// shall hold. Waiting requests of the account end, so that they meet the new standing.
    pub async fn decide(
        &self,
        user_id: &UserId,
        change: impl FnOnce(Standing) -> Standing + Send + 'static,
    ) -> Result<Standing, AccountsError> {
        let wanted = [user_id.to_string()];
        let write = move |transaction: &mut Transaction<'_>| {
            let account = open_account(transaction, &wanted)?;
            let before = standing(&account);
            let after = change(before);
            if after == before {
                return Ok((after, Vec::new()));
            }
            let Standing { admin, locked, suspended } = after;
            accounts::set_standing(transaction, account.user_number, admin, locked, suspended)?;
            if after.locked && !before.locked {
                let position = transaction.next_position();
                transaction.announce(position, Topic::SignedOut { user: account.user_number });
            }
            Ok::<_, AccountsError>((after, tokens::of_user(transaction, account.user_number)?))
        };
        let (standing, affected) = self.0.storage.write(write).await?;
        self.0.callers.forget(&affected);
        Ok(standing)
    }

    async fn open_account(&self, user_id: &UserId) -> Result<Account, AccountsError> {
        let wanted = [user_id.to_string()];
        self.0.storage.read(move |session| open_account(session, &wanted)).await
    }

    /// Notes at once when devices were last seen, before the server ends.
    pub async fn flush(&self) -> Result<(), AccountsError> {
        let sightings = self.0.callers.take_sightings();
        self.record_sightings(sightings).await
    }

    /// Writes when devices were seen.
    pub(crate) async fn record_sightings(&self, sightings: Vec<Sighting>) -> Result<(), AccountsError> {
        if sightings.is_empty() {
            return Ok(());
        }
        let write =
            move |transaction: &mut Transaction<'_>| devices::record_sightings(transaction, &sightings);
        let written: Result<(), StorageError> = self.0.storage.write(write).await;
        self.0.callers.sightings_written();
        Ok(written?)
    }

    /// Takes away transaction ids that no client asks for again, in steps between which others write.
    pub(crate) async fn sweep_transaction_ids(&self) -> Result<(), AccountsError> {
        let before_ms = self.0.clock.now_ms().saturating_sub(TRANSACTION_IDS_KEPT_MS);
        for _ in 0..SWEEP_STEPS_MAX {
            let write =
                move |transaction: &mut Transaction<'_>| transaction_ids::sweep(transaction, before_ms);
            let swept: Result<u64, StorageError> = self.0.storage.write(write).await;
            if swept? < transaction_ids::SWEEP_MAX.unsigned_abs() {
                break;
            }
        }
        Ok(())
    }
}

fn open_account(session: &mut Session, user_ids: &[String]) -> Result<Account, AccountsError> {
    let found = accounts::by_id(session, user_ids)?.pop();
    let open = found.filter(|account| account.deactivated_at.is_none());
    open.ok_or_else(|| AccountsError::NotFound("There is no such account, or it is closed.".to_owned()))
}

fn standing(account: &Account) -> Standing {
    Standing { admin: account.admin, locked: account.locked, suspended: account.suspended }
}

fn listed(account: Account) -> Result<ListedAccount, AccountsError> {
    Ok(ListedAccount {
        user_id: parse_user_id(&account.user_id)?,
        user_number: account.user_number,
        created_at: account.created_at,
        deactivated_at: account.deactivated_at,
        standing: standing(&account),
    })
}
