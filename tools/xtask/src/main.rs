//! Checks of the house that no other tool makes: `cargo xtask tidy`.

mod tidy;

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("tidy") => match tidy::run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(breaches) => {
                breaches.iter().for_each(|breach| eprintln!("tidy: {breach}"));
                ExitCode::FAILURE
            }
        },
        _ => {
            eprintln!("usage: cargo xtask tidy");
            ExitCode::FAILURE
        }
    }
}
