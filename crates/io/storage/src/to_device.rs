//! Messages from device to device: a queue for each, bounded, emptied by acknowledgement only.
//!
//! Messages leave a queue from its front, in order: acknowledged ones, and the oldest when it is
//! full.

use std::collections::HashMap;

use crate::{Row, Session, StorageError, Topic, Transaction, Value};

/// Messages that wait for one device at most. One more, and the oldest goes: who was away for so
/// long needs what came last (verification requests, today's room keys) more than what came first,
/// which key backup and key requests can bring back.
pub const TO_DEVICE_QUEUE_MAX: i64 = 10_000;

/// Bytes of the messages that wait for one device at most, for the same reason and with the same end: ten thousand
/// may be small or the size of a whole request each.
pub const TO_DEVICE_BYTES_MAX: i64 = 32 * 1024 * 1024;

/// A message and the log position it came at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// Its log position, also its row number.
    pub position: i64,
    /// The event as the device gets it.
    pub json: String,
}

/// The two ends of a queue.
struct Ends {
    first_number: Option<i64>,
    first_sequence: i64,
    last_sequence: i64,
    /// Bytes counted before the first message of the queue.
    bytes_before: i64,
    /// Bytes counted up to its last.
    bytes: i64,
}

/// Appends messages, given as device number and event, to the queues of devices: at most one for
/// each. Devices that do not exist are left out.
pub fn append(transaction: &mut Transaction<'_>, messages: &[(i64, String)]) -> Result<(), StorageError> {
    let devices: Vec<i64> = messages.iter().map(|(device, _)| *device).collect();
    let ends = ends(transaction, devices)?;
    let mut rows = Vec::with_capacity(ends.len());
    let mut displaced = Vec::new();
    let mut overfull = Vec::new();
    for (device, json) in messages {
        let Some(queue) = ends.get(device) else { continue };
        let number = transaction.next_position();
        let sequence = queue.last_sequence + 1;
        if sequence - queue.first_sequence >= TO_DEVICE_QUEUE_MAX {
            displaced.extend(queue.first_number);
        }
        let bytes = queue.bytes + json.len() as i64;
        if bytes - queue.bytes_before > TO_DEVICE_BYTES_MAX {
            overfull.push((*device, number, bytes - TO_DEVICE_BYTES_MAX));
        }
        rows.push(vec![number.into(), (*device).into(), sequence.into(), bytes.into(), json.as_str().into()]);
        transaction.announce(number, Topic::ToDevice { device: *device });
    }
    let sql = "INSERT INTO to_device_messages (message_number, device_number, sequence, bytes, json) \
               VALUES ($1, $2, $3, $4, $5)";
    transaction.execute_many(sql, &rows)?;
    if !displaced.is_empty() {
        tracing::debug!(messages = displaced.len(), "queues of devices are full; their oldest messages go");
        let sql = "DELETE FROM to_device_messages WHERE message_number = ANY($1)";
        transaction.execute(sql, &[Value::from(displaced)])?;
    }
    // Rare, and each queue ends elsewhere. The newest message stays however big it is.
    for (device, newest, bytes) in overfull {
        let sql = "DELETE FROM to_device_messages WHERE device_number = $1 AND message_number < $2 AND bytes <= \
                   (SELECT MIN(m.bytes) FROM to_device_messages m WHERE m.device_number = $1 AND m.bytes >= $3)";
        transaction.execute(sql, &[device.into(), newest.into(), bytes.into()])?;
    }
    Ok(())
}

fn ends(session: &mut Session, device_numbers: Vec<i64>) -> Result<HashMap<i64, Ends>, StorageError> {
    let sql = "SELECT d.device_number, first.message_number, first.sequence, last.sequence, \
               first.bytes - OCTET_LENGTH(first.json), last.bytes FROM devices d \
               LEFT JOIN to_device_messages first ON first.message_number = \
               (SELECT MIN(m.message_number) FROM to_device_messages m WHERE m.device_number = d.device_number) \
               LEFT JOIN to_device_messages last ON last.message_number = \
               (SELECT MAX(m.message_number) FROM to_device_messages m WHERE m.device_number = d.device_number) \
               WHERE d.device_number = ANY($1)";
    let rows = session.query(sql, &[Value::from(device_numbers)])?;
    let ends = |row: &Row| {
        let ends = Ends {
            first_number: row.get(1)?,
            first_sequence: row.get::<Option<i64>>(2)?.unwrap_or(1),
            last_sequence: row.get::<Option<i64>>(3)?.unwrap_or(0),
            bytes_before: row.get::<Option<i64>>(4)?.unwrap_or(0),
            bytes: row.get::<Option<i64>>(5)?.unwrap_or(0),
        };
        Ok((row.get(0)?, ends))
    };
    rows.iter().map(ends).collect()
}

/// At most `limit` messages for a device that came after position `after` and not after `upto`,
/// oldest first. Asking again gives them again, until they are acknowledged.
pub fn messages(
    session: &mut Session,
    device_number: i64,
    after: i64,
    upto: i64,
    limit: i64,
) -> Result<Vec<MessageRow>, StorageError> {
    let sql = "SELECT message_number, json FROM to_device_messages \
               WHERE device_number = $1 AND message_number > $2 AND message_number <= $3 \
               ORDER BY message_number LIMIT $4";
    let rows = session.query(sql, &[device_number.into(), after.into(), upto.into(), limit.into()])?;
    rows.iter().map(|row| Ok(MessageRow { position: row.get(0)?, json: row.get(1)? })).collect()
}

/// Whether anything that came up to position `upto` still waits to be acknowledged. Cheap: asked
/// before a write is.
pub fn has_messages_upto(session: &mut Session, device_number: i64, upto: i64) -> Result<bool, StorageError> {
    let sql = "SELECT message_number FROM to_device_messages \
               WHERE device_number = $1 AND message_number <= $2 ORDER BY message_number LIMIT 1";
    Ok(session.query_optional(sql, &[device_number.into(), upto.into()])?.is_some())
}

/// Deletes what a device acknowledged: everything that came up to position `upto`.
pub fn acknowledge(
    transaction: &mut Transaction<'_>,
    device_number: i64,
    upto: i64,
) -> Result<u64, StorageError> {
    let sql = "DELETE FROM to_device_messages WHERE device_number = $1 AND message_number <= $2";
    transaction.execute(sql, &[device_number.into(), upto.into()])
}
