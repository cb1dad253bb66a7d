import type { CreateSubscriptionOptions } from '@google-cloud/pubsub';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { readBacklog } from '../../infra/local/pubsub/store.ts';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { eventually } from '../contract/support/eventually.ts';
import { pushEndpoint } from '../contract/support/push-endpoint.ts';
import { ENDPOINT, SUBSCRIPTION, stage } from '../local/pubsub/support.ts';
import { dataFile, standInProcess } from '../local/support/process.ts';
import { settle } from '../support/driven-clock.ts';

// Processes start slowly on a machine that is busy.

let file: string;
beforeEach(async () => {
  file = await dataFile('pubsub.sqlite');
});

async function start(...more: string[]) {
  const started = await standInProcess('pubsub', '--data', file, ...more);
  const address = `127.0.0.1:${started.port}`;
  const client = createPubSub({ GOOGLE_CLOUD_PROJECT: 'p', PUBSUB_EMULATOR_HOST: address });
  onTestFinished(() => client.close());
  return { ...started, client };
}

/** The process with a topic and a subscription. */
async function startWith(options: CreateSubscriptionOptions = {}, ...more: string[]) {
  const started = await start(...more);
  const [topic] = await started.client.createTopic('pages');
  await topic.createSubscription('pages', options);
  return { ...started, topic };
}

/** Keeps ten publishers busy, kills the process at the `count`-th acknowledgement, waits until all ten have failed. */
async function publishUntilKilled(acknowledged: Set<string>, count: number) {
  const { child, client } = await (acknowledged.size === 0 ? startWith() : start());
  const topic = client.topic('pages', { batching: { maxMessages: 10 }, gaxOpts: { timeout: 1_000 } });
  const target = acknowledged.size + count;
  const publishers = Array.from({ length: 10 }, async (_, publisher) => {
    for (let i = 0; ; i++) {
      const text = `${target}/${publisher}/${i}`;
      await topic.publishMessage({ data: Buffer.from(text) });
      acknowledged.add(text);
      if (acknowledged.size === target) child.kill('SIGKILL');
    }
  });
  const outcomes = await Promise.allSettled(publishers);
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
}

test('kill -9 while publishing: every publish that was acknowledged is delivered after the restart', async () => {
  const acknowledged = new Set<string>();
  for (const count of [1, 200]) await publishUntilKilled(acknowledged, count);
  expect(readBacklog(file)[0]?.undelivered).toBeGreaterThanOrEqual(acknowledged.size);
  const endpoint = await pushEndpoint();
  const { client } = await start();
  await client.subscription('pages').modifyPushConfig({ pushEndpoint: endpoint.url });
  await eventually(() => readBacklog(file)[0]?.undelivered).toBe(0);
  expect([...acknowledged].filter((text) => !endpoint.texts().includes(text))).toEqual([]);
  await endpoint.close();
});

test('kill -9 while pushing: what was not acknowledged is delivered again, in order', async () => {
  const endpoint = await pushEndpoint((response, { text }) => {
    if (text !== '2') response.writeHead(204).end();
  });
  const { end, client } = await startWith({ pushEndpoint: endpoint.url, enableMessageOrdering: true });
  const ordered = client.topic('pages', { messageOrdering: true });
  for (const text of ['1', '2', '3'])
    void ordered.publishMessage({ data: Buffer.from(text), orderingKey: 'a' });
  await eventually(() => endpoint.texts()).toEqual(['1', '2']);
  await eventually(() => readBacklog(file)[0]?.undelivered).toBe(2);
  await end('SIGKILL');
  await endpoint.close();
  const second = await pushEndpoint();
  const restarted = await start();
  await restarted.client.subscription('pages').modifyPushConfig({ pushEndpoint: second.url });
  await eventually(() => second.texts()).toEqual(['2', '3']);
  await second.close();
});

test('after a restart nothing is pushed until an endpoint is set, and back-offs go on', async () => {
  const before = stage({ retryPolicy: { minimumBackoff: { seconds: 60 } } }, { file });
  before.endpoint.reply = (text) => (text === 'failed' ? 'HTTP 500' : undefined);
  await before.publish('failed', 'in flight');
  before.broker.close();
  const after = stage(null, { file });
  await after.publish('new');
  await after.clock.advance(30_000);
  expect(after.endpoint.texts).toEqual([]);
  after.broker.modifyPushConfig({ subscription: SUBSCRIPTION, pushConfig: { pushEndpoint: ENDPOINT } });
  await settle();
  expect(after.endpoint.texts).toEqual(['in flight', 'new']);
  await after.clock.advance(30_000);
  expect(after.endpoint.texts).toContain('failed');
  after.broker.close();
});

test('the backlog is readable from outside while the process runs', async () => {
  const { topic } = await startWith();
  await topic.publishMessage({ data: Buffer.from('x') });
  const [backlog] = readBacklog(file);
  expect(backlog).toMatchObject({ subscription: SUBSCRIPTION, undelivered: 1 });
  expect(Math.abs(Date.parse(`${backlog?.oldestPublishTime}`) - Date.now())).toBeLessThan(30_000);
  expect(() => readBacklog(`${file}.none`)).toThrow('unable to open database file');
});

test('with --verbose each transition is one JSON line', async () => {
  const endpoint = await pushEndpoint();
  const { printed, topic } = await startWith({ pushEndpoint: endpoint.url }, '--verbose');
  const messageId = await topic.publishMessage({ data: Buffer.from('x') });
  const lines = ['pubsub listening', 'push', 'answer'];
  await eventually(() => printed.map(({ message }) => message)).toEqual(lines);
  const answered = { severity: 'INFO', subscription: SUBSCRIPTION, messageId, answer: 'ack' };
  expect(printed[2]).toMatchObject(answered);
  await endpoint.close();
});
