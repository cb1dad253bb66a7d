/**
 * Queries, as the jobs that they are: answered when they are done, whatever timeoutMs says. Not imitated: load, copy
 * and extract jobs, destination tables, cancelling, the query cache, bytes processed and billed, quotas; the results
 * of the last few jobs only are kept.
 */
import type { DuckDBPreparedStatement, DuckDBResultReader } from '@duckdb/node-api';
import type { Clock } from '../../../shared/clock.ts';
import type { Catalog } from './catalog.ts';
import type { Database } from './database.ts';
import { ApiError, refuse } from './errors.ts';
import { type Parameter, type QueryParameter, readParameters } from './parameters.ts';
import { type Translated, translate } from './translate.ts';
import { type Field, resultField } from './types.ts';

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query#QueryRequest */
export interface QueryRequest {
  query: string;
  useLegacySql?: boolean;
  defaultDataset?: { datasetId: string };
  queryParameters?: QueryParameter[];
}

/** A job that is done. */
export interface Job {
  id: string;
  statement: string;
  fields: Field[];
  reader?: DuckDBResultReader;
  changedRows?: string;
}

const KEPT_JOBS = 20;
const KEPT_TRANSLATIONS = 500;
const CREATE_VIEW = /^\s*CREATE\s+(OR\s+REPLACE\s+)?VIEW\s+([\w`.-]+)\s+AS\s+(.*?);?\s*$/is;

export class Jobs {
  readonly #jobs = new Map<string, Promise<Job>>();
  readonly #translations = new Map<string, Translated>();
  readonly #database: Database;
  readonly #catalog: () => Catalog;
  readonly #clock: Clock;

  constructor(database: Database, catalog: () => Catalog, clock: Clock) {
    this.#database = database;
    this.#catalog = catalog;
    this.#clock = clock;
  }

  has(id: string): boolean {
    return this.#jobs.has(id);
  }

  get(id: string): Promise<Job> {
    return this.#jobs.get(id) ?? Promise.reject(new ApiError('notFound', `Not found: Job ${id}`));
  }

  /** Runs a query once: a request that comes again under its id gets the same job. */
  run(id: string, request: QueryRequest): Promise<Job> {
    return keep(this.#jobs, id, this.#jobs.get(id) ?? this.#run(id, request), KEPT_JOBS);
  }

  /** The columns that a query would return. */
  async dryRun(request: QueryRequest): Promise<Job> {
    const { sql, statement } = this.#translate(request, readParameters(request.queryParameters ?? []));
    const fields = this.#database.read(async (connection) => fieldsOf(await connection.prepare(sql)));
    return { id: '', statement, fields: await fields.catch(asQueryError) };
  }

  async #run(id: string, request: QueryRequest): Promise<Job> {
    const [, replace, path, query = ''] = CREATE_VIEW.exec(request.query) ?? [];
    if (path) return this.#createView(id, path.replaceAll('`', '').split('.'), query, Boolean(replace));
    const parameters = readParameters(request.queryParameters ?? []);
    const { sql, statement, parameters: used } = this.#translate(request, parameters);
    const now = new Date(this.#clock.now()).toISOString();
    const bound = used.map((name) => [`p_${name}`, name ? (parameters.get(name)?.text ?? null) : now]);
    const access = statement === 'SELECT' ? this.#database.read : this.#database.write;
    const running = access((connection) => connection.runAndReadAll(sql, Object.fromEntries(bound)));
    const reader = await running.catch(asQueryError);
    if (statement === 'SELECT') return { id, statement, fields: fieldsOf(reader), reader };
    return { id, statement, fields: [], changedRows: String(reader.rowsChanged) };
  }

  async #createView(id: string, path: string[], query: string, replace: boolean): Promise<Job> {
    const [tableId = '', datasetId = ''] = path.toReversed();
    const view = { query, useLegacySql: false };
    const tables = this.#catalog().tables(datasetId);
    if (replace && tables.some((table) => table.tableReference?.tableId === tableId))
      await this.#catalog().updateTable(datasetId, tableId, { view });
    else await this.#catalog().createTable(datasetId, { view, tableReference: { tableId } });
    return { id, statement: 'CREATE_VIEW', fields: [] };
  }

  #translate(request: QueryRequest, parameters: Map<string, Parameter>): Translated {
    if (request.useLegacySql !== false) refuse('legacy SQL');
    const dataset = request.defaultDataset?.datasetId;
    const types = [...parameters].map(([name, { sql }]) => [name, sql]);
    const key = JSON.stringify([request.query, dataset, types, this.#catalog().version]);
    const resolve = (path: string[]) => {
      const found = this.#catalog().resolve(path, dataset);
      return 'table' in found
        ? found
        : this.#translate({ query: found.view, useLegacySql: false }, new Map());
    };
    const translated = this.#translations.get(key) ?? translate(request.query, resolve, parameters);
    return keep(this.#translations, key, translated, KEPT_TRANSLATIONS);
  }
}

function fieldsOf(result: DuckDBResultReader | DuckDBPreparedStatement): Field[] {
  const columns = Array.from({ length: result.columnCount }, (_, at) => at);
  const fields = columns.map((at) => resultField(result.columnName(at), result.columnType(at)));
  const names = fields.map(({ name }) => name.toLowerCase());
  const double = names.find((name, at) => names.indexOf(name) !== at);
  if (double !== undefined)
    throw new ApiError('invalidQuery', `Duplicate column name in the result: ${double}`);
  return fields;
}

/** What DuckDB objects to is the query: it cannot be bound, or a value does not fit. */
function asQueryError(error: Error): never {
  throw error instanceof ApiError ? error : new ApiError('invalidQuery', error.message);
}

/** Remembers a value, and forgets the oldest when there are more than `most`. */
function keep<T>(map: Map<string, T>, key: string, value: T, most: number): T {
  map.set(key, value);
  for (const oldest of map.keys()) if (map.size > most) map.delete(oldest);
  return value;
}
