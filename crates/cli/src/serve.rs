//! `herold serve`: runs the server until it is told to stop.

use std::path::{Path, PathBuf};

use crate::files;
use herold_base::{Clock, Random};
use herold_server::{Config, Server, start_logging};
use serde_json::json;

use tokio::signal::unix::{SignalKind, signal};

pub(crate) fn run(file: Option<&Path>) -> Result<(), String> {
    let config = crate::config::load(file)?;
    start_logging(&config.log);
    log_panics();
    files::allow(config.listen.connections_max);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(serve(config))
}

async fn serve(config: Config) -> Result<(), String> {
    let (mut terminate, mut interrupt) = signal(SignalKind::terminate())
        .and_then(|terminate| Ok((terminate, signal(SignalKind::interrupt())?)))
        .map_err(|error| format!("cannot listen for signals: {error}"))?;
    let server = Server::start(config.clone(), Clock::System, Random::System)
        .await
        .map_err(|error| error.to_string())?;
    greet(&config, &server);
    invite_administrator(&server).await;
    ready(&config, &server);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: what was accepted is finished first");
    server.stop().await.map_err(|error| error.to_string())
}

/// A panic goes to the log like everything else: where it happened, and what it said.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, message = panic.payload_as_str().unwrap_or_default(), "a panic");
    }));
}

/// Says where things are.
fn greet(config: &Config, server: &Server) {
    println!("Herold serves {} on {}", config.server_name, url(config, server));
    println!("Its data lies in {}", data(config).display());
}

/// Says how the first account is made, as long as there is none.
async fn invite_administrator(server: &Server) {
    if server.accounts().list("", 1).await.is_ok_and(|accounts| accounts.is_empty()) {
        let program = std::env::args().next().unwrap_or_else(|| "herold".to_owned());
        println!("There is no account yet. In another terminal, make the first administrator with");
        println!("    {program} user add NAME --admin");
    }
}

/// The line for programs: `READY` and a JSON object, once clients can connect.
fn ready(config: &Config, server: &Server) {
    let operations = server.operations_address().map(|address| format!("http://{address}"));
    let ready = json!({
        "url": url(config, server), "operations": operations, "server_name": config.server_name,
        "data": data(config),
    });
    println!("READY {ready}");
}

fn url(config: &Config, server: &Server) -> String {
    let scheme = if config.listen.tls_certificate.is_some() { "https" } else { "http" };
    format!("{scheme}://{}", server.address())
}

fn data(config: &Config) -> PathBuf {
    std::path::absolute(&config.data).unwrap_or_else(|_| config.data.clone())
}
