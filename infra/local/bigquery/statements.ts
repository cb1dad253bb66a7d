/** Statements of GoogleSQL: translated, and run. */
import type { DuckDBPreparedStatement, DuckDBResultReader } from '@duckdb/node-api';
import type { Clock } from '../../../shared/clock.ts';
import type { Catalog } from './catalog.ts';
import type { Database } from './database.ts';
import { ApiError } from './errors.ts';
import type { JobHistory } from './job-history.ts';
import { objection } from './objections.ts';
import { type QueryParameter, readParameters } from './parameters.ts';
import type { Parts } from './parts.ts';
import type { Translated } from './translate.ts';
import { translated } from './translations.ts';
import { type Field, literal, resultField } from './types.ts';

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

const CREATE_VIEW = /^\s*CREATE\s+(OR\s+REPLACE\s+)?VIEW\s+([\w`.-]+)\s+AS\s+(.*?);?\s*$/is;

export class Statements {
  /** By what it is: the version of the catalog that it was bound to. */
  readonly #checked = new WeakMap<Translated, number>();
  readonly #database: Database;
  readonly #parts: Parts;
  readonly #history: JobHistory;
  readonly #catalog: () => Catalog;
  readonly #clock: Clock;

  constructor(database: Database, parts: Parts, history: JobHistory, catalog: () => Catalog, clock: Clock) {
    this.#database = database;
    this.#parts = parts;
    this.#history = history;
    this.#catalog = catalog;
    this.#clock = clock;
  }

  /** The columns that a query would return, or a view that has it. */
  async dryRun(request: QueryRequest, isView = false): Promise<Outcome> {
    const parameters = readParameters(request.queryParameters ?? []);
    const translation = translated(request, parameters, this.#catalog(), isView);
    return { statement: translation.statement, fields: await this.#bind(translation, fieldsOf) };
  }

  /** A change of rows is recorded under the job's id. */
  async run(request: QueryRequest, jobId: string): Promise<Outcome> {
    const [, replace, path, query = ''] = CREATE_VIEW.exec(request.query) ?? [];
    if (path) return this.#createView(path.replaceAll('`', '').split('.'), query, Boolean(replace));
    const parameters = readParameters(request.queryParameters ?? []);
    const { version } = this.#catalog();
    const translation = translated(request, parameters, this.#catalog());
    const { sql, statement, target, parameters: used } = translation;
    if (this.#checked.get(translation) !== version) await this.#bind(translation, () => undefined);
    this.#checked.set(translation, version);
    const now = new Date(this.#clock.now()).toISOString();
    const bound = used.map((name) => [`p_${name}`, name ? (parameters.get(name)?.text ?? null) : now]);
    const values = Object.fromEntries(bound);
    if (statement === 'SELECT') {
      const text = withValues(sql, values);
      const reading = this.#database.read((connection) => connection.runAndReadAll(text));
      const reader = await reading.catch(asQueryError);
      return { statement, fields: fieldsOf(reader), reader };
    }
    const [, dataset = '', table = ''] = target ?? [];
    if (target && statement === 'INSERT') await this.#catalog().makeRoom(dataset, table);
    const change = this.#history.change(jobId, statement, (connection) =>
      // In its turn: by then the table may lie in more parts.
      this.#parts.change(connection, translated(request, parameters, this.#catalog()), values),
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
}

/** DuckDB plans a query with parameters twice: before it knows their values, and after. */
function withValues(sql: string, values: Record<string, string | null>): string {
  return sql.replace(TEXTS_AND_PARAMETERS, (found, name?: string) => {
    if (name === undefined) return found;
    const value = values[name] ?? null;
    // A text ends at the character 0, and so the statement would.
    const text = value?.split('\0').map(literal).join(' || chr(0) || ') ?? 'NULL';
    return `(${text})::VARCHAR`;
  });
}

/** What a parameter may not be looked for in, and parameters. */
const TEXTS_AND_PARAMETERS = /\/\*[\s\S]*?\*\/|--.*|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(p_\w*)/g;

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
