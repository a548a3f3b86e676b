//! Child events by their parents: what is bundled, listed and counted. Reading only: relations are written with
//! the events (see `append`).

use crate::{Row, Session, StorageError, Value};

/// The relation of an annotation to what it annotates.
pub const ANNOTATION: &str = "m.annotation";
/// The relation of an event to one that it refers to.
pub const REFERENCE: &str = "m.reference";
/// The relation of an edit to what it replaces.
pub const REPLACE: &str = "m.replace";
/// The relation of an event in a thread to the thread's root.
pub const THREAD: &str = "m.thread";

/// Whose children count, and up to where.
#[derive(Clone, Debug)]
pub struct Asker<'a> {
    /// Who asks.
    pub user_number: i64,
    /// Whose events they do not want to see.
    pub ignored: &'a [i64],
    /// Children that they may not see.
    pub hidden: &'a [i64],
    /// The last position that counts.
    pub until: i64,
}

/// Something bundled with a parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bundled {
    /// The newest valid edit.
    Replacement {
        /// The edit.
        child: i64,
    },
    /// A thread.
    Thread {
        /// Its newest event.
        latest: i64,
        /// Its events, without the root.
        count: i64,
        /// Whether the asker sent one of them, or the root.
        participated: bool,
    },
    /// An event that refers to the parent, by its id.
    Reference {
        /// The id.
        event_id: String,
    },
}

/// What is bundled with each of `parents`: (parent, what), references in the order they came, at most
/// `references` of them over all.
pub fn bundled(
    session: &mut Session,
    parents: &[i64],
    asker: &Asker<'_>,
    references: i64,
) -> Result<Vec<(i64, Bundled)>, StorageError> {
    // Edits: of the same sender and type, of an event that is neither state, redacted, nor an edit itself.
    // Threads: of an event that relates to nothing itself.
    let sql = "SELECT p.event_number, CAST(1 AS BIGINT), \
           (SELECT r.child_number FROM relations r JOIN events c ON c.event_number = r.child_number \
             WHERE r.parent_number = p.event_number AND r.rel_type = 'm.replace' AND r.replaces = 1 \
               AND r.sender_number = p.sender_number AND r.kind = p.kind AND c.state_key_number IS NULL \
               AND r.position <= $5 AND NOT (r.sender_number = ANY($3)) AND NOT (r.child_number = ANY($4)) \
             ORDER BY c.origin_server_ts DESC, c.event_id DESC LIMIT 1), \
           CAST(0 AS BIGINT), CAST(0 AS BIGINT), '' \
         FROM events p WHERE p.event_number = ANY($1) AND p.state_key_number IS NULL AND p.redacted_by IS NULL \
           AND NOT EXISTS (SELECT 1 FROM relations q \
             WHERE q.child_number = p.event_number AND q.rel_type = 'm.replace') \
         UNION ALL \
         SELECT p.event_number, CAST(2 AS BIGINT), \
           (SELECT l.child_number FROM relations l WHERE l.parent_number = p.event_number \
               AND l.rel_type = 'm.thread' AND l.position = t.newest), t.number, \
           CASE WHEN p.sender_number = $2 OR EXISTS (SELECT 1 FROM relations o \
             WHERE o.parent_number = p.event_number AND o.sender_number = $2 AND o.rel_type = 'm.thread' \
               AND o.position <= $5) \
             THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END, '' \
         FROM (SELECT r.parent_number, COUNT(*) AS number, MAX(r.position) AS newest FROM relations r \
             WHERE r.parent_number = ANY($1) AND r.rel_type = 'm.thread' \
               AND r.position <= $5 AND NOT (r.sender_number = ANY($3)) AND NOT (r.child_number = ANY($4)) \
             GROUP BY r.parent_number) t \
         JOIN events p ON p.event_number = t.parent_number \
         WHERE NOT EXISTS (SELECT 1 FROM relations q WHERE q.child_number = p.event_number) \
         UNION ALL \
         SELECT f.parent_number, CAST(3 AS BIGINT), f.child_number, CAST(0 AS BIGINT), CAST(0 AS BIGINT), f.event_id \
         FROM (SELECT r.parent_number, r.child_number, c.event_id FROM relations r \
             JOIN events c ON c.event_number = r.child_number \
             WHERE r.parent_number = ANY($1) AND r.rel_type = 'm.reference' \
               AND r.position <= $5 AND NOT (r.sender_number = ANY($3)) AND NOT (r.child_number = ANY($4)) \
             ORDER BY r.position LIMIT $6) f";
    let parameters = [
        Value::from(parents.to_vec()),
        asker.user_number.into(),
        Value::from(asker.ignored.to_vec()),
        Value::from(asker.hidden.to_vec()),
        asker.until.into(),
        references.into(),
    ];
    let rows = session.query(sql, &parameters)?;
    rows.iter().filter_map(|row| bundled_row(row).transpose()).collect()
}

