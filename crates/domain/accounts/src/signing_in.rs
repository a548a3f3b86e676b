//! Signing in and out: what gives tokens to devices, renews them and ends them.

use std::sync::Arc;

use herold_storage::accounts::Account;
use herold_storage::tokens::{self, TokenRow};
use herold_storage::{StorageError, Transaction, accounts, cross_signing, devices};
use ruma::{OwnedDeviceId, OwnedUserId};

use crate::callers::Caller;
use crate::secrets::{self, Pair, TokenHash};
use crate::stored::{check_open, parse_user_id};
use crate::{Accounts, AccountsError, Device, names, terms};

/// Letters of a device id that the server makes up.
const DEVICE_ID_LETTERS: usize = 10;
/// Devices of one account at most. People have some; programs that sign in anew at each start, and never out,
/// would have any number, which everybody who writes to the account in an encrypted room has to encrypt for.
const DEVICES_MAX: i64 = 500;
/// Bytes of a device id at most.
const DEVICE_ID_MAX: usize = 255;
/// Bytes of a device's display name at most.
pub(crate) const DEVICE_NAME_MAX: usize = 255;

/// The device that somebody signs in with.
#[derive(Clone, Debug, Default)]
pub struct NewDevice {
    /// Its id; without one the server makes one up.
    pub device_id: Option<OwnedDeviceId>,
    /// What to call it, unless it is there already.
    pub display_name: Option<String>,
    /// Whether the client can refresh its access token.
    pub refreshable: bool,
}

/// A device that was just signed in, or whose tokens were renewed.
#[derive(Clone)]
pub struct SignedIn {
    /// The account.
    pub user_id: OwnedUserId,
    /// The device.
    pub device_id: OwnedDeviceId,
    /// Its access token.
    pub access_token: String,
    /// Its refresh token, where the client can use one.
    pub refresh_token: Option<String>,
    /// How long the access token lasts, milliseconds; without it, for ever.
    pub expires_in_ms: Option<i64>,
}

impl NewDevice {
    /// Refuses what could not be kept.
    pub fn check(&self) -> Result<(), AccountsError> {
        let is_bad = |id: &str| id.is_empty() || id.len() > DEVICE_ID_MAX || id.contains('\0');
        if self.device_id.as_ref().is_some_and(|id| is_bad(id.as_str())) {
            let text = format!("A device id has 1 to {DEVICE_ID_MAX} bytes, none of them NUL.");
            return Err(AccountsError::InvalidParam(text));
        }
        check_device_name(self.display_name.as_deref())
    }
}

/// Refuses a device name that cannot be kept.
pub(crate) fn check_device_name(name: Option<&str>) -> Result<(), AccountsError> {
    if name.is_some_and(|name| name.len() > DEVICE_NAME_MAX) {
        let text = format!("A device's name has at most {DEVICE_NAME_MAX} bytes.");
        return Err(AccountsError::TooLarge(text));
    }
    if name.is_some_and(|name| name.contains('\0')) {
        return Err(AccountsError::InvalidParam("A device's name holds no NUL.".to_owned()));
    }
    Ok(())
}

impl Accounts {
    /// Signs a device in with a password. `user` is a user id of this server or a localpart.
    pub async fn sign_in_with_password(
        &self,
        user: &str,
        password: String,
        device: NewDevice,
    ) -> Result<SignedIn, AccountsError> {
        device.check()?;
        let account = self.account_by_password(user, password.clone()).await?;
        check_open(&account)?;
        let (user_number, kept) = (account.user_number, account.password_hash);
        let signed_in = self.give_tokens(user_number, kept.clone(), device).await?;
        if let Some(kept) = kept.filter(|kept| self.0.passwords.is_outdated(kept))
            && let Err(error) = self.hash_again(user_number, kept, password).await
        {
            tracing::warn!(%error, "a password keeps its old hash until its owner signs in again");
        }
        Ok(signed_in)
    }

