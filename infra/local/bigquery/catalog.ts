/**
 * Datasets, tables and views: what the REST API says of them, kept as JSON beside the data.
 * Not imitated: etags, labels' rules, expiry of partitions, case-sensitive names (DuckDB's are not).
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Clock } from '../../../shared/clock.ts';
import type { Database } from './database.ts';
import { ApiError, refuse } from './errors.ts';
import { duckdbType, type Field, quoted } from './types.ts';

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#Table */
export interface Resource {
  schema?: { fields: Field[] };
  view?: { query: string; useLegacySql?: boolean };
  type?: string;
  tableReference?: { projectId?: string; datasetId?: string; tableId?: string };
  [other: string]: unknown;
}

const ID = /^[A-Za-z0-9_-]{1,1024}$/;

export class Catalog {
  /** By dataset and table; a dataset's own under ''. */
  readonly #resources = new Map<string, Map<string, Resource>>();
  readonly #database: Database;
  readonly #project: string;
  readonly #clock: Clock;
  /** The columns that a view's query returns. */
  readonly #columnsOf: (query: string) => Promise<Field[]>;
  /** Grows when a view or a name goes: what was made of an older catalog is stale. */
  version = 0;

  constructor(
    database: Database,
    project: string,
    clock: Clock,
    columnsOf: (query: string) => Promise<Field[]>,
  ) {
    this.#database = database;
    this.#project = project;
    this.#clock = clock;
    this.#columnsOf = columnsOf;
  }

