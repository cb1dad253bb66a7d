import { beforeEach, describe, expect, it, test } from 'vitest';
import { RetryLater } from '../../../shared/errors.ts';
import { createGate, type Gate } from '../../../shared/x/gate.ts';
import { lookUp } from '../../../shared/x/look-up.ts';
import { lookupOutcome } from '../../../shared/x/outcome.ts';
import { createRefusals, type Refusals } from '../../../shared/x/refusals.ts';
import { type HttpResult, rateOf } from '../../../shared/x/reply.ts';
import type { X } from '../../../shared/x/types.ts';
import { DrivenClock } from '../../support/driven-clock.ts';
import * as bodies from './bodies.ts';
import { HOSTS, user } from './bodies.ts';

let clock: DrivenClock;
let gate: Gate;
let asked: string[][];
let refusals: Refusals;
beforeEach(() => {
  clock = new DrivenClock();
  gate = createGate({ endpoint: 'users-by-username', clock });
  asked = [];
  refusals = createRefusals(clock);
});

const nasa = user('1', { username: 'nasa' });
const says = (status: number, body: object, headers = {}): HttpResult => ({
  status,
  headers,
  body: JSON.stringify(body),
});

/** The header of a reset in ten minutes. */
const reset = () => ({ 'x-rate-limit-reset': String(Math.ceil(clock.now() / 1000) + 600) });

/** X, as `answer` has it; whom it is asked for is noted. */
function xThat(answer: (values: string[]) => HttpResult): Pick<X, 'lookup'> {
  return {
    async lookup(by, values) {
      asked.push(values);
      const result = answer(values);
      const rate = 'failure' in result ? null : rateOf(result.headers);
      return { answer: lookupOutcome(result, { by, values, now: clock.now() }), rate };
    },
  };
}

const ask = (x: Pick<X, 'lookup'>, accounts: string[], isOverdue = false, assertMayBuy = () => {}) => {
  const deadlineMs = clock.now() + 1000;
  const how = {
    x,
    assertMayBuy,
    gate,
    by: 'username',
    refusals,
    deadlineMs,
    isOverdue: () => isOverdue,
  } as const;
  return lookUp(how, () => accounts);
};

/** Asks for nasa and esa together; X answers one call after the other. */
const asking = (...answers: HttpResult[]) =>
  ask(
    xThat(() => answers[asked.length - 1] ?? { failure: 'asked too often' }),
    ['nasa', 'esa'],
  );

/** What X says of them; throws where it waits. */
async function lookedUp(...answers: HttpResult[]) {
  const { observations, waits } = await asking(...answers);
  if (waits) throw waits;
  return observations;
}

describe('an account that X does not mention beside others', () => {
  const first = says(200, { data: [nasa], errors: [bodies.internalError(HOSTS[0])] });
  const gone = bodies.notFound(HOSTS[1], 'usernames', 'esa');
  const SECOND: [what: string, second: HttpResult, status: string][] = [
    ['answers', says(200, { data: [user('2', { username: 'esa' })] }), 'active'],
    ['says that it is gone', says(200, { errors: [gone] }), 'not_found'],
    ['says nothing', says(200, {}), 'unknown'],
    ['has an internal error again', says(200, { errors: [bodies.internalError(HOSTS[0])] }), 'unknown'],
    ['is away', says(503, bodies.serviceUnavailable), 'unknown'],
    ['cannot be reached', { failure: 'no connection: ECONNRESET' }, 'unknown'],
    ['refuses it in words that nobody knows', says(403, bodies.forbidden), 'unknown'],
  ];
  test.each(SECOND)('is asked for once more, by itself: X %s', async (_what, second, status) => {
    const seen = await lookedUp(first, second);
    expect(asked).toEqual([['nasa', 'esa'], ['esa']]);
    expect(seen).toMatchObject([
      { requested: 'nasa', status: 'active' },
      { requested: 'esa', status },
    ]);
    // Others go on: it is this account that X does not answer.
    expect(gate.closure()).toBeNull();
  });

  it('is unknown in the words of X, of both answers', async () => {
    const [, esa] = await lookedUp(first, says(403, { errors: [{ message: 'Not so', code: 467 }] }));
    expect(esa?.problems).toMatchObject([
      { title: 'Not mentioned' },
      { type: 'internal-error' },
      { title: 'No answer', detail: 'asked again: HTTP 403: Not so (code 467)' },
    ]);
  });

  it('is not asked for again where it cannot be asked for, or where X has said all', async () => {
    const whole = says(200, { data: [nasa], errors: [bodies.suspended(HOSTS[0], 'usernames', 'esa')] });
    expect(await lookedUp(whole)).toMatchObject([{ status: 'active' }, { status: 'suspended' }]);
    expect(asked).toHaveLength(1);
  });

  it('waits where X wants everybody to wait: what X has said of the others is used', async () => {
    const { observations, waits } = await asking(first, says(402, bodies.paymentRequired(HOSTS[0])));
    expect(observations).toMatchObject([{ requested: 'nasa', status: 'active' }]);
    expect(waits).toMatchObject({ fields: { cause: 'credits-exhausted', until: expect.any(String) } });
    expect(gate.closure()).toMatchObject({ cause: 'credits-exhausted' });
  });

  it('waits for its turn at the gate', async () => {
    const rate = { 'x-rate-limit-limit': '300', 'x-rate-limit-remaining': '0', ...reset() };
    const second = lookedUp(says(200, { data: [nasa] }, rate), says(200, {}));
    await expect(second).rejects.toBeInstanceOf(RetryLater);
    expect(asked).toHaveLength(1);
  });
});

