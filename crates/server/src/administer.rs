//! A command of an administrator: carried out by the server that runs on the data folder, or here
//! when none runs. Never both: the lock on the database decides.

use herold_admin_api::{Admin, Answer, AskError, Command, ask};
use herold_base::{Clock, Random};

use crate::serve::{Opened, SOCKET};
use crate::{Config, ServerError};

/// Carries `command` out.
pub async fn administer(
    config: &Config,
    clock: Clock,
    random: Random,
    command: Command,
) -> Result<Answer, ServerError> {
    match ask(&config.data.join(SOCKET), &command).await {
        Err(AskError::NotRunning) => here(config, clock, random, command).await,
        Err(error) => Err(ServerError::Command(error.to_string())),
        Ok(answer) => Ok(answer),
    }
}

async fn here(
    config: &Config,
    clock: Clock,
    random: Random,
    command: Command,
) -> Result<Answer, ServerError> {
    let Opened { storage, threads, api } = Opened::open(config, clock, random.clone()).await?;
    let admin = Admin::new(
        api.accounts.clone(),
        api.rooms.clone(),
        api.moderation.clone(),
        api.media.clone(),
        random,
    );
    let answer = admin.perform(command).await;
    drop((api, storage, admin));
    tokio::task::spawn_blocking(move || threads.join()).await.map_err(std::io::Error::other)?;
    answer.map_err(ServerError::Command)
}
