/**
 * Datasets, tables and views, kept as the REST API describes them beside the data. Partitioning and clustering are
 * metadata only. Not imitated: expiry, etags, labels, case-sensitive names, REQUIRED outside insertAll.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#Table
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Clock } from '../../../shared/clock.ts';
import type { Database } from './database.ts';
import { ApiError, refuse } from './errors.ts';
import { duckdbType, type Field, quoted } from './types.ts';

export interface Resource {
  schema?: { fields: Field[] };
  view?: { query: string; useLegacySql?: boolean };
  datasetReference?: { datasetId?: string };
  tableReference?: { tableId?: string };
  [other: string]: unknown;
}

export type Catalog = Awaited<ReturnType<typeof loadCatalog>>;

type Change = (connection: DuckDBConnection) => Promise<unknown>;
const nothing: Change = async () => undefined;

/** `columnsOf` tells the columns that a view's query returns. */
export async function loadCatalog(
  database: Database,
  { project, clock, columnsOf }: { project: string; clock: Clock; columnsOf: (query: string) => Promise<Field[]> },
) {
  const nameOf = (...path: string[]) => [project, ...path].map(quoted).join('.');
  const store = nameOf('_catalog', 'resources');
  /** By dataset and table; a dataset's own under ''. */
  const datasets = new Map<string, Map<string, Resource>>();
  let version = 0;

  function remember(dataset: string, id: string, resource: Resource | null) {
    const tables = datasets.get(dataset) ?? new Map<string, Resource>();
    if (!resource || tables.has(id)) version++;
    if (resource) datasets.set(dataset, tables.set(id, resource));
    else if (id) tables.delete(id);
    else datasets.delete(dataset);
  }

  /** Changes the data and what is known of it together. */
  async function change(dataset: string, id: string, resource: Resource | null, work: Change): Promise<Resource> {
    const now = String(clock.now());
    const stored = resource && { creationTime: now, ...resource, lastModifiedTime: now };
    await database.write(async (connection) => {
      await work(connection);
      const isWhole = !id && !stored;
      await connection.run(`DELETE FROM ${store} WHERE dataset = $1 AND (id = $2 OR ${isWhole})`, [dataset, id]);
      if (stored) await connection.run(`INSERT INTO ${store} VALUES ($1, $2, $3)`, [dataset, id, JSON.stringify(stored)]);
    });
    remember(dataset, id, stored);
    return stored ?? {};
  }

  const absent = (what: string, name: string) => new ApiError('notFound', `Not found: ${what} ${project}:${name}`);

  function tablesOf(dataset: string): Map<string, Resource> {
    const found = datasets.get(dataset);
    if (!found) throw absent('Dataset', dataset);
    return found;
  }

  function table(dataset: string, id: string): Resource {
    const found = id && tablesOf(dataset).get(id);
    if (!found) throw absent('Table', `${dataset}.${id}`);
    return found;
  }

  function checkNew(what: string, id: string, siblings: Map<string, unknown>) {
    if (!/^[\w-]{1,1024}$/.test(id)) throw new ApiError('invalid', `Invalid ${what.toLowerCase()} ID "${id}"`);
    if (siblings.has(id)) throw new ApiError('duplicate', `Already Exists: ${what} ${project}:${id}`);
  }

  /** A view's columns, with the descriptions that were given for them. */
  async function viewSchema({ query, useLegacySql }: NonNullable<Resource['view']>, given: Field[] = []) {
    if (useLegacySql !== false) refuse('legacy SQL');
    const descriptions = new Map(given.map(({ name, description }) => [name, description]));
    const described = (field: Field) => ({ ...field, description: descriptions.get(field.name) ?? '' });
    return { fields: (await columnsOf(query)).map(described) };
  }

  await database.write(async (connection) => {
    await connection.run(`CREATE SCHEMA IF NOT EXISTS ${nameOf('_catalog')}`);
    await connection.run(`CREATE TABLE IF NOT EXISTS ${store}(dataset VARCHAR, id VARCHAR, resource VARCHAR)`);
    const rows = (await connection.runAndReadAll(`FROM ${store}`)).getRows() as [string, string, string][];
    for (const [dataset, id, resource] of rows) remember(dataset, id, JSON.parse(resource));
  });

  return {
    /** Grows when a name goes or means something else: what was translated before is stale. */
    version: () => version,
    table,
    tables: (dataset: string) => [...tablesOf(dataset)].flatMap(([id, each]) => (id ? each : [])),
    dataset: (id: string) => tablesOf(id).get('') ?? {},
    datasets: () => [...datasets.values()].map((tables) => tables.get('') ?? {}),

    createDataset(body: Resource) {
      const { datasetId = '' } = body.datasetReference ?? {};
      checkNew('Dataset', datasetId, datasets);
      const datasetReference = { projectId: project, datasetId };
      const own = { kind: 'bigquery#dataset', id: `${project}:${datasetId}`, location: 'US', datasetReference };
      return change(datasetId, '', { ...body, ...own }, (c) => c.run(`CREATE SCHEMA ${nameOf(datasetId)}`));
    },

    async deleteDataset(id: string, withContents: boolean) {
      if (tablesOf(id).size > 1 && !withContents)
        throw new ApiError('resourceInUse', `Dataset ${project}:${id} is still in use`);
      await change(id, '', null, (c) => c.run(`DROP SCHEMA ${nameOf(id)} CASCADE`));
    },

    async createTable(dataset: string, { schema, view, ...body }: Resource) {
      const { tableId = '' } = body.tableReference ?? {};
      checkNew('Table', tableId, tablesOf(dataset));
      const tableReference = { projectId: project, datasetId: dataset, tableId };
      const own = { kind: 'bigquery#table', id: `${project}:${dataset}.${tableId}`, tableReference };
      if (view) {
        const columns = await viewSchema(view);
        return change(dataset, tableId, { ...body, ...own, type: 'VIEW', view, schema: columns }, nothing);
      }
      const fields = schema?.fields ?? [];
      const create = `CREATE TABLE ${nameOf(dataset, tableId)}(${fields.map(columnDefinition).join(', ')})`;
      return change(dataset, tableId, { ...body, ...own, type: 'TABLE', schema: { fields } }, (c) => c.run(create));
    },

    /** Adds columns, replaces a view's query, overwrites what else is given. */
    async updateTable(dataset: string, id: string, body: Resource) {
      const old = table(dataset, id);
      if (old.view) {
        const view = { ...old.view, ...body.view };
        const schema = await viewSchema(view, (body.schema ?? old.schema)?.fields);
        return change(dataset, id, { ...old, ...body, view, schema }, nothing);
      }
      const added = body.schema ? newFields(old.schema?.fields ?? [], body.schema.fields) : [];
      return change(dataset, id, { ...old, ...body }, async (connection) => {
        for (const { path, field } of added) {
          const fallback = field.mode === 'REPEATED' && !path.includes('.') ? ' DEFAULT []' : '';
          await connection.run(`ALTER TABLE ${nameOf(dataset, id)} ADD COLUMN ${path} ${duckdbType(field)}${fallback}`);
        }
      });
    },

    async deleteTable(dataset: string, id: string) {
      const drop: Change = (c) => c.run(`DROP TABLE ${nameOf(dataset, id)}`);
      await change(dataset, id, null, table(dataset, id).view ? nothing : drop);
    },

    /** What a name in a query stands for: a table's three names in DuckDB, or a view's query. */
    resolve(path: string[], defaultDataset?: string): { table: string[] } | { view: string } {
      const [id = '', dataset = defaultDataset, of = project] = path.toReversed();
      if (path.includes('INFORMATION_SCHEMA')) refuse('INFORMATION_SCHEMA');
      if (id.includes('*')) refuse('wildcard tables');
      if (dataset === undefined)
        throw new ApiError('invalid', `Table "${id}" must be qualified with a dataset (e.g. dataset.table).`);
      if (of !== project) throw new ApiError('notFound', `Not found: Project ${of}`);
      const { view } = table(dataset, id);
      return view ? { view: view.query } : { table: [project, dataset, id] };
    },
  };
}

