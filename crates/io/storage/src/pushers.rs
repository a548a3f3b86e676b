//! Pushers: where the notifications of accounts are sent, and what is still owed to them.

use crate::{Row, Session, StorageError, Transaction, Value};

/// A row of `pushers`, as its owner set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPusher {
    /// The pusher's row number.
    pub pusher_number: i64,
    /// Whose notifications are sent.
    pub user_number: i64,
    /// The device that set it; the pusher goes with it.
    pub device_number: i64,
    /// The app, by its reverse-DNS name.
    pub app_id: String,
    /// Which copy of the app.
    pub pushkey: String,
    /// What people call the app.
    pub app_display_name: String,
    /// What people call the device.
    pub device_display_name: String,
    /// The set of rules it follows.
    pub profile_tag: Option<String>,
    /// The language of the device.
    pub lang: String,
    /// JSON object: what the client gave for the gateway, `url` included.
    pub data: String,
    /// When it was last set, milliseconds.
    pub set_at: i64,
}

/// What is owed to a pusher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Debt {
    /// The pusher.
    pub pusher_number: i64,
    /// Whose notifications are sent.
    pub user_number: i64,
    /// Everything up to this log position was sent or is not to be sent any more.
    pub behind_since: i64,
    /// Failures in a row.
    pub failures: i64,
    /// When the first of them was, milliseconds; 0 without one.
    pub failing_since: i64,
    /// When the next try is due, milliseconds; 0 for at once.
    pub retry_at: i64,
}

const COLUMNS: usize = 11;

macro_rules! pusher_query {
    ($rest:literal) => {
        concat!(
            "SELECT pusher_number, user_number, device_number, app_id, pushkey, app_display_name, \
             device_display_name, profile_tag, lang, data, set_at FROM pushers WHERE ",
            $rest
        )
    };
}

fn pusher(row: &Row) -> Result<StoredPusher, StorageError> {
    Ok(StoredPusher {
        pusher_number: row.get(0)?,
        user_number: row.get(1)?,
        device_number: row.get(2)?,
        app_id: row.get(3)?,
        pushkey: row.get(4)?,
        app_display_name: row.get(5)?,
        device_display_name: row.get(6)?,
        profile_tag: row.get(7)?,
        lang: row.get(8)?,
        data: row.get(9)?,
        set_at: row.get(10)?,
    })
}

/// The pushers of one account, in the order they were made.
pub fn of_user(session: &mut Session, user_number: i64) -> Result<Vec<StoredPusher>, StorageError> {
    let sql = pusher_query!("user_number = $1 ORDER BY pusher_number");
    session.query(sql, &[user_number.into()])?.iter().map(pusher).collect()
}

/// One pusher, if it is still there.
pub fn by_number(session: &mut Session, pusher_number: i64) -> Result<Option<StoredPusher>, StorageError> {
    let sql = pusher_query!("pusher_number = $1");
    session.query_optional(sql, &[pusher_number.into()])?.as_ref().map(pusher).transpose()
}

/// Sets a pusher; one of the same user, app and key gets the new settings and
/// keeps its number.
pub fn set(transaction: &mut Transaction<'_>, pusher: &StoredPusher) -> Result<(), StorageError> {
    let sql = "INSERT INTO pushers (pusher_number, user_number, device_number, app_id, pushkey, \
               app_display_name, device_display_name, profile_tag, lang, data, set_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
               ON CONFLICT (app_id, pushkey, user_number) DO UPDATE SET \
               device_number = excluded.device_number, app_display_name = excluded.app_display_name, \
               device_display_name = excluded.device_display_name, profile_tag = excluded.profile_tag, \
               lang = excluded.lang, data = excluded.data, set_at = excluded.set_at";
    let row: [Value; COLUMNS] = [
        pusher.pusher_number.into(),
        pusher.user_number.into(),
        pusher.device_number.into(),
        pusher.app_id.as_str().into(),
        pusher.pushkey.as_str().into(),
        pusher.app_display_name.as_str().into(),
        pusher.device_display_name.as_str().into(),
        pusher.profile_tag.as_deref().into(),
        pusher.lang.as_str().into(),
        pusher.data.as_str().into(),
        pusher.set_at.into(),
    ];
    transaction.execute(sql, &row).map(drop)
}

/// Deletes one account's pusher of this app and key.
pub fn delete(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    app_id: &str,
    pushkey: &str,
) -> Result<(), StorageError> {
    let sql = "DELETE FROM pushers WHERE user_number = $1 AND app_id = $2 AND pushkey = $3";
    transaction.execute(sql, &[user_number.into(), app_id.into(), pushkey.into()]).map(drop)
}

/// Deletes the pushers of this app and key that other accounts have.
pub fn delete_of_others(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    app_id: &str,
    pushkey: &str,
) -> Result<(), StorageError> {
    let sql = "DELETE FROM pushers WHERE user_number <> $1 AND app_id = $2 AND pushkey = $3";
    transaction.execute(sql, &[user_number.into(), app_id.into(), pushkey.into()]).map(drop)
}

