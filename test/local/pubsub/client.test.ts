import { promisify } from 'node:util';
import * as functions from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { PubSub, type Topic } from '@google-cloud/pubsub';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startPubSub } from '../../../infra/local/pubsub/server.ts';
import { httpEndpoint } from './http-endpoint.ts';
import { eventually } from './support.ts';

const [NOT_FOUND, ALREADY_EXISTS, INVALID_ARGUMENT, FAILED_PRECONDITION, UNIMPLEMENTED] = [5, 6, 3, 9, 12];

let pubsub: Awaited<ReturnType<typeof startPubSub>>;
let endpoint: Awaited<ReturnType<typeof httpEndpoint>>;
let client: PubSub;
let topic: Topic;

beforeEach(async () => {
  pubsub = await startPubSub({ file: ':memory:' });
  endpoint = await httpEndpoint();
  // Else the client looks for a metadata server, and warns that there is none.
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  vi.stubEnv('PUBSUB_EMULATOR_HOST', `127.0.0.1:${pubsub.port}`);
  client = new PubSub({ projectId: 'p' });
  [topic] = await client.createTopic('pages');
});

afterEach(async () => {
  await client.close();
  pubsub.close();
  await endpoint.close();
  vi.unstubAllEnvs();
});

const received = async (count: number) => {
  await eventually(() => endpoint.received.length).toBe(count);
  return endpoint.received;
};

test('the functions framework makes a CloudEvent of the body', async () => {
  const events: functions.CloudEvent<unknown>[] = [];
  functions.cloudEvent('record', (event: functions.CloudEvent<unknown>) => void events.push(event));
  const server = getTestServer('record').listen(0, '127.0.0.1');
  await eventually(() => server.address()).not.toBeNull();
  const { port } = server.address() as { port: number };
  await topic.createSubscription('sub', { pushEndpoint: `http://127.0.0.1:${port}/projects/p/topics/pages` });
  const id = await topic.publishMessage({ data: Buffer.from('x'), attributes: { origin: 'me' } });
  await eventually(() => pubsub.backlog()[0]?.undelivered).toBe(0);
  server.close();
  expect(events).toHaveLength(1);
  const source = '//pubsub.googleapis.com/projects/p/topics/pages';
  expect(events[0]).toMatchObject({ id, source, type: 'google.cloud.pubsub.topic.v1.messagePublished' });
  const message = { data: 'eA==', attributes: { origin: 'me' }, messageId: id };
  expect(events[0]?.data).toMatchObject({ message });
});

test('messages of several keys in one request are refused', async () => {
  const data = Buffer.from('x');
  const messages = ['a', 'b'].map((orderingKey) => ({ data, orderingKey }));
  const publish = promisify(topic.request.bind(topic));
  const reqOpts = { topic: topic.name, messages };
  const refused = publish({ client: 'PublisherClient', method: 'publish', reqOpts });
  await expect(refused).rejects.toMatchObject({ code: FAILED_PRECONDITION });
});

test('topics: create, get, list, delete', async () => {
  await expect(client.createTopic('pages')).rejects.toMatchObject({ code: ALREADY_EXISTS });
  await client.createTopic('projects/other/topics/pages');
  const [topics] = await client.getTopics();
  expect(topics.map(({ name }) => name)).toEqual(['projects/p/topics/pages']);
  expect(await topic.exists()).toEqual([true]);
  await topic.delete();
  expect(await topic.exists()).toEqual([false]);
  await expect(topic.delete()).rejects.toMatchObject({ code: NOT_FOUND });
  await expect(topic.publishMessage({ data: Buffer.from('x') })).rejects.toMatchObject({ code: NOT_FOUND });
});

test('subscriptions: create, get, list, update, delete', async () => {
  await expect(client.createSubscription('none', 'sub')).rejects.toMatchObject({ code: NOT_FOUND });
  const [subscription] = await topic.createSubscription('sub', { pushEndpoint: endpoint.url });
  await expect(topic.createSubscription('sub')).rejects.toMatchObject({ code: ALREADY_EXISTS });
  const retryPolicy = { minimumBackoff: { seconds: 10 }, maximumBackoff: { seconds: 600 } };
  await subscription.setMetadata({
    ackDeadlineSeconds: 600,
    retryPolicy,
    messageRetentionDuration: 31 * 86_400,
  });
  const [metadata] = await subscription.getMetadata();
  expect(metadata).toMatchObject({
    topic: topic.name,
    ackDeadlineSeconds: 600,
    messageRetentionDuration: { seconds: '2678400' },
    retryPolicy: { minimumBackoff: { seconds: '10' }, maximumBackoff: { seconds: '600' } },
    pushConfig: { pushEndpoint: endpoint.url },
  });
  const [subscriptions] = await client.getSubscriptions();
  expect(subscriptions.map(({ name }) => name)).toEqual(['projects/p/subscriptions/sub']);
  await subscription.delete();
  await expect(subscription.getMetadata()).rejects.toMatchObject({ code: NOT_FOUND });
  await expect(subscription.modifyPushConfig({})).rejects.toMatchObject({ code: NOT_FOUND });
});

test('messages wait for ModifyPushConfig; without an endpoint they wait again', async () => {
  const [subscription] = await topic.createSubscription('sub');
  await topic.publishMessage({ data: Buffer.from('one') });
  expect(pubsub.backlog()[0]?.undelivered).toBe(1);
  await subscription.modifyPushConfig({ pushEndpoint: endpoint.url });
  await received(1);
  await eventually(() => pubsub.backlog()[0]?.undelivered).toBe(0);
  await subscription.modifyPushConfig({});
  await topic.publishMessage({ data: Buffer.from('two') });
  await subscription.setMetadata({ pushEndpoint: endpoint.url });
  await received(2);
  expect(endpoint.texts()).toEqual(['one', 'two']);
});

test.each([
  ['an endpoint on another machine', { pushEndpoint: 'http://127.0.0.1.example.com/' }, INVALID_ARGUMENT],
  ['an endpoint that is no URL', { pushEndpoint: 'http://127.0.0.1:99999/' }, INVALID_ARGUMENT],
  ['a filter', { filter: 'attributes.origin = "x"' }, UNIMPLEMENTED],
  ['dead letters', { deadLetterPolicy: { maxDeliveryAttempts: 5 } }, UNIMPLEMENTED],
  ['OIDC tokens', { pushEndpoint: 'http://127.0.0.1/', oidcToken: { audience: 'x' } }, UNIMPLEMENTED],
])('a subscription with %s is refused', async (_, options, code) => {
  await expect(topic.createSubscription('sub', options)).rejects.toMatchObject({ code });
  expect(await client.subscription('sub').exists()).toEqual([false]);
});

test('what is not imitated says so', async () => {
  const [subscription] = await topic.createSubscription('sub');
  await expect(subscription.seek(new Date())).rejects.toMatchObject({
    code: UNIMPLEMENTED,
    details: 'The server does not implement the method Seek',
  });
  const pulled = new Promise((resolve) => subscription.on('error', resolve).on('message', resolve));
  expect(await pulled).toMatchObject({ code: UNIMPLEMENTED });
  await subscription.close();
});