    /// Hashes a password, which was just proven, at the cost that passwords have now.
    async fn hash_again(
        &self,
        user_number: i64,
        kept: String,
        password: String,
    ) -> Result<(), AccountsError> {
        let renewed = self.0.passwords.hash(password).await?;
        let write = move |transaction: &mut Transaction<'_>| {
            let found = accounts::by_number(transaction, &[user_number])?;
            // Unless it was changed meanwhile.
            if found.iter().any(|account| account.password_hash.as_ref() == Some(&kept)) {
                accounts::set_password_hash(transaction, user_number, Some(&renewed))?;
            }
            Ok::<_, StorageError>(())
        };
        Ok(self.0.storage.write(write).await?)
    }

    /// Signs a device in with a token that another device of the account asked for.
    pub async fn sign_in_with_token(
        &self,
        token: &str,
        device: NewDevice,
    ) -> Result<SignedIn, AccountsError> {
        device.check()?;
        let (hash, now_ms) = (secrets::hash(token), self.0.clock.now_ms());
        let taken = self.0.storage.write(move |transaction| {
            tokens::take_login_token(transaction, &hash, now_ms).map_err(AccountsError::from)
        });
        let user_number = taken.await?.ok_or(AccountsError::WrongLoginToken)?;
        self.give_tokens(user_number, None, device).await
    }

    /// A token with which another device can sign in to the same account, once and soon.
    pub async fn login_token(&self, device: &Device) -> Result<String, AccountsError> {
        let token = secrets::secret(&self.0.random, "hlt");
        let (hash, now_ms, user) = (secrets::hash(&token), self.0.clock.now_ms(), device.user_number);
        let expires_at = now_ms.saturating_add(self.0.settings.login_token_ms);
        let write = move |transaction: &mut Transaction<'_>| {
            tokens::insert_login_token(transaction, &hash, user, expires_at, now_ms)
        };
        self.0.storage.write(write).await?;
        Ok(token)
    }

    /// Renews the tokens of a device. The refresh token stays good until one of the new tokens is used,
    /// so that a client that missed the answer may ask again. Requests at once are all told the same tokens.
    pub async fn refresh(&self, refresh_token: &str) -> Result<SignedIn, AccountsError> {
        let (hash, now_ms) = (secrets::hash(refresh_token), self.0.clock.now_ms());
        let answers = self.0.renewals.answers(refresh_token, now_ms, self.0.settings.refreshable_token_ms);
        let write = move |transaction: &mut Transaction<'_>| {
            let unknown = || AccountsError::UnknownToken { soft_logout: false };
            let [before, now] = answers;
            let mut ended = Vec::new();
            let mut given = None;
            for pair in [before, now.clone()] {
                let token = tokens::find(transaction, &pair.row(now_ms).access_hash)?;
                if let Some(token) = token.filter(|token| given.is_none() && token.unused_successor) {
                    given = Some((token, pair));
                }
            }
            let (token, mut pair) = match given {
                Some(given) => given,
                None => {
                    let row = now.row(now_ms);
                    ended = tokens::refresh(transaction, &hash, &row, now_ms)?.ok_or_else(unknown)?;
                    (tokens::find(transaction, &row.access_hash)?.ok_or_else(unknown)?, now)
                }
            };
            let found = accounts::by_number(transaction, &[token.user_number])?;
            found.first().map_or(Err(unknown()), check_open)?;
            pair.lifetime_ms = token.expires_at.map(|expires_at| expires_at.saturating_sub(now_ms));
            Ok::<_, AccountsError>((ended, token, pair))
        };
        let (ended, token, pair): (Vec<Vec<u8>>, TokenRow, Pair) = self.0.storage.write(write).await?;
        self.0.callers.forget(&ended);
        signed_in(&token.user_id, &token.device_id, pair)
    }

    /// Signs the calling device out.
    pub async fn sign_out(&self, device: &Device) -> Result<(), AccountsError> {
        let (user, number) = (device.user_number, device.device_number);
        let write = move |transaction: &mut Transaction<'_>| devices::delete(transaction, user, &[number]);
        let ended: Vec<Vec<u8>> = self.0.storage.write(write).await?;
        self.0.callers.forget(&ended);
        Ok(())
    }

    /// Signs all devices of the calling account out.
    pub async fn sign_out_all(&self, device: &Device) -> Result<(), AccountsError> {
        let user = device.user_number;
        let write = move |transaction: &mut Transaction<'_>| delete_devices_except(transaction, user, None);
        let ended: Vec<Vec<u8>> = self.0.storage.write(write).await?;
        self.0.callers.forget(&ended);
        Ok(())
    }

    /// The account that `user` and `password` belong to, whatever its standing. Takes as long when
    /// there is none.
    pub(crate) async fn account_by_password(
        &self,
        user: &str,
        password: String,
    ) -> Result<Account, AccountsError> {
        let meant: Vec<String> =
            names::meant(user, self.server_name()).iter().map(ToString::to_string).collect();
        let wanted = meant.clone();
        let read = self.0.storage.read(move |session| accounts::by_id(session, &wanted));
        let mut found: Vec<Account> = read.await?;
        found.sort_by_key(|account| meant.iter().position(|id| *id == account.user_id));
        let account = found.into_iter().next();
        let kept = account.as_ref().and_then(|account| account.password_hash.clone());
        let right = self.0.passwords.verify(password, kept).await?;
        account.filter(|_| right).ok_or(AccountsError::WrongCredentials)
    }

    /// Gives a device of `user_number` new tokens. The account is looked at again inside the
    /// transaction: it may have been closed, or its password changed from `password_hash`, meanwhile.
    pub(crate) async fn give_tokens(
        &self,
        user_number: i64,
        password_hash: Option<String>,
        device: NewDevice,
    ) -> Result<SignedIn, AccountsError> {
        let settings = &self.0.settings;
        let lifetime_ms =
            if device.refreshable { Some(settings.refreshable_token_ms) } else { settings.plain_token_ms };
        let pair = Pair::new(&self.0.random, device.refreshable, lifetime_ms);
        let now_ms = self.0.clock.now_ms();
        let row = pair.row(now_ms);
        let device_id = device.device_id.unwrap_or_else(|| self.0.random.letters(DEVICE_ID_LETTERS).into());
        let kept_id = device_id.clone();
        let write = move |transaction: &mut Transaction<'_>| {
            let found = accounts::by_number(transaction, &[user_number])?;
            let account = found.into_iter().next().ok_or(AccountsError::WrongCredentials)?;
            check_open(&account)?;
            if password_hash.is_some() && account.password_hash != password_hash {
                return Err(AccountsError::WrongCredentials);
            }
            if cross_signing::is_public_key(transaction, user_number, kept_id.as_str())? {
                let text = "This device id is the name of one of your keys: choose another.";
                return Err(AccountsError::InvalidParam(text.to_owned()));
            }
            let mut gone = make_room(transaction, user_number, kept_id.as_str(), now_ms)?;
            let name = device.display_name.as_deref();
            let number = devices::ensure(transaction, user_number, kept_id.as_str(), name, now_ms)?;
            gone.extend(tokens::replace(transaction, number, &row, now_ms)?);
            Ok((account.user_id, gone))
        };
        let (user_id, ended) = self.0.storage.write(write).await?;
        self.0.callers.forget(&ended);
        signed_in(&user_id, device_id.as_str(), pair)
    }

    /// Finds out whose token it is that is not remembered.
    pub(crate) async fn look_up(&self, hash: TokenHash) -> Result<Arc<Caller>, AccountsError> {
        let unknown = AccountsError::UnknownToken { soft_logout: false };
        let look_up = self.0.callers.look_up();
        let terms = self.0.settings.terms.clone();
        let read = self.0.storage.read(move |session| {
            let row = tokens::find(session, &hash)?.ok_or(unknown)?;
            let agreed = terms::is_agreed(session, &terms, row.user_number)?;
            Ok::<_, AccountsError>((row, agreed))
        });
        let (row, agreed) = read.await?;
        if row.unused_successor {
            let write = move |transaction: &mut Transaction<'_>| tokens::settle(transaction, &hash);
            let ended: Vec<Vec<u8>> = self.0.storage.write(write).await?;
            self.0.callers.forget(&ended);
            return Box::pin(self.look_up(hash)).await;
        }
        let device = Device {
            user_id: parse_user_id(&row.user_id)?,
            user_number: row.user_number,
            device_id: row.device_id.into(),
            device_number: row.device_number,
            admin: row.admin,
            guest: row.guest,
            locked: row.locked,
            suspended: row.suspended,
            owes_consent: !agreed,
        };
        Ok(self.0.callers.remember(&look_up, hash, device, row.expires_at))
    }
}

