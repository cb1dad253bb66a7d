import { describe, expect, it, test } from 'vitest';
import { pageOutcome } from '../../../shared/x/outcome.ts';
import type { UnavailableReason, WaitCause } from '../../../shared/x/types.ts';
import * as bodies from './bodies.ts';
import { HOSTS, ID, user } from './bodies.ts';

const NOW = Date.UTC(2026, 3, 10, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

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
  const rows: [string, number, unknown, UnavailableReason][] = [
    ['200 with the error only: protected', 200, { errors: [bodies.protectedAccount(host)] }, 'protected'],
    ['200 with the error only: suspended', 200, { errors: [bodies.suspended(host)] }, 'suspended'],
    [
      '200 with the error only: suspended, by its title alone',
      200,
      { errors: [{ ...bodies.suspended(host), detail: `Unavailable: [${ID}].` }] },
      'suspended',
    ],
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
    [
      '403 about:blank',
      403,
      { title: 'Forbidden', type: 'about:blank', status: 403, detail: 'Forbidden' },
      'refused',
    ],
    [
      '404 that is not about the account',
      404,
      { ...bodies.notFound(host), resource_type: 'list' },
      'refused',
    ],
    ['404 of an unknown path, with an empty body', 404, '', 'refused'],
    ['410', 410, { title: 'Gone', type: 'about:blank', status: 410, detail: 'Gone' }, 'refused'],
    [
      '200 with errors only, of another kind',
      200,
      { errors: [{ type: `${host}/2/problems/disallowed-resource` }] },
      'refused',
    ],
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
      expect(outcome(429, body, headers)).toMatchObject({
        kind: 'wait',
        cause: 'rate-limited',
        closeUntilMs: NOW + afterMs,
        alert: false,
      });
  });
});

describe.each(HOSTS)('money and credentials: the gate closes and somebody is told (%s)', (host) => {
  const rows: [string, number, unknown, WaitCause, number][] = [
    ['402 CreditsDepleted', 402, bodies.creditsDepleted(host), 'credits-exhausted', HOUR],
    ['402 Payment Required', 402, bodies.paymentRequired(host), 'credits-exhausted', HOUR],
    ['402 without a readable body', 402, '<html></html>', 'credits-exhausted', HOUR],
    [
      '403 spend cap until the reset date (UTC)',
      403,
      bodies.spendCapReached(host, '2026-04-14'),
      'spend-cap',
      3.5 * DAY,
    ],
    ['403 spend cap without a date', 403, bodies.spendCapReached(host, undefined), 'spend-cap', HOUR],
    ['403 spend cap until today', 403, bodies.spendCapReached(host, '2026-04-10'), 'spend-cap', HOUR],
    [
      '403 spend cap until a date that is none',
      403,
      bodies.spendCapReached(host, 'next cycle'),
      'spend-cap',
      HOUR,
    ],
    [
      '403 spend cap until an absurd date',
      403,
      bodies.spendCapReached(host, '2062-04-14'),
      'spend-cap',
      HOUR,
    ],
    ['403 credits without the spend cap', 403, bodies.paymentRequired(host), 'credits-exhausted', HOUR],
    ['429 monthly cap', 429, bodies.usageCapExceeded(host, 'Monthly'), 'usage-cap', HOUR],
    ['429 daily cap', 429, bodies.usageCapExceeded(host, 'Daily'), 'usage-cap', HOUR],
    ['401', 401, bodies.unauthorized, 'credentials-refused', 15 * MINUTE],
    ['403 client not enrolled', 403, bodies.clientNotEnrolled(host), 'credentials-refused', 15 * MINUTE],
    [
      '403 kind of authentication',
      403,
      bodies.unsupportedAuthentication(host),
      'credentials-refused',
      15 * MINUTE,
    ],
  ];
  test.each(rows)('%s', (_name, status, body, cause, afterMs) => {
    // A reset of the rate that comes along says nothing about caps.
    expect(outcome(status, body, rateHeaders(NOW + 3 * MINUTE, 250))).toMatchObject({
      kind: 'wait',
      cause,
      closeUntilMs: NOW + afterMs,
      alert: true,
    });
  });
});

describe('X away: the message comes again and the gate stays open', () => {
  const page = JSON.stringify({ data: [user('12'), user('13')], meta: { result_count: 2 } });
  const rows: [string, number, unknown][] = [
    ['503 JSON', 503, bodies.serviceUnavailable],
    ['503 HTML', 503, bodies.HTML_503],
    ['503 plain text', 503, bodies.TEXT_503],
    ['500 with an empty body', 500, ''],
    ['504', 504, ''],
    ['408', 408, ''],
    ['302', 302, ''],
    ['truncated JSON', 200, page.slice(0, -20)],
    ['200 HTML', 200, bodies.HTML_503],
    ['200 with an empty body', 200, ''],
    ['200 with an empty object', 200, {}],
    ['200 with a list instead of an object', 200, [user('12')]],
    ['200 that counts friends and lists none', 200, { meta: { result_count: 5 } }],
    ['200 with an internal error only', 200, { errors: [bodies.internalError(HOSTS[1])] }],
  ];
  test.each(rows)('%s', (_name, status, body) => {
    expect(outcome(status, body)).toMatchObject({
      kind: 'wait',
      cause: 'x-unreachable',
      closeUntilMs: null,
      alert: false,
    });
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
