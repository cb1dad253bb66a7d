import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import limit from 'p-limit';
import { macros } from './functions.ts';
import { literal, quoted } from './types.ts';

const READERS = 3;
const OPTIONS = {
  memory_limit: '512MB',
  threads: '2',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
};

type Work<T> = (connection: DuckDBConnection) => Promise<T>;

/** DuckDB with the warehouse's file attached under the project's name. One process can have a file open at a time. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #writer: DuckDBConnection;
  readonly #readers: DuckDBConnection[];
  readonly #writing = limit(1);
  readonly #reading = limit(READERS);

  private constructor(instance: DuckDBInstance, [writer, ...readers]: DuckDBConnection[]) {
    this.#instance = instance;
    this.#writer = writer as DuckDBConnection;
    this.#readers = readers;
  }

  static async open(file: string, project: string): Promise<Database> {
    const instance = await DuckDBInstance.create(':memory:', OPTIONS);
    const connections = await Promise.all(Array.from({ length: 1 + READERS }, () => instance.connect()));
    for (const connection of connections) await connection.run("SET TimeZone = 'UTC'");
    await connections[0]?.run(`ATTACH ${literal(file)} AS ${quoted(project)}; ${macros()}`);
    return new Database(instance, connections);
  }

  /** Runs while others read and write: it sees what was committed when it began. */
  read<T>(work: Work<T>): Promise<T> {
    return this.#reading(async () => {
      const reader = this.#readers.pop() as DuckDBConnection;
      return work(reader).finally(() => this.#readers.push(reader));
    });
  }

  /** One after another, each in a transaction: it is on the disk, whole, when the promise resolves. */
  write<T>(work: Work<T>): Promise<T> {
    return this.#writing(async () => {
      await this.#writer.run('BEGIN');
      try {
        const done = await work(this.#writer);
        await this.#writer.run('COMMIT');
        return done;
      } catch (error) {
        await this.#writer.run('ROLLBACK');
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.write(async () => undefined);
    for (const connection of [this.#writer, ...this.#readers]) connection.closeSync();
    this.#instance.closeSync();
  }
}
