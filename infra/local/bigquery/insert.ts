/**
 * tabledata.insertAll: https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/insertAll
 * De-duplication by insertId is as best-effort as BigQuery's: in memory, bounded, for about a minute. Not imitated:
 * the streaming buffer (rows can be changed at once), template tables, quotas.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Database } from './database.ts';
import { duckdbType, type Field, jsonStructure, literal, quoted } from './types.ts';
import { type Problem, recordValue } from './values.ts';

export interface InsertRequest {
  rows?: { insertId?: string; json: object }[];
  skipInvalidRows?: boolean;
  ignoreUnknownValues?: boolean;
}

const REMEMBERED_MS = 60_000;
const REMEMBERED_IDS = 50_000;

export function createInserts(database: Database, clock: Clock) {
  /** By table and insert id: when it was stored. */
  const stored = new Map<string, number>();

  /** The ids are looked up when it is this insert's turn: two requests with one id may come side by side. */
  function append(table: string, fields: Field[], rows: { insertId: string | undefined; value: unknown }[]) {
    const row: Field = { name: '', type: 'RECORD', mode: 'REPEATED', fields };
    const records = `CAST(from_json($1, ${literal(JSON.stringify(jsonStructure(row)))}) AS ${duckdbType(row)})`;
    return database.write(async (connection) => {
      const now = clock.now();
      const keyed = new Map(rows.map(({ insertId, value }, at) => [insertId ? `${table}/${insertId}` : at, value]));
      const fresh = [...keyed].filter(([key]) => !(now - (stored.get(String(key)) ?? 0) < REMEMBERED_MS));
      if (fresh.length === 0) return;
      const select = `SELECT unnest(r) FROM (SELECT unnest(${records}) AS r)`;
      await connection.run(`INSERT INTO ${table} BY NAME ${select}`, [JSON.stringify(fresh.map(([, value]) => value))]);
      for (const [key] of fresh) if (typeof key === 'string') stored.set(key, now);
      for (const oldest of stored.keys()) if (stored.size > REMEMBERED_IDS) stored.delete(oldest);
    });
  }

  return async (path: string[], fields: Field[], request: InsertRequest) => {
    const { rows = [], skipInvalidRows = false, ignoreUnknownValues: ignoreUnknown = false } = request;
    const checked = rows.map(({ insertId, json }) => {
      const problems: Problem[] = [];
      return { insertId, problems, value: recordValue(fields, json, { prefix: '', problems, ignoreUnknown }) };
    });
    const isStopped = !skipInvalidRows && checked.some(({ problems }) => problems.length > 0);
    const good = checked.filter(({ problems }) => !isStopped && problems.length === 0);
    await append(path.map(quoted).join('.'), fields, good);
    const stopped = { reason: 'stopped', location: '', debugInfo: '', message: '' };
    const insertErrors = checked.flatMap(({ problems }, index) => {
      const errors = problems.map((problem) => ({ reason: 'invalid', debugInfo: '', ...problem }));
      return errors.length > 0 ? { index, errors } : isStopped ? { index, errors: [stopped] } : [];
    });
    return { kind: 'bigquery#tableDataInsertAllResponse', ...(insertErrors.length > 0 && { insertErrors }) };
  };
}