fn bundled_row(row: &Row) -> Result<Option<(i64, Bundled)>, StorageError> {
    let (parent, child): (i64, Option<i64>) = (row.get(0)?, row.get(2)?);
    let Some(child) = child else { return Ok(None) };
    let bundled = match row.get::<i64>(1)? {
        1 => Bundled::Replacement { child },
        2 => Bundled::Thread { latest: child, count: row.get(3)?, participated: row.get(4)? },
        _ => Bundled::Reference { event_id: row.get(5)? },
    };
    Ok(Some((parent, bundled)))
}

/// Those children of `parents` that are bundled: (parent, child), at most `limit`.
pub fn bundled_children(
    session: &mut Session,
    parents: &[i64],
    limit: i64,
) -> Result<Vec<(i64, i64)>, StorageError> {
    let sql = "SELECT parent_number, child_number FROM relations WHERE parent_number = ANY($1) \
               AND rel_type IN ('m.replace', 'm.thread', 'm.reference') LIMIT $2";
    let rows = session.query(sql, &[Value::from(parents.to_vec()), limit.into()])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Which descendants of an event are wanted.
#[derive(Clone, Debug)]
pub struct Descent<'a> {
    /// The ancestor.
    pub ancestor: i64,
    /// Relations between it and the deepest descendant at most; 1 for children only.
    pub depth: i64,
    /// Only those that relate to their own parent so.
    pub rel_type: Option<&'a str>,
    /// Only those of this type.
    pub kind: Option<&'a str>,
    /// Not those who were sent by these users.
    pub ignored: &'a [i64],
}

macro_rules! descendants {
    ($end:literal) => {
        concat!(
            "WITH RECURSIVE d (number, depth) AS ( \
               SELECT CAST($1 AS BIGINT), CAST(0 AS BIGINT) \
               UNION SELECT r.child_number, d.depth + 1 FROM relations r \
               JOIN d ON r.parent_number = d.number WHERE d.depth < $2) \
             SELECT DISTINCT r.child_number, r.position FROM d JOIN relations r ON r.child_number = d.number \
             WHERE d.depth > 0 AND r.child_number <> $1 AND ($3 = '' OR r.rel_type = $3) \
               AND ($4 = '' OR r.kind = $4) AND NOT (r.sender_number = ANY($5)) ",
            $end
        )
    };
}

/// Descendants at positions up to `from` and after `until`, newest first, at most `limit`: event numbers.
pub fn descendants_backwards(
    session: &mut Session,
    descent: &Descent<'_>,
    (from, until): (i64, i64),
    limit: i64,
) -> Result<Vec<i64>, StorageError> {
    let sql = descendants!("AND r.position <= $6 AND r.position > $7 ORDER BY r.position DESC LIMIT $8");
    descendants(session, sql, descent, (from, until), limit)
}

/// Descendants at positions after `from` and up to `until`, oldest first, at most `limit`: event numbers.
pub fn descendants_forwards(
    session: &mut Session,
    descent: &Descent<'_>,
    (from, until): (i64, i64),
    limit: i64,
) -> Result<Vec<i64>, StorageError> {
    let sql = descendants!("AND r.position > $6 AND r.position <= $7 ORDER BY r.position LIMIT $8");
    descendants(session, sql, descent, (from, until), limit)
}

fn descendants(
    session: &mut Session,
    sql: &'static str,
    descent: &Descent<'_>,
    (from, until): (i64, i64),
    limit: i64,
) -> Result<Vec<i64>, StorageError> {
    let parameters = [
        descent.ancestor.into(),
        descent.depth.into(),
        descent.rel_type.unwrap_or_default().into(),
        descent.kind.unwrap_or_default().into(),
        Value::from(descent.ignored.to_vec()),
        from.into(),
        until.into(),
        limit.into(),
    ];
    session.query(sql, &parameters)?.iter().map(|row| row.get(0)).collect()
}

