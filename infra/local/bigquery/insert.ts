/**
 * tabledata.insertAll: https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/insertAll
 * Not imitated: the streaming buffer (rows can be changed at once), template tables, quotas. De-duplication by
 * insertId is as best-effort as BigQuery's: in memory, for about a minute, bounded.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Resource } from './catalog.ts';
import type { Database } from './database.ts';
import { duckdbType, type Field, jsonStructure, literal, quoted } from './types.ts';
import { type Problem, recordValue } from './values.ts';

export interface InsertRequest {
  rows?: { insertId?: string; json: Record<string, unknown> }[];
  skipInvalidRows?: boolean;
  ignoreUnknownValues?: boolean;
}

const REMEMBERED_MS = 60_000;
const REMEMBERED_IDS = 50_000;

export class Inserts {
  readonly #database: Database;
  readonly #clock: Clock;
  /** By table and insert id: when it was stored. */
  readonly #stored = new Map<string, number>();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  async insert({ schema, tableReference }: Resource, request: InsertRequest) {
    const { projectId = '', datasetId = '', tableId = '' } = tableReference ?? {};
    const { rows = [], skipInvalidRows = false, ignoreUnknownValues = false } = request;
    const fields = schema?.fields ?? [];
    const checked = rows.map(({ insertId, json }) => {
      const problems: Problem[] = [];
      return { insertId, problems, value: recordValue(fields, json, problems, ignoreUnknownValues) };
    });
    const isBroken = checked.some(({ problems }) => problems.length > 0);
    const table = [projectId, datasetId, tableId].map(quoted).join('.');
    const good = isBroken && !skipInvalidRows ? [] : checked.filter(({ problems }) => problems.length === 0);
    await this.#append(table, fields, good);
    const insertErrors = checked.flatMap(({ problems }, index) => {
      const invalid = problems.map((problem) => ({ reason: 'invalid', debugInfo: '', ...problem }));
      if (invalid.length > 0) return { index, errors: invalid };
      const stopped = { reason: 'stopped', location: '', debugInfo: '', message: '' };
      return isBroken && !skipInvalidRows ? { index, errors: [stopped] } : [];
    });
    return { kind: 'bigquery#tableDataInsertAllResponse', ...(insertErrors.length > 0 && { insertErrors }) };
  }

  /** The ids are looked up when it is this insert's turn: two requests with one id may come side by side. */
  #append(
    table: string,
    fields: Field[],
    rows: { insertId: string | undefined; value: unknown }[],
  ): Promise<void> {
    const row: Field = { name: '', type: 'RECORD', mode: 'REPEATED', fields };
    const records = `CAST(from_json($1, ${literal(JSON.stringify(jsonStructure(row)))}) AS ${duckdbType(row)})`;
    const sql = `INSERT INTO ${table} BY NAME SELECT unnest(r) FROM (SELECT unnest(${records}) AS r)`;
    return this.#database.write(async (connection) => {
      const keyed = new Map(
        rows.map((each, at) => [each.insertId ? `${table}/${each.insertId}` : at, each.value]),
      );
      const fresh = [...keyed].filter(([key]) => !this.#isStored(key));
      if (fresh.length === 0) return;
      await connection.run(sql, [JSON.stringify(fresh.map(([, value]) => value))]);
      for (const [key] of fresh) if (typeof key === 'string') this.#stored.set(key, this.#clock.now());
      for (const [oldest] of this.#stored) {
        if (this.#stored.size <= REMEMBERED_IDS) break;
        this.#stored.delete(oldest);
      }
    });
  }

  #isStored(key: string | number): boolean {
    const at = this.#stored.get(String(key));
    return at !== undefined && this.#clock.now() - at < REMEMBERED_MS;
  }
}
