import { beforeEach, describe, expect, it } from 'vitest';
import { RetryLater } from '../../../shared/errors.ts';
import type { StopGuard } from '../../../shared/stop-guard.ts';
import { createGate } from '../../../shared/x/gate.ts';
import { createLookupBatcher, type LookupBatcher } from '../../../shared/x/lookup-batch.ts';
import { createRefusals } from '../../../shared/x/refusals.ts';
import type { Exchange, LookupAnswer, Observation, RateLimit, X } from '../../../shared/x/types.ts';
import { DrivenClock, settle } from '../../support/driven-clock.ts';
import { waitFor } from './limited-x.ts';

const WINDOW = 900_000;

let clock: DrivenClock;
let asked: { by: string; values: string[] }[];
let exchangeOf: (values: string[]) => Promise<Exchange<LookupAnswer>>;
let batcher: LookupBatcher;
let stopped: Set<string>;

const rate = (remaining: number): RateLimit => ({ limit: 300, remaining, resetMs: clock.now() + WINDOW });
const found = (requested: string): Observation => ({ requested, status: 'active', problems: [] });
const foundAll = async (values: string[]): Promise<Exchange<LookupAnswer>> => ({
  answer: { kind: 'looked-up', observations: values.map(found) },
  rate: rate(200),
});

beforeEach(() => {
  clock = new DrivenClock();
  asked = [];
  exchangeOf = foundAll;
  const x: X = {
    following: () => Promise.reject(new Error('not asked for')),
    lookup(by, values) {
      asked.push({ by, values });
      return exchangeOf(values);
    },
  };
  const gates = {
    username: createGate({ endpoint: 'users-by-username', clock }),
    id: createGate({ endpoint: 'users-by-id', clock }),
  };
  stopped = new Set();
  const stops: Pick<StopGuard, 'assertMayBuy' | 'whileWaiting'> = {
    assertMayBuy: (runId) => {
      if (stopped.has(runId)) throw new RetryLater(`run ${runId} is stopped`);
    },
    whileWaiting: (work) => work(),
  };
  batcher = createLookupBatcher({ x, gates, refusals: createRefusals(clock), stops, clock, gatherMs: 50 });
});

const lookup = (value: string, by: 'username' | 'id' = 'username', withinMs = 60_000, runId = 'run') =>
  batcher.lookup(by, value, { runId, deadlineMs: clock.now() + withinMs, isOverdue: false });
/** X says that so few calls are left, and the first call of the paced half has been made. */
async function leave(remaining: number) {
  exchangeOf = async (values) => ({ ...(await foundAll(values)), rate: rate(remaining) });
  for (const name of ['first', 'paced']) {
    const answer = lookup(name);
    await clock.advance(50);
    await answer;
  }
  asked.length = 0;
}
const names = (count: number) => Array.from({ length: count }, (_, index) => `user${index + 1}`);

describe('requests that arrive together', () => {
  it('share one call, made 50 ms after the first of them', async () => {
    const answers = names(30).map((name) => lookup(name));
    await clock.advance(49);
    expect(asked).toEqual([]);
    answers.push(lookup('late'));
    await clock.advance(1);
    expect(asked).toEqual([{ by: 'username', values: [...names(30), 'late'] }]);
    expect((await Promise.all(answers)).map(({ requested }) => requested)).toEqual([...names(30), 'late']);
  });

  it('make one call for each 100 accounts', async () => {
    const answers = names(250).map((name) => lookup(name));
    await clock.advance(50);
    expect(asked.map(({ values }) => values.length)).toEqual([100, 100, 50]);
    expect(await Promise.all(answers)).toHaveLength(250);
  });

  it('ask for the same account once, however it is written', async () => {
    const answers = ['NASA', 'nasa', 'esa', 'Nasa'].map((name) => lookup(name));
    await clock.advance(50);
    expect(asked).toEqual([{ by: 'username', values: ['nasa', 'esa'] }]);
    const requested = (await Promise.all(answers)).map((answer) => answer.requested);
    expect(requested).toEqual(['nasa', 'nasa', 'esa', 'nasa']);
  });

  it('by name and by id are two calls to two endpoints', async () => {
    const answers = [lookup('nasa'), lookup('12', 'id')];
    await clock.advance(50);
    expect(asked).toEqual([
      { by: 'username', values: ['nasa'] },
      { by: 'id', values: ['12'] },
    ]);
    await Promise.all(answers);
  });

  it('that come after the call was made get a call of their own', async () => {
    const first = lookup('nasa');
    await clock.advance(50);
    const second = lookup('nasa');
    await clock.advance(50);
    await Promise.all([first, second]);
    expect(asked).toHaveLength(2);
  });
});

