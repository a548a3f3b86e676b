//! What clients on the internet find: the server's name, its well-known files, and the server behind them.

use std::time::Duration;

use herold_base::Clock;
use herold_server::{Config, SOCKET};
use reqwest::{Client, Response};
use serde_json::Value;
use tokio::net::UnixStream;

use super::Finding;

/// How long somebody may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How far two clocks may be apart.
const CLOCKS_APART_MAX_S: i64 = 60;

pub(super) async fn look(config: &Config, origin: Option<String>) -> Vec<Finding> {
    let mut findings = vec![running(config).await];
    let name = config.server_name.as_str();
    let local = config.server_name.host() == "localhost" || config.server_name.is_ip_literal();
    if local && origin.is_none() {
        findings.push(Finding::Warning(
            format!("the server's name is {name}: only this machine can use it"),
            "Before people come, set server_name to your domain and start with an empty data folder."
                .to_owned(),
        ));
        return findings;
    }
    if origin.is_none() {
        findings.push(dns(config.server_name.host()).await);
    }
    let origin = origin.unwrap_or_else(|| format!("https://{name}"));
    findings.extend(clients(origin.trim_end_matches('/')).await);
    findings
}

async fn running(config: &Config) -> Finding {
    match UnixStream::connect(config.data.join(SOCKET)).await {
        Ok(_) => Finding::Fine("a server runs on this data folder".to_owned()),
        Err(_) => Finding::Warning(
            "no server runs on this data folder".to_owned(),
            "Start it with: herold serve".to_owned(),
        ),
    }
}

async fn dns(host: &str) -> Finding {
    let found = tokio::net::lookup_host((host, 443)).await;
    match found.ok().and_then(|mut addresses| addresses.next()) {
        Some(_) => Finding::Fine(format!("{host} has an address")),
        None => Finding::Broken(
            format!("{host} has no address in the DNS"),
            "Add an A or AAAA record for it, or correct server_name before people come.".to_owned(),
        ),
    }
}

/// Follows the way of a client: the well-known file, then the server it names.
async fn clients(origin: &str) -> Vec<Finding> {
    let file = format!("{origin}/.well-known/matrix/client");
    let advice = format!(
        "Clients look there first. Let {origin} answer it: point it at this server and set \
         well_known.client_base_url, or put the file on the web server of that name."
    );
    let mut findings = Vec::new();
    let (base, clock) = match get(&file).await {
        Ok((body, clock)) => (body["m.homeserver"]["base_url"].as_str().map(str::to_owned), clock),
        Err(error) => return vec![Finding::Broken(format!("{file}: {error}"), advice)],
    };
    findings.extend(clock);
    let Some(base) = base else {
        findings.push(Finding::Broken(format!("{file} names no m.homeserver.base_url"), advice));
        return findings;
    };
    findings.push(Finding::Fine(format!("{file} sends clients to {base}")));
    let versions = format!("{}/_matrix/client/versions", base.trim_end_matches('/'));
    findings.push(match get(&versions).await {
        Ok((body, _)) if body["versions"].is_array() => Finding::Fine(format!("{versions} answers")),
        Ok(_) => Finding::Broken(
            format!("{versions} answers, but is no Matrix server"),
            "Let the proxy pass everything under /_matrix to this server, unchanged.".to_owned(),
        ),
        Err(error) => Finding::Broken(
            format!("{versions}: {error}"),
            "Check the proxy, the certificate and the firewall between clients and this server.".to_owned(),
        ),
    });
    findings
}

/// Asks for JSON; also compares the clocks. The error is a text for people.
async fn get(url: &str) -> Result<(Value, Option<Finding>), String> {
    // An error means that a provider is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let client = Client::builder().timeout(ANSWER_WITHIN).build().map_err(|error| cause(&error))?;
    let response = client.get(url).send().await.map_err(|error| cause(&error))?;
    if !response.status().is_success() {
        return Err(format!("answers with status {}", response.status().as_u16()));
    }
    let clock = clock(&response);
    let text = response.text().await.map_err(|error| cause(&error))?;
    let body = serde_json::from_str(&text).map_err(|_| "the answer is not JSON".to_owned())?;
    Ok((body, clock))
}

/// The innermost reason, which names what is wrong.
fn cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

fn clock(response: &Response) -> Option<Finding> {
    let date = response.headers().get("date")?.to_str().ok()?;
    let theirs = httpdate::parse_http_date(date).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    let apart = Clock::System.now_ms() / 1_000 - i64::try_from(theirs.as_secs()).ok()?;
    (apart.abs() > CLOCKS_APART_MAX_S).then(|| {
        Finding::Warning(
            format!("the clock of this machine is {apart} seconds away from that of the web server"),
            "Keep it right with NTP (systemd-timesyncd or chrony).".to_owned(),
        )
    })
}
