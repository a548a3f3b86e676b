//! Opening a connection to PostgreSQL, within a bound, and telling it how long it may keep things.

use std::collections::HashMap;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::JoinHandle;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, NoTls, Socket};

use super::{GRACE, Line, PostgresqlConnection, tls};
use crate::{Postgresql, StorageError};

/// How long it may take until a connection can be used, where the URL says nothing else.
const OPEN_WITHIN: Duration = Duration::from_secs(5);
/// How long the other end of a connection may be silent before it is asked whether it is still there, how often
/// it is asked again, and after how many times without an answer it is gone.
const KEEPALIVE_AFTER: Duration = Duration::from_secs(30);
const KEEPALIVE_EVERY: Duration = Duration::from_secs(10);
const KEEPALIVE_TIMES: u32 = 3;
/// How long a transaction may be silent before the database ends it.
const IDLE_IN_TRANSACTION_MAX: Duration = Duration::from_secs(60);
/// What the driver takes where a URL says nothing of keepalives: too long to notice that a machine is gone.
const KEEPALIVE_OF_DRIVER: Duration = Duration::from_secs(2 * 60 * 60);

/// The advisory lock of the one writer: the letters "HERO" as a number, and the writer's number. A writer
/// that lost its connection waits here until the database has noticed: what was under way is then decided.
const WRITER_LOCK: &str = "SET lock_timeout = '3s'; \
                           SELECT pg_advisory_lock(1212502607, 1); \
                           SET lock_timeout = 0";

/// Opens a connection; a writing one takes the lock of the one writer.
pub(super) fn open(place: &Postgresql, writes: bool) -> Result<PostgresqlConnection, StorageError> {
    let (mut config, encrypted) = tls::read_mode(&place.url)?;
    let within = config.get_connect_timeout().copied().unwrap_or(OPEN_WITHIN);
    config.connect_timeout(within);
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(place.answer_within + GRACE);
    }
    if config.get_keepalives_idle() == KEEPALIVE_OF_DRIVER {
        config.keepalives_idle(KEEPALIVE_AFTER);
        config.keepalives_interval(KEEPALIVE_EVERY).keepalives_retries(KEEPALIVE_TIMES);
    }
    let tls = if encrypted { Some(tls::connector(place.root_certificates.as_deref())?) } else { None };
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let wait = Some(place.answer_within + GRACE);
    let ready = async {
        let (client, driver) = match tls {
            Some(tls) => connect(&config, tls).await?,
            None => connect(&config, NoTls).await?,
        };
        if writes {
            client.batch_execute(WRITER_LOCK).await.map_err(|error| {
                let held = error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE);
                if held { StorageError::InUse } else { error.into() }
            })?;
        }
        client.batch_execute(&bounds(Some(place.answer_within))).await?;
        Ok::<_, StorageError>((client, driver))
    };
    // The driver's own bound ends where the socket is open; a database that hangs takes connections still.
    let (client, driver) = match runtime.block_on(async { tokio::time::timeout(within, ready).await }) {
        Ok(opened) => opened?,
        Err(_) => {
            return Err(StorageError::Unavailable(format!("PostgreSQL was not ready within {within:?}")));
        }
    };
    Ok(PostgresqlConnection {
        line: Line { runtime, driver, wait, given_up: false },
        client,
        prepared: HashMap::new(),
        prepared_many: HashMap::new(),
        answer_within: place.answer_within,
    })
}

async fn connect<T>(config: &Config, tls: T) -> Result<(Client, JoinHandle<()>), StorageError>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
{
    let (client, connection) = config.connect(tls).await?;
    let driver = tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to PostgreSQL ended");
        }
    });
    Ok((client, driver))
}

/// Statements that bound what this session may take. A transaction whose client is gone is ended by the
/// database, and a client that is gone without a word is noticed: both would keep the writer's lock.
pub(super) fn bounds(answer_within: Option<Duration>) -> String {
    let milliseconds = answer_within.map_or(0, |within| within.as_millis());
    format!(
        "SET statement_timeout = {milliseconds}; SET idle_in_transaction_session_timeout = {}; \
         SET tcp_keepalives_idle = {}; SET tcp_keepalives_interval = {}; SET tcp_keepalives_count = {}",
        answer_within.map_or(0, |_| IDLE_IN_TRANSACTION_MAX.as_millis()),
        KEEPALIVE_AFTER.as_secs(),
        KEEPALIVE_EVERY.as_secs(),
        KEEPALIVE_TIMES,
    )
}