/// The newest events of the threads of `room` up to position `from`, newest first, at most `limit`: (thread's
/// root, newest event) by number. Without the events of `ignored` users; of those threads only that
/// `participant`, where given, has begun or written in.
pub fn newest_of_threads(
    session: &mut Session,
    room: i64,
    ignored: &[i64],
    participant: Option<i64>,
    from: i64,
    limit: i64,
) -> Result<Vec<(i64, i64)>, StorageError> {
    let sql = "SELECT r.parent_number, r.child_number FROM relations r \
               JOIN events p ON p.event_number = r.parent_number \
               WHERE r.room_number = $1 AND r.rel_type = 'm.thread' AND r.position <= $4 \
                 AND NOT (r.sender_number = ANY($2)) \
                 AND NOT EXISTS (SELECT 1 FROM relations n WHERE n.parent_number = r.parent_number \
                   AND n.rel_type = 'm.thread' AND n.position > r.position \
                   AND NOT (n.sender_number = ANY($2))) \
                 AND NOT EXISTS (SELECT 1 FROM relations q WHERE q.child_number = r.parent_number) \
                 AND (CAST($3 AS BIGINT) = 0 OR p.sender_number = $3 OR EXISTS (SELECT 1 FROM relations o \
                   WHERE o.parent_number = r.parent_number AND o.sender_number = $3 \
                   AND o.rel_type = 'm.thread')) \
               ORDER BY r.position DESC LIMIT $5";
    let parameters = [
        room.into(),
        Value::from(ignored.to_vec()),
        participant.unwrap_or(0).into(),
        from.into(),
        limit.into(),
    ];
    let rows = session.query(sql, &parameters)?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Whether the event of this id relates to another.
pub fn is_child(session: &mut Session, event_id: &str) -> Result<bool, StorageError> {
    let sql = "SELECT e.event_number FROM events e WHERE e.event_id = $1 AND (EXISTS (SELECT 1 FROM relations r \
                 WHERE r.child_number = e.event_number) OR EXISTS (SELECT 1 FROM relations_awaited a \
                 WHERE a.child_number = e.event_number))";
    Ok(session.query_optional(sql, &[event_id.into()])?.is_some())
}

/// An annotation that somebody made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Annotation {
    /// The room's row number.
    pub room_number: i64,
    /// What is annotated.
    pub parent_id: String,
    /// Who made it.
    pub sender: String,
    /// The type of the annotating event.
    pub kind: String,
    /// What is said.
    pub key: String,
}

/// The annotations of `parents`, event ids, by `senders`, user ids.
pub fn annotations_of(
    session: &mut Session,
    parents: &[String],
    senders: &[String],
) -> Result<Vec<Annotation>, StorageError> {
    let sql = "SELECT r.room_number, p.event_id, u.user_id, r.kind, r.annotation_key \
               FROM events p JOIN relations r ON r.parent_number = p.event_number \
               JOIN users u ON u.user_number = r.sender_number \
               WHERE p.event_id = ANY($1) AND u.user_id = ANY($2) AND r.rel_type = 'm.annotation' \
               AND r.annotation_key IS NOT NULL";
    let annotation = |row: &Row| {
        Ok(Annotation {
            room_number: row.get(0)?,
            parent_id: row.get(1)?,
            sender: row.get(2)?,
            kind: row.get(3)?,
            key: row.get(4)?,
        })
    };
    let parameters = [Value::from(parents.to_vec()), Value::from(senders.to_vec())];
    session.query(sql, &parameters)?.iter().map(annotation).collect()
}

/// An event of a thread, which its root begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InThread {
    /// The event's number.
    pub event_number: i64,
    /// The room's row number.
    pub room_number: i64,
    /// The event id of the thread's root.
    pub root: String,
}

/// The events in threads of `rooms` up to position `until`, as far as the threads' roots are here.
pub fn in_threads(session: &mut Session, rooms: &[i64], until: i64) -> Result<Vec<InThread>, StorageError> {
    let sql = "SELECT r.child_number, r.room_number, p.event_id FROM relations r \
               JOIN events p ON p.event_number = r.parent_number \
               WHERE r.room_number = ANY($1) AND r.rel_type = 'm.thread' AND r.position <= $2";
    let rows = session.query(sql, &[Value::from(rooms.to_vec()), until.into()])?;
    let event =
        |row: &Row| Ok(InThread { event_number: row.get(0)?, room_number: row.get(1)?, root: row.get(2)? });
    rows.iter().map(event).collect()
}

/// What relates to `parents` other than as an event of a thread, up to position `until`: (parent, child).
pub fn beside_threads(
    session: &mut Session,
    parents: &[i64],
    until: i64,
) -> Result<Vec<(i64, i64)>, StorageError> {
    let sql = "SELECT parent_number, child_number FROM relations \
               WHERE parent_number = ANY($1) AND rel_type <> 'm.thread' AND position <= $2";
    let rows = session.query(sql, &[Value::from(parents.to_vec()), until.into()])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}
