//! The connections of devices: what each has been told as of the answer that the client has read, and as of the
//! one it was given last. In memory, and in a table whenever that changes, so that a restart costs no client its
//! place; a connection that is gone is asked to begin anew. Asking again with the same `pos` finds the same.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use herold_storage::sliding_connections::{self as table, ConnectionsMax};
use herold_storage::{Storage, StorageError};
use moka::sync::Cache;

use super::pos::Pos;
use super::told::Told;
use crate::SyncError;

/// Connections of one device; one more ends the oldest.
const PER_DEVICE_MAX: i64 = 16;
/// Connections over all in the table, about; the oldest end first.
const TOTAL_MAX: i64 = 500_000;
/// Rooms of connections kept in memory; others are read from the table again.
const ROOMS_MAX: u64 = 2_000_000;
/// What a connection counts apart from its rooms.
const CONNECTION_WEIGHT: usize = 16;
/// Bytes of a `conn_id` at most.
pub(crate) const CONN_ID_MAX: usize = 255;

/// A connection's name: the device and its `conn_id`.
type Name = (i64, String);

/// The connections in memory.
pub(crate) struct Connections(Cache<Name, Arc<Connection>>);

impl Default for Connections {
    fn default() -> Self {
        let weigh = |_: &Name, connection: &Arc<Connection>| {
            u32::try_from(CONNECTION_WEIGHT + connection.kept().rooms()).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(ROOMS_MAX).weigher(weigh).build())
    }
}

struct Connection {
    number: i64,
    kept: Mutex<Kept>,
}

struct Kept {
    confirmed: (i64, Arc<Told>),
    offered: Option<(i64, Arc<Told>)>,
    /// The newest version given so far.
    newest: i64,
    /// The number of the newest request: an older one's answer is nobody's any more.
    turn: u64,
    /// What there is nothing left to tell of, to a client at this version.
    settled: Option<(i64, Settled)>,
}

/// A request whose answer left nothing to be told, until there is news.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    /// Tells what was asked.
    pub(crate) fingerprint: u64,
    /// How many rooms each list has.
    pub(crate) counts: Vec<(String, usize)>,
}

impl Kept {
    fn rooms(&self) -> usize {
        self.confirmed.1.rooms.len() + self.offered.as_ref().map_or(0, |(_, told)| told.rooms.len())
    }
}

impl Connection {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection as one request finds it.
pub(crate) struct Opened {
    name: Name,
    connection: Arc<Connection>,
    turn: u64,
    version: i64,
    /// What the client has.
    pub(crate) told: Arc<Told>,
}

impl Opened {
    /// A place in this connection where the client has what it has now.
    pub(crate) fn pos(&self, position: i64, ephemeral: i64) -> Pos {
        Pos { position, ephemeral, connection: self.connection.number, version: self.version }
    }

    /// What was left of a request like this one, by an answer that the client has read.
    pub(crate) fn settled(&self, fingerprint: u64) -> Option<Settled> {
        let kept = self.connection.kept();
        let (version, settled) = kept.settled.as_ref()?;
        (*version == self.version && settled.fingerprint == fingerprint).then(|| settled.clone())
    }

    /// The answer to this request leaves nothing of a request like `settled`.
    pub(crate) fn settle(&self, settled: Option<Settled>) {
        let mut kept = self.connection.kept();
        if kept.turn == self.turn {
            kept.settled = settled.map(|settled| (self.version, settled));
        }
    }

    /// The connection's number.
    pub(crate) fn number(&self) -> i64 {
        self.connection.number
    }
}

impl Connections {
    /// Begins a connection anew.
    pub(crate) async fn begin(
        &self,
        storage: &Storage,
        device: i64,
        conn_id: &str,
    ) -> Result<Opened, SyncError> {
        let max = ConnectionsMax { per_device: PER_DEVICE_MAX, total: TOTAL_MAX };
        let name = (device, conn_id.to_owned());
        let asked = name.clone();
        let number =
            storage.write(move |transaction| table::begin(transaction, asked.0, &asked.1, max)).await?;
        let told = Arc::new(Told::default());
        let kept =
            Kept { confirmed: (0, Arc::clone(&told)), offered: None, newest: 0, turn: 1, settled: None };
        let connection = Arc::new(Connection { number, kept: Mutex::new(kept) });
        self.0.insert(name.clone(), Arc::clone(&connection));
        Ok(Opened { name, connection, turn: 1, version: 0, told })
    }