/// Signs all devices of an account out, except one.
pub(crate) fn delete_devices_except(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    except: Option<i64>,
) -> Result<Vec<Vec<u8>>, StorageError> {
    let all = devices::of_user(transaction, user_number)?;
    let numbers: Vec<i64> =
        all.iter().map(|device| device.device_number).filter(|number| Some(*number) != except).collect();
    devices::delete(transaction, user_number, &numbers)
}

/// Lets the account have a device of this id: where it has as many as it may, the one goes that nobody can use
/// any more and that was used longest ago. Nobody is signed out for it. Answers the hashes of tokens that ended.
fn make_room(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    device_id: &str,
    now_ms: i64,
) -> Result<Vec<Vec<u8>>, AccountsError> {
    if !devices::is_full(transaction, user_number, device_id, DEVICES_MAX)? {
        return Ok(Vec::new());
    }
    let unused = devices::longest_unused_signed_out(transaction, user_number, now_ms)?;
    let unused = unused.ok_or(AccountsError::TooManyDevices { limit: DEVICES_MAX })?;
    Ok(devices::delete(transaction, user_number, &[unused])?)
}

fn signed_in(user_id: &str, device_id: &str, pair: Pair) -> Result<SignedIn, AccountsError> {
    Ok(SignedIn {
        user_id: parse_user_id(user_id)?,
        device_id: device_id.into(),
        access_token: pair.access,
        refresh_token: pair.refresh,
        expires_in_ms: pair.lifetime_ms,
    })
}

#[cfg(test)]
mod tests;
