//! Sliding sync's connections, and what each has been told: opaque bytes, by version. Which versions there are to
//! be is the caller's affair; how many connections there may be is seen to here.

use crate::{Session, StorageError, Transaction, Value};

/// Connections beyond the bound that one command deletes at most.
const SURPLUS_MAX: i64 = 1_000;
/// One of so many new connections looks whether there are too many over all.
const LOOK_EVERY: i64 = 64;

/// How many connections there may be; the oldest give way.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionsMax {
    /// Of one device.
    pub per_device: i64,
    /// Over all, about.
    pub total: i64,
}

/// A connection as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredConnection {
    /// Its number.
    pub number: i64,
    /// What it has been told, by version, oldest first.
    pub versions: Vec<(i64, Vec<u8>)>,
}

/// The device's connection of this `conn_id` with its versions, oldest first.
pub fn find(
    session: &mut Session,
    device_number: i64,
    conn_id: &str,
) -> Result<Option<StoredConnection>, StorageError> {
    let sql = "SELECT c.connection_number, v.version, v.told FROM sliding_connections c \
               LEFT JOIN sliding_versions v ON v.connection_number = c.connection_number \
               WHERE c.device_number = $1 AND c.conn_id = $2 ORDER BY v.version";
    let mut found: Option<StoredConnection> = None;
    for row in session.query(sql, &[device_number.into(), conn_id.into()])? {
        let new = StoredConnection { number: row.get(0)?, versions: Vec::new() };
        let connection = found.get_or_insert(new);
        if let Some(version) = row.get::<Option<i64>>(1)? {
            connection.versions.push((version, row.get(2)?));
        }
    }
    Ok(found)
}

/// Begins a connection anew and gives its number; what was under the same `conn_id` is forgotten.
pub fn begin(
    transaction: &mut Transaction<'_>,
    device_number: i64,
    conn_id: &str,
    max: ConnectionsMax,
) -> Result<i64, StorageError> {
    let same = "SELECT connection_number FROM sliding_connections WHERE device_number = $1 AND conn_id = $2";
    let mut gone = transaction.query(same, &[device_number.into(), conn_id.into()])?;
    let oldest = "SELECT connection_number FROM sliding_connections WHERE device_number = $1 \
                  ORDER BY connection_number DESC LIMIT $3 OFFSET $2";
    let kept = (max.per_device - 1).max(0);
    gone.extend(transaction.query(oldest, &[device_number.into(), kept.into(), SURPLUS_MAX.into()])?);
    let number = transaction.next_position();
    if number % LOOK_EVERY == 0 {
        let surplus = "SELECT connection_number FROM sliding_connections \
                       ORDER BY connection_number DESC LIMIT $2 OFFSET $1";
        gone.extend(transaction.query(surplus, &[max.total.into(), SURPLUS_MAX.into()])?);
    }
    let gone = gone.iter().map(|row| row.get(0)).collect::<Result<Vec<i64>, _>>()?;
    if !gone.is_empty() {
        let gone = [Value::from(gone)];
        transaction.execute("DELETE FROM sliding_versions WHERE connection_number = ANY($1)", &gone)?;
        transaction.execute("DELETE FROM sliding_connections WHERE connection_number = ANY($1)", &gone)?;
    }
    let insert =
        "INSERT INTO sliding_connections (connection_number, device_number, conn_id) VALUES ($1, $2, $3)";
    transaction.execute(insert, &[number.into(), device_number.into(), conn_id.into()])?;
    Ok(number)
}

/// Stores what a connection has been offered as `version`, and forgets all others but `confirmed`. Nothing happens
/// when the connection is gone.
pub fn store(
    transaction: &mut Transaction<'_>,
    connection_number: i64,
    confirmed: i64,
    version: i64,
    told: &[u8],
) -> Result<(), StorageError> {
    let is_there = "SELECT connection_number FROM sliding_connections WHERE connection_number = $1";
    if transaction.query_optional(is_there, &[connection_number.into()])?.is_none() {
        return Ok(());
    }
    let others = "DELETE FROM sliding_versions WHERE connection_number = $1 AND version <> $2";
    transaction.execute(others, &[connection_number.into(), confirmed.into()])?;
    let insert = "INSERT INTO sliding_versions (connection_number, version, told) VALUES ($1, $2, $3)";
    transaction.execute(insert, &[connection_number.into(), version.into(), told.into()])?;
    Ok(())
}
