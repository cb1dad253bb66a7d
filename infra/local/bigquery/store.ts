import type { DuckDBConnection } from '@duckdb/node-api';
import type { Database } from './database.ts';
import { ApiError } from './errors.ts';
import { type Field, quoted } from './types.ts';

/** A dataset or a table, as the REST API describes it. */
export interface Resource {
  schema?: { fields: Field[] };
  view?: { query: string; useLegacySql?: boolean };
  datasetReference?: { datasetId?: string };
  tableReference?: { tableId?: string };
  [other: string]: unknown;
}

/** What is known of datasets and tables, kept beside the data. A dataset's own resource has the id ''. */
export class ResourceStore {
  /** By dataset and id. */
  readonly datasets = new Map<string, Map<string, Resource>>();
  /** Grows with every change: what was translated before is stale. */
  version = 0;
  readonly #database: Database;
  readonly #table: string;

  constructor(database: Database, project: string) {
    this.#database = database;
    this.#table = [project, '_catalog', 'resources'].map(quoted).join('.');
  }

  async load(): Promise<void> {
    await this.#database.write(async (connection) => {
      await connection.run(`CREATE SCHEMA IF NOT EXISTS ${this.#table.replace(/\.[^.]*$/, '')}`);
      const columns = 'dataset VARCHAR, id VARCHAR, resource VARCHAR';
      await connection.run(`CREATE TABLE IF NOT EXISTS ${this.#table}(${columns})`);
      const rows = (await connection.runAndReadAll(`FROM ${this.#table}`)).getRows() as string[][];
      for (const [dataset = '', id = '', text = ''] of rows) this.#remember(dataset, id, JSON.parse(text));
    });
  }

  /** Changes the data (`work`) and what is known of it in one transaction; null forgets. */
  async change<T extends Resource | null>(
    dataset: string,
    id: string,
    resource: T,
    work: (connection: DuckDBConnection) => Promise<unknown>,
  ): Promise<T> {
    const save = async (connection: DuckDBConnection) => {
      await work(connection);
      const which = id || resource ? 'id = $2' : '$2 = $2';
      await connection.run(`DELETE FROM ${this.#table} WHERE dataset = $1 AND ${which}`, [dataset, id]);
      const values = [dataset, id, JSON.stringify(resource)];
      if (resource) await connection.run(`INSERT INTO ${this.#table} VALUES ($1, $2, $3)`, values);
    };
    await this.#database
      .write(save, () => this.#remember(dataset, id, resource))
      .catch((error: Error) => {
        // Two requests made the same thing side by side.
        throw /already exists/.test(error.message) ? new ApiError('duplicate', 'Already Exists') : error;
      });
    return resource;
  }

  #remember(dataset: string, id: string, resource: Resource | null): void {
    const known = this.datasets.get(dataset) ?? new Map<string, Resource>();
    this.version++;
    if (resource) this.datasets.set(dataset, known.set(id, resource));
    else if (id) known.delete(id);
    else this.datasets.delete(dataset);
  }
}
