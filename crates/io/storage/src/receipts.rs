//! Up to where people have read.

use crate::{Row, Session, StorageError, Topic, Transaction, Value};

/// `receipts.kind`: the user's own event or join, which nobody is told of.
pub const KIND_IMPLIED: i64 = 0;
/// `receipts.kind`: `m.read`, which everybody in the room sees.
pub const KIND_READ: i64 = 1;
/// `receipts.kind`: `m.read.private`, which only the user sees.
pub const KIND_READ_PRIVATE: i64 = 2;

/// A row of `receipts`.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredReceipt {
    /// The room's row number.
    pub room_number: i64,
    /// Whose receipt, by row number.
    pub user_number: i64,
    /// One of the `KIND_` constants.
    pub kind: i64,
    /// `main`, the event id of a thread's root, or empty: of no thread.
    pub thread: String,
    /// The event that was read.
    pub event_id: String,
    /// The event's place in the timeline.
    pub event_position: i64,
    /// When, milliseconds since the Unix epoch.
    pub received_at: i64,
    /// The log position of the receipt.
    pub position: i64,
}

macro_rules! receipt_query {
    ($condition:literal) => {
        concat!(
            "SELECT room_number, user_number, kind, thread, event_id, event_position, received_at, position \
             FROM receipts WHERE ",
            $condition
        )
    };
}

fn receipt(row: &Row) -> Result<StoredReceipt, StorageError> {
    Ok(StoredReceipt {
        room_number: row.get(0)?,
        user_number: row.get(1)?,
        kind: row.get(2)?,
        thread: row.get(3)?,
        event_id: row.get(4)?,
        event_position: row.get(5)?,
        received_at: row.get(6)?,
        position: row.get(7)?,
    })
}

/// Receipts that were set in `rooms` after `since` and that `user_number` may see, in their order.
pub fn changed(
    session: &mut Session,
    rooms: &[i64],
    user_number: i64,
    since: i64,
) -> Result<Vec<StoredReceipt>, StorageError> {
    let sql = receipt_query!(
        "room_number = ANY($1) AND position > $3 AND (kind = 1 OR (kind = 2 AND user_number = $2)) \
         ORDER BY room_number, position"
    );
    let parameters = [Value::from(rooms.to_vec()), user_number.into(), since.into()];
    session.query(sql, &parameters)?.iter().map(receipt).collect()
}

/// Receipts that stand at events of these ids, and all of `user_number` in `rooms`: those that the user may see.
pub fn at_events(
    session: &mut Session,
    rooms: &[i64],
    event_ids: &[String],
    user_number: i64,
) -> Result<Vec<StoredReceipt>, StorageError> {
    let at_events = receipt_query!("event_id = ANY($1) AND kind = 1 AND user_number <> $2");
    let parameters = [Value::from(event_ids.to_vec()), user_number.into()];
    let mut found =
        session.query(at_events, &parameters)?.iter().map(receipt).collect::<Result<Vec<_>, _>>()?;
    let own = receipt_query!("room_number = ANY($1) AND user_number = $2 AND kind IN (1, 2)");
    let parameters = [Value::from(rooms.to_vec()), user_number.into()];
    for row in &session.query(own, &parameters)? {
        found.push(receipt(row)?);
    }
    Ok(found)
}

/// All receipts of one user in `rooms`, the implied ones too.
pub fn of_user(
    session: &mut Session,
    rooms: &[i64],
    user_number: i64,
) -> Result<Vec<StoredReceipt>, StorageError> {
    let sql = receipt_query!("room_number = ANY($1) AND user_number = $2");
    session.query(sql, &[Value::from(rooms.to_vec()), user_number.into()])?.iter().map(receipt).collect()
}

/// Of `rooms`, those where a receipt was set after `since` and up to `until`.
pub fn changed_rooms(
    session: &mut Session,
    rooms: &[i64],
    since: i64,
    until: i64,
) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT r.room_number FROM rooms r WHERE r.room_number = ANY($1) AND EXISTS \
               (SELECT 1 FROM receipts x WHERE x.room_number = r.room_number \
                AND x.position > $2 AND x.position <= $3)";
    let parameters = [Value::from(rooms.to_vec()), since.into(), until.into()];
    session.query(sql, &parameters)?.iter().map(|row| row.get(0)).collect()
}

