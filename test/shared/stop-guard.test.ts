import { beforeEach, describe, expect, test } from 'vitest';
import { RetryLater } from '../../shared/errors.ts';
import { createStopGuard, type StopGuard } from '../../shared/stop-guard.ts';
import type { Stop } from '../../shared/warehouse/stops.ts';
import { DrivenClock, settle } from '../support/driven-clock.ts';

let clock: DrivenClock;
/** What the warehouse says; undefined: nothing. */
let said: Stop[] | undefined;
let questions: number;
/** How long it takes to say it. */
let thinkingMs: number;
let guard: StopGuard;

beforeEach(() => {
  [clock, said, questions, thinkingMs] = [new DrivenClock(), [], 0, 0];
  const newest = async () => {
    questions++;
    const answer = said;
    if (thinkingMs > 0) await clock.sleep(thinkingMs);
    if (!answer) throw new RetryLater('BigQuery gave no answer');
    return answer;
  };
  guard = createStopGuard({ newest }, clock);
});

const word = (isStopped: boolean, runId: string | null = null, atMs = 0): Stop => ({
  ...{ runId, isStopped, atMs, reason: null },
});
const goes = (runId = 'run') =>
  guard.assertGoes(runId).then(
    () => 'goes',
    ({ message, fields }: RetryLater) => fields.cause ?? message,
  );

describe('a run', () => {
  test.each<[string, Stop[], string]>([
    ['of which nobody has said anything goes', [], 'goes'],
    ['that is stopped waits', [word(true, 'run')], 'stopped'],
    ['waits where all are stopped', [word(true)], 'stopped'],
    ['waits where all go and it is stopped by itself', [word(false), word(true, 'run')], 'stopped'],
    ['waits where it was told to go and all are stopped', [word(true), word(false, 'run')], 'stopped'],
    ['goes where another is stopped', [word(true, 'other')], 'goes'],
    ['goes once it is told so', [word(false, 'run')], 'goes'],
  ])('%s', async (_, words, expected) => {
    said = words;
    expect(await goes()).toBe(expected);
  });

  test('waits where the warehouse does not say whether it is stopped', async () => {
    said = undefined;
    expect(await goes()).toBe('BigQuery gave no answer');
    expect(() => guard.assertMayBuy('run')).toThrow('nobody knows whether the run is stopped');
  });

  test('went on when the newest word on it or on all was undone', async () => {
    said = [word(false, null, 5), word(false, 'run', 9), word(true, 'other', 12)];
    await goes();
    expect(['run', 'new', 'other'].map((run) => guard.wentOnMs(run))).toEqual([9, 5, 5]);
  });
});

describe('what is known', () => {
  test('is asked for once by all who come together, and not again for half a minute', async () => {
    await Promise.all([goes(), goes('other'), goes()]);
    await clock.advance(29_999);
    await goes();
    expect(questions).toBe(1);
    await clock.advance(1);
    await goes();
    expect(questions).toBe(2);
  });

  test('is believed for a minute from when it was asked for, and no longer', async () => {
    await goes();
    said = [word(true)];
    await clock.advance(59_999);
    expect(() => guard.assertMayBuy('run')).not.toThrow();
    await clock.advance(1);
    expect(() => guard.assertMayBuy('run')).toThrow('nobody knows');
  });

  test('is as old as its question, however long the answer takes', async () => {
    thinkingMs = 25_000;
    const first = goes();
    await settle();
    said = [word(true)];
    await clock.advance(25_000);
    expect(await first).toBe('goes');
    await clock.advance(35_000);
    expect(() => guard.assertMayBuy('run')).toThrow('nobody knows');
  });

  test('is asked for anew where somebody must be sure', async () => {
    await goes();
    said = [word(true, 'run')];
    expect(await guard.stopOf('run')).toBeUndefined();
    expect(await guard.stopOf('run', { anew: true })).toEqual(word(true, 'run'));
  });
});

describe('while somebody waits for a turn at X', () => {
  test('a stop is heard within a minute, and what is not stopped may buy at any time', async () => {
    let isTurn = () => {};
    const turn = new Promise<void>((resolve) => {
      isTurn = resolve;
    });
    const waiting = guard.whileWaiting(() => turn);
    await settle();
    for (let seconds = 0; seconds < 200; seconds += 20) {
      await clock.advance(20_000);
      expect(() => guard.assertMayBuy('run')).not.toThrow();
    }
    said = [word(true)];
    await clock.advance(60_000);
    expect(() => guard.assertMayBuy('run')).toThrow('an operator has stopped everything');
    isTurn();
    await waiting;
    await settle();
    expect(clock.pending).toBe(0);
  });

  test('nothing may be bought any more once the warehouse has been silent for a minute', async () => {
    const over = guard.whileWaiting(() => clock.sleep(90_000));
    await settle();
    said = undefined;
    await clock.advance(60_000);
    expect(() => guard.assertMayBuy('run')).toThrow('nobody knows');
    await clock.advance(30_000);
    await over;
  });
});
