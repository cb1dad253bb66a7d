/**
 * Datasets, tables and views. Partitioning and clustering are kept as metadata only. Not imitated: expiry, etags,
 * labels, case-sensitive names, REQUIRED inside of records outside insertAll.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#Table
 */
import type { Clock } from '../../../shared/clock.ts';
import { ApiError, refuse } from './errors.ts';
import { informationOf } from './information-schema.ts';
import type { Parts } from './parts.ts';
import { addedFields, columnDefinition } from './schema.ts';
import type { Resource, ResourceStore } from './store.ts';
import { type Field, quoted } from './types.ts';

export class Catalog {
  readonly #store: ResourceStore;
  readonly #parts: Parts;
  readonly #project: string;
  readonly #clock: Clock;
  readonly #columnsOf: (query: string) => Promise<Field[]>;
  readonly #columnMs: number;
  /** Of tables that have grown lately, by dataset and table: the columns that insertAll knows until then. */
  readonly #streamed = new Map<string, { fields: Field[]; untilMs: number }>();

  /** `columnsOf` tells the columns that a view's query returns. */
  constructor(
    store: ResourceStore,
    parts: Parts,
    { project, clock, columnMs }: { project: string; clock: Clock; columnMs: number },
    columnsOf: (query: string) => Promise<Field[]>,
  ) {
    this.#store = store;
    this.#parts = parts;
    this.#project = project;
    this.#clock = clock;
    this.#columnsOf = columnsOf;
    this.#columnMs = columnMs;
  }

  get version(): number {
    return this.#store.version;
  }

