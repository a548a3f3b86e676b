//! `herold notice`: what the server itself writes to people. The running server does the work where there is one.

use std::path::Path;

use herold_admin_api::{Answer, Command};
use herold_server::Config;

use crate::administration::ask;
use crate::arguments::NoticeAction;

pub(crate) fn run(file: Option<&Path>, action: NoticeAction) -> Result<(), String> {
    let NoticeAction::Send { name, everybody, text } = action;
    crate::administration::run(file, async |config| match (&name, everybody) {
        (Some(name), false) => {
            send(config, name, &text).await?;
            println!("{name} was sent the notice.");
            Ok(())
        }
        (None, true) => send_to_all(config, &text).await,
        _ => Err("say to whom: --to NAME or --everybody".to_owned()),
    })
}

/// Person by person, so that it can be watched and broken off.
async fn send_to_all(config: &Config, text: &str) -> Result<(), String> {
    let mut after = String::new();
    while let Answer::Users { users } = ask(config, Command::ListUsers { after: after.clone() }).await? {
        let Some(last) = users.last() else { break };
        after.clone_from(&last.user_id);
        // Names that begin with an underscore are the server's own and those of bridges.
        for user in users.iter().filter(|user| !user.deactivated && !user.user_id.starts_with("@_")) {
            match send(config, &user.user_id, text).await {
                Ok(()) => println!("{} was sent the notice.", user.user_id),
                // One person who cannot be reached keeps it from nobody else.
                Err(error) => eprintln!("{}: {error}", user.user_id),
            }
        }
    }
    Ok(())
}

async fn send(config: &Config, name: &str, text: &str) -> Result<(), String> {
    let command = Command::SendNotice { name: name.to_owned(), text: text.to_owned() };
    ask(config, command).await.map(drop)
}
