/**
 * tabledata.insertAll: https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/insertAll
 * De-duplication by insertId is as best-effort as BigQuery's: in memory, bounded, for about a minute. Not imitated:
 * the streaming buffer (rows can be changed at once), template tables, quotas; BigQuery's lateness is a setting.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Database } from './database.ts';
import type { LateRows } from './late-rows.ts';
import type { Parts } from './parts.ts';
import type { Field } from './types.ts';
import { type Problem, recordValue } from './values.ts';

export interface InsertRequest {
  rows?: { insertId?: string; json: object }[];
  skipInvalidRows?: boolean;
  ignoreUnknownValues?: boolean;
}

const REMEMBERED_MS = 60_000;
const REMEMBERED_IDS = 50_000;

export class Inserts {
  readonly #database: Database;
  readonly #parts: Parts;
  readonly #clock: Clock;
  readonly #lateRows: LateRows;
  readonly #rowMs: () => number;
  /** By table and insert id: when it was stored. */
  readonly #stored = new Map<string, number>();

  /** `rowMs` says in how many ms a row is seen. */
  constructor(database: Database, parts: Parts, clock: Clock, lateRows: LateRows, rowMs: () => number) {
    this.#database = database;
    this.#parts = parts;
    this.#clock = clock;
    this.#lateRows = lateRows;
    this.#rowMs = rowMs;
  }

  /** Appends the rows to the table of that path, all of them or none, or with skipInvalidRows the good ones. */
  async insert(path: string[], fields: Field[], request: InsertRequest) {
    const { rows = [], skipInvalidRows = false, ignoreUnknownValues: ignoreUnknown = false } = request;
    const checked = rows.map(({ insertId, json }) => {
      const problems: Problem[] = [];
      return {
        insertId,
        problems,
        value: recordValue(fields, json, { prefix: '', problems, ignoreUnknown }),
      };
    });
    const isStopped = !skipInvalidRows && checked.some(({ problems }) => problems.length > 0);
    const good = checked.filter(({ problems }) => !isStopped && problems.length === 0);
    await this.#append(path, fields, good);
    const stopped = { reason: 'stopped', location: '', debugInfo: '', message: '' };
    const insertErrors = checked.flatMap(({ problems }, index) => {
      const errors = problems.map((problem) => ({ reason: 'invalid', debugInfo: '', ...problem }));
      return errors.length > 0 ? { index, errors } : isStopped ? { index, errors: [stopped] } : [];
    });
    return { kind: 'bigquery#tableDataInsertAllResponse', ...(insertErrors.length > 0 && { insertErrors }) };
  }

  /** The ids are looked up when it is this insert's turn: two requests with one id may come side by side. */
  #append(
    path: string[],
    fields: Field[],
    rows: { insertId: string | undefined; value: Record<string, unknown> }[],
  ): Promise<unknown> {
    const keyed = rows.map(
      ({ insertId, value }, at) => [insertId ? `${path.join('.')}/${insertId}` : at, value] as const,
    );
    return this.#database.write(
      async (connection) => {
        const fresh = [...new Map(keyed)].filter(([key]) => !this.#isStored(key));
        const lags = fresh.map(([, value]) => ({ value, ms: this.#rowMs() }));
        const seen = lags.filter(({ ms }) => ms === 0).map(({ value }) => value);
        await this.#parts.append(connection, path, fields, seen);
        const late = lags.filter(({ ms }) => ms > 0);
        const held = late.map(({ value, ms }) => ({ value, dueMs: this.#clock.now() + ms }));
        await this.#lateRows.hold(connection, path, fields, held);
        return fresh.map(([key]) => key);
      },
      (stored) => this.#remember(stored),
    );
  }

  #isStored(key: string | number): boolean {
    const at = this.#stored.get(String(key));
    return at !== undefined && this.#clock.now() - at < REMEMBERED_MS;
  }

  #remember(keys: (string | number)[]): void {
    for (const key of keys) if (typeof key === 'string') this.#stored.set(key, this.#clock.now());
    for (const oldest of this.#stored.keys())
      if (this.#stored.size > REMEMBERED_IDS) this.#stored.delete(oldest);
  }
}
