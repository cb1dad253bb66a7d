import { expect, test } from 'vitest';
import { explore } from './exhaustive/explore.ts';

test('two parents of two pages: every order of events with up to two faults keeps every promise, and all end', async () => {
  const { flaw, situations, ends, taken } = await explore(2);
  expect(flaw).toBeNull();
  // Fewer would mean that something does not happen any more, not that it has become better.
  expect(situations).toBeGreaterThan(50_000);
  expect(ends).toBeGreaterThan(100);
  expect(Object.keys(taken).sort()).toEqual([
    'crash after',
    'crash before',
    'deliver',
    'done',
    'duplicate',
    'failed',
    'land',
    'unknown, done later',
    'unknown, done now',
  ]);
});
