//! `herold serve`: runs the server until it is told to stop.

use std::path::Path;

use herold_base::{Clock, Random};
use herold_server::{Config, Server, start_logging};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

pub(crate) fn run(file: Option<&Path>) -> Result<(), String> {
    let config = crate::config::load(file)?;
    start_logging(&config.log);
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
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: what was accepted is finished first");
    server.stop().await.map_err(|error| error.to_string())
}

/// Says where things are. The last line is for programs: `READY` and a JSON object, once clients can connect.
fn greet(config: &Config, server: &Server) {
    let data = std::path::absolute(&config.data).unwrap_or_else(|_| config.data.clone());
    let scheme = if config.listen.tls_certificate.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{}", server.address());
    let operations = server.operations_address().map(|address| format!("http://{address}"));
    println!("Herold serves {} on {url}", config.server_name);
    println!("Its data lies in {}", data.display());
    let ready =
        json!({ "url": url, "operations": operations, "server_name": config.server_name, "data": data });
    println!("READY {ready}");
}