describe('an account because of which a call fails', () => {
  const names = Array.from({ length: 100 }, (_, number) => `name${number}`);
  const dataOf = (values: string[]) => ({
    data: values.map((username) => user(username.slice(4), { username })),
  });
  /** X, which answers as `odd` has it wherever one of these is asked for. */
  const poisoned = (poison: string[], odd: HttpResult) =>
    xThat((values) => (values.some((value) => poison.includes(value)) ? odd : says(200, dataOf(values))));
  const statuses = async (looking: ReturnType<typeof ask>) => {
    const { observations, waits } = await looking;
    const unknown = observations
      .filter(({ status }) => status === 'unknown')
      .map(({ requested }) => requested);
    return { answered: observations.length - unknown.length, unknown, waits };
  };

  const FAILS: [string, HttpResult][] = [
    ['503', says(503, bodies.serviceUnavailable)],
    ['no answer', { failure: 'no connection: ECONNRESET' }],
    ['400 about the accounts', says(400, bodies.parameterNotValid(HOSTS[0], 'usernames', 'x'))],
  ];
  test.each(FAILS)('stands alone after a few calls, and is unknown in the words of X: %s', async (_, odd) => {
    for (const poison of ['name0', 'name42', 'name99']) {
      asked = [];
      const seen = await statuses(ask(poisoned([poison], odd), names));
      expect(seen).toEqual({ answered: 99, unknown: [poison], waits: null });
      expect(asked.length).toBeLessThanOrEqual(16);
    }
  });

  it('keeps no other from being looked up, and neither do several', async () => {
    const poison = ['name3', 'name4', 'name50', 'name98'];
    const x = poisoned(poison, says(503, bodies.serviceUnavailable));
    expect(await statuses(ask(x, names))).toMatchObject({ answered: 96, unknown: poison, waits: null });
  });

  it('is asked for again while X answers nobody: it is away, and is not asked for long', async () => {
    const away = xThat(() => says(503, bodies.serviceUnavailable));
    const all = await statuses(ask(away, names));
    expect(all).toMatchObject({ answered: 0, unknown: [], waits: { fields: { cause: 'x-unreachable' } } });
    expect(asked.length).toBeLessThanOrEqual(10);
    expect(await statuses(ask(away, ['nasa']))).toMatchObject({ unknown: [], waits: expect.any(RetryLater) });
  });

  it('is given up where its message is old, so that it holds up nobody for ever', async () => {
    const away = xThat(() => says(503, bodies.serviceUnavailable));
    expect(await statuses(ask(away, ['nasa'], true))).toMatchObject({ unknown: ['nasa'], waits: null });
    const { unknown, waits } = await statuses(ask(away, names, true));
    expect(unknown).toContain('name0');
    expect(waits).toBeInstanceOf(RetryLater);
  });

  it('is not looked for where all have to wait', async () => {
    const limited = xThat(() => says(429, bodies.tooManyRequests, reset()));
    expect(await statuses(ask(limited, names, true))).toMatchObject({ answered: 0, unknown: [] });
    expect(asked).toHaveLength(1);
  });

  it('is unknown after three windows of words that nobody knows, and others are answered', async () => {
    const x = poisoned(['name7'], says(403, { errors: [{ message: 'Not so', code: 467 }] }));
    for (let window = 0; window < 3; window++) {
      expect(await statuses(ask(x, names))).toMatchObject({ answered: 0, unknown: [] });
      expect(gate.closure()).toMatchObject({ cause: 'not-understood' });
      await clock.advance(900_000);
    }
    expect(await statuses(ask(x, names))).toEqual({ answered: 99, unknown: ['name7'], waits: null });
    expect(gate.closure()).toBeNull();
  });

  it('is not looked for where each answer may have cost money: all are given up after three windows', async () => {
    const x = xThat(() => ({ status: 200, headers: {}, body: '{"data":[' }));
    for (let answer = 0; answer < 5; answer++) {
      expect(await statuses(ask(x, names))).toMatchObject({ answered: 0, unknown: [] });
      expect(asked).toHaveLength(answer + 1);
      await clock.advance(900_000);
    }
    expect(await statuses(ask(x, names))).toMatchObject({ answered: 0, unknown: names, waits: null });
    expect(asked).toHaveLength(6);
  });
});
