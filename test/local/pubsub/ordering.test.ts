import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stage } from './support.ts';

const ORDERED = {
  enableMessageOrdering: true,
  retryPolicy: { minimumBackoff: { seconds: 10 }, maximumBackoff: { seconds: 10 } },
};

test('one message of a key is outstanding at a time; keys do not wait for each other', async () => {
  const { endpoint, publish } = stage(ORDERED);
  await publish('a:1', 'a:2', 'b:1', 'none');
  expect(endpoint.texts).toEqual(['a:1', 'b:1', 'none']);
  await endpoint.answer('a:1', 'ack');
  expect(endpoint.texts).toEqual(['a:1', 'b:1', 'none', 'a:2']);
});

test('a nack blocks the later messages of its key until it is delivered again and acknowledged', async () => {
  const { clock, endpoint, publish } = stage(ORDERED);
  await publish('a:1', 'a:2', 'b:1', 'b:2');
  await endpoint.answer('a:1', 'HTTP 500');
  await endpoint.answer('b:1', 'ack');
  expect(endpoint.texts).toEqual(['a:1', 'b:1', 'b:2']);
  await clock.advance(10_000);
  expect(endpoint.texts.slice(3)).toEqual(['a:1']);
  await endpoint.answer('a:1', 'ack');
  expect(endpoint.texts.slice(3)).toEqual(['a:1', 'a:2']);
});

test('messages published together keep their order behind those that wait already', async () => {
  const { endpoint, broker, publish } = stage(ORDERED);
  await publish('a:1');
  const messages = ['a:2', 'a:3'].map((text) => ({ data: Buffer.from(text), orderingKey: 'a' }));
  broker.publish({ topic: 'projects/p/topics/pages', messages });
  for (const text of ['a:1', 'a:2', 'a:3']) await endpoint.answer(text, 'ack');
  expect(endpoint.texts).toEqual(['a:1', 'a:2', 'a:3']);
});

test('without message ordering on the subscription a key has no effect', async () => {
  const { endpoint, publish } = stage();
  await publish('a:1', 'a:2');
  expect(endpoint.texts).toEqual(['a:1', 'a:2']);
});

test('whatever is answered, a key is acknowledged in order and in the end everything is', async () => {
  const key = fc.constantFrom('a', 'b', 'c', '');
  await fc.assert(
    fc.asyncProperty(
      fc.array(key, { maxLength: 12 }),
      fc.infiniteStream(fc.boolean()),
      async (keys, coins) => {
        const { clock, endpoint, broker, publish } = stage(ORDERED, { maxOutstanding: 2 });
        const texts = keys.map((name, i) => (name ? `${name}:${i}` : `${i}`));
        const acked: string[] = [];
        endpoint.reply = (text) => {
          if (coins.next().value) return 'HTTP 500';
          acked.push(text);
          return 'ack';
        };
        await publish(...texts);
        while (broker.backlog()[0]?.undelivered) await clock.advance(10_000);
        expect([...acked].sort()).toEqual([...texts].sort());
        for (const name of ['a', 'b', 'c']) {
          const ofKey = (list: string[]) => list.filter((text) => text.startsWith(`${name}:`));
          expect(ofKey(acked)).toEqual(ofKey(texts));
        }
        broker.close();
      },
    ),
    { numRuns: 50 },
  );
});
