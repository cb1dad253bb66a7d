import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PubSub } from '@google-cloud/pubsub';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readBacklog } from '../../../infra/local/pubsub/store.ts';
import { eventually } from '../../contract/support/eventually.ts';
import { pushEndpoint } from '../../contract/support/push-endpoint.ts';
import { settle } from '../../support/driven-clock.ts';
import { ENDPOINT, SUBSCRIPTION, stage } from './support.ts';

const MAIN = join(import.meta.dirname, '../../../infra/local/pubsub/main.ts');
let folder: string;
let file: string;
const children: ChildProcess[] = [];

// Processes start slowly on a machine that is busy.
vi.setConfig({ testTimeout: 60_000 });

beforeEach(async () => {
  // Else the client looks for a metadata server, and warns that there is none.
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  folder = await mkdtemp(join(tmpdir(), 'pubsub-'));
  file = join(folder, 'pubsub.sqlite');
});

afterEach(async () => {
  for (const child of children.splice(0))
    if (child.exitCode === null && !child.signalCode) await kill(child, 'SIGKILL');
  await rm(folder, { recursive: true });
  vi.unstubAllEnvs();
});

async function start(...more: string[]) {
  const child = fork(MAIN, ['--data', file, ...more], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  });
  children.push(child);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, port, client: new PubSub({ projectId: 'p', apiEndpoint: `127.0.0.1:${port}` }) };
}

async function kill(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM') {
  const exit = once(child, 'exit');
  child.kill(signal);
  return await exit;
}

/** Keeps ten publishers busy, kills the process at the `count`-th acknowledgement, waits until all ten have failed. */
async function publishUntilKilled(acknowledged: Set<string>, count: number) {
  const { child, client } = await start();
  if (acknowledged.size === 0) await (await client.createTopic('pages'))[0].createSubscription('pages');
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
  await client.close();
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
  await client.close();
  await endpoint.close();
});

test('kill -9 while pushing: what was not acknowledged is delivered again, in order', async () => {
  const endpoint = await pushEndpoint((response, { text }) => {
    if (text !== '2') response.writeHead(204).end();
  });
  const { child, client } = await start();
  const [topic] = await client.createTopic('pages');
  await topic.createSubscription('pages', { pushEndpoint: endpoint.url, enableMessageOrdering: true });
  const ordered = client.topic('pages', { messageOrdering: true });
  for (const text of ['1', '2', '3'])
    void ordered.publishMessage({ data: Buffer.from(text), orderingKey: 'a' });
  await eventually(() => endpoint.texts()).toEqual(['1', '2']);
  await eventually(() => readBacklog(file)[0]?.undelivered).toBe(2);
  await kill(child, 'SIGKILL');
  await client.close();
  await endpoint.close();
  const second = await pushEndpoint();
  const restarted = await start();
  await restarted.client.subscription('pages').modifyPushConfig({ pushEndpoint: second.url });
  await eventually(() => second.texts()).toEqual(['2', '3']);
  await restarted.client.close();
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
  const { client } = await start();
  const [topic] = await client.createTopic('pages');
  await topic.createSubscription('pages');
  await topic.publishMessage({ data: Buffer.from('x') });
  const [backlog] = readBacklog(file);
  expect(backlog).toMatchObject({ subscription: SUBSCRIPTION, undelivered: 1 });
  expect(Math.abs(Date.parse(`${backlog?.oldestPublishTime}`) - Date.now())).toBeLessThan(30_000);
  expect(() => readBacklog(join(folder, 'none.sqlite'))).toThrow('unable to open database file');
  await client.close();
});

test('the process says where it listens, ends on SIGTERM with 0, and when its parent is gone', async () => {
  const { child, port, client } = await start();
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  expect(JSON.parse(line.toString())).toEqual({ severity: 'INFO', message: 'pubsub listening', port });
  expect(await kill(child, 'SIGTERM')).toEqual([0, null]);
  await client.close();
  const orphan = await start();
  const exit = once(orphan.child, 'exit');
  orphan.child.disconnect();
  expect(await exit).toEqual([0, null]);
  await orphan.client.close();
});

test('with --verbose each transition is one JSON line', async () => {
  const endpoint = await pushEndpoint();
  const { child, client } = await start('--verbose');
  const lines: Record<string, unknown>[] = [];
  const output = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  output.on('line', (line) => lines.push(JSON.parse(line)));
  const [topic] = await client.createTopic('pages');
  await topic.createSubscription('pages', { pushEndpoint: endpoint.url });
  const messageId = await topic.publishMessage({ data: Buffer.from('x') });
  await eventually(() => lines.map(({ message }) => message)).toEqual(['pubsub listening', 'push', 'answer']);
  expect(lines[2]).toMatchObject({ severity: 'INFO', subscription: SUBSCRIPTION, messageId, answer: 'ack' });
  await client.close();
  await endpoint.close();
});
