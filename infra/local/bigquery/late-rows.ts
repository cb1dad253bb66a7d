import type { DuckDBConnection } from '@duckdb/node-api';
import type { Clock } from '../../../shared/clock.ts';
import type { Database } from './database.ts';
import type { Parts } from './parts.ts';
import { type Field, quoted } from './types.ts';

/** A row that is acknowledged, and seen by queries from `dueMs` on (ms since 1970). */
export interface LateRow {
  value: unknown;
  dueMs: number;
}

/** The rows that are stored but not yet seen. A query that finds some of them due puts them into their tables first. */
export class LateRows {
  readonly #database: Database;
  readonly #parts: Parts;
  readonly #clock: Clock;
  readonly #store: string;
  #nextMs = Number.POSITIVE_INFINITY;

  constructor(database: Database, parts: Parts, project: string, clock: Clock) {
    this.#database = database;
    this.#parts = parts;
    this.#clock = clock;
    this.#store = [project, '_catalog', 'late_rows'].map(quoted).join('.');
  }

  async load(): Promise<void> {
    await this.#database.write(async (connection) => {
      const columns = 'due_ms BIGINT, path VARCHAR, fields VARCHAR, row VARCHAR';
      await connection.run(`CREATE TABLE IF NOT EXISTS ${this.#store}(${columns})`);
      await this.#lookAhead(connection);
    });
  }

  async hold(connection: DuckDBConnection, path: string[], fields: Field[], rows: LateRow[]): Promise<void> {
    for (const { value, dueMs } of rows) {
      const values = [BigInt(dueMs), ...[path, fields, value].map((each) => JSON.stringify(each))];
      await connection.run(`INSERT INTO ${this.#store} VALUES ($1, $2, $3, $4)`, values);
      this.#nextMs = Math.min(this.#nextMs, dueMs);
    }
  }

  /** To be awaited before a query. `isThere` tells whether a table is still there. */
  async show(isThere: (path: string[]) => boolean): Promise<void> {
    if (this.#clock.now() < this.#nextMs) return;
    await this.#database.write(async (connection) => {
      const due = `${this.#store} WHERE due_ms <= ${this.#clock.now()}`;
      const rows = await connection.runAndReadAll(`SELECT path, fields, row FROM ${due} ORDER BY due_ms`);
      for (const [path, fields, row] of (rows.getRows() as string[][]).map((each) => each.map(parsed)))
        if (isThere(path)) await this.#parts.append(connection, path, fields, [row]);
      await connection.run(`DELETE FROM ${due}`);
      await this.#lookAhead(connection);
    });
  }

  async #lookAhead(connection: DuckDBConnection): Promise<void> {
    const [[next] = []] = (
      await connection.runAndReadAll(`SELECT MIN(due_ms) FROM ${this.#store}`)
    ).getRows();
    this.#nextMs = next === null || next === undefined ? Number.POSITIVE_INFINITY : Number(next);
  }
}

const parsed = (text: string) => JSON.parse(text);
