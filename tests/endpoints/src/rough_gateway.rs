//! A push gateway that behaves badly, on loopback: below HTTP, for what no HTTP server would do.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::gateway::next_in_time;
use crate::{Client, TestServer};

/// Bytes of an answer that is far too long.
const LONG: usize = 100 * 1024 * 1024;

/// How a gateway answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As it should.
    Good,
    /// Never.
    Silent,
    /// By breaking the connection off.
    Resetting,
    /// One letter after the other, without an end.
    Dripping,
    /// With something that is no HTTP.
    Garbage,
    /// With this status and 100 MB.
    Endless(u16),
}

/// A push gateway that can behave badly.
pub struct RoughGateway {
    url: String,
    manner: Arc<Mutex<Manner>>,
    arrived: UnboundedReceiver<Value>,
}

impl RoughGateway {
    /// A gateway of this manner.
    pub async fn start(manner: Manner) -> Self {
        let manner = Arc::new(Mutex::new(manner));
        let (sender, arrived) = unbounded_channel();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/_matrix/push/v1/notify", listener.local_addr().unwrap());
        let serving = (Arc::clone(&manner), sender);
        // Ends with the test's runtime.
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, Arc::clone(&serving.0), serving.1.clone()));
            }
        });
        Self { url, manner, arrived }
    }

    /// From now on it answers in this manner.
    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap_or_else(PoisonError::into_inner) = manner;
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sets a pusher of `client` that comes here.
    pub async fn push_to(&self, client: &Client) {
        let pusher = json!({
            "kind": "http", "app_id": "org.example.app", "pushkey": "key", "lang": "en",
            "app_display_name": "Example", "device_display_name": "Phone", "data": { "url": self.url },
        });
        client.post("/_matrix/client/v3/pushers/set", pusher).await.ok();
    }

    /// The next notification that arrives, however it was answered, while the server's clock runs on.
    pub async fn next_in_time(&mut self, server: &TestServer) -> Value {
        next_in_time(&mut self.arrived, server).await
    }

    /// What arrived and was not looked at.
    pub fn arrived(&mut self) -> Vec<Value> {
        std::iter::from_fn(|| self.arrived.try_recv().ok()).collect()
    }
}

async fn serve(connection: TcpStream, manner: Arc<Mutex<Manner>>, arrived: UnboundedSender<Value>) {
    let mut connection = BufReader::new(connection);
    while let Some(body) = request(&mut connection).await {
        // Decided before the test sees what came: what it sets then is for the next.
        let manner = *manner.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody listens any more when the test is over.
        let _ = arrived.send(body["notification"].clone());
        if answer(connection.get_mut(), manner).await.is_err() {
            return;
        }
    }
}

/// The body of the next request on a connection; none when it ended.
async fn request(connection: &mut BufReader<TcpStream>) -> Option<Value> {
    let (mut length, mut line) = (0, String::new());
    loop {
        line.clear();
        if connection.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        let lower = line.to_lowercase();
        length = lower.strip_prefix("content-length:").map_or(length, |value| value.trim().parse().unwrap());
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await.ok()?;
    // What is encrypted for a browser is no JSON.
    Some(serde_json::from_slice(&body).unwrap_or_default())
}

/// Answers; an error ends the connection.
async fn answer(connection: &mut TcpStream, manner: Manner) -> std::io::Result<()> {
    let ended = || Err(std::io::ErrorKind::ConnectionAborted.into());
    match manner {
        Manner::Good => {
            connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{\"rejected\":[]}").await
        }
        Manner::Silent => std::future::pending().await,
        Manner::Resetting => {
            connection.set_zero_linger()?;
            ended()
        }
        Manner::Dripping => {
            connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n").await?;
            loop {
                connection.write_all(b" ").await?;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Manner::Garbage => {
            connection.write_all(b"\x16\x03\x01 no HTTP at all \x00\r\n\r\n").await?;
            ended()
        }
        Manner::Endless(status) => {
            let head = format!("HTTP/1.1 {status} Odd\r\ncontent-length: {LONG}\r\n\r\n");
            connection.write_all(head.as_bytes()).await?;
            let piece = [b' '; 65_536];
            for _ in 0..LONG / piece.len() {
                connection.write_all(&piece).await?;
            }
            Ok(())
        }
    }
}
