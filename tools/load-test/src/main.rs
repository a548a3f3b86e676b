//! Drives any homeserver through its public API under a named load, and reads what that costs the
//! server from /proc. Prints a line for people on standard error and a JSON object on standard
//! output. Nothing here may know how a server works inside; every run is bounded and stops by itself.

mod accounts;
mod api;
mod arguments;
mod error;
mod figures;
mod process;
mod scenarios;
mod setup;
mod side_by_side;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use api::Api;
use arguments::Arguments;
use error::LoadError;
use figures::Report;
use process::Processes;
use setup::Bench;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("herold-load-test: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(&arguments)) {
        Ok(report) => {
            eprintln!("{}", report.line());
            println!("{}", report.json());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("herold-load-test: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<Report, LoadError> {
    let limit = Duration::from_secs(arguments.time_limit_seconds);
    let work = async {
        let api = Api::new(&arguments.server)?;
        let processes = Processes::new(&arguments.pids);
        let bench = Bench::new(api, processes, arguments.accounts.clone()).await?;
        let report = scenarios::run(&bench, &arguments.scenario).await?;
        Ok(report.with_server(bench.api.server_version().await?))
    };
    tokio::time::timeout(limit, work).await.map_err(|_| LoadError::TimeLimit(limit))?
}
