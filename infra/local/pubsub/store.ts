/**
 * The durable state, in SQLite. Not imitated: one copy of a message for all subscriptions (each has its own here),
 * and keeping what was acknowledged (no seek, no snapshots).
 */
import { DatabaseSync } from 'node:sqlite';

/**
 * `message` is what is pushed, as JSON. `due` is when it may be pushed (ms since 1970); NULL: an earlier one of its
 * ordering key (`chain`, NULL where order does not matter) is unacknowledged. Being in flight is not recorded, so
 * that the file is right after a crash. The trigger frees the next of a key in the commit that removes the one before.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS topics (name TEXT PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS subscriptions (id INTEGER PRIMARY KEY, name TEXT UNIQUE, config TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS message_ids AS SELECT 1 AS next;
  CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription INTEGER NOT NULL REFERENCES subscriptions(id) ON DELETE CASCADE, publish_time INTEGER NOT NULL,
    due INTEGER, nacks INTEGER NOT NULL DEFAULT 0, chain TEXT, message TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS by_due ON messages (subscription, due) WHERE due IS NOT NULL;
  CREATE INDEX IF NOT EXISTS by_chain ON messages (subscription, chain) WHERE chain IS NOT NULL;
  CREATE INDEX IF NOT EXISTS by_age ON messages (subscription, publish_time);
  CREATE TRIGGER IF NOT EXISTS next_of_chain AFTER DELETE ON messages WHEN OLD.chain IS NOT NULL BEGIN
    UPDATE messages SET due = publish_time WHERE due IS NULL AND seq = (SELECT seq FROM messages
      WHERE subscription = OLD.subscription AND chain = OLD.chain ORDER BY seq LIMIT 1);
  END;
  CREATE VIEW IF NOT EXISTS backlog AS SELECT name AS subscription, count(seq) AS undelivered,
    strftime('%FT%H:%M:%fZ', min(publish_time) / 1000.0, 'unixepoch') AS oldestPublishTime
    FROM subscriptions LEFT JOIN messages ON subscription = id GROUP BY id ORDER BY name;`;

/** `file` may be ':memory:'. A commit is in the file before it returns: safe from kill -9, not from a power cut. */
export function openStore(file: string) {
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`);
  return {
    db,
    saveSubscription: db.prepare(`INSERT INTO subscriptions (name, config) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET config = excluded.config RETURNING id`),
    takeIds: db.prepare(
      'UPDATE message_ids SET next = max(next, :floor) + :count RETURNING next - :count AS first',
    ),
    /** All messages of a request, which have one key, for all subscriptions of the topic: one commit. */
    append: db.prepare(`
      INSERT INTO messages (subscription, publish_time, chain, message, due)
      SELECT s.id, :now, s.chain, m.value, CASE WHEN s.chain IS NOT NULL AND (m.key > 0 OR EXISTS (
        SELECT 1 FROM messages WHERE subscription = s.id AND chain = s.chain)) THEN NULL ELSE :now END
      FROM json_each(:messages) m, (SELECT id, iif(config ->> 'enableMessageOrdering', :chain, NULL) AS chain
        FROM subscriptions WHERE config ->> 'topic' = :topic) s ORDER BY m.key`),
    // Each of these is answered from an index: it costs the same with ten messages as with a million.
    ready: db.prepare(`SELECT seq FROM messages
      WHERE subscription = ? AND due <= ? ORDER BY due, seq LIMIT ?`),
    next: db.prepare(`SELECT min(at) AS at FROM (
      SELECT min(due) AS at FROM messages WHERE subscription = :id AND due > :now UNION ALL
      SELECT min(publish_time) + :retention FROM messages WHERE subscription = :id)`),
    read: db.prepare('SELECT nacks, message FROM messages WHERE seq = ?'),
    acknowledge: db.prepare('DELETE FROM messages WHERE seq = ?'),
    postpone: db.prepare('UPDATE messages SET due = ?, nacks = nacks + 1 WHERE seq = ?'),
    expire: db.prepare('DELETE FROM messages WHERE subscription = ? AND publish_time <= ?'),
  };
}
export type Store = ReturnType<typeof openStore>;

/** `undelivered`: not acknowledged, those in flight included; the time is RFC 3339, null when there is none. */
export type Backlog = { subscription: string; undelivered: number; oldestPublishTime: string | null };
export const backlogOf = (db: DatabaseSync) => db.prepare('SELECT * FROM backlog').all() as Backlog[];

/** The backlog in a file that another process has open, or had. Throws when there is no such file. */
export function readBacklog(file: string): Backlog[] {
  using db = new DatabaseSync(file, { readOnly: true });
  return backlogOf(db);
}
