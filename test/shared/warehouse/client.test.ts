import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startBigQuery } from '../../../infra/local/bigquery/start.ts';
import { systemClock } from '../../../shared/clock.ts';
import { createBigQuery } from '../../../shared/warehouse/client.ts';
import { runQuery } from '../../../shared/warehouse/query.ts';

let server: Awaited<ReturnType<typeof startBigQuery>>;
beforeAll(async () => {
  server = await startBigQuery({ file: ':memory:', project: 'test-project' });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

test('the client asks the stand-in that it is told, whatever emulator the environment names', async () => {
  vi.stubEnv('BIGQUERY_EMULATOR_HOST', 'http://127.0.0.1:1');
  const bigquery = createBigQuery({
    GOOGLE_CLOUD_PROJECT: 'test-project',
    BIGQUERY_EMULATOR_HOST: server.url,
  });
  expect((await bigquery.query('SELECT 1 AS one'))[0]).toEqual([{ one: 1 }]);
});

test('the jobs of our queries carry the label by which their cost is found', async () => {
  const asked: unknown[] = [];
  const api = createServer(async (request, response) => {
    asked.push(await json(request));
    response.setHeader('content-type', 'application/json');
    const jobReference = { projectId: 'test-project', jobId: 'job', location: 'EU' };
    response.end(JSON.stringify({ jobReference, jobComplete: true, schema: { fields: [] }, rows: [] }));
  });
  await once(api.listen(0, '127.0.0.1'), 'listening');
  const endpoint = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  try {
    const bigquery = createBigQuery({
      GOOGLE_CLOUD_PROJECT: 'test-project',
      BIGQUERY_EMULATOR_HOST: endpoint,
    });
    await runQuery({ bigquery, dataset: 'dodo', deadlineMs: 10_000, clock: systemClock }, 'SELECT 1', {}, {});
    expect(asked).toMatchObject([{ labels: { app: 'dodo' } }]);
  } finally {
    api.close();
    api.closeAllConnections();
  }
});