  datasets(): Resource[] {
    return [...this.#store.datasets.values()].map((tables) => tables.get('') ?? {});
  }

  dataset(id: string): Resource {
    return this.#tablesOf(id).get('') ?? {};
  }

  tables(dataset: string): Resource[] {
    return [...this.#tablesOf(dataset)].filter(([id]) => id !== '').map(([, table]) => table);
  }

  table(dataset: string, id: string): Resource {
    const found = id && this.#tablesOf(dataset).get(id);
    return found || this.#absent('Table', `${dataset}.${id}`);
  }

  has(dataset: string, id: string): boolean {
    return this.#store.datasets.get(dataset)?.has(id) ?? false;
  }

  /** The columns that insertAll knows, which may lag behind the table's. */
  streamedFields(dataset: string, id: string): Field[] {
    const { schema } = this.table(dataset, id);
    const older = this.#streamed.get(`${dataset}.${id}`);
    return older && this.#clock.now() < older.untilMs ? older.fields : (schema?.fields ?? []);
  }

  /** To be awaited before rows are added to a table. */
  makeRoom(dataset: string, id: string): Promise<void> {
    const fields = () => this.table(dataset, id).schema?.fields ?? [];
    return this.#parts.makeRoom([this.#project, dataset, id], fields);
  }

  createDataset(body: Resource): Promise<Resource> {
    const { datasetId = '' } = body.datasetReference ?? {};
    this.#checkNew('Dataset', datasetId, this.#store.datasets);
    const datasetReference = { projectId: this.#project, datasetId };
    const own = { kind: 'bigquery#dataset', location: 'US', datasetReference, ...this.#stamp(datasetId) };
    return this.#store.change(datasetId, '', { ...body, ...own }, (connection) =>
      connection.run(`CREATE SCHEMA ${this.#name(datasetId)}`),
    );
  }

  async deleteDataset(id: string, withContents: boolean): Promise<void> {
    if (this.tables(id).length > 0 && !withContents)
      throw new ApiError('resourceInUse', `Dataset ${this.#project}:${id} is still in use`);
    const drop = `DROP SCHEMA ${this.#name(id)} CASCADE`;
    const tables = this.tables(id).map(({ tableReference }) => tableReference?.tableId ?? '');
    await this.#store.change(id, '', null, (connection) => connection.run(drop));
    for (const table of tables) this.#parts.forget([this.#project, id, table]);
  }

  async createTable(dataset: string, body: Resource): Promise<Resource> {
    const { tableId = '' } = body.tableReference ?? {};
    this.#checkNew('Table', tableId, this.#tablesOf(dataset));
    const tableReference = { projectId: this.#project, datasetId: dataset, tableId };
    const stamp = this.#stamp(`${dataset}.${tableId}`);
    const own = { kind: 'bigquery#table', type: body.view ? 'VIEW' : 'TABLE', tableReference, ...stamp };
    const fields = body.view ? await this.#viewFields(body.view) : (body.schema?.fields ?? []);
    const create = `CREATE TABLE ${this.#name(dataset, tableId)}(${fields.map(columnDefinition).join(', ')})`;
    return this.#store.change(
      dataset,
      tableId,
      { ...body, ...own, schema: { fields } },
      async (connection) => {
        if (!body.view) await connection.run(create);
      },
    );
  }

  /** Adds columns, replaces a view's query, overwrites what else is given. */
  async updateTable(dataset: string, id: string, body: Resource): Promise<Resource> {
    const old = this.table(dataset, id);
    const changed = { ...old, ...body, lastModifiedTime: String(this.#clock.now()) };
    if (old.view) {
      const view = { ...old.view, ...body.view };
      const known = body.view ? await this.#viewFields(view) : (old.schema?.fields ?? []);
      const fields = describedBy((body.schema ?? old.schema)?.fields ?? [], known);
      return this.#store.change(dataset, id, { ...changed, view, schema: { fields } }, async () => undefined);
    }
    const added = addedFields(old.schema?.fields ?? [], changed.schema?.fields ?? []);
    const lagging = { fields: this.streamedFields(dataset, id), untilMs: this.#clock.now() + this.#columnMs };
    if (added.length > 0) this.#streamed.set(`${dataset}.${id}`, lagging);
    return this.#store.change(dataset, id, changed, (connection) =>
      this.#parts.addColumns(connection, [this.#project, dataset, id], added),
    );
  }

  async deleteTable(dataset: string, id: string): Promise<void> {
    const { view } = this.table(dataset, id);
    const path = [this.#project, dataset, id];
    await this.#store.change(dataset, id, null, async (connection) => {
      if (!view) await this.#parts.drop(connection, path);
    });
    this.#parts.forget(path);
  }

  /**
   * What a name in a query stands for: a table's three names in DuckDB, a view's query, or a query of DuckDB's. Rows of a
   * `target` are changed.
   */
  resolve(
    path: string[],
    defaultDataset?: string,
    isTarget = false,
  ): { table: string[]; target?: string[] } | { view: string } | { sql: string; parameters: [] } {
    const isInformation = path.at(-2)?.toUpperCase() === 'INFORMATION_SCHEMA';
    const names = isInformation ? path.toSpliced(-2, 1) : path;
    const [id = '', dataset = defaultDataset, project = this.#project] = names.toReversed();
    if (id.includes('*')) refuse('wildcard tables');
    if (dataset === undefined)
      throw new ApiError('invalid', `Table "${id}" must be qualified with a dataset (e.g. dataset.table).`);
    if (project !== this.#project) throw new ApiError('notFound', `Not found: Project ${project}`);
    if (isInformation)
      return { sql: informationOf(id, project, dataset, this.tables(dataset)), parameters: [] };
    const { view } = this.table(dataset, id);
    if (view) return { view: view.query };
    const table = [project, dataset, id];
    return isTarget ? { table: this.#parts.newest(table), target: table } : { table };
  }

  /** A view's columns, which nobody has described yet. */
  async #viewFields(view: NonNullable<Resource['view']>): Promise<Field[]> {
    if (view.useLegacySql !== false) refuse('legacy SQL');
    return describedBy([], await this.#columnsOf(view.query));
  }

  #name = (...path: string[]) => [this.#project, ...path].map(quoted).join('.');

  #stamp(id: string) {
    const now = String(this.#clock.now());
    return { id: `${this.#project}:${id}`, creationTime: now, lastModifiedTime: now };
  }

  #absent(what: string, id: string): never {
    throw new ApiError('notFound', `Not found: ${what} ${this.#project}:${id}`);
  }

  #tablesOf(dataset: string): Map<string, Resource> {
    return this.#store.datasets.get(dataset) ?? this.#absent('Dataset', dataset);
  }

  #checkNew(what: string, id: string, known: Map<string, unknown>): void {
    if (!/^[\w-]{1,1024}$/.test(id))
      throw new ApiError('invalid', `Invalid ${what.toLowerCase()} ID "${id}"`);
    if (known.has(id)) throw new ApiError('duplicate', `Already Exists: ${what} ${this.#project}:${id}`);
  }
}

/** The columns, with the descriptions that were given for them. */
function describedBy(given: Field[], columns: Field[]): Field[] {
  const descriptions = new Map(given.map(({ name, description }) => [name, description]));
  return columns.map((column) => ({ ...column, description: descriptions.get(column.name) ?? '' }));
}
