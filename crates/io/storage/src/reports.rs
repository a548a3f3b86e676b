//! Reports to the administrators. Who may report what is decided above.

use crate::{Row, Session, StorageError, Transaction};

/// What was reported; of an event the room, too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredReport {
    /// The report's row number.
    pub report_number: i64,
    /// Who reports, a user id.
    pub reporter: String,
    /// The room.
    pub room_id: Option<String>,
    /// The event.
    pub event_id: Option<String>,
    /// The user.
    pub user_id: Option<String>,
    /// Why, in the reporter's words.
    pub reason: String,
    /// When, milliseconds.
    pub reported_at: i64,
    /// When it was dealt with, milliseconds.
    pub closed_at: Option<i64>,
}

fn report(row: &Row) -> Result<StoredReport, StorageError> {
    Ok(StoredReport {
        report_number: row.get(0)?,
        reporter: row.get(1)?,
        room_id: row.get(2)?,
        event_id: row.get(3)?,
        user_id: row.get(4)?,
        reason: row.get(5)?,
        reported_at: row.get(6)?,
        closed_at: row.get(7)?,
    })
}

/// Keeps a report of the user `reporter_number`; its own number and the reporter's id are not read.
pub fn insert(
    transaction: &mut Transaction<'_>,
    reporter_number: i64,
    report: &StoredReport,
) -> Result<i64, StorageError> {
    let number = transaction.next_position();
    let sql = "INSERT INTO reports (report_number, reporter_number, room_id, event_id, user_id, reason, \
               reported_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let row = [
        number.into(),
        reporter_number.into(),
        report.room_id.clone().into(),
        report.event_id.clone().into(),
        report.user_id.clone().into(),
        report.reason.as_str().into(),
        report.reported_at.into(),
    ];
    transaction.execute(sql, &row)?;
    Ok(number)
}

/// How many open reports are a user's.
pub fn count_open(session: &mut Session, reporter_number: i64) -> Result<i64, StorageError> {
    let sql = "SELECT COUNT(*) FROM reports WHERE reporter_number = $1 AND closed_at IS NULL";
    session.query_optional(sql, &[reporter_number.into()])?.map_or(Ok(0), |row| row.get(0))
}

/// Up to `limit` reports after number `after`, oldest first; the closed ones too where `all`.
pub fn page(
    session: &mut Session,
    after: i64,
    all: bool,
    limit: i64,
) -> Result<Vec<StoredReport>, StorageError> {
    let sql = if all {
        "SELECT r.report_number, u.user_id, r.room_id, r.event_id, r.user_id, r.reason, r.reported_at, \
         r.closed_at FROM reports r JOIN users u ON u.user_number = r.reporter_number \
         WHERE r.report_number > $1 ORDER BY r.report_number LIMIT $2"
    } else {
        "SELECT r.report_number, u.user_id, r.room_id, r.event_id, r.user_id, r.reason, r.reported_at, \
         r.closed_at FROM reports r JOIN users u ON u.user_number = r.reporter_number \
         WHERE r.report_number > $1 AND r.closed_at IS NULL ORDER BY r.report_number LIMIT $2"
    };
    session.query(sql, &[after.into(), limit.into()])?.iter().map(report).collect()
}

/// Notes that a report was dealt with; answers false where there is no open one of that number.
pub fn close(
    transaction: &mut Transaction<'_>,
    report_number: i64,
    now_ms: i64,
) -> Result<bool, StorageError> {
    let sql = "UPDATE reports SET closed_at = $2 WHERE report_number = $1 AND closed_at IS NULL";
    Ok(transaction.execute(sql, &[report_number.into(), now_ms.into()])? == 1)
}

/// Notes that the reports about a room and about what was said in it are dealt with.
pub fn close_of_room(
    transaction: &mut Transaction<'_>,
    room_id: &str,
    now_ms: i64,
) -> Result<u64, StorageError> {
    let sql = "UPDATE reports SET closed_at = $2 WHERE room_id = $1 AND closed_at IS NULL";
    transaction.execute(sql, &[room_id.into(), now_ms.into()])
}

/// Leaves of the reports about a room, and about what was said in it, who made them and when.
pub fn forget_room(transaction: &mut Transaction<'_>, room_id: &str) -> Result<u64, StorageError> {
    let sql = "UPDATE reports SET room_id = NULL, event_id = NULL, reason = '' WHERE room_id = $1";
    transaction.execute(sql, &[room_id.into()])
}
