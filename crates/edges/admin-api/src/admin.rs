//! Carries out commands.

use std::sync::Arc;

use herold_accounts::{Accounts, ListedAccount, Standing};
use herold_base::Random;
use herold_media::Media;
use herold_moderation::Moderation;
use herold_rooms::Rooms;
use ruma::UserId;
use tokio::sync::Mutex;

use crate::{Agreement, Answer, Command, User};

/// Letters of a password that the server makes up: 119 bits.
const PASSWORD_LETTERS: usize = 20;
/// Accounts in one answer.
pub(crate) const PAGE: u32 = 500;

/// What commands work on. Clones share everything.
#[derive(Clone)]
pub struct Admin {
    pub(crate) accounts: Accounts,
    pub(crate) rooms: Rooms,
    pub(crate) moderation: Moderation,
    pub(crate) media: Media,
    random: Random,
    /// Held by whoever deletes rooms: one deletion goes on at a time.
    pub(crate) deleting: Arc<Mutex<()>>,
}

impl Admin {
    /// Commands for these services.
    pub fn new(
        accounts: Accounts,
        rooms: Rooms,
        moderation: Moderation,
        media: Media,
        random: Random,
    ) -> Self {
        Self { accounts, rooms, moderation, media, random, deleting: Arc::default() }
    }

    /// Carries `command` out. The error is a text for people: what happened and what to do.
    pub async fn perform(&self, command: Command) -> Result<Answer, String> {
        match command {
            Command::AddUser { name, password, admin } => self.add_user(&name, password, admin).await,
            Command::ListUsers { after } => {
                let page = self.accounts.list(&after, PAGE).await.map_err(text)?;
                Ok(Answer::Users { users: page.into_iter().map(user).collect() })
            }
            Command::ListAgreements { name } => {
                let user_id = self.accounts.meant(&name).map_err(text)?;
                let agreed = self.accounts.agreements(&user_id).await.map_err(text)?;
                Ok(Answer::Agreements { agreements: agreed.into_iter().map(agreement).collect() })
            }
            Command::ResetPassword { name, password } => self.reset_password(&name, password).await,
            Command::Deactivate { name, erase } => self.deactivate(&name, erase).await,
            Command::CloseOldGuests => Ok(Answer::GuestsClosed { guests: self.close_old_guests().await? }),
            Command::SetAdmin { name, admin } => {
                self.decide(&name, move |standing| Standing { admin, ..standing }).await
            }
            Command::SetLocked { name, locked } => {
                self.decide(&name, move |standing| Standing { locked, ..standing }).await
            }
            Command::SetSuspended { name, suspended } => {
                self.decide(&name, move |standing| Standing { suspended, ..standing }).await
            }
            Command::SendNotice { name, text } => Ok(done(self.send_notice(&name, &text).await?, None)),
            Command::ListRooms { after } => self.list_rooms(after).await,
            Command::ShowRoom { room } => self.show_room(room).await,
            Command::DeleteRoom { room, reason, media, block } => {
                self.delete_room(room, reason, media, block).await
            }
            Command::UnblockRoom { room } => self.unblock_room(room).await,
            Command::PurgeRoom { room, before_ms } => self.purge_room(room, before_ms).await,
            Command::ApplyRetention => self.apply_retention().await,
            Command::ListReports { after, all } => {
                let page = self.moderation.reports(after, all).await.map_err(text)?;
                Ok(Answer::Reports { reports: page })
            }
            Command::ListMedia { which, after } => self.list_media(which, after).await,
            Command::QuarantineMedia { which, quarantined } => {
                self.quarantine_media(which, quarantined).await
            }
            Command::MediaUsage { name, after } => self.media_usage(name, &after).await,
            Command::SetMediaQuota { name, kept_bytes, day_bytes } => {
                self.set_media_quota(&name, kept_bytes, day_bytes).await
            }
            Command::CloseReport { number } => {
                self.moderation.close_report(number).await.map_err(text)?;
                Ok(Answer::Closed { number })
            }
        }
    }

    async fn decide(
        &self,
        name: &str,
        change: impl FnOnce(Standing) -> Standing + Send + 'static,
    ) -> Result<Answer, String> {
        let user_id = self.accounts.meant(name).map_err(text)?;
        self.accounts.decide(&user_id, change).await.map_err(text)?;
        Ok(done(user_id, None))
    }

    async fn add_user(&self, name: &str, password: Option<String>, admin: bool) -> Result<Answer, String> {
        // A full id of this server is as good as its first part.
        let own = format!(":{}", self.accounts.server_name());
        let name = name.strip_prefix('@').and_then(|id| id.strip_suffix(&own)).unwrap_or(name);
        let (password, made_up) = self.password(password);
        let account = self.accounts.create(Some(name), Some(password), admin).await.map_err(text)?;
        Ok(done(account.user_id, made_up))
    }

    async fn reset_password(&self, name: &str, password: Option<String>) -> Result<Answer, String> {
        let user_id = self.accounts.meant(name).map_err(text)?;
        let (password, made_up) = self.password(password);
        self.accounts.reset_password(&user_id, password).await.map_err(text)?;
        Ok(done(user_id, made_up))
    }

    async fn deactivate(&self, name: &str, erase: bool) -> Result<Answer, String> {
        let user_id = self.accounts.meant(name).map_err(text)?;
        let account = self.accounts.known(&user_id).await.map_err(text)?;
        self.close(account.user_number, &user_id, erase).await?;
        Ok(done(user_id, None))
    }

    /// Closes and erases the accounts of guests who were not seen for long. Answers how many.
    ///
    /// # Errors
    ///
    /// Says why the rest stays.
    pub async fn close_old_guests(&self) -> Result<u64, String> {
        let mut closed = 0;
        // Ends because who is closed is no open guest any more.
        loop {
            let old = self.accounts.old_guests().await.map_err(text)?;
            if old.is_empty() {
                return Ok(closed);
            }
            for (user_number, user_id) in old {
                self.close(user_number, &user_id, true).await?;
                closed += 1;
            }
        }
    }

    /// First the account, so that it joins nothing more. When this fails halfway, it can be done again.
    async fn close(&self, user_number: i64, user_id: &UserId, erase: bool) -> Result<(), String> {
        self.accounts.deactivate(user_number, erase).await.map_err(text)?;
        self.rooms.leave_all(user_id).await.map_err(text)
    }

    /// The password to set, and the same once more where it was made up here.
    fn password(&self, given: Option<String>) -> (String, Option<String>) {
        match given {
            Some(given) => (given, None),
            None => {
                let made_up = self.random.letters(PASSWORD_LETTERS);
                (made_up.clone(), Some(made_up))
            }
        }
    }
}

pub(crate) fn done(user_id: impl std::fmt::Display, password: Option<String>) -> Answer {
    Answer::Done { user_id: user_id.to_string(), password }
}

pub(crate) fn text(error: impl std::error::Error) -> String {
    error.to_string()
}

fn user(account: ListedAccount) -> User {
    User {
        user_id: account.user_id.into(),
        created_at: account.created_at,
        admin: account.standing.admin,
        locked: account.standing.locked,
        suspended: account.standing.suspended,
        deactivated: account.deactivated_at.is_some(),
    }
}

fn agreement(agreed: herold_accounts::Agreed) -> Agreement {
    let herold_accounts::Agreed { document, version, agreed_at, in_force } = agreed;
    Agreement { document, version, agreed_at, in_force }
}
