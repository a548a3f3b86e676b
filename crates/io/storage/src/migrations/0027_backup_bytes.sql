-- Bytes of a version's keys: what an account keeps is bounded by them.
ALTER TABLE key_backups ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;
UPDATE key_backups SET bytes = (SELECT CAST(COALESCE(SUM(OCTET_LENGTH(k.json)), 0) AS BIGINT) FROM backup_keys k
    WHERE k.backup_number = key_backups.backup_number) WHERE deleted = 0;
