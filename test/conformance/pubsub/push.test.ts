import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../local/pubsub/support.ts';
import { type PubSubUnderTest, startPubSubUnderTest } from '../support/pubsub.ts';

let pubsub: PubSubUnderTest;
beforeAll(async () => {
  pubsub = await startPubSubUnderTest();
});
afterAll(() => pubsub.close());

/** An order shows what became of a message without waiting: the next of its key comes when it is acknowledged. */
const ORDERED = {
  enableMessageOrdering: true,
  retryPolicy: { minimumBackoff: { seconds: 0, nanos: 100e6 }, maximumBackoff: { seconds: 1 } },
};

// https://cloud.google.com/pubsub/docs/push#receive_push
describe('a push', () => {
  test('is a POST of JSON: the message with its data in base64, and the subscription', async () => {
    const topic = await pubsub.topic();
    const endpoint = await pubsub.pushed(topic);
    const data = Buffer.from('{"text":"é"}');
    const attributes = { origin: 'cloud-scheduler' };
    const messageId = await topic.publishMessage({ data, attributes });
    await eventually(() => endpoint.received.length).toBe(1);
    const [{ path, headers, body } = expect.fail()] = endpoint.received;
    const publishTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    expect(path).toBe('/projects/p/topics/pages');
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(body).toMatchObject({
      message: {
        ...{ data: data.toString('base64'), attributes },
        ...{ messageId, message_id: messageId, publishTime, publish_time: publishTime },
      },
      subscription: expect.stringMatching(/^projects\/[^/]+\/subscriptions\/conformance-/),
    });
  });

  // https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage
  test('has the ordering key of its message', async () => {
    const topic = await pubsub.topic();
    const endpoint = await pubsub.pushed(topic, ORDERED);
    await pubsub.publish(topic, 'key:1');
    await eventually(() => endpoint.received.length).toBe(1);
    expect(endpoint.received[0]?.body.message).toMatchObject({ orderingKey: 'key' });
  });

  // https://cloud.google.com/pubsub/docs/publisher#attributes
  test('of a message that has only attributes has no data', async () => {
    const topic = await pubsub.topic();
    const endpoint = await pubsub.pushed(topic);
    await topic.publishMessage({ attributes: { only: 'attributes' } });
    await eventually(() => endpoint.received.length).toBe(1);
    expect(endpoint.received[0]?.body.message).toMatchObject({ attributes: { only: 'attributes' } });
    expect(endpoint.received[0]?.text).toBe('');
  });

  // https://cloud.google.com/pubsub/quotas#resource_limits
  test('carries up to 10 MB', async () => {
    const topic = await pubsub.topic();
    const endpoint = await pubsub.pushed(topic);
    await topic.publishMessage({ data: Buffer.alloc(9_900_000, 'x') });
    await eventually(() => endpoint.received[0]?.text.length).toBe(9_900_000);
  });
});

// https://cloud.google.com/pubsub/docs/push#receive_push
describe('an answer to a push', () => {
  test.each([200, 201, 202, 204])('of status %i acknowledges', async (status) => {
    const topic = await pubsub.topic();
    const endpoint = await pubsub.pushed(topic, ORDERED, (response) => response.writeHead(status).end());
    await pubsub.publish(topic, 'a:1', 'a:2');
    await eventually(() => endpoint.texts()).toEqual(['a:1', 'a:2']);
  });

  test('of status 102 acknowledges, whatever follows', async () => {
    const topic = await pubsub.topic();
    const endpoint = await pubsub.pushed(topic, ORDERED, (response) =>
      response.writeProcessing(() => response.writeHead(500).end()),
    );
    await pubsub.publish(topic, 'a:1', 'a:2');
    await eventually(() => endpoint.texts()).toEqual(['a:1', 'a:2']);
  });

  test.each([203, 301, 400, 404, 429, 500, 503])(
    'of status %i does not: the message comes again',
    async (status) => {
      const topic = await pubsub.topic();
      let pushes = 0;
      const endpoint = await pubsub.pushed(topic, ORDERED, (response) =>
        response.writeHead(++pushes === 1 ? status : 204).end(),
      );
      const [messageId] = await pubsub.publish(topic, 'a:1', 'a:2');
      await eventually(() => endpoint.texts()).toEqual(['a:1', 'a:1', 'a:2']);
      expect(endpoint.received[1]?.body.message).toMatchObject({ messageId });
    },
  );

  test('that breaks off does not', async () => {
    const topic = await pubsub.topic();
    let pushes = 0;
    const endpoint = await pubsub.pushed(topic, ORDERED, (response) =>
      ++pushes === 1 ? response.destroy() : response.writeHead(204).end(),
    );
    await pubsub.publish(topic, 'a:1', 'a:2');
    await eventually(() => endpoint.texts()).toEqual(['a:1', 'a:1', 'a:2']);
  });
});
