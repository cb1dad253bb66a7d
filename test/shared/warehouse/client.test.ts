import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startBigQuery } from '../../../infra/local/bigquery/start.ts';
import { createBigQuery } from '../../../shared/warehouse/client.ts';

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
