/** Statements of GoogleSQL: translated, and run. */
import type { DuckDBPreparedStatement, DuckDBResultReader } from '@duckdb/node-api';
import type { Clock } from '../../../shared/clock.ts';
import type { Catalog } from './catalog.ts';
import type { Database } from './database.ts';
import { ApiError, refuse } from './errors.ts';
import type { JobHistory } from './job-history.ts';
import { objection } from './objections.ts';
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

/** What a statement has done. */
export interface Outcome {
  statement: string;
  fields: Field[];
  reader?: DuckDBResultReader;
  changedRows?: string;
}

const KEPT_TRANSLATIONS = 500;
const CREATE_VIEW = /^\s*CREATE\s+(OR\s+REPLACE\s+)?VIEW\s+([\w`.-]+)\s+AS\s+(.*?);?\s*$/is;

export class Statements {
  readonly #translations = new Map<string, Translated>();
  readonly #checked = new WeakSet<Translated>();
  readonly #database: Database;
  readonly #history: JobHistory;
  readonly #catalog: () => Catalog;
  readonly #clock: Clock;

  constructor(database: Database, history: JobHistory, catalog: () => Catalog, clock: Clock) {
    this.#database = database;
    this.#history = history;
    this.#catalog = catalog;
    this.#clock = clock;
  }

  /** The columns that a query would return. */
  async dryRun(request: QueryRequest): Promise<Outcome> {
    const translated = this.#translate(request, readParameters(request.queryParameters ?? []));
    return { statement: translated.statement, fields: await this.#bind(translated, fieldsOf) };
  }

  /** A change of rows is recorded under the job's id. */
  async run(request: QueryRequest, jobId: string): Promise<Outcome> {
    const [, replace, path, query = ''] = CREATE_VIEW.exec(request.query) ?? [];
    if (path) return this.#createView(path.replaceAll('`', '').split('.'), query, Boolean(replace));
    const parameters = readParameters(request.queryParameters ?? []);
    const translated = this.#translate(request, parameters);
    const { sql, statement, parameters: used } = translated;
    if (!this.#checked.has(translated)) await this.#bind(translated, () => undefined);
    this.#checked.add(translated);
    const now = new Date(this.#clock.now()).toISOString();
    const bound = used.map((name) => [`p_${name}`, name ? (parameters.get(name)?.text ?? null) : now]);
    const values = Object.fromEntries(bound);
    if (statement === 'SELECT') {
      const reading = this.#database.read((connection) => connection.runAndReadAll(sql, values));
      const reader = await reading.catch(asQueryError);
      return { statement, fields: fieldsOf(reader), reader };
    }
    const change = this.#history.change(
      jobId,
      statement,
      async (connection) => (await connection.run(sql, values)).rowsChanged,
    );
    return { ...(await change.catch(asQueryError)), fields: [] };
  }

  /** Binds without running: what DuckDB objects to is objected to. */
  #bind<T>({ checks }: Translated, use: (statement: DuckDBPreparedStatement) => T): Promise<T> {
    const used = this.#database.read(async (connection) => {
      const statement = await connection.prepare(checks);
      try {
        return use(statement);
      } finally {
        statement.destroySync();
      }
    });
    return used.catch(asQueryError);
  }

  async #createView(path: string[], query: string, replace: boolean): Promise<Outcome> {
    const [tableId = '', datasetId = ''] = path.toReversed();
    const view = { query, useLegacySql: false };
    if (replace && this.#catalog().has(datasetId, tableId))
      await this.#catalog().updateTable(datasetId, tableId, { view });
    else await this.#catalog().createTable(datasetId, { view, tableReference: { tableId } });
    return { statement: 'CREATE_VIEW', fields: [] };
  }

  #translate(request: QueryRequest, parameters: Map<string, Parameter>): Translated {
    if (request.useLegacySql !== false) refuse('legacy SQL');
    const dataset = request.defaultDataset?.datasetId;
    const types = [...parameters].map(([name, { sql }]) => [name, sql]);
    const key = JSON.stringify([request.query, dataset, types, this.#catalog().version]);
    const resolve = (path: string[]) => {
      const found = this.#catalog().resolve(path, dataset);
      return 'view' in found ? this.#translate({ query: found.view, useLegacySql: false }, new Map()) : found;
    };
    const translated = this.#translations.get(key) ?? translate(request.query, resolve, parameters);
    this.#translations.set(key, translated);
    for (const oldest of this.#translations.keys())
      if (this.#translations.size > KEPT_TRANSLATIONS) this.#translations.delete(oldest);
    return translated;
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
  if (error instanceof ApiError) throw error;
  throw new ApiError('invalidQuery', objection(error.message));
}
