/**
 * Queries, as the jobs that they are. Every job is answered when it is done, whatever timeoutMs says. Not imitated:
 * load, copy and extract jobs, destination tables, cancelling, the query cache, bytes processed and billed, quotas.
 */
import type { DuckDBPreparedStatement, DuckDBResultReader } from '@duckdb/node-api';
import type { Clock } from '../../../shared/clock.ts';
import type { Catalog } from './catalog.ts';
import type { Database } from './database.ts';
import { ApiError, refuse } from './errors.ts';
import { cell } from './results.ts';
import { type Translated, translate } from './translate.ts';
import { type Field, resultField } from './types.ts';
import { fieldValue, type Problem } from './values.ts';

interface ParameterType {
  type: string;
  arrayType?: ParameterType;
  structTypes?: { name: string; type: ParameterType }[];
}
interface ParameterValue {
  value?: unknown;
  arrayValues?: ParameterValue[];
  structValues?: Record<string, ParameterValue>;
}

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query#QueryRequest */
export interface QueryRequest {
  query: string;
  useLegacySql?: boolean;
  defaultDataset?: { datasetId: string };
  parameterMode?: string;
  queryParameters?: { name?: string; parameterType: ParameterType; parameterValue: ParameterValue }[];
}

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

export class Jobs {
  readonly #jobs = new Map<string, Promise<Job>>();
  readonly #translations = new Map<string, Translated>();
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #clock: Clock;

  constructor(database: Database, catalog: Catalog, clock: Clock) {
    this.#database = database;
    this.#catalog = catalog;
    this.#clock = clock;
  }

  /** The job of that id, which is done. Rejects with what went wrong in it. */
  get(id: string): Promise<Job> {
    return this.#jobs.get(id) ?? Promise.reject(new ApiError('notFound', `Not found: Job ${id}`));
  }

  has(id: string): boolean {
    return this.#jobs.has(id);
  }

  /** Runs a query once: a request that comes again under the same id gets the same job. */
  run(id: string, request: QueryRequest): Promise<Job> {
    const job = this.#jobs.get(id) ?? this.#run(id, request);
    return keep(this.#jobs, id, job, KEPT_JOBS);
  }

  /** The columns that a query would return. */
  async dryRun(request: QueryRequest): Promise<Job> {
    const { sql, statement } = this.#translate(request, parametersOf(request));
    const fields = await this.#database.read(async (c) => fieldsOf(await c.prepare(sql))).catch(asQueryError);
    return { id: '', statement, fields };
  }

  async viewColumns(query: string): Promise<Field[]> {
    return (await this.dryRun({ query, useLegacySql: false })).fields;
  }

  async #run(id: string, request: QueryRequest): Promise<Job> {
    const [, replace, name = '', query = ''] = CREATE_VIEW.exec(request.query) ?? [];
    if (name) return this.#createView(id, name.replaceAll('`', '').split('.'), query, Boolean(replace));
    const parameters = parametersOf(request);
    const { sql, statement, parameters: used } = this.#translate(request, parameters);
    const bound = Object.fromEntries(
      used.map((each) => [
        `p_${each}`,
        each ? (parameters.get(each)?.text ?? null) : new Date(this.#clock.now()).toISOString(),
      ]),
    );
    const isChange = statement !== 'SELECT';
    const work = (connection: Parameters<Parameters<Database['read']>[0]>[0]) =>
      connection.runAndReadAll(sql, bound);
    const reader = await (isChange ? this.#database.write(work) : this.#database.read(work)).catch(
      asQueryError,
    );
    if (isChange) return { id, statement, fields: [], changedRows: String(reader.rowsChanged) };
    return { id, statement, fields: fieldsOf(reader), reader };
  }

  async #createView(
    id: string,
    [tableId = '', datasetId = '']: string[],
    query: string,
    replace: boolean,
  ): Promise<Job> {
    const view = { view: { query, useLegacySql: false } };
    const exists = this.#catalog.tables(datasetId).some((table) => table.tableReference?.tableId === tableId);
    if (replace && exists) await this.#catalog.updateTable(datasetId, tableId, view);
    else await this.#catalog.createTable(datasetId, { ...view, tableReference: { tableId } });
    return { id, statement: 'CREATE_VIEW', fields: [] };
  }

