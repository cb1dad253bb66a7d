import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startX } from '../../infra/local/x/server.ts';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { logLines } from '../support/log-lines.ts';
import { peakMiB } from '../support/resident.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const PARENTS = 100_000;
const CHUNK = 100;
const USER_USD = 0.01;

let x: Awaited<ReturnType<typeof startX>>;
let on: TestStack;
beforeAll(async () => {
  x = await startX();
  const settings = { X_API_BASE_URL: x.url, X_BEARER_TOKEN: 'test', PRICE_PER_FRIEND_USD: '200' };
  on = await startTestStack({ settings });
});
afterAll(async () => {
  await on.stop();
  await x.close();
});

/** Close to Pub/Sub's 10 MB; without their ids, so that X has to be asked about each. */
const parents = Array.from({ length: PARENTS }, (_, number) => ({
  username: `parent_${number}_9`,
  name: `Number ${number} of very many, who has a name`,
}));
const request = {
  job: { name: 'large' },
  parents,
  // Enough to look everybody up, and not for one page: what is measured is pagedispatch.
  maxCostUsd: PARENTS * USER_USD,
  runId: 'large',
  dispatchedAt: new Date().toISOString(),
};

interface Chunk {
  orderingKey?: string;
  chunk?: { index: number; of: number };
  parents: { username: string }[];
}

/** A subscription without an endpoint keeps all that is published to the topic; returns what it holds. */
async function watch(): Promise<() => Chunk[]> {
  const pubsub = createPubSub(on.stack.config);
  const [{ name }] = await pubsub.topic('pagedispatch').createSubscription('watch');
  await pubsub.close();
  return () => {
    using store = new DatabaseSync(join(on.dir, 'pubsub.sqlite'), { readOnly: true });
    const rows = store
      .prepare(
        'SELECT message FROM messages JOIN subscriptions ON subscription = id WHERE name = ? ORDER BY seq',
      )
      .all(name);
    return rows.map(({ message }) => {
      const { data, orderingKey } = JSON.parse(String(message));
      return { ...JSON.parse(Buffer.from(data, 'base64').toString()), orderingKey };
    });
  };
}

const logged = async (message: string) =>
  (await logLines(on, 'pagedispatch')).filter((line) => line.message === message);

test('100,000 parents in one request: 1,000 chunks of one look-up each, in less than 256 MiB', async () => {
  const bytes = Buffer.byteLength(JSON.stringify(request));
  expect(bytes).toBeGreaterThan(8_000_000);
  const published = await watch();
  const pid = on.stack.processes.find(({ name }) => name === 'pagedispatch')?.pid ?? 0;
  let peak = 0;
  await on.bus.publish('pagedispatch', request);
  // The chunks are planned while the rest is still being split.
  await until('the request is split, and 30 chunks are planned', async () => {
    peak = Math.max(peak, await peakMiB(pid));
    const planned = await logged('chunk planned and published');
    return planned.length >= 30 && (await logged('request split into chunks')).length === 1;
  });

  const { users, byEndpoint } = x.simulator.calls;
  const planned = (await logged('chunk planned and published')).length;
  console.log(
    `large request: ${JSON.stringify({ bytes, chunksPlanned: planned, peakMiB: Math.round(peak) })}`,
  );
  expect(peak).toBeLessThan(256);

  const [whole, ...chunks] = published();
  expect(whole?.parents).toHaveLength(PARENTS);
  expect(chunks.map(({ chunk }) => chunk)).toEqual(
    Array.from({ length: PARENTS / CHUNK }, (_, index) => ({ index, of: PARENTS / CHUNK })),
  );
  expect(new Set(chunks.map((chunk) => chunk.orderingKey))).toEqual(new Set(['plan']));
  expect(Math.max(...chunks.map((chunk) => chunk.parents.length))).toBe(CHUNK);
  expect(chunks.flatMap((chunk) => chunk.parents)).toEqual(parents);

  // One call for each chunk (the next one may be under way), and nothing else is asked.
  expect(Object.keys(byEndpoint)).toEqual(['users/by']);
  expect(users).toBe(CHUNK * (byEndpoint['users/by'] ?? 0));
  expect(byEndpoint['users/by']).toBeLessThanOrEqual(planned + 1);
});
