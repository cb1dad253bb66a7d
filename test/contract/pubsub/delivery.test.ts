import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { eventually } from '../support/eventually.ts';
import { pubSubUnderTest } from '../support/pubsub.ts';

const pubsub = await pubSubUnderTest();

/** Timers of both sides may be off by this much. */
const TOLERANCE_MS = 100;

// https://cloud.google.com/pubsub/docs/subscription-overview
describe('a topic', () => {
  test('gives every subscription its own copy', async () => {
    const topic = await pubsub.topic();
    const endpoints = [await pubsub.pushed(topic), await pubsub.pushed(topic)];
    await pubsub.publish(topic, 'one');
    for (const endpoint of endpoints) await eventually(() => endpoint.texts()).toEqual(['one']);
  });

  // https://cloud.google.com/pubsub/docs/create-subscription
  test('drops what is published before there is a subscription', async () => {
    const topic = await pubsub.topic();
    await pubsub.publish(topic, 'key:before');
    const endpoint = await pubsub.pushed(topic, { enableMessageOrdering: true });
    await pubsub.publish(topic, 'key:after');
    await eventually(() => endpoint.texts()).toEqual(['key:after']);
  });

  // https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/modifyPushConfig
  test('keeps messages for a subscription that has no endpoint yet, or not any more', async () => {
    const topic = await pubsub.topic();
    const endpoint = await pubsub.pushed(await pubsub.topic());
    const [subscription] = await topic.createSubscription(`${topic.name.split('/').at(-1)}-late`);
    await pubsub.publish(topic, 'waits');
    await subscription.modifyPushConfig({ pushEndpoint: endpoint.url });
    await eventually(() => endpoint.texts()).toEqual(['waits']);
    await subscription.modifyPushConfig({});
    await pubsub.publish(topic, 'waits again');
    await subscription.setMetadata({ pushEndpoint: endpoint.url });
    await eventually(() => endpoint.texts()).toEqual(['waits', 'waits again']);
    await subscription.delete();
  });

  // https://cloud.google.com/pubsub/docs/delete-topic
  test('that is deleted leaves its subscriptions behind, and a new one of its name has none', async () => {
    const topic = await pubsub.topic();
    const before = await pubsub.pushed(topic);
    await topic.delete();
    await pubsub.client.createTopic(topic.name);
    const after = await pubsub.pushed(topic);
    await pubsub.publish(topic, 'new');
    await eventually(() => after.texts()).toEqual(['new']);
    expect(before.texts()).toEqual([]);
    expect((await before.subscription.getMetadata())[0].topic).toBe('_deleted-topic_');
  });
});

describe.concurrent('a message', () => {
  // https://cloud.google.com/pubsub/docs/lease-management and, for push, AckDeadlineSeconds in
  // https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions
  test('that is not answered within the ack deadline comes again, not earlier', async () => {
    const pushedMs: number[] = [];
    const { topic, endpoint } = await pubsub.road({ ackDeadlineSeconds: 10 }, (response) => {
      if (pushedMs.push(systemClock.now()) > 1) response.writeHead(204).end();
    });
    await pubsub.publish(topic, 'one');
    await eventually(() => endpoint.texts()).toEqual(['one', 'one']);
    expect((pushedMs[1] ?? 0) - (pushedMs[0] ?? 0)).toBeGreaterThan(10_000 - TOLERANCE_MS);
  });

  // https://cloud.google.com/pubsub/docs/handling-failures#exponential_backoff
  test('that is refused again and again comes again after at least the least back-off, each time', async () => {
    const pushedMs: number[] = [];
    const backoff = { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 2 } };
    const { topic, endpoint } = await pubsub.road({ retryPolicy: backoff }, (response) => {
      response.writeHead(pushedMs.push(systemClock.now()) > 3 ? 204 : 500).end();
    });
    await pubsub.publish(topic, 'one');
    await eventually(() => endpoint.texts().length).toBe(4);
    const pausesMs = pushedMs.slice(1).map((ms, index) => ms - (pushedMs[index] ?? 0));
    for (const pause of pausesMs) expect(pause).toBeGreaterThan(1000 - TOLERANCE_MS);
  });

  // The back-off is each message's own: https://cloud.google.com/pubsub/docs/handling-failures#exponential_backoff
  test('that is refused does not hold up others', async () => {
    let isRefused = true;
    const backoff = { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 1 } };
    const { topic, endpoint } = await pubsub.road({ retryPolicy: backoff }, (response, { text }) =>
      response.writeHead(text === 'bad' && isRefused ? 500 : 204).end(),
    );
    await pubsub.publish(topic, 'bad', 'good');
    await eventually(() => endpoint.texts()).toContain('good');
    isRefused = false;
    await eventually(() => endpoint.texts().filter((text) => text === 'bad').length).toBeGreaterThan(1);
    expect(endpoint.texts().filter((text) => text === 'good')).toHaveLength(1);
  });
});
