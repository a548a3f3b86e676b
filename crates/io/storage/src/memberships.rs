//! Who is, was or is asked to be in which room, now.

use crate::{Session, StorageError, Value};

/// A row of `memberships`.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredMembership {
    /// Whose membership, by row number.
    pub user_number: i64,
    /// In which room, by row number.
    pub room_number: i64,
    /// `join`, `invite`, `knock`, `leave` or `ban`.
    pub membership: String,
    /// The member event, by row number.
    pub event_number: i64,
    /// The log position at which it came to be.
    pub position: i64,
    /// Whether the user has forgotten the room.
    pub forgotten: bool,
}

macro_rules! membership_query {
    ($condition:literal) => {
        concat!(
            "SELECT user_number, room_number, membership, event_number, position, forgotten \
             FROM memberships WHERE ",
            $condition
        )
    };
}

fn memberships(
    session: &mut Session,
    sql: &'static str,
    parameters: &[Value],
) -> Result<Vec<StoredMembership>, StorageError> {
    let rows = session.query(sql, parameters)?;
    let read = |row: &crate::Row| {
        Ok(StoredMembership {
            user_number: row.get(0)?,
            room_number: row.get(1)?,
            membership: row.get(2)?,
            event_number: row.get(3)?,
            position: row.get(4)?,
            forgotten: row.get(5)?,
        })
    };
    rows.iter().map(read).collect()
}

/// All memberships of a user, rooms left and forgotten included.
pub fn of_user(session: &mut Session, user_number: i64) -> Result<Vec<StoredMembership>, StorageError> {
    memberships(session, membership_query!("user_number = $1"), &[user_number.into()])
}

/// The membership of one user in one room, if they ever had one.
pub fn of_user_in(
    session: &mut Session,
    user_number: i64,
    room_number: i64,
) -> Result<Option<StoredMembership>, StorageError> {
    let sql = membership_query!("user_number = $1 AND room_number = $2");
    Ok(memberships(session, sql, &[user_number.into(), room_number.into()])?.into_iter().next())
}

/// Everybody whose membership in one of `rooms` is one of `kinds`.
pub fn of_rooms(
    session: &mut Session,
    rooms: &[i64],
    kinds: &[String],
) -> Result<Vec<StoredMembership>, StorageError> {
    let sql = membership_query!("room_number = ANY($1) AND membership = ANY($2)");
    memberships(session, sql, &[Value::from(rooms.to_vec()), Value::from(kinds.to_vec())])
}
