import { describe, expect, it, test } from 'vitest';
import { DAY_MS as DAY, MINUTE_MS as MINUTE } from '../../../shared/times.ts';
import { pageOutcome } from '../../../shared/x/outcome.ts';
import type { UnavailableReason } from '../../../shared/x/types.ts';
import * as bodies from './bodies.ts';
import { HOSTS, ID, user } from './bodies.ts';
import { AWAY, alertRows, closing, NOW } from './wait-rows.ts';

const rateHeaders = (resetMs: number, remaining = 0) => ({
  'x-rate-limit-limit': '300',
  'x-rate-limit-remaining': String(remaining),
  'x-rate-limit-reset': String(resetMs / 1000),
});

const outcome = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  pageOutcome(
    { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) },
    { id: ID, now: NOW },
  );

describe('200 with data, or with result_count 0: scraped', () => {
  const scraped = [
    [
      'a page with a next token',
      { data: [user('12'), user('13')], meta: { result_count: 2, next_token: 'T2' } },
      2,
      'T2',
    ],
    ['the last page', { data: [user('12')], meta: { result_count: 1, previous_token: 'T0' } }, 1, null],
    ['an empty list without data', { meta: { result_count: 0 } }, 0, null],
    ['an empty list with data', { data: [], meta: { result_count: 0 } }, 0, null],
    ['an empty page with a token to go on', { meta: { result_count: 0, next_token: 'T3' } }, 0, 'T3'],
    ['data without meta', { data: [user('12')] }, 1, null],
  ] as const;
  test.each(scraped)('%s', (_name, body, friends, nextToken) => {
    const answer = outcome(200, body);
    expect(answer).toMatchObject({ kind: 'scraped', nextToken, problems: [] });
    expect(answer.kind === 'scraped' && answer.friends.length).toBe(friends);
  });

  test.each(HOSTS)('problems of fields beside data are kept and lose nothing (%s)', (host) => {
    const answer = outcome(200, {
      data: [user('12'), user('13')],
      meta: { result_count: 2 },
      errors: [bodies.fieldProblem(host)],
    });
    expect(answer).toMatchObject({
      kind: 'scraped',
      friends: [{ id: '12' }, { id: '13' }],
      problems: [{ source: 'x', type: 'not-authorized-for-field', resource_id: '12', field: 'url' }],
    });
  });

  const MALFORMED = {
    'no id': { username: 'a', name: 'A' },
    'no username': { id: '15' },
    'an id of letters': { id: 'abc', username: 'abc' },
    'an id of 20 digits': { id: '12345678901234567890', username: 'long' },
    'an id that lost digits as a number': { id: Number('1553086854915936256'), username: 'number' },
    'null instead of a user': null,
  };
  test.each(Object.entries(MALFORMED))('a friend with %s is noted and the page is kept', (_name, friend) => {
    const answer = outcome(200, { data: [user('12'), friend, user('13')], meta: { result_count: 3 } });
    expect(answer).toMatchObject({
      kind: 'scraped',
      friends: [{ id: '12' }, { id: '13' }],
      problems: [{ source: 'x', title: 'Friend without a usable id or username' }],
    });
    expect(answer.kind === 'scraped' && answer.problems[0]?.detail).toContain('place 2 ');
  });

  it('keeps the page where an error is about one of the friends, not about the parent', () => {
    const body = {
      meta: { result_count: 0, next_token: 'T' },
      errors: [bodies.suspended(HOSTS[0], 'id', '12')],
    };
    expect(outcome(200, body)).toMatchObject({ kind: 'scraped', friends: [], nextToken: 'T' });
  });
});

describe.each(HOSTS)('about the account: unavailable (%s)', (host) => {
  const titled = { ...bodies.suspended(host), detail: `Unavailable: [${ID}].` };
  const rows: [string, number, unknown, UnavailableReason][] = [
    ['200 with the error only: protected', 200, { errors: [bodies.protectedAccount(host)] }, 'protected'],
    ['200 with the error only: suspended', 200, { errors: [bodies.suspended(host)] }, 'suspended'],
    ['200 with the error only: suspended, by its title', 200, { errors: [titled] }, 'suspended'],
    ['200 with the error only: gone', 200, { errors: [bodies.notFound(host)] }, 'not_found'],
    ['403 protected', 403, bodies.protectedAccount(host), 'protected'],
    ['403 protected, inside errors', 403, { errors: [bodies.protectedAccount(host)] }, 'protected'],
    ['403 suspended', 403, bodies.suspended(host), 'suspended'],
    ['404 gone', 404, bodies.notFound(host), 'not_found'],
    ['404 gone, inside errors', 404, { errors: [bodies.notFound(host)] }, 'not_found'],
    ['404 suspended', 404, { errors: [bodies.suspended(host)] }, 'suspended'],
  ];
  test.each(rows)('%s', (_name, status, body, reason) => {
    const answer = outcome(status, body);
    expect(answer).toMatchObject({ kind: 'unavailable', reason });
    expect(answer.kind === 'unavailable' && answer.problems.length).toBe(1);
  });

  it('an empty list beside the error does not count as a list: nobody has been unfollowed', () => {
    const errors = [bodies.protectedAccount(host)];
    for (const body of [
      { meta: { result_count: 0 }, errors },
      { data: [], meta: { result_count: 0 }, errors },
    ])
      expect(outcome(200, body)).toMatchObject({ kind: 'unavailable', reason: 'protected' });
  });
});

