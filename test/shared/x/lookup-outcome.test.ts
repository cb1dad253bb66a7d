import { describe, expect, it, test } from 'vitest';
import { lookupOutcome } from '../../../shared/x/outcome.ts';
import type { LookUpBy, Observation } from '../../../shared/x/types.ts';
import * as bodies from './bodies.ts';
import { HOSTS, user } from './bodies.ts';
import { AWAY, alertRows, closing, NOW } from './wait-rows.ts';

const WINDOW_MS = 15 * 60_000;

const outcome = (status: number, body: unknown, values: string[], by: LookUpBy = 'username') =>
  lookupOutcome(
    { status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) },
    { by, values, now: NOW },
  );

function observations(...args: Parameters<typeof outcome>): Observation[] {
  const answer = outcome(...args);
  if (answer.kind !== 'looked-up') throw new Error(`expected observations, got ${JSON.stringify(answer)}`);
  return answer.observations;
}

describe.each(HOSTS)('one observation per account asked for, in that order (%s)', (host) => {
  const body = {
    data: [
      user('2', { username: 'Locked', protected: true }),
      user('1', { username: 'NASA', protected: false }),
    ],
    errors: [
      bodies.notFound(host, 'usernames', 'Gone'),
      bodies.suspended(host, 'usernames', 'BANNED'),
      bodies.fieldProblem(host, '1'),
    ],
  };

  it('active, protected, suspended, not found', () => {
    const seen = observations(200, body, ['gone', 'Nasa', 'banned', 'locked']);
    expect(seen.map(({ requested, status }) => [requested, status])).toEqual([
      ['gone', 'not_found'],
      ['nasa', 'active'],
      ['banned', 'suspended'],
      ['locked', 'protected'],
    ]);
    expect(seen.map(({ account }) => account?.id)).toEqual([undefined, '1', undefined, '2']);
    expect(seen[0]?.problems).toMatchObject([{ source: 'x', type: 'resource-not-found', value: 'Gone' }]);
  });

  it('keeps the name as the account writes it', () => {
    expect(observations(200, body, ['nasa'])[0]?.account?.username).toBe('NASA');
  });

  it('an account that X mentions nowhere is not found, and the row says why', () => {
    const [seen] = observations(200, body, ['silence', 'nasa']);
    expect(seen).toMatchObject({ requested: 'silence', status: 'not_found' });
    expect(seen?.problems[0]?.detail).toContain('neither in data nor in errors');
  });

  it('errors only: nobody is found', () => {
    const seen = observations(200, { errors: [bodies.notFound(host, 'usernames', 'gone')] }, ['gone']);
    expect(seen).toMatchObject([{ status: 'not_found' }]);
  });

  it('by id: a suspended and a renamed account', () => {
    const errors = [bodies.suspended(host, 'ids', '7')];
    const seen = observations(200, { data: [user('8', { username: 'new_name' })], errors }, ['7', '8'], 'id');
    expect(seen).toMatchObject([
      { status: 'suspended' },
      { status: 'active', account: { username: 'new_name' } },
    ]);
  });

  it('by id: a username of digits is not taken for the id of somebody else', () => {
    const seen = observations(200, { data: [user('8', { username: '7' })] }, ['7', '8'], 'id');
    expect(seen.map(({ status }) => status)).toEqual(['not_found', 'active']);
  });

  it('403 and 404 as a whole count where they are about every account asked for', () => {
    const { value: _value, resource_id: _id, ...nameless } = bodies.notFound(host, 'usernames', 'gone');
    expect(observations(404, bodies.notFound(host, 'usernames', 'gone'), ['gone'])).toMatchObject([
      { status: 'not_found' },
    ]);
    expect(observations(404, nameless, ['gone'])).toMatchObject([{ status: 'not_found' }]);
    expect(observations(403, bodies.suspended(host, 'usernames', 'gone'), ['Gone'])).toMatchObject([
      { status: 'suspended' },
    ]);
    expect(outcome(404, nameless, ['gone', 'nasa'])).toMatchObject({ kind: 'wait', cause: 'lookup-refused' });
  });

  it('a profile that X hides is protected', () => {
    const errors = [bodies.protectedAccount(host, '7')];
    expect(observations(200, { errors }, ['7'], 'id')).toMatchObject([{ status: 'protected' }]);
  });
});

it('what cannot be an account of X is not found, and the row says why', () => {
  const [seen] = observations(200, { data: [user('1')] }, ['no-such.name', 'user1']);
  expect(seen).toMatchObject({ status: 'not_found', problems: [{ title: 'Not asked' }] });
});

describe.each(HOSTS)('a look-up that X does not answer (%s)', (host) => {
  test.each([
    ...alertRows(host),
    ['any other 4xx', 400, bodies.maxResultsNotValid(host), 'lookup-refused', WINDOW_MS] as const,
    ['404 with an empty body', 404, '', 'lookup-refused', WINDOW_MS] as const,
  ])('%s: the gate closes, and somebody is told', (_name, status, body, cause, closedMs) => {
    expect(outcome(status, body, ['nasa', 'esa'])).toMatchObject(closing(cause, closedMs, true));
  });

  test('429 rate: the gate closes', () => {
    const answer = outcome(429, bodies.tooManyRequests, ['nasa', 'esa']);
    expect(answer).toMatchObject(closing('rate-limited', WINDOW_MS, false));
  });

  const nobody = { data: [], errors: [bodies.internalError(host)] };
  test.each([...AWAY, ['200 with nobody and an internal error', 200, nobody] as const])(
    '%s: the gate stays open',
    (_name, status, body) => {
      expect(outcome(status, body, ['nasa', 'esa'])).toMatchObject(closing('x-unreachable', null, false));
    },
  );
});
