/**
 * The local stand-in for BigQuery: the REST API that @google-cloud/bigquery speaks, over DuckDB, on 127.0.0.1. What
 * each part leaves out stands in its file; all of it leaves out authentication, IAM, require_partition_filter,
 * locations, and the time that BigQuery takes.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { Catalog } from './catalog.ts';
import { openDatabase } from './database.ts';
import { ApiError } from './errors.ts';
import { Inserts } from './insert.ts';
import { Jobs } from './jobs.ts';
import { type Answer, answerer } from './routes.ts';
import { ResourceStore } from './store.ts';
import { loadTranslator } from './translate.ts';

const BODY_BYTES = 12 * 1024 * 1024;

/** `file` may be ':memory:'. `url` is for BIGQUERY_EMULATOR_HOST and apiEndpoint alike; port 0: the system chooses. */
export async function startBigQuery(options: {
  file: string;
  project: string;
  port?: number;
  clock?: Clock;
}) {
  const { file, project, port = 0, clock = systemClock } = options;
  const [database] = await Promise.all([openDatabase(file, project), loadTranslator()]);
  const store = new ResourceStore(database, project);
  await store.load();
  const columnsOf = async (query: string) => (await jobs.dryRun({ query, useLegacySql: false })).fields;
  const catalog = new Catalog(store, { project, clock }, columnsOf);
  const jobs = new Jobs(database, () => catalog, clock);
  const answer = answerer({ project, catalog, jobs, inserts: new Inserts(database, clock) });
  const server = createServer(async (request, response) => {
    const { code, text } = await respond(request, answer);
    response.writeHead(code, { 'content-type': 'application/json' }).end(text);
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

async function respond(request: IncomingMessage, answer: Answer): Promise<{ code: number; text: string }> {
  try {
    // A browser names the page that asks: no page has business here.
    if (request.headers.origin)
      throw new ApiError('accessDenied', 'Access Denied: no requests from web pages');
    return { code: 200, text: await answer(request.method ?? '', request.url ?? '', await bodyOf(request)) };
  } catch (error) {
    const { message } = error as Error;
    const { code, reason } = error instanceof ApiError ? error : new ApiError('internalError', message);
    const errors = [{ message, domain: 'global', reason }];
    return { code, text: JSON.stringify({ error: { code, message, errors } }) };
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES)
      throw new ApiError('requestTooLarge', `Request is larger than ${BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const sent = Buffer.concat(chunks);
  const isZipped = request.headers['content-encoding'] === 'gzip';
  const body = isZipped ? await promisify(gunzip)(sent, { maxOutputLength: BODY_BYTES }) : sent;
  try {
    return body.length > 0 ? JSON.parse(String(body)) : {};
  } catch {
    throw new ApiError('invalid', 'Invalid JSON payload received');
  }
}