    /// Finds the connection of `pos`, whose answer the client has read.
    pub(crate) async fn open(
        &self,
        storage: &Storage,
        device: i64,
        conn_id: &str,
        pos: &Pos,
    ) -> Result<Opened, SyncError> {
        let name = (device, conn_id.to_owned());
        let remembered = self.0.get(&name).filter(|known| known.number == pos.connection);
        let connection = match remembered {
            Some(known) => known,
            None => {
                let found = Arc::new(load(storage, name.clone(), pos).await?);
                // Somebody else may have read it at the same time: all must share one.
                let kept = self.0.get_with(name.clone(), || Arc::clone(&found));
                if kept.number == pos.connection {
                    kept
                } else {
                    self.0.insert(name.clone(), Arc::clone(&found));
                    found
                }
            }
        };
        let (turn, told) = {
            let mut kept = connection.kept();
            match kept.offered.take() {
                Some(offered) if offered.0 == pos.version => kept.confirmed = offered,
                // The last answer was lost: it is as if it had never been given.
                _ if kept.confirmed.0 == pos.version => {}
                offered => {
                    kept.offered = offered;
                    return Err(SyncError::UnknownConnection);
                }
            }
            kept.turn += 1;
            (kept.turn, Arc::clone(&kept.confirmed.1))
        };
        Ok(Opened { name, connection, turn, version: pos.version, told })
    }

    /// The client of this request is offered `told`. Answers the version to go on from; none when the connection has
    /// a newer request, so that nobody will read this answer.
    pub(crate) async fn offer(&self, storage: &Storage, opened: &mut Opened, told: Arc<Told>) -> Option<()> {
        let confirmed = opened.version;
        let version = {
            let mut kept = opened.connection.kept();
            if kept.turn != opened.turn {
                return None;
            }
            if Arc::ptr_eq(&told, &opened.told) {
                return Some(());
            }
            kept.newest += 1;
            kept.offered = Some((kept.newest, Arc::clone(&told)));
            kept.newest
        };
        // It weighs more now.
        self.0.insert(opened.name.clone(), Arc::clone(&opened.connection));
        let (number, bytes) = (opened.connection.number, told.to_bytes());
        let write =
            storage.write(move |transaction| table::store(transaction, number, confirmed, version, &bytes));
        // Memory has it; only a restart would ask the client to begin anew.
        if let Err(error) = write.await.map_err(|error: StorageError| error) {
            tracing::warn!(%error, "a sliding sync connection is not stored");
        }
        (opened.version, opened.told) = (version, told);
        Some(())
    }
}

async fn load(storage: &Storage, name: Name, pos: &Pos) -> Result<Connection, SyncError> {
    let (asked, version) = (name, pos.version);
    let found = storage.read(move |session| table::find(session, asked.0, &asked.1)).await?;
    let found = found.filter(|found| found.number == pos.connection).ok_or(SyncError::UnknownConnection)?;
    let (number, versions) = (found.number, found.versions);
    let newest = versions.iter().map(|(version, _)| *version).max().unwrap_or(0);
    let of_version = versions.iter().find(|(known, _)| *known == version);
    let told = match of_version {
        Some((_, bytes)) => Told::from_bytes(bytes).ok_or(SyncError::UnknownConnection)?,
        // Nothing is what every connection begins with: that is not stored.
        None if version == 0 && versions.len() < 2 => Told::default(),
        None => return Err(SyncError::UnknownConnection),
    };
    let kept = Kept { confirmed: (version, Arc::new(told)), offered: None, newest, turn: 0, settled: None };
    Ok(Connection { number, kept: Mutex::new(kept) })
}
