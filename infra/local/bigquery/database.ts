import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import limit from 'p-limit';
import { macros } from './functions.ts';
import { literal, quoted } from './types.ts';

const READERS = 3;
const [LEAST_MB, MOST_MB] = [512, 800];
/**
 * A quarter of the machine's, within bounds. The process has some 400 MB more resident (`npm run bench -- --only friends`).
 */
const memoryMb = Math.round(Math.min(MOST_MB, Math.max(LEAST_MB, totalmem() / 4e6)));
const OPTIONS = {
  memory_limit: `${memoryMb}MB`,
  threads: '2',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  // A join that narrows its scans while it runs reads the statistics of a table in the middle of its first append, and
  // then fails ("Invalid unicode … in value construction"; DuckDB 1.5.5 and 1.5.6).
  disabled_optimizers: 'join_filter_pushdown',
};

type Work<T> = (connection: DuckDBConnection) => Promise<T>;
export type Database = Awaited<ReturnType<typeof openDatabase>>;

/** DuckDB with the file (or ':memory:') attached under the project's name. Only one process can have a file open. */
export async function openDatabase(file: string, project: string) {
  // Else it is put into the folder that the process was started in.
  const temp_directory = file === ':memory:' ? join(tmpdir(), `dodo-bigquery-${process.pid}`) : `${file}.tmp`;
  const instance = await DuckDBInstance.create(':memory:', { ...OPTIONS, temp_directory });
  const writer = await instance.connect();
  await writer.run(`SET GLOBAL TimeZone = 'UTC'; ATTACH ${literal(file)} AS ${quoted(project)}; ${macros()}`);
  const readers = await Promise.all(Array.from({ length: READERS }, () => instance.connect()));
  const [reading, writing] = [limit(READERS), limit(1)];
  return {
    /** Runs beside other work, and sees what was committed when it began. */
    read: <T>(work: Work<T>) =>
      reading(async () => {
        const reader = readers.pop() as DuckDBConnection;
        return work(reader).finally(() => readers.push(reader));
      }),

    /**
     * One after another, each in a transaction: once the promise resolves it is on the disk, whole. `committed` is
     * called before the next one begins.
     */
    write: <T>(work: Work<T>, committed?: (done: T) => void) =>
      writing(async () => {
        await writer.run('BEGIN');
        try {
          const done = await work(writer);
          await writer.run('COMMIT');
          committed?.(done);
          return done;
        } catch (error) {
          // A COMMIT that fails has rolled back already: what counts is why.
          await writer.run('ROLLBACK').catch(() => undefined);
          throw error;
        }
      }),

    async close() {
      await writing(async () => writer.closeSync());
      for (const reader of readers) reader.closeSync();
      instance.closeSync();
    },
  };
}
