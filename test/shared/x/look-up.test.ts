import { beforeEach, describe, expect, it, test } from 'vitest';
import { RetryLater } from '../../../shared/errors.ts';
import { createGate, type Gate } from '../../../shared/x/gate.ts';
import { lookUp } from '../../../shared/x/look-up.ts';
import { lookupOutcome } from '../../../shared/x/outcome.ts';
import { type HttpResult, rateOf } from '../../../shared/x/reply.ts';
import type { X } from '../../../shared/x/types.ts';
import { DrivenClock } from '../../support/driven-clock.ts';
import * as bodies from './bodies.ts';
import { HOSTS, user } from './bodies.ts';

let clock: DrivenClock;
let gate: Gate;
let asked: string[][];
beforeEach(() => {
  clock = new DrivenClock();
  gate = createGate({ endpoint: 'users-by-username', clock });
  asked = [];
});

const nasa = user('1', { username: 'nasa' });
const says = (status: number, body: object, headers = {}): HttpResult => ({
  status,
  headers,
  body: JSON.stringify(body),
});

/** What X says of nasa and esa, whom it is asked for together and answers one after the other. */
function lookedUp(...answers: HttpResult[]) {
  const x: Pick<X, 'lookup'> = {
    async lookup(by, values) {
      asked.push(values);
      const result = answers[asked.length - 1] ?? { failure: 'asked too often' };
      const rate = 'failure' in result ? null : rateOf(result.headers);
      return { answer: lookupOutcome(result, { by, values, now: clock.now() }), rate };
    },
  };
  return lookUp({ x, gate, by: 'username', deadlineMs: clock.now() + 1000 }, () => ['nasa', 'esa']);
}

describe('an account that X does not mention beside others', () => {
  const first = says(200, { data: [nasa], errors: [bodies.internalError(HOSTS[0])] });
  const SECOND: [what: string, second: HttpResult, status: string][] = [
    ['answers', says(200, { data: [user('2', { username: 'esa' })] }), 'active'],
    [
      'says that it is gone',
      says(200, { errors: [bodies.notFound(HOSTS[1], 'usernames', 'esa')] }),
      'not_found',
    ],
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

  it('waits with all the others where X wants everybody to wait', async () => {
    await expect(lookedUp(first, says(402, bodies.paymentRequired(HOSTS[0])))).rejects.toMatchObject({
      fields: { cause: 'credits-exhausted', until: expect.any(String) },
    });
    expect(gate.closure()).toMatchObject({ cause: 'credits-exhausted' });
  });

  it('waits for its turn at the gate', async () => {
    const reset = String(Math.ceil(clock.now() / 1000) + 600);
    const rate = { 'x-rate-limit-limit': '300', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset };
    const second = lookedUp(says(200, { data: [nasa] }, rate), says(200, {}));
    await expect(second).rejects.toBeInstanceOf(RetryLater);
    expect(asked).toHaveLength(1);
  });
});
