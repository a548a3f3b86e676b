//! Carries out commands.

use herold_accounts::{Accounts, ListedAccount, Standing};
use herold_base::Random;
use herold_rooms::Rooms;

use crate::{Answer, Command, User};

/// Letters of a password that the server makes up: 119 bits.
const PASSWORD_LETTERS: usize = 20;
/// Accounts in one answer.
const PAGE: u32 = 500;

/// What commands work on. Clones share everything.
#[derive(Clone)]
pub struct Admin {
    accounts: Accounts,
    rooms: Rooms,
    random: Random,
}

impl Admin {
    /// Commands for these services.
    pub fn new(accounts: Accounts, rooms: Rooms, random: Random) -> Self {
        Self { accounts, rooms, random }
    }

    /// Carries `command` out. The error is a text for people: what happened and what to do.
    pub async fn perform(&self, command: Command) -> Result<Answer, String> {
        match command {
            Command::AddUser { name, password, admin } => self.add_user(&name, password, admin).await,
            Command::ListUsers { after } => {
                let page = self.accounts.list(&after, PAGE).await.map_err(text)?;
                Ok(Answer::Users { users: page.into_iter().map(user).collect() })
            }
            Command::ResetPassword { name, password } => self.reset_password(&name, password).await,
            Command::Deactivate { name, erase } => self.deactivate(&name, erase).await,
            Command::SetAdmin { name, admin } => {
                let user_id = self.accounts.meant(&name).map_err(text)?;
                let change = move |standing| Standing { admin, ..standing };
                self.accounts.decide(&user_id, change).await.map_err(text)?;
                Ok(done(user_id, None))
            }
        }
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
        let account = self.accounts.listed(&user_id).await.map_err(text)?;
        // First the rooms: when this fails halfway, the command can be given again.
        self.rooms.leave_all(&user_id).await.map_err(text)?;
        self.accounts.deactivate(account.user_number, erase).await.map_err(text)?;
        Ok(done(user_id, None))
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

fn done(user_id: impl std::fmt::Display, password: Option<String>) -> Answer {
    Answer::Done { user_id: user_id.to_string(), password }
}

fn text(error: impl std::error::Error) -> String {
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