describe.each(HOSTS)('what X refuses for good (%s)', (host) => {
  const rows: [string, number, unknown, UnavailableReason][] = [
    ['400 with the token in errors', 400, bodies.pageTokenNotValid(host), 'page_token_rejected'],
    ['400 with the token in the detail', 400, bodies.pageTokenNoToken(host), 'page_token_rejected'],
    ['400 about another parameter', 400, bodies.maxResultsNotValid(host), 'refused'],
    ['403 about:blank', 403, { title: 'Forbidden', type: 'about:blank' }, 'refused'],
    ['404 about something else', 404, { ...bodies.notFound(host), resource_type: 'list' }, 'refused'],
    ['404 of an unknown path, with an empty body', 404, '', 'refused'],
    ['410', 410, { title: 'Gone', type: 'about:blank', status: 410, detail: 'Gone' }, 'refused'],
    ['200 with errors of another kind', 200, { errors: [{ type: `${host}/2/problems/other` }] }, 'refused'],
  ];
  test.each(rows)('%s', (_name, status, body, reason) => {
    expect(outcome(status, body)).toMatchObject({ kind: 'unavailable', reason });
  });
});

describe('429 about the rate: the gate closes until the reset', () => {
  const rows: [string, Record<string, string>, number][] = [
    ['as named', rateHeaders(NOW + 7 * MINUTE), 7 * MINUTE],
    ['with calls left, as the header may say', rateHeaders(NOW + 7 * MINUTE, 12), 7 * MINUTE],
    ['one window where the headers are missing', {}, 15 * MINUTE],
    ['one window where the header is no number', { 'x-rate-limit-reset': 'soon' }, 15 * MINUTE],
    ['one window where the reset is past', rateHeaders(NOW - 5 * MINUTE), 15 * MINUTE],
    ['as named, 20 minutes ahead of our clock', rateHeaders(NOW + 20 * MINUTE), 20 * MINUTE],
    ['no longer than two windows', rateHeaders(NOW + 5 * DAY), 30 * MINUTE],
  ];
  test.each(rows)('%s', (_name, headers, afterMs) => {
    for (const body of [bodies.tooManyRequests, '', '<html>Too many requests</html>'])
      expect(outcome(429, body, headers)).toMatchObject(closing('rate-limited', afterMs, false));
  });
});

describe.each(HOSTS)('money and credentials: the gate closes and somebody is told (%s)', (host) => {
  test.each(alertRows(host))('%s', (_name, status, body, cause, closedMs) => {
    // A reset of the rate that comes along says nothing about caps.
    const headers = rateHeaders(NOW + 3 * MINUTE, 250);
    expect(outcome(status, body, headers)).toMatchObject(closing(cause, closedMs, true));
  });
});

describe('X away: the message comes again and the gate stays open', () => {
  test.each([
    ...AWAY,
    ['200 that counts friends and lists none', 200, { meta: { result_count: 5 } }] as const,
  ])('%s', (_name, status, body) => {
    expect(outcome(status, body)).toMatchObject(closing('x-unreachable', null, false));
  });

  it('the network or the deadline', () => {
    expect(pageOutcome({ failure: 'no connection: ECONNRESET' }, { id: ID, now: NOW })).toEqual({
      kind: 'wait',
      cause: 'x-unreachable',
      detail: 'no connection: ECONNRESET',
      closeUntilMs: null,
      alert: false,
    });
  });

  it('an edge that refuses us in HTML loses no page, and somebody is told', () => {
    expect(outcome(403, '<html>Attention Required! | Cloudflare</html>')).toMatchObject({
      kind: 'wait',
      cause: 'x-unreachable',
      closeUntilMs: null,
      alert: true,
      detail: 'HTTP 403: <html>Attention Required! | Cloudflare</html>',
    });
  });
});

it('keeps the digits of a billing account out of the problems, since JSON.parse has changed them', () => {
  const answer = outcome(400, bodies.creditsDepleted(HOSTS[0]));
  expect(answer).toMatchObject({ kind: 'unavailable', reason: 'refused' });
  expect(answer.kind === 'unavailable' && answer.problems[0]).not.toHaveProperty('account_id');
});
