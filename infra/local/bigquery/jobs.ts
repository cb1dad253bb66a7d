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
import { cell, type Field, resultField } from './types.ts';

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
const PAGE_BYTES = 10e6;
const CREATE_VIEW = /^\s*CREATE\s+(OR\s+REPLACE\s+)?VIEW\s+([\w`.-]+)\s+AS\s+(.*?);?\s*$/is;

export type Jobs = ReturnType<typeof createJobs>;

export function createJobs({ database, catalog, clock }: { database: Database; catalog: () => Catalog; clock: Clock }) {
  const jobs = new Map<string, Promise<Job>>();
  const translations = new Map<string, Translated>();

  function translated(request: QueryRequest, parameters: Map<string, Parameter>): Translated {
    if (request.useLegacySql !== false) refuse('legacy SQL');
    const dataset = request.defaultDataset?.datasetId;
    const types = [...parameters].map(([name, { sql }]) => [name, sql]);
    const key = JSON.stringify([request.query, dataset, types, catalog().version()]);
    const resolve = (path: string[]) => {
      const found = catalog().resolve(path, dataset);
      return 'view' in found ? translated({ query: found.view, useLegacySql: false }, new Map()) : found;
    };
    const made = translations.get(key) ?? translate(request.query, resolve, parameters);
    return keep(translations, key, made, KEPT_TRANSLATIONS);
  }

  /** The columns that a query would return. */
  async function dryRun(request: QueryRequest): Promise<Job> {
    const { sql, statement } = translated(request, readParameters(request.queryParameters ?? []));
    const fields = database.read(async (connection) => fieldsOf(await connection.prepare(sql)));
    return { id: '', statement, fields: await fields.catch(asQueryError) };
  }

  async function start(id: string, request: QueryRequest): Promise<Job> {
    const [, replace, path, query = ''] = CREATE_VIEW.exec(request.query) ?? [];
    if (path) return createView(id, path.replaceAll('`', '').split('.'), { query, useLegacySql: false }, replace);
    const parameters = readParameters(request.queryParameters ?? []);
    const { sql, statement, parameters: used } = translated(request, parameters);
    const textOf = (name: string) => (name ? parameters.get(name)?.text : new Date(clock.now()).toISOString()) ?? null;
    const bound = Object.fromEntries(used.map((name) => [`p_${name}`, textOf(name)]));
    const access = statement === 'SELECT' ? database.read : database.write;
    const reader = await access((connection) => connection.runAndReadAll(sql, bound)).catch(asQueryError);
    if (statement === 'SELECT') return { id, statement, fields: fieldsOf(reader), reader };
    return { id, statement, fields: [], changedRows: String(reader.rowsChanged) };
  }

  async function createView(id: string, path: string[], view: object, replace: string | undefined): Promise<Job> {
    const [tableId = '', datasetId = ''] = path.toReversed();
    const known = catalog().tables(datasetId).some(({ tableReference }) => tableReference?.tableId === tableId);
    if (known && replace) await catalog().updateTable(datasetId, tableId, { view } as never);
    else await catalog().createTable(datasetId, { view, tableReference: { tableId } } as never);
    return { id, statement: 'CREATE_VIEW', fields: [] };
  }

  return {
    dryRun,
    has: (id: string) => jobs.has(id),
    get: (id: string) => jobs.get(id) ?? Promise.reject(new ApiError('notFound', `Not found: Job ${id}`)),
    /** Runs a query once: a request that comes again under its id gets the same job. */
    run: (id: string, request: QueryRequest) => keep(jobs, id, jobs.get(id) ?? start(id, request), KEPT_JOBS),
  };
}

/** Rows from `from` on as JSON texts, as many as a page holds; `next` is where the next page begins. */
export function page({ reader }: Job, from: number, most: number, micros: boolean): { rows: string[]; next?: number } {
  const end = Math.min(reader?.currentRowCount ?? 0, from + most);
  const rows: string[] = [];
  for (let bytes = 0, row = from; row < end && bytes < PAGE_BYTES; row++) {
    const cells = Array.from({ length: reader?.columnCount ?? 0 }, (_, column) => reader?.value(column, row) ?? null);
    const text = JSON.stringify({ f: cells.map((value) => cell(value, micros)) });
    bytes += text.length;
    rows.push(text);
  }
  const next = from + rows.length;
  return next < (reader?.currentRowCount ?? 0) ? { rows, next } : { rows };
}

function fieldsOf(result: DuckDBResultReader | DuckDBPreparedStatement): Field[] {
  const columns = Array.from({ length: result.columnCount }, (_, at) => at);
  return columns.map((at) => resultField(result.columnName(at), result.columnType(at)));
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
