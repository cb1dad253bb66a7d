import { afterAll, expect, test } from 'vitest';
import { createPubSub } from '../../../shared/pubsub-client.ts';
import { runEnded } from '../../support/runs.ts';
import { startTestStack } from '../../support/stack.ts';
import { until } from '../../support/until.ts';
import { dodo, dodoJson } from '../support/dodo.ts';

const on = await startTestStack();
afterAll(() => on.stop());

const rejected = (...args: string[]) => dodo(['rejected', ...args], { data: on.dir });
const table = () => on.bigquery.dataset(on.stack.config.BIGQUERY_DATASET).table('rejected_messages');
const rowOf = (id: string) =>
  until(`message ${id} is rejected`, async () => {
    const [row] = await on.select(`SELECT * FROM rejected_messages WHERE message_id = '${id}'`);
    return row;
  });

/** Publishes what is no message, and waits until it has been rejected. */
async function reject(topic: string, data: Buffer, attributes: Record<string, string> = {}): Promise<string> {
  const pubsub = createPubSub(on.stack.config);
  const id = await pubsub.topic(topic).publishMessage({ data, attributes });
  await pubsub.close();
  await rowOf(id);
  return id;
}

test('dodo rejected says that there is nothing where there is nothing', async () => {
  expect(await rejected()).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^nothing was rejected since/),
  });
});

test('lists what could not be used, newest first, and why; what was rejected twice is one line', async () => {
  const first = await reject('getpage', Buffer.from('hello'));
  const second = await reject('pagedispatch', Buffer.from('{"job":{"name":"j"},"parents":["a b"]}'));
  await table().insert([{ insertId: 'again', json: await rowOf(first) }], { raw: true });
  expect(await dodoJson(['rejected'], { data: on.dir })).toMatchObject([
    { message_id: second, topic: 'pagedispatch', times: 1, errors: [expect.stringMatching(/parents\/0/)] },
    { message_id: first, topic: 'getpage', times: 2, payload: 'hello', errors: ['the data is not JSON'] },
  ]);
  const { out } = await rejected();
  expect(out).toMatch(new RegExp(`${first} .* getpage .* 2 .* 5 .* the data is not JSON .* hello`));
  expect((await rejected('--since', '2099-01-01')).out).toMatch(/^nothing was rejected since 2099/);
});

test('sends one again, as it was, byte by byte and with its attributes', async () => {
  const data = Buffer.from([0xff, 0x00, 0x80, 0x7b]);
  const id = await reject('getmetadata', data, { origin: 'somewhere' });
  const { code, out, err } = await rejected('--republish', id);
  const note = 'note: as it is it will be rejected again (the data is not JSON).\n';
  expect({ code, err }).toEqual({ code: 0, err: note });
  const [, again = ''] = /^published to getmetadata as message (\d+)\.$/m.exec(out) ?? [];
  const row = await rowOf(again);
  expect(row).toMatchObject({ payload: data.toString('base64'), payload_bytes: 4 });
  expect(JSON.parse(String(row.attributes))).toMatchObject({ origin: 'somewhere' });
});

test('sends one again that is good by now: it is used', async () => {
  // As a service of an older version would have left it.
  const now = new Date().toISOString();
  const request = { job: { name: 'late' }, parents: ['parent_5_20'], runId: 'late', dispatchedAt: now };
  // It begins with a byte order mark, which is read by now.
  const data = Buffer.from(`\uFEFF${JSON.stringify(request)}`);
  const sizes = { payload: data.toString('base64'), payload_bytes: data.length };
  await table().insert([
    { topic: 'pagedispatch', message_id: '77', ...sizes, errors: ['unknown field'], received_at: now },
  ]);
  const out = expect.stringMatching(/^published to pagedispatch as message /);
  expect(await rejected('--republish', '77')).toEqual({ code: 0, out, err: '' });
  const used = { state: 'complete', parent_username: 'parent_5_20' };
  expect(await runEnded(on, 'late', 1)).toMatchObject([used]);
});

test('does not send one again of which only the beginning is kept', async () => {
  const id = await reject('getpage', Buffer.alloc(1_500_000, 'x'));
  const { code, err } = await rejected('--republish', id);
  expect({ code, err }).toEqual({
    code: 1,
    err: `dodo: the message ${id} had 1500000 bytes, of which only the first 1 MiB is kept: it cannot be sent again from here.\n`,
  });
});

test('knows no message of another id', async () => {
  const { code, err } = await rejected('--republish', '12345');
  const says = expect.stringContaining('no rejected message has the id 12345');
  expect({ code, err }).toEqual({ code: 2, err: says });
});
