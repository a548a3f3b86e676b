//! `herold user`: accounts. The running server does the work where there is one.

use std::io::BufRead;
use std::path::Path;

use herold_admin_api::{Agreement, Answer, Command, User};
use herold_server::Config;

use crate::administration::{ask, time};
use crate::arguments::{PasswordSource, UserAction};

pub(crate) fn run(file: Option<&Path>, action: UserAction) -> Result<(), String> {
    crate::administration::run(file, async |config| act(config, action).await)
}

async fn act(config: &Config, action: UserAction) -> Result<(), String> {
    let (command, said) = match action {
        UserAction::List => return list(config).await,
        UserAction::Agreements { name } => return list_agreements(config, name).await,
        UserAction::CloseOldGuests => return close_old_guests(config).await,
        UserAction::Add { name, admin, password } => {
            let said = if admin { "can sign in now and administers this server" } else { "can sign in now" };
            (Command::AddUser { name, password: read(&password)?, admin }, said)
        }
        UserAction::ResetPassword { name, password } => {
            let command = Command::ResetPassword { name, password: read(&password)? };
            (command, "has a new password; all its devices were signed out")
        }
        UserAction::Deactivate { name, erase } => (Command::Deactivate { name, erase }, "is closed for good"),
        UserAction::MakeAdmin { name, revoke: false } => {
            (Command::SetAdmin { name, admin: true }, "administers this server")
        }
        UserAction::MakeAdmin { name, revoke: true } => {
            (Command::SetAdmin { name, admin: false }, "no longer administers this server")
        }
        UserAction::Lock { name } => (Command::SetLocked { name, locked: true }, "is locked"),
        UserAction::Unlock { name } => (Command::SetLocked { name, locked: false }, "is no longer locked"),
        UserAction::Suspend { name } => (Command::SetSuspended { name, suspended: true }, "is suspended"),
        UserAction::Unsuspend { name } => {
            (Command::SetSuspended { name, suspended: false }, "is no longer suspended")
        }
    };
    if let Answer::Done { user_id, password } = ask(config, command).await? {
        println!("{user_id} {said}.");
        if let Some(password) = password {
            println!("Password: {password}");
        }
    }
    Ok(())
}

async fn list(config: &Config) -> Result<(), String> {
    let mut after = String::new();
    while let Answer::Users { users } = ask(config, Command::ListUsers { after: after.clone() }).await? {
        let Some(last) = users.last() else { break };
        after.clone_from(&last.user_id);
        users.iter().for_each(|user| println!("{}", line(user)));
    }
    Ok(())
}

async fn list_agreements(config: &Config, name: String) -> Result<(), String> {
    if let Answer::Agreements { agreements } = ask(config, Command::ListAgreements { name }).await? {
        agreements.iter().for_each(|agreement| println!("{}", agreement_line(agreement)));
    }
    Ok(())
}

async fn close_old_guests(config: &Config) -> Result<(), String> {
    if let Answer::GuestsClosed { guests } = ask(config, Command::CloseOldGuests).await? {
        println!("{guests} guests are gone.");
    }
    Ok(())
}

/// One agreement: when, to which version of which document, and whether that is in force.
fn agreement_line(agreement: &Agreement) -> String {
    let Agreement { document, version, agreed_at, in_force } = agreement;
    let state = if *in_force { "in force" } else { "replaced" };
    format!("{}\t{document}\t{version}\t{state}", time(*agreed_at))
}

/// One account: its id, then what sets it apart.
fn line(user: &User) -> String {
    let marks = [
        (user.admin, "administrator"),
        (user.locked, "locked"),
        (user.suspended, "suspended"),
        (user.deactivated, "closed"),
    ];
    let marks: Vec<&str> = marks.iter().filter(|(holds, _)| *holds).map(|(_, mark)| *mark).collect();
    format!("{}\t{}", user.user_id, marks.join(", ")).trim_end().to_owned()
}

fn read(source: &PasswordSource) -> Result<Option<String>, String> {
    if !source.password_stdin {
        return Ok(None);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| format!("standard input: {error}"))?;
    Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
}
