import { expect, test } from 'vitest';
import { KNOWN_FAULTS } from './known-faults.ts';
import { type Report, simulate } from './simulate.ts';

const SEEDS = 200;

/** A fault that is reported and not mended yet ends a simulation early; anything else is a failure. */
const isKnown = ({ failure }: Report) => !!failure?.known && KNOWN_FAULTS.includes(failure.known);

test(`${SEEDS} seeds: no page lost, no row double, no hole under "complete", and every dispatch reaches its end`, async () => {
  const faults = new Set<string>();
  const reached = new Set<string>();
  let known = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const report = await simulate({ seed });
    for (const kind of Object.keys(report.faults)) faults.add(kind);
    for (const what of Object.keys(report.reached)) reached.add(what);
    if (isKnown(report)) known++;
    else expect(report.failure, `npm run simulate -- --seed ${seed}`).toBeNull();
  }
  console.log(
    `${faults.size} kinds of faults injected, ${reached.size} states reached, ${known} known faults met`,
  );
  // Green must not mean that nothing happened.
  for (const kind of [
    'crash at a point',
    'ack lost',
    'append unknown, done later',
    'publish unknown, done later',
  ])
    expect([...faults]).toContain(kind);
  for (const state of ['seen complete', 'seen partial', 'seen unavailable', 'seen over_budget', 'replayed'])
    expect([...reached]).toContain(state);
  expect(faults.size).toBeGreaterThan(35);
  expect(known).toBeLessThan(SEEDS / 20);
});

test('a seed has one history: it can be replayed', async () => {
  const [once, again] = [await simulate({ seed: 7 }), await simulate({ seed: 7 })];
  expect(again).toEqual(once);
});
