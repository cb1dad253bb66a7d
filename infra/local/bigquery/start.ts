/**
 * The local stand-in for BigQuery: the REST API that @google-cloud/bigquery speaks, over DuckDB, on 127.0.0.1. What
 * each part leaves out stands in its file; all of it leaves out authentication, IAM, require_partition_filter,
 * locations, and, unless a test asks for it, that BigQuery is late.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { Catalog } from './catalog.ts';
import { openDatabase } from './database.ts';
import { Inserts } from './insert.ts';
import { JobHistory } from './job-history.ts';
import { Jobs } from './jobs.ts';
import { type Lag, NO_LAG } from './lag.ts';
import { LateRows } from './late-rows.ts';
import { Parts } from './parts.ts';
import { respond } from './respond.ts';
import { answerer } from './routes.ts';
import { Statements } from './statements.ts';
import { ResourceStore } from './store.ts';
import { loadTranslator } from './translate.ts';

/** `file` may be ':memory:'. `url` is for BIGQUERY_EMULATOR_HOST and apiEndpoint alike; port 0: the system chooses. */
export async function startBigQuery(options: {
  file: string;
  project: string;
  port?: number;
  clock?: Clock;
  lag?: Lag;
  mostRecords?: number;
}) {
  const { file, project, port = 0, clock = systemClock, lag = NO_LAG, mostRecords } = options;
  const [database] = await Promise.all([openDatabase(file, project), loadTranslator()]);
  const store = new ResourceStore(database, project);
  await store.load();
  const parts = new Parts(database, mostRecords);
  await parts.load(project);
  const history = new JobHistory(database, project);
  await history.load();
  const lateRows = new LateRows(database, parts, project, clock);
  await lateRows.load();
  const columnsOf = async (query: string) =>
    (await statements.dryRun({ query, useLegacySql: false }, true)).fields;
  const catalog = new Catalog(store, parts, { project, clock, columnMs: lag.columnMs }, columnsOf);
  const statements = new Statements(database, parts, history, () => catalog, clock);
  const isThere = ([, dataset = '', table = '']: string[]) => catalog.has(dataset, table);
  const jobs = new Jobs(statements, history, () => lateRows.show(isThere));
  const inserts = new Inserts(database, parts, clock, lateRows, lag.rowMs);
  const answer = answerer({ project, catalog, statements, jobs, inserts });
  const server = createServer(async (request, response) => {
    const { code, type, text } = await respond(request, answer);
    response.writeHead(code, { 'content-type': type }).end(text);
  });
  // Else a connection can end just when a client, which keeps it for the next request, writes to it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await database.close();
  };
  return { url: `http://127.0.0.1:${bound}`, port: bound, close };
}
