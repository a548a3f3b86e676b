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

/// A user's memberships in those of `rooms` where they have one.
pub fn of_user_among(
    session: &mut Session,
    user_number: i64,
    rooms: &[i64],
) -> Result<Vec<StoredMembership>, StorageError> {
    let sql = membership_query!("user_number = $1 AND room_number = ANY($2)");
    memberships(session, sql, &[user_number.into(), Value::from(rooms.to_vec())])
}

/// Of `rooms`, those where the user's membership is what somebody else made it.
pub fn ended_by_others(
    session: &mut Session,
    user_number: i64,
    rooms: &[i64],
) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT m.room_number FROM memberships m JOIN events e ON e.event_number = m.event_number \
               WHERE m.user_number = $1 AND m.room_number = ANY($2) AND e.sender_number <> $1";
    let rows = session.query(sql, &[user_number.into(), Value::from(rooms.to_vec())])?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// The memberships in `rooms` that came to be after `since`.
pub fn changed(
    session: &mut Session,
    rooms: &[i64],
    since: i64,
) -> Result<Vec<StoredMembership>, StorageError> {
    let sql = membership_query!("room_number = ANY($1) AND position > $2");
    memberships(session, sql, &[Value::from(rooms.to_vec()), since.into()])
}

/// Of `users`, those who are in one of `rooms` or asked into it.
pub fn present_among(session: &mut Session, users: &[i64], rooms: &[i64]) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT DISTINCT user_number FROM memberships WHERE user_number = ANY($1) \
               AND room_number = ANY($2) AND membership IN ('join', 'invite')";
    let rows = session.query(sql, &[Value::from(users.to_vec()), Value::from(rooms.to_vec())])?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Of `users`, those who are in one of `rooms`.
pub fn users_among(session: &mut Session, users: &[i64], rooms: &[i64]) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT DISTINCT user_number FROM memberships WHERE user_number = ANY($1) \
               AND room_number = ANY($2) AND membership = 'join'";
    let rows = session.query(sql, &[Value::from(users.to_vec()), Value::from(rooms.to_vec())])?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// The rooms that any of `users` is in.
pub fn joined_rooms(session: &mut Session, users: &[i64]) -> Result<Vec<i64>, StorageError> {
    let sql =
        "SELECT DISTINCT room_number FROM memberships WHERE user_number = ANY($1) AND membership = 'join'";
    session.query(sql, &[Value::from(users.to_vec())])?.iter().map(|row| row.get(0)).collect()
}

/// How many members of each kind `rooms` have: (room, membership, count).
pub fn counts(session: &mut Session, rooms: &[i64]) -> Result<Vec<(i64, String, i64)>, StorageError> {
    let sql = "SELECT room_number, membership, COUNT(*) FROM memberships \
               WHERE room_number = ANY($1) AND membership IN ('join', 'invite') \
               GROUP BY room_number, membership";
    let rows = session.query(sql, &[Value::from(rooms.to_vec())])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// The members of `rooms` among `users`. For few rooms it asks by user, for many by room.
pub fn among(
    session: &mut Session,
    rooms: &[i64],
    users: &[i64],
) -> Result<Vec<StoredMembership>, StorageError> {
    /// Up to so many rooms there are fewer pairs of room and user than members of the rooms.
    const FEW: usize = 4;
    // The unary plus keeps the index over users out of it.
    let sql = if rooms.len() <= FEW {
        membership_query!("room_number = ANY($1) AND user_number = ANY($2)")
    } else {
        membership_query!("room_number = ANY($1) AND +user_number = ANY($2)")
    };
    memberships(session, sql, &[Value::from(rooms.to_vec()), Value::from(users.to_vec())])
}

/// The first `limit` members of each of `rooms` whose membership is one of `kinds`, apart from `user_number`.
pub fn first_others(
    session: &mut Session,
    rooms: &[i64],
    user_number: i64,
    kinds: &[String],
    limit: i64,
) -> Result<Vec<StoredMembership>, StorageError> {
    let sql = "SELECT user_number, room_number, membership, event_number, position, forgotten FROM \
               (SELECT m.*, ROW_NUMBER() OVER (PARTITION BY room_number ORDER BY position, user_number) AS place \
                FROM memberships m WHERE room_number = ANY($1) AND membership = ANY($2) AND user_number <> $3) o \
               WHERE place <= $4 ORDER BY room_number, place";
    let parameters =
        [Value::from(rooms.to_vec()), Value::from(kinds.to_vec()), user_number.into(), limit.into()];
    memberships(session, sql, &parameters)
}

/// What the invites and knocks of a user in `rooms` brought along: (room, JSON array).
pub fn stripped_states(
    session: &mut Session,
    user_number: i64,
    rooms: &[i64],
) -> Result<Vec<(i64, Option<String>)>, StorageError> {
    let sql = "SELECT room_number, stripped_state FROM memberships WHERE user_number = $1 AND room_number = ANY($2)";
    let rows = session.query(sql, &[user_number.into(), Value::from(rooms.to_vec())])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
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

/// How many of `rooms` a local user is in, and whether the user of this id is in one of them.
pub fn joined_among(
    session: &mut Session,
    user_id: &str,
    rooms: &[String],
) -> Result<(usize, bool), StorageError> {
    let sql = "SELECT r.room_number, (SELECT count(*) FROM memberships m JOIN users u \
               ON u.user_number = m.user_number WHERE m.room_number = r.room_number \
               AND u.user_id = $2 AND m.membership = 'join') FROM rooms r WHERE r.room_id = ANY($1)";
    let rows = session.query(sql, &[Value::from(rooms.to_vec()), user_id.into()])?;
    let joined = rows.iter().map(|row| row.get::<i64>(1)).collect::<Result<Vec<_>, _>>()?;
    Ok((joined.len(), joined.iter().any(|count| *count > 0)))
}

/// Up to `limit` users of `server` who are joined to the room.
pub fn some_of_server(
    session: &mut Session,
    room_number: i64,
    server: &str,
    limit: i64,
) -> Result<Vec<String>, StorageError> {
    let sql = "SELECT u.user_id FROM memberships m JOIN users u ON u.user_number = m.user_number \
               WHERE m.room_number = $1 AND m.membership = 'join' AND u.user_id LIKE $2 \
               ORDER BY m.position LIMIT $3";
    let pattern = format!("%:{server}");
    let rows = session.query(sql, &[room_number.into(), pattern.into(), limit.into()])?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Hides rooms that the user is not in from them, until they come back.
pub fn forget(
    transaction: &mut crate::Transaction<'_>,
    user_number: i64,
    room_number: i64,
) -> Result<(), StorageError> {
    let sql = "UPDATE memberships SET forgotten = 1 WHERE user_number = $1 AND room_number = $2 \
               AND membership IN ('leave', 'ban')";
    if transaction.execute(sql, &[user_number.into(), room_number.into()])? > 0 {
        let position = transaction.next_position();
        transaction.announce(position, crate::Topic::Membership { room: room_number, user: user_number });
    }
    Ok(())
}

/// The users with this membership in the room, up to `limit`, each with their member event's JSON.
pub fn events_of(
    session: &mut Session,
    room_number: i64,
    membership: &str,
    limit: i64,
) -> Result<Vec<(String, String)>, StorageError> {
    let sql = "SELECT u.user_id, e.json FROM memberships m JOIN users u ON u.user_number = m.user_number \
               JOIN events e ON e.event_number = m.event_number \
               WHERE m.room_number = $1 AND m.membership = $2 ORDER BY m.position LIMIT $3";
    let rows = session.query(sql, &[room_number.into(), membership.into(), limit.into()])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}
