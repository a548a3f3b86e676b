//! Which uploaded files an event names in the open.

use std::collections::{HashMap, HashSet};

use crate::{Session, StorageError, Transaction, Value};

/// The two parts of a file's address: the server's name and the file's id.
pub type FileName = (String, String);

/// Notes which events name which files: (event number, file). What is no file here is passed over.
pub(crate) fn insert(
    transaction: &mut Transaction<'_>,
    named: Vec<(i64, FileName)>,
) -> Result<(), StorageError> {
    if named.is_empty() {
        return Ok(());
    }
    let sql = "SELECT server_name, media_id, media_number FROM media \
               WHERE server_name = ANY($1) AND media_id = ANY($2)";
    let servers: HashSet<&String> = named.iter().map(|(_, (server, _))| server).collect();
    let ids: HashSet<&String> = named.iter().map(|(_, (_, id))| id).collect();
    let set = |texts: HashSet<&String>| Value::from(texts.into_iter().cloned().collect::<Vec<_>>());
    let rows = transaction.query(sql, &[set(servers), set(ids)])?;
    let numbers = rows
        .iter()
        .map(|row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))
        .collect::<Result<HashMap<FileName, i64>, StorageError>>()?;
    let known = named.into_iter().filter_map(|(event, file)| Some((*numbers.get(&file)?, event)));
    let rows: HashSet<(i64, i64)> = known.collect();
    let rows: Vec<Vec<Value>> =
        rows.into_iter().map(|(media, event)| vec![media.into(), event.into()]).collect();
    let sql = "INSERT INTO event_files (media_number, event_number) VALUES ($1, $2) \
               ON CONFLICT (media_number, event_number) DO NOTHING";
    transaction.execute_many(sql, &rows)?;
    Ok(())
}

/// Events name nothing any more: they are gone, or what they said is.
pub(crate) fn remove(transaction: &mut Transaction<'_>, event_numbers: &Value) -> Result<(), StorageError> {
    let sql = "DELETE FROM event_files WHERE event_number = ANY($1)";
    transaction.execute(sql, std::slice::from_ref(event_numbers))?;
    Ok(())
}

/// Those of the files `media_ids` of a server that an event names in another room than `room_number`.
pub fn named_elsewhere(
    session: &mut Session,
    server_name: &str,
    media_ids: Vec<String>,
    room_number: i64,
) -> Result<HashSet<String>, StorageError> {
    let sql = "SELECT m.media_id FROM media m WHERE m.server_name = $1 AND m.media_id = ANY($2) AND EXISTS \
               (SELECT 1 FROM event_files f JOIN events e ON e.event_number = f.event_number \
               WHERE f.media_number = m.media_number AND e.room_number <> $3)";
    let values = [server_name.into(), Value::from(media_ids), room_number.into()];
    session.query(sql, &values)?.iter().map(|row| row.get(0)).collect()
}
