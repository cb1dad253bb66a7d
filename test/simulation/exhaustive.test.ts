import { expect, test } from 'vitest';
import { explore } from './exhaustive/explore.ts';
import type { Scope } from './exhaustive/world.ts';

const BOTH = ['a', 'b'] as const;
const ONCE = { parents: BOTH, isTwice: false, mayRunOver: false };
const TICK_TWICE = { parents: ['b'] as const, isTwice: true, mayRunOver: false };

/** Fewer situations would mean that something does not happen any more, not that it has become better. */
const SCOPES: [string, Scope, { situations: number; ends: number }][] = [
  ['a run, with up to two faults', { ...ONCE, faults: 2 }, { situations: 150_000, ends: 200 }],
  [
    'a tick that is published twice, with up to two',
    { ...TICK_TWICE, faults: 2 },
    { situations: 75_000, ends: 300 },
  ],
  [
    'a planner that outlasts its ack deadline, and one more fault',
    { ...ONCE, mayRunOver: true, faults: 1 },
    { situations: 15_000, ends: 30 },
  ],
  ['both', { ...TICK_TWICE, mayRunOver: true, faults: 1 }, { situations: 12_000, ends: 100 }],
];

const EVENTS = [
  ...['deliver', 'done', 'land', 'see'],
  ...['crash after', 'crash before', 'duplicate', 'failed'],
  ...['done, not seen yet', 'unknown, done later', 'unknown, done now'],
];

test.each(SCOPES)('every order of events keeps every promise, and all end: %s', async (_, scope, least) => {
  const { flaw, situations, ends, taken } = await explore(scope);
  expect(flaw).toBeNull();
  expect(situations).toBeGreaterThan(least.situations);
  expect(ends).toBeGreaterThan(least.ends);
  const events = scope.mayRunOver ? [...EVENTS, 'run over'] : EVENTS;
  expect(Object.keys(taken).sort()).toEqual(events.sort());
});
