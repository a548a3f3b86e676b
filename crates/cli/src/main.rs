//! The binary `herold`: what an operator types. Nothing is decided here; the crates below do the work.

mod administration;
mod arguments;
mod backup;
mod config;
mod doctor;
mod files;
mod media;
mod notice;
mod report;
mod room;
mod serve;
mod user;

use std::process::ExitCode;

use clap::Parser;
use rustix::fs::Mode;

use arguments::{Arguments, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Whatever is written, the database, keys, uploads, backups, is for the one who runs this alone: the data
    // folder may have been made by somebody else, for everybody to read.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    let arguments = Arguments::parse();
    let file = arguments.config.as_deref();
    let outcome = match arguments.command {
        Command::Serve => serve::run(file),
        Command::Config { action } => config::run(file, &action),
        Command::Backup { folder } => backup::save(file, &folder),
        Command::Restore { folder } => backup::restore(file, &folder),
        Command::Doctor { origin } => return doctor::run(file, origin),
        Command::User { action } => user::run(file, action),
        Command::Notice { action } => notice::run(file, action),
        Command::Room { action } => room::run(file, action),
        Command::Report { action } => report::run(file, action),
        Command::Media { action } => media::run(file, action),
        Command::Version => {
            println!("herold {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("herold: {message}");
            ExitCode::FAILURE
        }
    }
}