  #translate(
    { query, useLegacySql, defaultDataset }: QueryRequest,
    parameters: Map<string, Parameter>,
  ): Translated {
    if (useLegacySql !== false) refuse('legacy SQL');
    const types = [...parameters.values()].map(({ field }) => field);
    const key = JSON.stringify([query, defaultDataset?.datasetId, types, this.#catalog.version]);
    const known = this.#translations.get(key);
    const fields = new Map(types.map((field) => [field.name, field]));
    const resolve = (path: string[]) => {
      const found = this.#catalog.resolve(path, defaultDataset?.datasetId);
      if ('table' in found) return found;
      return this.#translate({ query: found.view, useLegacySql: false }, new Map());
    };
    return keep(this.#translations, key, known ?? translate(query, resolve, fields), KEPT_TRANSLATIONS);
  }
}

/** Rows from `start` on, as JSON texts, as many as a page holds; `next` is where the next page begins. */
export function page(
  { reader }: Job,
  start: number,
  maxRows: number,
  micros: boolean,
): { rows: string[]; next?: number } {
  const total = reader?.currentRowCount ?? 0;
  const rows: string[] = [];
  for (let bytes = 0, row = start; row < Math.min(total, start + maxRows) && bytes < PAGE_BYTES; row++) {
    const cells = Array.from({ length: reader?.columnCount ?? 0 }, (_, column) =>
      cell(reader?.value(column, row) ?? null, micros),
    );
    bytes += rows[rows.push(JSON.stringify({ f: cells })) - 1]?.length ?? 0;
  }
  const next = start + rows.length;
  return next < total ? { rows, next } : { rows };
}

interface Parameter {
  field: Field;
  text: string | null;
}

function parametersOf({ queryParameters = [], parameterMode }: QueryRequest): Map<string, Parameter> {
  if (parameterMode === 'POSITIONAL') refuse('positional parameters');
  const problems: Problem[] = [];
  const parameters = queryParameters.map(
    ({ name = '', parameterType, parameterValue }): [string, Parameter] => {
      const field = parameterField(name.toLowerCase(), parameterType);
      const value = fieldValue(field, plain(parameterValue), problems);
      const isText = value === null || (typeof value === 'string' && field.type !== 'JSON');
      return [field.name, { field, text: isText ? (value as string | null) : JSON.stringify(value) }];
    },
  );
  const [problem] = problems;
  if (problem)
    throw new ApiError('invalid', `Invalid query parameter ${problem.location}: ${problem.message}`);
  return new Map(parameters);
}

function parameterField(name: string, { type, arrayType, structTypes = [] }: ParameterType): Field {
  if (arrayType) return { ...parameterField(name, arrayType), mode: 'REPEATED' };
  return { name, type, fields: structTypes.map((each) => parameterField(each.name, each.type)) };
}

function plain({ value, arrayValues, structValues }: ParameterValue): unknown {
  if (arrayValues) return arrayValues.map(plain);
  if (!structValues) return value ?? null;
  return Object.fromEntries(Object.entries(structValues).map(([name, each]) => [name, plain(each)]));
}

function fieldsOf(result: DuckDBResultReader | DuckDBPreparedStatement): Field[] {
  return Array.from({ length: result.columnCount }, (_, at) =>
    resultField(result.columnName(at), result.columnType(at)),
  );
}

/** What DuckDB objects to is the query: that it cannot be bound, or that a value does not fit. */
function asQueryError(error: unknown): never {
  throw error instanceof ApiError
    ? error
    : new ApiError('invalidQuery', error instanceof Error ? error.message : String(error));
}

/** Remembers a value, and forgets the oldest when there are more than `most`. */
function keep<T>(map: Map<string, T>, key: string, value: T, most: number): T {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
  return value;
}