const UPSERT: &str = "INSERT INTO receipts \
    (room_number, user_number, kind, thread, event_id, event_position, received_at, position) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (room_number, user_number, kind, thread) \
    DO UPDATE SET event_id = excluded.event_id, event_position = excluded.event_position, \
    received_at = excluded.received_at, position = excluded.position \
    WHERE excluded.event_position > receipts.event_position";

/// Sets one receipt and announces it; one that lies behind what stands changes nothing. Gives the
/// receipt's position, if it moved. The receipt's own `position` is not read.
pub fn set(transaction: &mut Transaction<'_>, receipt: &StoredReceipt) -> Result<Option<i64>, StorageError> {
    let stands = "SELECT event_position FROM receipts \
                  WHERE room_number = $1 AND user_number = $2 AND kind = $3 AND thread = $4";
    let key: [Value; 4] = [
        receipt.room_number.into(),
        receipt.user_number.into(),
        receipt.kind.into(),
        receipt.thread.as_str().into(),
    ];
    if let Some(row) = transaction.query_optional(stands, &key)?
        && row.get::<i64>(0)? >= receipt.event_position
    {
        return Ok(None);
    }
    let position = transaction.next_position();
    transaction.execute(UPSERT, &columns(receipt, position))?;
    let private = receipt.kind != KIND_READ;
    let topic = Topic::Receipt { room: receipt.room_number, user: receipt.user_number, private };
    transaction.announce(position, topic);
    Ok(Some(position))
}

/// Sets implied receipts, which nobody is told of. No two may have the same room, user and thread.
pub fn imply(transaction: &mut Transaction<'_>, receipts: &[StoredReceipt]) -> Result<(), StorageError> {
    let rows: Vec<Vec<Value>> = receipts.iter().map(|receipt| columns(receipt, receipt.position)).collect();
    transaction.execute_many(UPSERT, &rows)?;
    Ok(())
}

/// Moves the receipts that stand at messages about to be purged, by number, to the last event before them that stays in
/// the room: nothing that is unread is between. Those of a thread go, which has nothing left before them.
pub(crate) fn move_back(
    transaction: &mut Transaction<'_>,
    room_number: i64,
    purged: &Value,
) -> Result<(), StorageError> {
    let parameters = [room_number.into(), purged.clone()];
    let sql = "DELETE FROM receipts WHERE room_number = $1 AND thread NOT IN ('', 'main') AND event_id IN \
               (SELECT event_id FROM events WHERE event_number = ANY($2))";
    transaction.execute(sql, &parameters)?;
    let sql = "UPDATE receipts SET event_id = k.event_id, event_position = k.position, \
                 position = CASE WHEN receipts.kind = 0 THEN k.position ELSE receipts.position END FROM (\
                 SELECT g.event_id AS gone_id, (SELECT MAX(x.position) FROM events x WHERE x.room_number = $1 \
                   AND x.position < g.position AND NOT (x.event_number = ANY($2))) AS kept_position \
                 FROM events g WHERE g.event_number = ANY($2) \
                   AND EXISTS (SELECT 1 FROM receipts r WHERE r.event_id = g.event_id)) AS m \
               JOIN events k ON k.room_number = $1 AND k.position = m.kept_position \
               WHERE receipts.room_number = $1 AND receipts.event_id = m.gone_id";
    transaction.execute(sql, &parameters)?;
    let sql = "DELETE FROM receipts WHERE room_number = $1 AND event_id IN \
               (SELECT event_id FROM events WHERE event_number = ANY($2))";
    transaction.execute(sql, &parameters)?;
    Ok(())
}

fn columns(receipt: &StoredReceipt, position: i64) -> Vec<Value> {
    vec![
        receipt.room_number.into(),
        receipt.user_number.into(),
        receipt.kind.into(),
        receipt.thread.as_str().into(),
        receipt.event_id.as_str().into(),
        receipt.event_position.into(),
        receipt.received_at.into(),
        position.into(),
    ]
}
