//! `herold config`: the configuration, read, checked and explained.

use std::path::Path;

use herold_server::Config;
use herold_server::config::{self, EXAMPLE};

use crate::arguments::ConfigAction;

/// Reads the configuration; the error is a line for people.
pub(crate) fn load(file: Option<&Path>) -> Result<Config, String> {
    config::load(file, std::env::vars()).map_err(|error| format!("configuration: {error}"))
}

pub(crate) fn run(file: Option<&Path>, action: &ConfigAction) -> Result<(), String> {
    match action {
        ConfigAction::Check => {
            let config = load(file)?;
            println!("The configuration is right. The server's name is {}.", config.server_name);
        }
        ConfigAction::Example => print!("{EXAMPLE}"),
    }
    Ok(())
}