  async load(): Promise<void> {
    const store = this.#name('_catalog', 'resources');
    await this.#database.write(async (connection) => {
      await connection.run(`CREATE SCHEMA IF NOT EXISTS ${this.#name('_catalog')}`);
      await connection.run(
        `CREATE TABLE IF NOT EXISTS ${store}(dataset VARCHAR, id VARCHAR, resource VARCHAR)`,
      );
      const rows = await connection.runAndReadAll(`FROM ${store}`);
      for (const [dataset, id, resource] of rows.getRows() as string[][])
        this.#remember(dataset ?? '', id ?? '', JSON.parse(resource ?? '{}'));
    });
  }

  #name = (...path: string[]) => [this.#project, ...path].map(quoted).join('.');

  #remember(dataset: string, id: string, resource: Resource | null): void {
    const tables = this.#resources.get(dataset) ?? new Map<string, Resource>();
    if (!resource || tables.has(id)) this.version++;
    if (resource) this.#resources.set(dataset, tables.set(id, resource));
    else if (id) tables.delete(id);
    else this.#resources.delete(dataset);
  }

  /** Changes data and catalog together. */
  async #change(
    dataset: string,
    id: string,
    resource: Resource | null,
    work: (c: DuckDBConnection) => Promise<unknown>,
  ) {
    const store = this.#name('_catalog', 'resources');
    const stamp = { lastModifiedTime: String(this.#clock.now()) };
    const stored = resource && { creationTime: stamp.lastModifiedTime, ...resource, ...stamp };
    await this.#database.write(async (connection) => {
      await work(connection);
      const where = id || stored ? 'dataset = $1 AND id = $2' : 'dataset = $1 AND $2 IS NOT NULL';
      await connection.run(`DELETE FROM ${store} WHERE ${where}`, [dataset, id]);
      if (stored)
        await connection.run(`INSERT INTO ${store} VALUES ($1, $2, $3)`, [
          dataset,
          id,
          JSON.stringify(stored),
        ]);
    });
    this.#remember(dataset, id, stored);
    return stored as Resource;
  }

  datasets(): Resource[] {
    return [...this.#resources.values()].flatMap((tables): Resource[] => [tables.get('') ?? []].flat());
  }

  dataset(id: string): Resource {
    const found = this.#resources.get(id)?.get('');
    if (!found) throw new ApiError('notFound', `Not found: Dataset ${this.#project}:${id}`);
    return found;
  }

  tables(dataset: string): Resource[] {
    this.dataset(dataset);
    return [...(this.#resources.get(dataset) ?? [])].filter(([id]) => id !== '').map(([, table]) => table);
  }

  table(dataset: string, id: string): Resource {
    this.dataset(dataset);
    const found = id && this.#resources.get(dataset)?.get(id);
    if (!found) throw new ApiError('notFound', `Not found: Table ${this.#project}:${dataset}.${id}`);
    return found;
  }

  async createDataset(body: Resource): Promise<Resource> {
    const { datasetId = '' } = body.datasetReference as { datasetId?: string };
    this.#checkNew('Dataset', datasetId, this.#resources.has(datasetId));
    const datasetReference = { projectId: this.#project, datasetId };
    const own = {
      kind: 'bigquery#dataset',
      id: `${this.#project}:${datasetId}`,
      location: 'US',
      datasetReference,
    };
    return this.#change(datasetId, '', { ...body, ...own }, (c) =>
      c.run(`CREATE SCHEMA ${this.#name(datasetId)}`),
    );
  }

  async deleteDataset(id: string, withContents: boolean): Promise<void> {
    if (this.tables(id).length > 0 && !withContents)
      throw new ApiError('resourceInUse', `Dataset ${this.#project}:${id} is still in use`);
    await this.#change(id, '', null, (c) => c.run(`DROP SCHEMA ${this.#name(id)} CASCADE`));
  }

  async createTable(dataset: string, body: Resource): Promise<Resource> {
    const { tableId = '' } = body.tableReference ?? {};
    this.#checkNew('Table', tableId, this.tables(dataset) && this.#resources.get(dataset)?.has(tableId));
    const tableReference = { projectId: this.#project, datasetId: dataset, tableId };
    const id = `${this.#project}:${dataset}.${tableId}`;
    const own = { kind: 'bigquery#table', id, tableReference, type: body.view ? 'VIEW' : 'TABLE' };
    if (body.view)
      return this.#change(
        dataset,
        tableId,
        { ...body, ...own, schema: await this.#viewSchema(body) },
        async () => {},
      );
    const columns = (body.schema?.fields ?? []).map(columnDefinition);
    return this.#change(dataset, tableId, { ...body, ...own }, (c) =>
      c.run(`CREATE TABLE ${this.#name(dataset, tableId)}(${columns.join(', ')})`),
    );
  }

  /** Adds columns, replaces a view's query, overwrites what else is given. */
  async updateTable(dataset: string, id: string, body: Resource): Promise<Resource> {
    const old = this.table(dataset, id);
    if (old.view) {
      const view = { ...old.view, ...body.view };
      const given = body.schema ?? old.schema;
      const schema = await this.#viewSchema({ view }, given?.fields);
      return this.#change(dataset, id, { ...old, ...body, view, schema }, async () => {});
    }
    const table = this.#name(dataset, id);
    const additions = body.schema ? newFields(old.schema?.fields ?? [], body.schema.fields, '') : [];
    return this.#change(dataset, id, { ...old, ...body }, async (connection) => {
      for (const { path, field } of additions) {
        const isList = field.mode === 'REPEATED' && !path.includes('.');
        const add = `ADD COLUMN ${path} ${duckdbType(field)}${isList ? ' DEFAULT []' : ''}`;
        await connection.run(`ALTER TABLE ${table} ${add}`);
        if (isList) await connection.run(`ALTER TABLE ${table} ALTER COLUMN ${path} SET NOT NULL`);
      }
    });
  }

  async deleteTable(dataset: string, id: string): Promise<void> {
    const { view } = this.table(dataset, id);
    await this.#change(dataset, id, null, async (connection) => {
      if (!view) await connection.run(`DROP TABLE ${this.#name(dataset, id)}`);
    });
  }

  /** What a name in a query stands for. Throws ApiError: notFound. */
  resolve(path: string[], defaultDataset?: string): { table: string[] } | { view: string } {
    if (path.includes('INFORMATION_SCHEMA')) refuse('INFORMATION_SCHEMA');
    const [id = '', dataset = defaultDataset, project = this.#project] = path.toReversed();
    if (id.includes('*')) refuse('wildcard tables');
    if (dataset === undefined)
      throw new ApiError('invalid', `Table "${id}" must be qualified with a dataset (e.g. dataset.table).`);
    if (project !== this.#project) throw new ApiError('notFound', `Not found: Project ${project}`);
    const { view } = this.table(dataset, id);
    return view ? { view: view.query } : { table: [project, dataset, id] };
  }

  async #viewSchema({ view }: Resource, given: Field[] = []): Promise<{ fields: Field[] }> {
    if (view?.useLegacySql !== false) refuse('legacy SQL');
    const columns = await this.#columnsOf(view?.query ?? '');
    const of = ({ name }: Field) => given.find((each) => each.name === name)?.description;
    return {
      fields: columns.map((column) => ({
        ...column,
        ...(of(column) && { description: of(column) as string }),
      })),
    };
  }

  #checkNew(what: string, id: string, exists: boolean | undefined): void {
    if (!ID.test(id)) throw new ApiError('invalid', `Invalid ${what.toLowerCase()} ID "${id}"`);
    if (exists) throw new ApiError('duplicate', `Already Exists: ${what} ${this.#project}:${id}`);
  }
}

/** BigQuery has no NULL arrays in a table: what is not given is an empty one. */
const columnDefinition = (field: Field) =>
  `${quoted(field.name)} ${duckdbType(field)}${field.mode === 'REPEATED' ? ' NOT NULL DEFAULT []' : ''}`;

/** The fields that `after` has and `before` has not, with their paths in DuckDB. Fields can be added only. */
function newFields(before: Field[], after: Field[], prefix: string): { path: string; field: Field }[] {
  const missing = before.find((field) => !after.some(({ name }) => name === field.name));
  if (missing)
    throw new ApiError(
      'invalid',
      `Provided Schema does not match: Field ${missing.name} is missing in new schema`,
    );
  return after.flatMap((field) => {
    const old = before.find(({ name }) => name === field.name);
    const path = `${prefix}${quoted(field.name)}`;
    if (!old && field.mode === 'REQUIRED')
      throw new ApiError(
        'invalid',
        `Cannot add required fields to an existing schema. (field: ${field.name})`,
      );
    if (!old) return [{ path, field }];
    const shape = (each: Field) => duckdbType({ ...each, fields: [] });
    if (shape(old) !== shape(field))
      throw new ApiError('invalid', `Field ${field.name} has changed type or mode`);
    return newFields(
      old.fields ?? [],
      field.fields ?? [],
      `${path}${field.mode === 'REPEATED' ? '.element' : ''}.`,
    );
  });
}
