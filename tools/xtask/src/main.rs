//! Checks of the house that no other tool makes.

mod coverage;
mod dependencies;
mod tidy;
mod unstable;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask TASK
  tidy              layers point down, files are short and say what they are for
  coverage          writes docs/protocol/coverage.md
  coverage --check  fails when it is not current
  dependencies      licences, banned crates and sources, after deny.toml";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["tidy"] => tidy::run(),
        ["coverage"] => coverage::write(),
        ["coverage", "--check"] => coverage::check(),
        ["dependencies"] => dependencies::run(),
        _ => Err(vec![USAGE.to_owned()]),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(breaches) => {
            breaches.iter().for_each(|breach| eprintln!("{breach}"));
            ExitCode::FAILURE
        }
    }
}
