//! The schema, forward only. A migration that was released is never changed; a new one is added.

use crate::{Session, StorageError, Value, dialect};

/// Migrations in order; the first has version 1.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_positions.sql"),
    include_str!("migrations/0002_accounts.sql"),
    include_str!("migrations/0003_rooms.sql"),
    include_str!("migrations/0004_encryption.sql"),
    include_str!("migrations/0005_media.sql"),
    include_str!("migrations/0006_sync.sql"),
    include_str!("migrations/0007_server.sql"),
    include_str!("migrations/0008_directory.sql"),
    include_str!("migrations/0009_relations.sql"),
    include_str!("migrations/0010_openid.sql"),
    include_str!("migrations/0011_sliding_sync.sql"),
    // SQLite gets its own of those that are called `.postgres`: see `dialect`.
    include_str!("migrations/0012_search.postgres.sql"),
    include_str!("migrations/0013_timestamps.sql"),
    include_str!("migrations/0014_moderation.sql"),
    include_str!("migrations/0015_delayed.sql"),
    include_str!("migrations/0016_push.sql"),
    include_str!("migrations/0017_people.sql"),
    include_str!("migrations/0018_url_previews.sql"),
    include_str!("migrations/0019_agreements.sql"),
    include_str!("migrations/0020_media_quotas.sql"),
    include_str!("migrations/0021_thread_subscriptions.sql"),
    include_str!("migrations/0022_room_deletions.sql"),
    include_str!("migrations/0023_redacted_originals.sql"),
    include_str!("migrations/0024_guests.sql"),
    include_str!("migrations/0025_delayed_of_room.sql"),
    include_str!("migrations/0026_event_files.postgres.sql"),
    include_str!("migrations/0027_backup_bytes.sql"),
];

/// Brings the database to the newest version, each migration in its own transaction, and refuses
/// one that is newer than this program.
pub(crate) fn migrate(session: &mut Session, now_ms: i64) -> Result<(), StorageError> {
    let table = "CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)";
    session.batch(table)?;
    let found = check(session)?;
    for (version, sql) in (1..).zip(MIGRATIONS).skip_while(|(version, _)| *version <= found) {
        session.batch("BEGIN")?;
        let applied = apply(session, version, sql, now_ms);
        session.batch(if applied.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        applied?;
        tracing::info!(version, "database migrated");
    }
    Ok(())
}

/// The version of the schema; 0 where nothing was migrated yet.
pub(crate) fn version(session: &mut Session) -> Result<i64, StorageError> {
    let sql = "SELECT version FROM schema_versions ORDER BY version DESC LIMIT 1";
    session.query_optional(sql, &[])?.map_or(Ok(0), |row| row.get(0))
}

/// The version of the schema, unless a newer program wrote it.
pub(crate) fn check(session: &mut Session) -> Result<i64, StorageError> {
    let (found, known) = (version(session)?, MIGRATIONS.len() as i64);
    if found > known { Err(StorageError::NewerSchema { found, known }) } else { Ok(found) }
}

fn apply(session: &mut Session, version: i64, sql: &str, now_ms: i64) -> Result<(), StorageError> {
    if session.is_sqlite() {
        session.batch(&dialect::migration_for_sqlite(sql))?;
    } else {
        session.batch(sql)?;
    }
    let record = "INSERT INTO schema_versions (version, applied_at) VALUES ($1, $2)";
    session.execute(record, &[Value::Integer(version), Value::Integer(now_ms)])?;
    Ok(())
}
