import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Clock } from '../../../shared/clock.ts';
import { RetryLater } from '../../../shared/errors.ts';
import { callX, createGate, type Gate } from '../../../shared/x/gate.ts';
import { DrivenClock } from '../../support/driven-clock.ts';
import { LimitedX, type LimitedXOptions } from './limited-x.ts';

const SECOND = 1000;
const WINDOW = 900 * SECOND;

/** A fixed sequence of numbers in [0, 1), so that a failure comes again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

interface Backlog {
  clock: Clock;
  gate: Gate;
  x: LimitedX;
  pages: number;
  handlers: number;
  random: () => number;
}

/**
 * What Pub/Sub does with a backlog: so many handlers at once, and a message that is nacked comes again after a
 * back-off of 10 to 600 seconds (https://cloud.google.com/pubsub/docs/handling-failures#exponential_backoff).
 */
async function drain({ clock, gate, x, pages, handlers, random }: Backlog): Promise<void> {
  let left = pages;
  const handle = async () => {
    for (let backoffMs = 10 * SECOND; left > 0; ) {
      left--;
      try {
        await callX(gate, clock.now() + 480 * SECOND, x.call);
        backoffMs = 10 * SECOND;
      } catch (error) {
        if (!(error instanceof RetryLater)) throw error;
        left++;
        await clock.sleep(backoffMs * (0.5 + random()));
        backoffMs = Math.min(600 * SECOND, backoffMs * 2);
      }
    }
  };
  await Promise.all(Array.from({ length: handlers }, handle));
}

/** Drives the clock until the work is done; fails after `windows` windows. */
async function drive(clock: DrivenClock, work: Promise<void>, windows: number): Promise<void> {
  let done = false;
  const watched = work.finally(() => {
    done = true;
  });
  for (let window = 0; window < windows && !done; window++) await clock.advance(WINDOW);
  expect(done, `done within ${windows} windows`).toBe(true);
  await watched;
}

function backlog(pages: number, handlers: number, options: Omit<LimitedXOptions, 'clock'>, seed = 1) {
  const clock = new DrivenClock();
  const random = randomFrom(seed);
  const x = new LimitedX({ clock, latencyMs: () => [50 + random() * 300, 50 + random() * 700], ...options });
  const warnings: string[] = [];
  const log = { info: () => undefined, warn: (_fields: unknown, message: string) => warnings.push(message) };
  const gate = createGate({ endpoint: 'following', clock, log });
  const run = (windows: number) => drive(clock, drain({ clock, gate, x, pages, handlers, random }), windows);
  return { clock, x, run, warnings };
}

describe('a backlog of 3,000 pages under a limit of 300', () => {
  test.each([1, 2, 3])(
    'uses 95 percent of each window at least and is hardly ever refused (seed %i)',
    async (seed) => {
      const { x, run } = backlog(3000, 40, {}, seed);
      await run(13);
      const full = x.windows.slice(0, -1);
      expect(full.length).toBeGreaterThanOrEqual(9);
      for (const window of full) expect(window.served).toBeGreaterThanOrEqual(0.95 * 300);
      for (const window of x.windows) expect(window.refused).toBeLessThanOrEqual(1);
      expect(x.windows.reduce((sum, { served }) => sum + served, 0)).toBe(3000);
    },
  );

  it('the same where X names no limits at all', async () => {
    const { x, run } = backlog(3000, 40, { hasHeaders: () => false });
    await run(13);
    for (const window of x.windows.slice(0, -1)) expect(window.served).toBeGreaterThanOrEqual(0.95 * 300);
    expect(x.refused).toBe(0);
  });

  test.each([-1200, -300, -60, 60, 300, 1200])(
    "the same where X's clock is %i seconds ahead of ours, with one warning at most",
    async (seconds) => {
      const { x, run, warnings } = backlog(3000, 40, { aheadMs: seconds * SECOND });
      await run(14);
      for (const window of x.windows.slice(1, -1)) expect(window.served).toBeGreaterThanOrEqual(0.95 * 300);
      for (const window of x.windows) expect(window.refused).toBeLessThanOrEqual(1);
      expect(warnings.length).toBeLessThanOrEqual(1);
    },
  );
});

it('X away for an hour: one call at a time asks whether it is back, and every page comes in the end', async () => {
  const together: number[] = [];
  const fault = () => {
    const awayMs = clock.now() - startMs - 600 * SECOND;
    if (awayMs < 0 || awayMs >= 3600 * SECOND) return null;
    if (awayMs > 10 * SECOND) together.push(x.underWay);
    return 'unreachable';
  };
  const { clock, x, run } = backlog(1200, 40, { fault }, 7);
  const startMs = clock.now();
  await run(12);
  expect(together.length).toBeGreaterThan(0);
  expect(Math.max(...together)).toBe(1);
  expect(x.refused).toBe(0);
  expect(x.windows.reduce((sum, { served }) => sum + served, 0)).toBe(1200);
});

it('another program on the same app: hardly ever refused, and what it leaves is used', async () => {
  const { clock, x, run } = backlog(1500, 40, {});
  const elsewhere = async () => {
    for (let minute = 0; minute < 120; minute++) {
      await clock.sleep(60 * SECOND);
      x.useElsewhere(5);
    }
  };
  void elsewhere();
  await run(14);
  const busy = x.windows.slice(0, -2);
  for (const window of busy) expect(window.served).toBeGreaterThanOrEqual(0.95 * 300);
  for (const window of busy) expect(window.refused).toBeLessThanOrEqual(1);
});

it('whatever the order of calls and answers, no window of X ever sees a call too many', async () => {
  const interleaving = fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
    limit: fc.integer({ min: 1, max: 30 }),
    handlers: fc.integer({ min: 1, max: 40 }),
    pages: fc.integer({ min: 1, max: 60 }),
    latency: fc.integer({ min: 0, max: 30 * SECOND }),
    withHeaders: fc.constantFrom(0, 0.5, 1),
    faults: fc.constantFrom(0, 0.2),
  });
  await fc.assert(
    fc.asyncProperty(interleaving, async ({ seed, limit, handlers, pages, latency, withHeaders, faults }) => {
      const clock = new DrivenClock();
      const random = randomFrom(seed);
      const x = new LimitedX({
        clock,
        limit,
        latencyMs: () => [random() * latency, random() * latency],
        hasHeaders: () => random() < withHeaders,
        // Without headers nobody can tell whether X counted a call that it did not answer.
        fault: () => (random() < faults ? (withHeaders === 1 ? 'away' : 'unreachable') : null),
      });
      const gate = createGate({ endpoint: 'following', clock, assumedLimit: limit });
      await drive(clock, drain({ clock, gate, x, pages, handlers, random }), 500);
      expect(x.refused).toBe(0);
    }),
    { numRuns: 60 },
  );
}, 120_000);
