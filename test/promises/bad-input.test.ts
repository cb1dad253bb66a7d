import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { runEnded } from '../support/runs.ts';
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
const PAGE = {
  runId: 'bad',
  dispatchId: 'd',
  dispatchedAt: '2026-01-01T00:00:00Z',
  job: { name: 'job' },
  parent: { id: '5', username: 'alice', friendsCount: 1 },
  pageNumber: 1,
  totalPages: 1,
  pageSize: 1000,
};

const BAD: [what: string, topic: string, data: string | undefined, reason: RegExp][] = [
  ['a body that is not JSON', 'pagedispatch', '{"job":', /not JSON/],
  ['a body that is not JSON, for getpage', 'getpage', 'hello', /not JSON/],
  ['a page number of 0', 'getpage', JSON.stringify({ ...PAGE, pageNumber: 0 }), /pageNumber must be >= 1/],
  [
    'an id that is no digits',
    'getpage',
    JSON.stringify({ ...PAGE, parent: { ...PAGE.parent, id: 'abc' } }),
    /parent\/id must match pattern/,
  ],
  [
    '9 MB of names that are none',
    'pagedispatch',
    NINE_MB_OF_NAMES_THAT_ARE_NONE,
    /parents\/0 must match pattern/,
  ],
  ['no data at all', 'getmetadata', undefined, /no data/],
  [
    'an unknown field in a dispatch request',
    'pagedispatch',
    JSON.stringify({ job: { name: 'job' }, parents: ['alice'], maxCost: 5 }),
    /additional properties: maxCost/,
  ],
];

describe('Bad input: a message that cannot be used ends in rejected_messages with the reason, and stops nothing else', () => {
  test('each is recorded once with its reason, and a run published after them is complete', async () => {
    const pubsub = createPubSub(on.stack.config);
    const ids = new Map<string, (typeof BAD)[number]>();
    for (const bad of BAD) {
      const [, topic, data] = bad;
      const message = data === undefined ? { attributes: { note: 'empty' } } : { data: Buffer.from(data) };
      ids.set(await pubsub.topic(topic).publishMessage(message), bad);
    }
    await pubsub.close();
    await on.bus.publish('pagedispatch', {
      job: { name: 'after' },
      parents: ['zero_friends'],
      runId: 'after',
      dispatchedAt: new Date().toISOString(),
    });
    expect(await runEnded(on, 'after', 1)).toMatchObject([{ state: 'complete' }]);

    const rows = await until('every bad message is recorded', async () => {
      const found = await on.select('SELECT * FROM rejected_messages');
      return found.length >= BAD.length && found;
    });
    expect(rows).toHaveLength(BAD.length);
    for (const row of rows) {
      const [what, topic, data, reason] = ids.get(String(row.message_id)) ?? [
        'unknown message',
        '',
        '',
        /never/,
      ];
      expect(row, what).toMatchObject({ topic, payload_bytes: data?.length ?? 0 });
      expect((row.errors as string[]).join(), what).toMatch(reason);
    }
  });

  test('no stack trace is logged for what was expected', async () => {
    for (const service of ['pagedispatch', 'getpage', 'getmetadata'])
      expect(await readFile(join(on.dir, 'logs', `${service}.log`), 'utf8')).not.toMatch(/^\s+at /m);
  });
});
