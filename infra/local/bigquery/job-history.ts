import type { DuckDBConnection } from '@duckdb/node-api';
import type { Database } from './database.ts';
import { quoted } from './types.ts';

/** What is known for good of a job that has changed rows. */
export interface Change {
  id: string;
  statement: string;
  changedRows: string;
}

/** The jobs that have changed rows, recorded in the same transaction: the id of none is ever used again. */
export class JobHistory {
  readonly #database: Database;
  readonly #store: string;
  readonly #changes = new Map<string, Change>();

  constructor(database: Database, project: string) {
    this.#database = database;
    this.#store = [project, '_catalog', 'jobs'].map(quoted).join('.');
  }

  async load(): Promise<void> {
    await this.#database.write(async (connection) => {
      const columns = 'id VARCHAR PRIMARY KEY, statement VARCHAR, changed_rows VARCHAR';
      await connection.run(`CREATE TABLE IF NOT EXISTS ${this.#store}(${columns})`);
      const rows = (await connection.runAndReadAll(`FROM ${this.#store}`)).getRows() as string[][];
      for (const [id = '', statement = '', changedRows = ''] of rows)
        this.#changes.set(id, { id, statement, changedRows });
    });
  }

  get(id: string): Change | undefined {
    return this.#changes.get(id);
  }

  /** Changes rows (`work` returns how many) and records the job, both or neither. */
  change(
    id: string,
    statement: string,
    work: (connection: DuckDBConnection) => Promise<number>,
  ): Promise<Change> {
    return this.#database.write(
      async (connection) => {
        const change = { id, statement, changedRows: String(await work(connection)) };
        const values = [id, statement, change.changedRows];
        await connection.run(`INSERT INTO ${this.#store} VALUES ($1, $2, $3)`, values);
        return change;
      },
      (change) => this.#changes.set(id, change),
    );
  }
}
