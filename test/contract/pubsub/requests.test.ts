import { promisify } from 'node:util';
import type { CreateSubscriptionOptions, Topic } from '@google-cloud/pubsub';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { pubSubUnderTest } from '../support/pubsub.ts';
import { withoutDeviations } from '../support/without-deviations.ts';

withoutDeviations('PUBSUB_EMULATOR_HOST');

/** https://grpc.io/docs/guides/status-codes/ */
const [INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION] = [3, 5, 6, 9];

const pubsub = await pubSubUnderTest();
let topic: Topic;
beforeEach(async () => {
  topic = await pubsub.topic();
});

/** As the client would send it, but without what the client itself refuses. */
const publish = (messages: object[], name = topic.name) =>
  promisify(topic.request.bind(topic))({
    client: 'PublisherClient',
    method: 'publish',
    reqOpts: { topic: name, messages },
  });
const data = Buffer.from('x');

// https://cloud.google.com/pubsub/docs/reference/error-codes
describe('publishing', () => {
  test('gives each message an id of its own, in the order of the request', async () => {
    const ids = await Promise.all(Array.from({ length: 500 }, () => topic.publishMessage({ data })));
    expect(new Set(ids).size).toBe(500);
  });

  test('to a topic that is not there is NOT_FOUND', async () => {
    const missing = publish([{ data }], `${topic.name}-none`);
    await expect(missing).rejects.toMatchObject({ code: NOT_FOUND });
  });

  // https://cloud.google.com/pubsub/quotas#resource_limits and
  // https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage
  test.each<[string, object[]]>([
    ['no message', []],
    ['more than 1,000 messages', Array(1001).fill({ data })],
    ['a message with neither data nor attributes', [{ orderingKey: 'a' }]],
    ['an ordering key of more than 1,024 bytes', [{ data, orderingKey: 'é'.repeat(513) }]],
    ['more than 10 MB', [{ data: Buffer.alloc(10_000_001) }]],
  ])('%s is INVALID_ARGUMENT', async (_, messages) => {
    await expect(publish(messages)).rejects.toMatchObject({ code: INVALID_ARGUMENT });
  });

  // https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage; the code is what users report.
  test('messages of several keys in one request is FAILED_PRECONDITION', async () => {
    const several = publish(['a', 'b'].map((orderingKey) => ({ data, orderingKey })));
    await expect(several).rejects.toMatchObject({ code: FAILED_PRECONDITION });
  });
});

// https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics
describe('topics', () => {
  test('exist once, and are listed, until they are deleted', async () => {
    const names = async () => (await pubsub.client.getTopics())[0].map(({ name }) => name);
    await expect(pubsub.client.createTopic(topic.name)).rejects.toMatchObject({ code: ALREADY_EXISTS });
    expect(await topic.exists()).toEqual([true]);
    expect(await names()).toContain(topic.name);
    await topic.delete();
    expect(await topic.exists()).toEqual([false]);
    expect(await names()).not.toContain(topic.name);
    await expect(topic.delete()).rejects.toMatchObject({ code: NOT_FOUND });
    await expect(publish([{ data }])).rejects.toMatchObject({ code: NOT_FOUND });
  });

  test('are of their project', async () => {
    const elsewhere = topic.name.replace(/^projects\/[^/]+/, 'projects/elsewhere');
    await pubsub.client.createTopic(elsewhere);
    onTestFinished(async () => void (await pubsub.client.topic(elsewhere).delete()));
    expect((await pubsub.client.getTopics())[0].map(({ name }) => name)).not.toContain(elsewhere);
  });
});

// https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions
describe('a subscription', () => {
  const named = () => `${topic.name.split('/').at(-1)}-sub`;

  test('keeps its settings as they were given, and exists once', async () => {
    const [subscription] = await topic.createSubscription(named(), {
      ackDeadlineSeconds: 600,
      enableMessageOrdering: true,
      retryPolicy: { minimumBackoff: { seconds: 10 }, maximumBackoff: { seconds: 600 } },
      messageRetentionDuration: { seconds: 31 * 86_400 },
      pushConfig: { pushEndpoint: 'http://127.0.0.1:9/projects/p/topics/t' },
    });
    const [metadata] = await subscription.getMetadata();
    expect(metadata).toMatchObject({
      ...{ topic: topic.name, ackDeadlineSeconds: 600, enableMessageOrdering: true },
      messageRetentionDuration: { seconds: '2678400' },
      retryPolicy: { minimumBackoff: { seconds: '10' }, maximumBackoff: { seconds: '600' } },
      pushConfig: { pushEndpoint: 'http://127.0.0.1:9/projects/p/topics/t' },
    });
    await expect(topic.createSubscription(named())).rejects.toMatchObject({ code: ALREADY_EXISTS });
    const [subscriptions] = await pubsub.client.getSubscriptions();
    expect(subscriptions.map(({ name }) => name)).toContain(subscription.name);
    await subscription.delete();
    await expect(subscription.getMetadata()).rejects.toMatchObject({ code: NOT_FOUND });
    await expect(subscription.modifyPushConfig({})).rejects.toMatchObject({ code: NOT_FOUND });
  });

  test('takes other settings later, and keeps those that are not given', async () => {
    const [subscription] = await topic.createSubscription(named(), { ackDeadlineSeconds: 20 });
    const backoff = { minimumBackoff: { seconds: 10 }, maximumBackoff: { seconds: 600 } };
    await subscription.setMetadata({ retryPolicy: backoff, messageRetentionDuration: { seconds: 86_400 } });
    const [metadata] = await subscription.getMetadata();
    expect(metadata).toMatchObject({
      ...{ topic: topic.name, ackDeadlineSeconds: 20 },
      messageRetentionDuration: { seconds: '86400' },
      retryPolicy: { minimumBackoff: { seconds: '10' }, maximumBackoff: { seconds: '600' } },
    });
    await subscription.delete();
  });

  test('of a topic that is not there is NOT_FOUND', async () => {
    const missing = pubsub.client.topic(`${topic.name}-none`).createSubscription(named());
    await expect(missing).rejects.toMatchObject({ code: NOT_FOUND });
  });

  // https://cloud.google.com/pubsub/docs/subscription-properties
  test.each<[string, CreateSubscriptionOptions]>([
    ['an ack deadline below 10 s', { ackDeadlineSeconds: 9 }],
    ['an ack deadline above 600 s', { ackDeadlineSeconds: 601 }],
    ['a back-off above 600 s', { retryPolicy: { maximumBackoff: { seconds: 601 } } }],
    ['a retention above 31 days', { messageRetentionDuration: { seconds: 31 * 86_400 + 1 } }],
    ['a retention below 10 minutes', { messageRetentionDuration: { seconds: 599 } }],
  ])('with %s is INVALID_ARGUMENT', async (_, options) => {
    const refused = topic.createSubscription(named(), options);
    await expect(refused).rejects.toMatchObject({ code: INVALID_ARGUMENT });
  });
});
