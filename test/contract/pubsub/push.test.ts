import * as functions from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { listening } from '../../support/loopback-server.ts';
import { eventually } from '../support/eventually.ts';
import { ORDERED, pubSubUnderTest } from '../support/pubsub.ts';
import { pushEndpoint, type Reply } from '../support/push-endpoint.ts';
import { withoutDeviations } from '../support/without-deviations.ts';

withoutDeviations('PUBSUB_EMULATOR_HOST');

const pubsub = await pubSubUnderTest();

// https://cloud.google.com/pubsub/docs/push#receive_push
describe('a push', () => {
  test('is a POST of JSON: the message with its data in base64, and the subscription', async () => {
    const { topic, endpoint } = await pubsub.road();
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
      subscription: expect.stringMatching(/^projects\/[^/]+\/subscriptions\/contract-/),
    });
  });

  // https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage
  test('has the ordering key of its message', async () => {
    const { topic, endpoint } = await pubsub.road(ORDERED);
    await pubsub.publish(topic, 'key:1');
    await eventually(() => endpoint.received.length).toBe(1);
    expect(endpoint.received[0]?.body.message).toMatchObject({ orderingKey: 'key' });
  });

  // https://github.com/GoogleCloudPlatform/functions-framework-nodejs
  test('is made a CloudEvent by the functions framework', async () => {
    const events: functions.CloudEvent<unknown>[] = [];
    functions.cloudEvent('record', (event: functions.CloudEvent<unknown>) => void events.push(event));
    const server = getTestServer('record');
    const address = await listening(server);
    onTestFinished(() => void server.close());
    const { topic } = await pubsub.road({ pushEndpoint: `${address}/projects/p/topics/pages` });
    const id = await topic.publishMessage({ data: Buffer.from('x'), attributes: { origin: 'me' } });
    await eventually(() => events.length).toBe(1);
    const source = '//pubsub.googleapis.com/projects/p/topics/pages';
    expect(events[0]).toMatchObject({ id, source, type: 'google.cloud.pubsub.topic.v1.messagePublished' });
    const message = { data: 'eA==', attributes: { origin: 'me' }, messageId: id };
    expect(events[0]?.data).toMatchObject({ message });
  });

  // The framework's `domain` does that, for up to a third of a message's CPU. Without it the process would end, and pages
  // be lost that it has bought and not stored (R14): https://nodejs.org/api/domain.html
  test('whose handling throws outside of any promise is answered, logged, and comes again; others are not cut off', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const under = Promise.withResolvers<void>();
    const begun: string[] = [];
    functions.cloudEvent('throws', async ({ data }: functions.CloudEvent<{ message: { data: string } }>) => {
      const text = String(Buffer.from(data?.message.data ?? '', 'base64'));
      begun.push(text);
      if (text === 'bad' && begun.length === 2) {
        setImmediate(() => {
          throw new Error('outside of any promise');
        });
        await new Promise(() => undefined);
      }
      await under.promise;
    });
    const server = getTestServer('throws');
    const address = await listening(server);
    onTestFinished(() => void server.close());
    onTestFinished(() => void vi.restoreAllMocks());
    const { topic } = await pubsub.road({ ...ORDERED, pushEndpoint: `${address}/projects/p/topics/pages` });
    await pubsub.publish(topic, 'good');
    await eventually(() => begun).toEqual(['good']);
    await pubsub.publish(topic, 'bad');
    await eventually(() => begun).toEqual(['good', 'bad', 'bad']);
    expect(logged.mock.calls.flat().join()).toContain('outside of any promise');
    under.resolve();
    await pubsub.publish(topic, 'end');
    await eventually(() => begun).toEqual(['good', 'bad', 'bad', 'end']);
  });

  // https://cloud.google.com/pubsub/docs/publisher#attributes
  test('of a message that has only attributes has no data', async () => {
    const { topic, endpoint } = await pubsub.road();
    await topic.publishMessage({ attributes: { only: 'attributes' } });
    await eventually(() => endpoint.received.length).toBe(1);
    expect(endpoint.received[0]?.body.message).toMatchObject({ attributes: { only: 'attributes' } });
    expect(endpoint.received[0]?.text).toBe('');
  });

  // https://cloud.google.com/pubsub/quotas#resource_limits
  test('carries up to 10 MB', async () => {
    const { topic, endpoint } = await pubsub.road();
    await topic.publishMessage({ data: Buffer.alloc(9_900_000, 'x') });
    await eventually(() => endpoint.received[0]?.text.length).toBe(9_900_000);
  });
});

// https://cloud.google.com/pubsub/docs/push#receive_push
describe('an answer to a push', () => {
  const status =
    (code: number): Reply =>
    (response) =>
      response.writeHead(code).end();

  const processing: Reply = (response) => response.writeProcessing(() => response.writeHead(500).end());
  test.each<[string, Reply]>([
    ...[200, 201, 202, 204].map((code): [string, Reply] => [`of status ${code} acknowledges`, status(code)]),
    ['of status 102 acknowledges, whatever follows', processing],
  ])('%s', async (_, reply) => {
    const { topic, endpoint } = await pubsub.road(ORDERED, reply);
    await pubsub.publish(topic, 'a:1', 'a:2');
    await eventually(() => endpoint.texts()).toEqual(['a:1', 'a:2']);
  });

  const half: Reply = (response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('half', () => response.destroy());
  };
  const again = [203, 301, 400, 404, 429, 500, 503].map((code): [string, Reply] => [
    `of status ${code} does not: the message comes again`,
    status(code),
  ]);
  test.each<[string, Reply]>([
    ...again,
    ['that breaks off before it begins does not', (response) => response.destroy()],
    ['that breaks off within does not', half],
  ])('%s', async (_, first) => {
    let pushes = 0;
    const { topic, endpoint } = await pubsub.road(ORDERED, (response, received) =>
      (++pushes === 1 ? first : status(204))(response, received),
    );
    const [messageId] = await pubsub.publish(topic, 'a:1', 'a:2');
    await eventually(() => endpoint.texts()).toEqual(['a:1', 'a:1', 'a:2']);
    expect(endpoint.received[1]?.body.message).toMatchObject({ messageId });
  });

  test('that never comes, since nobody listens, does not', async () => {
    const topic = await pubsub.topic();
    const gone = await pushEndpoint();
    await gone.close();
    const [subscription] = await topic.createSubscription(`${topic.name.split('/').at(-1)}-sub`, {
      ...{ ...ORDERED, pushEndpoint: gone.url },
    });
    await pubsub.publish(topic, 'a:1');
    const endpoint = await pubsub.pushed(await pubsub.topic());
    await subscription.modifyPushConfig({ pushEndpoint: endpoint.url });
    await eventually(() => endpoint.texts()).toEqual(['a:1']);
  });
});
