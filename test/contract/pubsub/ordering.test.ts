import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { ORDERED, pubSubUnderTest } from '../support/pubsub.ts';
import { withoutDeviations } from '../support/without-deviations.ts';

withoutDeviations('PUBSUB_EMULATOR_HOST');

const pubsub = await pubSubUnderTest();

/** Answers that a test gives when it likes, by the message's text. */
function heldAnswers() {
  const held = new Map<string, ServerResponse>();
  const reply = (response: ServerResponse, { text }: { text: string }) => void held.set(text, response);
  return { reply, answer: (text: string, status: number) => held.get(text)?.writeHead(status).end() };
}

// https://cloud.google.com/pubsub/docs/ordering
describe('messages of one ordering key', () => {
  test('come in the order in which they were published, also those of one batch', async () => {
    const { topic, endpoint } = await pubsub.road(ORDERED);
    const ordered = pubsub.client.topic(topic.name, { messageOrdering: true, batching: { maxMessages: 3 } });
    const texts = Array.from({ length: 20 }, (_, index) => String(index));
    await Promise.all(
      texts.map((text) => ordered.publishMessage({ data: Buffer.from(text), orderingKey: 'key' })),
    );
    await eventually(() => endpoint.texts()).toEqual(texts);
  });

  // "For a push subscription, Pub/Sub supports only one outstanding message for each ordering key at a time"
  test('are pushed one at a time; other keys, and messages without one, do not wait', async () => {
    const { reply, answer } = heldAnswers();
    const { topic, endpoint } = await pubsub.road(ORDERED, reply);
    await pubsub.publish(topic, 'a:1', 'a:2', 'b:1', 'none');
    await eventually(() => endpoint.texts().toSorted()).toEqual(['a:1', 'b:1', 'none']);
    answer('a:1', 204);
    await eventually(() => endpoint.texts().at(-1)).toBe('a:2');
    for (const text of ['a:2', 'b:1', 'none']) answer(text, 204);
  });

  test('wait behind one that is refused, until it is acknowledged', async () => {
    let refusals = 2;
    const { topic, endpoint } = await pubsub.road(ORDERED, (response, { text }) =>
      response.writeHead(text === 'a:2' && refusals-- > 0 ? 500 : 204).end(),
    );
    await pubsub.publish(topic, 'a:1', 'a:2', 'a:3', 'b:1');
    await eventually(() => endpoint.texts()).toContain('a:3');
    const ofKey = endpoint.texts().filter((text) => text.startsWith('a:'));
    expect(ofKey).toEqual(['a:1', 'a:2', 'a:2', 'a:2', 'a:3']);
    expect(endpoint.texts()).toContain('b:1');
  });

  test('do not wait for each other where the subscription is not ordered', async () => {
    const { reply, answer } = heldAnswers();
    const { topic, endpoint } = await pubsub.road({}, reply);
    await pubsub.publish(topic, 'a:1', 'a:2');
    await eventually(() => endpoint.texts().toSorted()).toEqual(['a:1', 'a:2']);
    for (const text of ['a:1', 'a:2']) answer(text, 204);
  });
});
