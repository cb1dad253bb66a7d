import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { stand } from '../../../infra/local/x/faults.ts';
import { startX } from '../../../infra/local/x/server.ts';
import { peakMiB } from '../../support/resident.ts';
import { startWarehouse } from '../../support/warehouse.ts';
import { startDodo } from '../support/process.ts';

const PROJECT = 'large';
/** With ten times as many, which takes a minute, it had 423 MiB: a row or a map entry for each would not fit here. */
const ACCOUNTS = 100_000;
const FIRST = 1_000_000_000_000_000_000n;
const idOf = (number: number) => `${FIRST + BigInt(number)}`;

const warehouse = await startWarehouse({ project: PROJECT });
const x = await startX({ world: { seed: 1, day: 0, accounts: [] } });
afterAll(() => Promise.all([warehouse.close(), x.close()]));

test('dodo comply stays below 256 MiB with 100,000 accounts, though X names each of them', async () => {
  await warehouse.select(
    `INSERT INTO account_metadata (run_id, job, dispatch_id, role, requested_id, status, requested_fields, cost_usd, dispatched_at, observed_at)
     SELECT 'run', 'job', 'dispatch', 'parent', CAST(${FIRST} + number AS STRING), 'active', [], 0.01, CURRENT_TIMESTAMP(), CURRENT_TIMESTAMP()
     FROM UNNEST(GENERATE_ARRAY(0, ${ACCOUNTS - 1})) AS number`,
  );
  const lines = Array.from(
    { length: ACCOUNTS },
    (_, number) =>
      `{"id":"${idOf(number)}","action":"delete","created_at":"2026-01-10T12:00:00.000Z","redacted_at":"2026-01-12T08:30:00.000Z","reason":"suspended"}`,
  );
  const endpoint = 'GET compliance/jobs/:id/download';
  x.simulator.faults.push(stand({ name: 'verbatim', endpoint, body: lines.join('\n') }, 0));
  const child = startDodo(['comply', '--json'], {
    env: {
      ...warehouse.env,
      ...{ GOOGLE_CLOUD_PROJECT: PROJECT, PUBSUB_EMULATOR_HOST: '127.0.0.1:1' },
      ...{ X_API_BASE_URL: x.url, X_BEARER_TOKEN: 'any' },
    },
  });
  let peak = 0;
  // Of a process that has ended there is no figure.
  const look = setInterval(
    () =>
      peakMiB(child.pid ?? 0).then(
        (now) => (peak = Math.max(peak, now || 0)),
        () => undefined,
      ),
    20,
  );
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  clearInterval(look);
  expect(JSON.parse(out || JSON.stringify(err))).toMatchObject({
    accounts: ACCOUNTS,
    named: { suspended: ACCOUNTS },
    hiddenAnew: 0,
  });
  expect(peak).toBeGreaterThan(50);
  expect(peak).toBeLessThan(256);
});
