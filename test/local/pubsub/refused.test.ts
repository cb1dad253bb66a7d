import type { CreateSubscriptionOptions } from '@google-cloud/pubsub';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPubSub } from '../../../infra/local/pubsub/server.ts';
import { createPubSub } from '../../../shared/pubsub-client.ts';

const [INVALID_ARGUMENT, UNIMPLEMENTED] = [3, 12];

const pubsub = await startPubSub({ file: ':memory:' });
const address = `127.0.0.1:${pubsub.port}`;
const client = createPubSub({ GOOGLE_CLOUD_PROJECT: 'p', PUBSUB_EMULATOR_HOST: address });
const topic = client.topic('pages');
beforeAll(() => topic.create());
afterAll(async () => {
  await client.close();
  pubsub.close();
});

test.each<[string, CreateSubscriptionOptions, number]>([
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
  const [subscription] = await topic.createSubscription('waits');
  const details = 'The server does not implement the method Seek';
  await expect(subscription.seek(new Date())).rejects.toMatchObject({ code: UNIMPLEMENTED, details });
  const pulled = new Promise((resolve) => subscription.on('error', resolve).on('message', resolve));
  expect(await pulled).toMatchObject({ code: UNIMPLEMENTED });
  await subscription.close();
});
