import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../../shared/config.ts';
import { deliveryOf } from '../../../shared/messages/delivery.ts';
import { createBigQuery } from '../../../shared/warehouse/client.ts';
import { createRejectedMessages, rejectedRow } from '../../../shared/warehouse/rejected-messages.ts';
import { startUnrulyProxy, type UnrulyProxy } from '../../support/unruly-proxy.ts';
import { startWarehouse } from '../../support/warehouse.ts';

let on: Awaited<ReturnType<typeof startWarehouse>>;
let proxy: UnrulyProxy;
beforeAll(async () => {
  on = await startWarehouse();
  proxy = await startUnrulyProxy(on.bigquery.apiEndpoint);
});
afterAll(async () => {
  await proxy.close();
  await on.close();
});

/** A message of that text, with an attribute, rejected for these reasons. */
function rejected(messageId: string, text: string, errors: string[]) {
  const message = { messageId, data: Buffer.from(text).toString('base64'), attributes: { a: 'b' } };
  return rejectedRow(deliveryOf({ data: { message } }, 0), 'getpage', errors, Date.UTC(2026, 0, 15));
}
const stored = async (messageId: string) =>
  (await on.select(`SELECT * FROM rejected_messages WHERE message_id = '${messageId}'`))[0];

test('a message that BigQuery refuses to store is told without what it says, so that it holds up nothing', async () => {
  proxy.decide = ({ json }) =>
    JSON.stringify(json ?? '').includes('too much')
      ? { status: 413, body: { error: { code: 413, message: 'Request Entity Too Large' } } }
      : 'passes';
  const bigquery = createBigQuery(readConfig({ BIGQUERY_EMULATOR_HOST: proxy.url }));
  const messages = createRejectedMessages({ ...on.context, bigquery });
  await messages.append(rejected('refused', 'too much', ['not JSON']));
  expect(await stored('refused')).toMatchObject({
    ...{ topic: 'getpage', payload: null, attributes: null, payload_bytes: 8, errors: ['not JSON'] },
  });
  await messages.append(rejected('taken', 'a little', ['not JSON']));
  expect(await stored('taken')).toMatchObject({ payload: 'a little', attributes: '{"a":"b"}' });
});

test('two messages of one id are two, since an emulator begins its ids anew', async () => {
  const messages = createRejectedMessages(on.context);
  for (const text of ['one', 'another', 'another']) await messages.append(rejected('1', text, ['not JSON']));
  expect(await on.select("SELECT payload FROM rejected_messages WHERE message_id = '1' ORDER BY 1")).toEqual([
    { payload: 'another' },
    { payload: 'one' },
  ]);
});

test('the reasons of a message that is wrong in a million ways are told in part', async () => {
  const errors = Array.from({ length: 500 }, () => 'x'.repeat(5000));
  await createRejectedMessages(on.context).append(rejected('wrong', '{}', errors));
  const told = (await stored('wrong'))?.errors as string[];
  expect([told.length, Math.max(...told.map((error) => error.length))]).toEqual([100, 1001]);
});