describe('whoever is still finding out whether it needs a look-up', () => {
  /** Finds out that it needs one, after `ms`. */
  const decided = (ms: number, value: string, withinMs?: number) =>
    batcher.whileDeciding('username', () => clock.sleep(ms)).then(() => lookup(value, 'username', withinMs));

  it('is waited for, and shares the call', async () => {
    const answers = [decided(0, 'quick'), decided(700, 'slow'), decided(300, 'middling')];
    await clock.advance(650);
    expect(asked).toEqual([]);
    await clock.advance(150);
    expect(asked.map(({ values }) => values)).toEqual([['quick', 'middling', 'slow']]);
    await Promise.all(answers);
  });

  it('is not waited for by look-ups of the other kind', async () => {
    const answers = [decided(700, 'slow'), lookup('12', 'id')];
    await clock.advance(50);
    expect(asked).toEqual([{ by: 'id', values: ['12'] }]);
    await clock.advance(800);
    await Promise.all(answers);
  });

  it('is not waited for where it fails, or by a batch that is full', async () => {
    const failed = batcher.whileDeciding('username', () => Promise.reject(new Error('no answer')));
    await expect(failed).rejects.toThrow('no answer');
    const slow = decided(5000, 'slow');
    const full = names(100).map((name) => lookup(name));
    await clock.advance(50);
    expect(asked.map(({ values }) => values.length)).toEqual([100]);
    await clock.advance(5050);
    await Promise.all([slow, ...full]);
  });

  it('is not waited for beyond the deadline of those who wait', async () => {
    const answers = [decided(9000, 'slow'), lookup('quick', 'username', 1010)];
    await clock.advance(1010);
    expect(asked.map(({ values }) => values)).toEqual([['quick']]);
    await clock.advance(9000);
    expect((await Promise.all(answers)).map(({ requested }) => requested)).toEqual(['slow', 'quick']);
  });
});

it('where a run is stopped while its request waits for its turn, nobody who shares the call is asked about', async () => {
  await leave(100);
  const answers = [lookup('one'), lookup('other', 'username', 60_000, 'stopped')];
  const errors = Promise.all(answers.map((answer) => answer.catch((error: unknown) => error)));
  await clock.advance(50);
  stopped.add('stopped');
  await clock.advance(10_000);
  for (const error of await errors) expect(error).toBeInstanceOf(RetryLater);
  expect(asked).toEqual([]);
  const again = lookup('one');
  await clock.advance(10_000);
  expect(await again).toMatchObject({ requested: 'one' });
});

it('while a batch waits for its turn at the gate, others still join it', async () => {
  await leave(100);
  // With 100 of 300 calls left the gate paces: the next call goes some 9 seconds later.
  const second = lookup('second');
  await clock.advance(50);
  const third = lookup('third');
  await clock.advance(1000);
  expect(asked).toEqual([]);
  const fourth = lookup('fourth');
  await clock.advance(10_000);
  expect(asked.map(({ values }) => values)).toEqual([['second', 'third', 'fourth']]);
  await Promise.all([second, third, fourth]);
});

describe('where X says wait', () => {
  /** What each was turned away with; the observation where it was not. */
  const failures = (answers: Promise<Observation>[]) =>
    Promise.all(answers.map((answer) => answer.catch((error: unknown) => error)));

  it('everybody in the batch gets RetryLater, and after that nobody asks X', async () => {
    const answer = waitFor('credits-exhausted', clock.now() + 3_600_000, true);
    exchangeOf = async () => ({ answer, rate: null });
    const errors = failures(names(3).map((name) => lookup(name)));
    await clock.advance(50);
    for (const error of await errors) {
      expect(error).toBeInstanceOf(RetryLater);
      expect((error as RetryLater).fields).toMatchObject({ cause: 'credits-exhausted' });
    }
    await expect(lookup('later')).rejects.toBeInstanceOf(RetryLater);
    expect(asked).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('a batch whose turn does not come by the earliest deadline in it is turned away, and the next one is not', async () => {
    await leave(10);
    // With 10 of 300 calls left a call goes every 80 seconds or so.
    const patient = lookup('patient', 'username', 300_000);
    const errors = failures([patient, lookup('impatient', 'username', 10_000)]);
    await clock.advance(50);
    expect((await errors).map((error) => error instanceof RetryLater)).toEqual([true, true]);
    const again = lookup('patient', 'username', 300_000);
    await clock.advance(100_000);
    expect(await again).toMatchObject({ requested: 'patient' });
  });

  it('a mistake of ours reaches everybody, and the next batch is asked as usual', async () => {
    exchangeOf = () => Promise.reject(new TypeError('a mistake'));
    const errors = failures([lookup('nasa'), lookup('esa')]);
    await clock.advance(50);
    for (const error of await errors) expect(error).toBeInstanceOf(TypeError);
    exchangeOf = foundAll;
    const answer = lookup('nasa');
    await clock.advance(50);
    await settle();
    expect(await answer).toMatchObject({ requested: 'nasa' });
  });
});
