import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { runEnded } from '../support/runs.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';
import { dodo, dodoJson, type Running } from './dodo.ts';

interface Message {
  topic: string;
  message_id: string;
  payload: string;
  payload_bytes: number;
  errors: string[];
  times: number;
}

let on: TestStack;
let stack: Running;
beforeAll(async () => {
  on = await startTestStack();
  stack = { data: on.dir };
});
afterAll(() => on.stop());

const rejected = () => dodoJson<Message[]>(['rejected'], stack);

/** Publishes, and waits until as many messages as that have been rejected in all. */
async function reject(topic: string, data: Buffer, attributes: Record<string, string> = {}): Promise<string> {
  const pubsub = createPubSub(on.stack.config);
  const id = await pubsub.topic(topic).publishMessage({ data, attributes });
  await pubsub.close();
  await until(
    `message ${id} is rejected`,
    async () => (await on.select(`SELECT 1 FROM rejected_messages WHERE message_id = '${id}'`)).length > 0,
  );
  return id;
}

describe('dodo rejected', () => {
  test('says that there is nothing where there is nothing', async () => {
    const { code, out } = await dodo(['rejected'], stack);
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^nothing was rejected since/),
    });
  });

  test('lists what could not be used, newest first, and why; what was rejected twice is one line', async () => {
    const first = await reject('getpage', Buffer.from('hello'));
    const second = await reject('pagedispatch', Buffer.from('{"job":{"name":"j"},"parents":["a b"]}'));
    const [row] = await on.select(`SELECT * FROM rejected_messages WHERE message_id = '${first}'`);
    const table = on.bigquery.dataset(on.stack.config.BIGQUERY_DATASET).table('rejected_messages');
    await table.insert([{ insertId: 'again', json: row }], { raw: true });
    expect(await rejected()).toMatchObject([
      { message_id: second, topic: 'pagedispatch', times: 1, errors: [expect.stringMatching(/parents\/0/)] },
      { message_id: first, topic: 'getpage', times: 2, payload: 'hello', errors: ['the data is not JSON'] },
    ]);
    const { out } = await dodo(['rejected'], stack);
    expect(out).toMatch(new RegExp(`${first} .* getpage .* 2 .* 5 .* the data is not JSON .* hello`));
    expect(await dodoJson(['rejected', '--since', '2099-01-01'], stack)).toEqual([]);
  });

  test('sends one again, as it was, byte by byte and with its attributes', async () => {
    const data = Buffer.from([0xff, 0x00, 0x80, 0x7b]);
    const id = await reject('getmetadata', data, { origin: 'somewhere' });
    const { code, out, err } = await dodo(['rejected', '--republish', id], stack);
    expect({ code, err }).toEqual({
      code: 0,
      err: 'note: as it is it will be rejected again (it is no JSON).\n',
    });
    const [, again] = /^published to getmetadata as message (\d+)\.$/m.exec(out) ?? [];
    const [row] = await until('it is rejected again', async () => {
      const rows = await on.select(`SELECT * FROM rejected_messages WHERE message_id = '${again}'`);
      return rows.length > 0 && rows;
    });
    expect(row).toMatchObject({ payload: data.toString('base64'), payload_bytes: 4 });
    expect(JSON.parse(String(row?.attributes))).toMatchObject({ origin: 'somewhere' });
  });

  test('sends one again that is good by now: it is used', async () => {
    // As a service of an older version would have left it.
    const request = {
      job: { name: 'late' },
      parents: ['parent_5_20'],
      runId: 'late',
      dispatchedAt: new Date().toISOString(),
    };
    const payload = JSON.stringify(request);
    const row = {
      topic: 'pagedispatch',
      message_id: '77',
      payload,
      payload_bytes: payload.length,
      errors: ['unknown field'],
      received_at: new Date().toISOString(),
    };
    await on.bigquery.dataset(on.stack.config.BIGQUERY_DATASET).table('rejected_messages').insert([row]);
    const sent = await dodoJson(['rejected', '--republish', '77'], stack);
    expect(sent).toMatchObject({ republished: '77', topic: 'pagedispatch' });
    expect(await runEnded(on, 'late', 1)).toMatchObject([
      { state: 'complete', parent_username: 'parent_5_20' },
    ]);
  });

  test('does not send one again of which only the beginning is kept', async () => {
    const id = await reject('getpage', Buffer.alloc(1_500_000, 'x'));
    const { code, err } = await dodo(['rejected', '--republish', id], stack);
    expect({ code, err }).toEqual({
      code: 1,
      err: `dodo: the message ${id} had 1500000 bytes, of which only the first 1 MiB is kept: it cannot be sent again from here.\n`,
    });
  });

  test('knows no message of another id', async () => {
    const { code, err } = await dodo(['rejected', '--republish', '12345'], stack);
    expect({ code, err }).toMatchObject({
      code: 2,
      err: expect.stringContaining('no rejected message has the id 12345'),
    });
  });
});
