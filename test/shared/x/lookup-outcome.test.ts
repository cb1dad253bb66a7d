import { describe, expect, it, test } from 'vitest';
import { lookupOutcome } from '../../../shared/x/outcome.ts';
import type { Observation, WaitCause } from '../../../shared/x/types.ts';
import * as bodies from './bodies.ts';
import { HOSTS, user } from './bodies.ts';

const NOW = Date.UTC(2026, 3, 10, 12);
const QUARTER_HOUR = 15 * 60_000;

const outcome = (status: number, body: unknown, values: string[], by: 'id' | 'username' = 'username') =>
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
  const gone = (name: string) => bodies.notFound(host, 'usernames', name);
  const body = {
    data: [
      user('2', { username: 'Locked', protected: true }),
      user('1', { username: 'NASA', protected: false }),
    ],
    errors: [gone('Gone'), bodies.suspended(host, 'usernames', 'BANNED'), bodies.fieldProblem(host, '1')],
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

  const SILENT: [what: string, errors: object[], problems: object[]][] = [
    ['mentions it nowhere', [], [{ title: 'Not mentioned' }]],
    ['has an internal error', [bodies.internalError(host)], [{}, { type: 'internal-error' }]],
    ['has nothing to show', [bodies.unavailableUser(undefined)], [{}, { type: 'resource-unavailable' }]],
    ['cannot show it now', [{ ...bodies.unavailableUser('7'), value: 'Silence' }], [{ value: 'Silence' }]],
    ['says that another is gone', [gone('other')], [{ title: 'Not mentioned' }]],
    ['says that a list is gone', [{ ...gone('silence'), resource_type: 'list' }], [{}, {}]],
  ];
  test.each(SILENT)('an account of which X says nothing is unknown: it %s', (_what, errors, problems) => {
    const seen = observations(200, { data: body.data, errors }, ['silence', 'nasa']);
    expect(seen).toMatchObject([{ requested: 'silence', status: 'unknown', problems }, { status: 'active' }]);
  });

  it('nor is the only account that was asked for known where X says nothing of it', () => {
    const answers = [{}, { data: [] }, { errors: [bodies.internalError(host)] }, { errors: [{ code: 1 }] }];
    for (const answer of answers) {
      expect(observations(200, answer, ['silence'])).toMatchObject([{ status: 'unknown' }]);
      const [first, second] = observations(200, answer, ['silence', 'can-not-be']);
      expect([first?.status, second]).toMatchObject(['unknown', { problems: [{ title: 'Not asked' }] }]);
    }
  });

  it('a count that is no count is none, and is named', () => {
    const odd = user('1', { username: 'nasa', public_metrics: { following_count: '2500' } });
    const [seen] = observations(200, { data: [odd] }, ['nasa']);
    expect(seen).toMatchObject({ status: 'active', problems: [{ field: 'following_count' }] });
    expect(seen?.account).not.toHaveProperty('following_count');
  });

  it('errors only: nobody is found', () => {
    expect(observations(200, { errors: [gone('gone')] }, ['gone'])).toMatchObject([{ status: 'not_found' }]);
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
    expect(seen.map(({ status }) => status)).toEqual(['unknown', 'active']);
  });

  it('403 and 404 as a whole count where they are about every account asked for', () => {
    const { value: _value, resource_id: _id, ...nameless } = gone('gone');
    for (const body of [gone('gone'), nameless])
      expect(observations(404, body, ['gone'])).toMatchObject([{ status: 'not_found' }]);
    const suspended = bodies.suspended(host, 'usernames', 'gone');
    expect(observations(403, suspended, ['Gone'])).toMatchObject([{ status: 'suspended' }]);
    const { detail: _detail, ...aboutNobody } = nameless;
    for (const answer of [outcome(404, nameless, ['gone', 'nasa']), outcome(404, aboutNobody, ['gone'])])
      expect(answer).toMatchObject({ kind: 'wait', cause: 'not-understood' });
  });

  it('a profile that X hides is protected', () => {
    const errors = [bodies.protectedAccount(host, '7')];
    expect(observations(200, { errors }, ['7'], 'id')).toMatchObject([{ status: 'protected' }]);
  });
});

it('what X cannot be asked for is unknown, and the row says why', () => {
  const [seen] = observations(200, { data: [user('1')] }, ['no-such.name', 'user1']);
  expect(seen).toMatchObject({ status: 'unknown', problems: [{ title: 'Not asked' }] });
});

describe.each(HOSTS)('a look-up that X does not answer (%s)', (host) => {
  const notValid = bodies.parameterNotValid(host, 'usernames', 'nasa');
  const [inWords, fault] = [{ message: 'Bad `usernames`' }, bodies.internalError(host)];
  const rows: [string, number, unknown, WaitCause, number | null, boolean][] = [
    ['any other 4xx', 400, bodies.maxResultsNotValid(host), 'not-understood', QUARTER_HOUR, true],
    ['404 with an empty body', 404, '', 'not-understood', QUARTER_HOUR, true],
    ['200 that is a problem', 200, bodies.serviceUnavailable, 'not-understood', QUARTER_HOUR, true],
    // Others may be asked for meanwhile: it is about these.
    ['400 about the names', 400, notValid, 'not-understood', null, true],
    ['400 about the names, in words', 400, { errors: [inWords] }, 'not-understood', null, true],
    ['401', 401, bodies.unauthorized, 'credentials-refused', QUARTER_HOUR, true],
    ['402', 402, bodies.creditsDepleted(host), 'credits-exhausted', 4 * QUARTER_HOUR, true],
    ['402 variant', 402, bodies.paymentRequired(host), 'credits-exhausted', 4 * QUARTER_HOUR, true],
    ['403 spend cap', 403, bodies.spendCapReached(host, '2026-04-11'), 'spend-cap', 48 * QUARTER_HOUR, true],
    ['403 client', 403, bodies.clientNotEnrolled(host), 'credentials-refused', QUARTER_HOUR, true],
    ['429 cap', 429, bodies.usageCapExceeded(host, 'Monthly'), 'usage-cap', 4 * QUARTER_HOUR, true],
    ['429 rate', 429, bodies.tooManyRequests, 'rate-limited', QUARTER_HOUR, false],
    ['503 plain text', 503, bodies.TEXT_503, 'x-unreachable', null, false],
    ['truncated JSON', 200, '{"data":[{"id":"1","usern', 'unreadable', null, false],
    ['internal error only', 200, { data: [], errors: [fault] }, 'unreadable', null, false],
    ['neither data nor errors', 200, {}, 'unreadable', null, false],
    ['nobody', 200, { data: [] }, 'unreadable', null, false],
  ];
  test.each(rows)('%s', (_name, status, body, cause, afterMs, alert) => {
    const wait = { kind: 'wait', cause, closeUntilMs: afterMs === null ? null : NOW + afterMs, alert };
    expect(outcome(status, body, ['nasa', 'esa'])).toMatchObject(wait);
  });
});
