import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { DAY_MS } from '../../shared/times.ts';
import { UNUSABLE, type Unusable } from '../simulation/unusable.ts';
import { dispatchRun, runEnded } from '../support/runs.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

let on: TestStack;
beforeAll(async () => {
  on = await startTestStack();
});
afterAll(() => on.stop());

const NINE_MB_OF_NAMES_THAT_ARE_NONE = JSON.stringify({
  job: { name: 'job' },
  parents: Array.from({ length: 90_000 }, (_, index) => `no name ${index} ${'x'.repeat(80)}`),
});
const DEEP = `${'['.repeat(1e5)}${']'.repeat(1e5)}`;
const PAGE = {
  ...{ runId: 'r', dispatchId: 'd', job: { name: 'j' }, pageSize: 1, pageNumber: 1, totalPages: 1 },
  parent: { id: '1', username: 'a', friendsCount: 1 },
};
const inDays = (nowMs: number, days: number) => new Date(nowMs + days * DAY_MS).toISOString();

/** What could be read, and done, and then neither stored nor written. */
const NOTHING_COULD_KEEP: Unusable[] = [
  {
    topic: 'pagedispatch',
    text: () => `{"job":{"name":"j"},"parents":[{"username":"a","note":${DEEP}}]}`,
    reason: /^the data is nested in more than 100 levels$/,
  },
  {
    topic: 'getpage',
    text: (nowMs) => JSON.stringify({ ...PAGE, dispatchedAt: inDays(nowMs, 0), totalPages: 1e300 }),
    reason: /^totalPages must be <= 9007199254740991$/,
  },
  {
    topic: 'getpage',
    text: () => JSON.stringify({ ...PAGE, dispatchedAt: '9999-12-31T23:59:59-12:00' }),
    reason: /^BigQuery takes no rows of 9999-12-31/,
  },
  {
    topic: 'getmetadata',
    text: (nowMs) =>
      JSON.stringify({ ...PAGE, id: '1', role: 'grandparent', reason: '', dispatchedAt: inDays(nowMs, 400) }),
    reason: /^BigQuery takes no rows of /,
  },
];
const BAD: Unusable[] = [
  ...UNUSABLE,
  ...NOTHING_COULD_KEEP,
  {
    ...{ topic: 'pagedispatch', text: () => NINE_MB_OF_NAMES_THAT_ARE_NONE },
    reason: /^parents\/0 must match pattern/,
  },
];

describe('Bad input: a message that cannot be used ends in rejected_messages with the reason, and stops nothing else', () => {
  test('each is recorded once with its reason, and a run published after them is complete', async () => {
    const pubsub = createPubSub(on.stack.config);
    const published = new Map<string, Unusable & { data: string }>();
    for (const bad of BAD) {
      const data = bad.text(Date.now());
      const message = data === '' ? { attributes: { note: 'empty' } } : { data: Buffer.from(data) };
      published.set(await pubsub.topic(bad.topic).publishMessage(message), { ...bad, data });
    }
    await pubsub.close();
    await dispatchRun(on, 'after', ['zero_friends']);
    expect(await runEnded(on, 'after', 1)).toMatchObject([{ state: 'complete' }]);

    const rows = await until('every bad message is recorded', async () => {
      const found = await on.select('SELECT * FROM rejected_messages');
      return found.length >= BAD.length && found;
    });
    expect(rows.map((row) => row.message_id).sort()).toEqual([...published.keys()].sort());
    for (const { message_id, topic, payload_bytes, errors } of rows) {
      const bad = published.get(String(message_id));
      expect({ topic, payload_bytes }).toEqual({ topic: bad?.topic, payload_bytes: bad?.data.length });
      expect(errors).toContainEqual(expect.stringMatching(bad?.reason ?? /never/));
    }
  });

  test('no stack trace is logged for what was expected', async () => {
    for (const service of ['pagedispatch', 'getpage', 'getmetadata'])
      expect(await readFile(join(on.dir, 'logs', `${service}.log`), 'utf8')).not.toMatch(/^\s+at /m);
  });
});
