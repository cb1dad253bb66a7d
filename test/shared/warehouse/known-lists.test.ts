import { afterAll, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../../shared/config.ts';
import { createBigQuery } from '../../../shared/warehouse/client.ts';
import { createKnownLists } from '../../../shared/warehouse/known-lists.ts';
import { startUnrulyProxy } from '../../support/unruly-proxy.ts';
import { startWarehouse } from '../../support/warehouse.ts';

const warehouse = await startWarehouse();
afterAll(() => warehouse.close());

test('who is forgotten is asked once for all who ask at that time, and anew for who asks then', async () => {
  const lists = createKnownLists(warehouse.context);
  const [one, other] = await Promise.all([lists.forgotten(), lists.forgotten()]);
  expect(one).toBe(other);
  expect(one).toEqual({ ids: [], usernames: [] });
  const row = (id: string, job: string) => `('${id}', CURRENT_TIMESTAMP(), '${job}')`;
  await warehouse.select(
    `INSERT INTO forgotten_accounts (id, forgotten_at, compliance_job) VALUES ${row('7', 'a')}, ${row('7', 'b')}`,
  );
  expect(await lists.forgotten()).toEqual({ ids: ['7'], usernames: [] });
});

test('that BigQuery does not answer is told to all who asked, and the next one asks anew', async () => {
  const proxy = await startUnrulyProxy(warehouse.env.BIGQUERY_EMULATOR_HOST ?? '');
  onTestFinished(() => proxy.close());
  const settings = readConfig({ ...warehouse.env, BIGQUERY_EMULATOR_HOST: proxy.url });
  const lists = createKnownLists({ ...warehouse.context, bigquery: createBigQuery(settings) });
  proxy.decide = () => ({ status: 503, body: { error: { code: 503, message: 'away' } } });
  const asked = await Promise.allSettled([lists.forgotten(), lists.forgotten()]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  proxy.decide = () => 'passes';
  expect((await lists.forgotten()).ids).toEqual(['7']);
});