/// Deletes the pushers that the account's other devices set.
pub fn delete_of_other_devices(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    device_number: i64,
) -> Result<(), StorageError> {
    let sql = "DELETE FROM pushers WHERE user_number = $1 AND device_number <> $2";
    transaction.execute(sql, &[user_number.into(), device_number.into()]).map(drop)
}

/// Deletes a pusher whose gateway said that its key is worth nothing, unless it was set again since.
pub fn delete_rejected(
    transaction: &mut Transaction<'_>,
    pusher_number: i64,
    set_at: i64,
) -> Result<(), StorageError> {
    let sql = "DELETE FROM pushers WHERE pusher_number = $1 AND set_at = $2";
    transaction.execute(sql, &[pusher_number.into(), set_at.into()]).map(drop)
}

/// The pushers of `users`: (user, pusher).
pub fn of_users(session: &mut Session, users: &[i64]) -> Result<Vec<(i64, i64)>, StorageError> {
    let sql = "SELECT user_number, pusher_number FROM pushers WHERE user_number = ANY($1)";
    let rows = session.query(sql, &[Value::from(users.to_vec())])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The pushers of those who are in `rooms` or asked into them: (user, pusher), each once.
pub fn of_rooms(session: &mut Session, rooms: &[i64]) -> Result<Vec<(i64, i64)>, StorageError> {
    let sql = "SELECT DISTINCT p.user_number, p.pusher_number FROM memberships m \
               JOIN pushers p ON p.user_number = m.user_number \
               WHERE m.room_number = ANY($1) AND m.membership IN ('join', 'invite')";
    let rows = session.query(sql, &[Value::from(rooms.to_vec())])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The same, of those alone who have push rules of their own.
pub fn of_rooms_with_own_rules(
    session: &mut Session,
    rooms: &[i64],
) -> Result<Vec<(i64, i64)>, StorageError> {
    let sql = "SELECT DISTINCT p.user_number, p.pusher_number FROM memberships m \
               JOIN pushers p ON p.user_number = m.user_number \
               JOIN account_data a ON a.user_number = m.user_number AND a.room_number = 0 \
                 AND a.kind = 'm.push_rules' \
               WHERE m.room_number = ANY($1) AND m.membership IN ('join', 'invite')";
    let rows = session.query(sql, &[Value::from(rooms.to_vec())])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The rooms where something happened after `since` and up to `until`.
pub fn changed_rooms(session: &mut Session, since: i64, until: i64) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT DISTINCT room_number FROM events \
               WHERE event_number > $1 AND event_number <= $2 AND position IS NOT NULL";
    session.query(sql, &[since.into(), until.into()])?.iter().map(|row| row.get(0)).collect()
}

/// Everything that is owed to pushers that are still there.
pub fn debts(session: &mut Session) -> Result<Vec<Debt>, StorageError> {
    let sql = "SELECT p.pusher_number, p.user_number, d.behind_since, d.failures, d.failing_since, d.retry_at \
               FROM pusher_debts d JOIN pushers p ON p.pusher_number = d.pusher_number";
    let debt = |row: &Row| {
        Ok(Debt {
            pusher_number: row.get(0)?,
            user_number: row.get(1)?,
            behind_since: row.get(2)?,
            failures: row.get(3)?,
            failing_since: row.get(4)?,
            retry_at: row.get(5)?,
        })
    };
    session.query(sql, &[])?.iter().map(debt).collect()
}

/// Notes what is owed to pushers.
pub fn set_debts(transaction: &mut Transaction<'_>, debts: &[Debt]) -> Result<(), StorageError> {
    let sql = "INSERT INTO pusher_debts (pusher_number, behind_since, failures, failing_since, retry_at) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (pusher_number) DO UPDATE SET \
               behind_since = excluded.behind_since, failures = excluded.failures, \
               failing_since = excluded.failing_since, retry_at = excluded.retry_at";
    let row = |debt: &Debt| -> Vec<Value> {
        vec![
            debt.pusher_number.into(),
            debt.behind_since.into(),
            debt.failures.into(),
            debt.failing_since.into(),
            debt.retry_at.into(),
        ]
    };
    let rows: Vec<Vec<Value>> = debts.iter().map(row).collect();
    transaction.execute_many(sql, &rows).map(drop)
}

/// Notes that nothing is owed to `pushers`.
pub fn clear_debts(transaction: &mut Transaction<'_>, pushers: &[i64]) -> Result<(), StorageError> {
    let sql = "DELETE FROM pusher_debts WHERE pusher_number = ANY($1)";
    transaction.execute(sql, &[Value::from(pushers.to_vec())]).map(drop)
}

/// Forgets what was owed to pushers that are gone.
pub fn forget_debts(transaction: &mut Transaction<'_>) -> Result<(), StorageError> {
    let sql = "DELETE FROM pusher_debts WHERE NOT EXISTS \
               (SELECT 1 FROM pushers p WHERE p.pusher_number = pusher_debts.pusher_number)";
    transaction.execute(sql, &[]).map(drop)
}