/** BigQuery has no NULL arrays in a table: what is not given is an empty one. */
const columnDefinition = (field: Field) =>
  `${quoted(field.name)} ${duckdbType(field)}${field.mode === 'REPEATED' ? ' NOT NULL DEFAULT []' : ''}`;

/** What `after` has and `before` has not, with its path in DuckDB. All else must be as it was. */
function newFields(before: Field[], after: Field[], prefix = ''): { path: string; field: Field }[] {
  const missing = before.find(({ name }) => !after.some((field) => field.name === name));
  if (missing) throw new ApiError('invalid', `Provided Schema does not match: Field ${missing.name} is missing`);
  return after.flatMap((field) => {
    const path = prefix + quoted(field.name);
    const old = before.find(({ name }) => name === field.name);
    const shape = (each: Field) => duckdbType({ ...each, fields: [] });
    if (!old && field.mode === 'REQUIRED') throw new ApiError('invalid', `Cannot add required field ${field.name}`);
    if (!old) return [{ path, field }];
    if (shape(old) !== shape(field)) throw new ApiError('invalid', `Field ${field.name} has changed type or mode`);
    const inside = field.mode === 'REPEATED' ? `${path}.element.` : `${path}.`;
    return newFields(old.fields ?? [], field.fields ?? [], inside);
  });
}
