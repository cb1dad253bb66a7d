/**
 * The local stand-in for BigQuery: the REST API that @google-cloud/bigquery speaks, over DuckDB, on 127.0.0.1.
 * Not imitated: authentication and IAM, require_partition_filter and other rules of partitions (they are kept as
 * metadata), pages of lists, locations, the time that BigQuery takes. Each file says what else it leaves out.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { Catalog } from './catalog.ts';
import { Database } from './database.ts';
import { ApiError } from './errors.ts';
import { Inserts } from './insert.ts';
import { Jobs } from './jobs.ts';
import { type Answer, route } from './routes.ts';

export interface BigQueryOptions {
  /** The DuckDB file, or ':memory:'. */
  file: string;
  project: string;
  /** 0: the system chooses. */
  port?: number;
  clock?: Clock;
}

const BODY_BYTES = 12 * 1024 * 1024;

/** Opens the data and listens. `url` is for BIGQUERY_EMULATOR_HOST and apiEndpoint alike. */
export async function startBigQuery({ file, project, port = 0, clock = systemClock }: BigQueryOptions) {
  const database = await Database.open(file, project);
  const catalog = new Catalog(database, project, clock, (query) => jobs.viewColumns(query));
  const jobs = new Jobs(database, catalog, clock);
  await catalog.load();
  const answer = route({ project, catalog, jobs, inserts: new Inserts(database, clock) });
  const server = createServer(async (request, response) => {
    const { status, body } = await respond(request, answer);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await database.close();
  };
  return { url: `http://127.0.0.1:${bound}`, port: bound, close };
}

async function respond(request: IncomingMessage, answer: Answer): Promise<{ status: number; body: string }> {
  try {
    // A browser names the page that asks: no page has business here.
    if (request.headers.origin)
      throw new ApiError('accessDenied', 'Access Denied: no requests from web pages');
    return {
      status: 200,
      body: await answer(request.method ?? '', request.url ?? '', await bodyOf(request)),
    };
  } catch (error) {
    const { reason, status, message } =
      error instanceof ApiError
        ? error
        : new ApiError('internalError', error instanceof Error ? error.message : String(error));
    const errors = [{ message, domain: 'global', reason }];
    return { status, body: JSON.stringify({ error: { code: status, message, errors } }) };
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > BODY_BYTES)
      throw new ApiError('requestTooLarge', `Request is too large: the limit is ${BODY_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  const body = Buffer.concat(chunks);
  const isZipped = request.headers['content-encoding'] === 'gzip';
  const text = isZipped ? await promisify(gunzip)(body, { maxOutputLength: BODY_BYTES }) : body;
  try {
    return text.length > 0 ? JSON.parse(text.toString()) : {};
  } catch {
    throw new ApiError('invalid', 'Invalid JSON payload received');
  }
}
