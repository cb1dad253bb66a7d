import { describe, expect, it, test } from 'vitest';
import { DAY_MS as DAY, HOUR_MS as HOUR, MINUTE_MS as MINUTE } from '../../../shared/times.ts';
import { pageOutcome } from '../../../shared/x/outcome.ts';
import type { UnavailableReason, WaitCause } from '../../../shared/x/types.ts';
import * as bodies from './bodies.ts';
import { HOSTS, ID, user } from './bodies.ts';

const NOW = Date.UTC(2026, 3, 10, 12);

const rateHeaders = (resetMs: number, remaining = 0) => ({
  'x-rate-limit-limit': '300',
  'x-rate-limit-remaining': String(remaining),
  'x-rate-limit-reset': String(resetMs / 1000),
});

const ASKED = { id: ID, paginationToken: '7140w', now: NOW };
const wait = (cause: WaitCause, afterMs: number | null, alert: boolean) => ({
  ...{ kind: 'wait', cause, alert },
  closeUntilMs: afterMs === null ? null : NOW + afterMs,
});
const outcome = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  pageOutcome({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }, ASKED);

describe('200 with a list and a meta: scraped', () => {
  const scraped = [
    ['a page with a next token', [user('12'), user('13')], { result_count: 2, next_token: 'T2' }, 2, 'T2'],
    ['the last page', [user('12')], { result_count: 1, previous_token: 'T0' }, 1, null],
    ['an empty list without data', undefined, { result_count: 0 }, 0, null],
    ['an empty list with data', [], { result_count: 0 }, 0, null],
    ['an empty page with a token to go on', undefined, { result_count: 0, next_token: 'T3' }, 0, 'T3'],
    ['a next token that is none', [user('12')], { next_token: null }, 1, null],
  ] as const;
  test.each(scraped)('%s', (_name, data, meta, friends, nextToken) => {
    const answer = outcome(200, { data, meta });
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
  const ITS_ID_IS_READ = 'no username';
  test.each(Object.entries(MALFORMED))('a friend with %s is noted and the page is kept', (_name, friend) => {
    const answer = outcome(200, { data: [user('12'), friend, user('13')], meta: { result_count: 3 } });
    expect(answer).toMatchObject({
      kind: 'scraped',
      friends: [{ id: '12' }, { id: '13' }],
      problems: [{ source: 'x', title: 'Friend without a usable id or username' }],
    });
    expect(answer.kind === 'scraped' && answer.problems[0]?.detail).toContain('place 2 ');
    // It was on the page, and is charged for.
    expect(answer).toMatchObject({ charged: 3, unreadableFriends: _name === ITS_ID_IS_READ ? 0 : 1 });
  });

  it('has nobody unreadable where one is listed twice, or named by a problem', () => {
    const errors = [bodies.unavailableUser('3')];
    const answer = outcome(200, { data: [user('12'), user('12')], meta: { result_count: 3 }, errors });
    expect(answer).toMatchObject({ charged: 2, unreadableFriends: 0 });
  });

  test.each(['15', '1553086854915936257'])(
    'a friend whose id is the number %s is read by its digits',
    (id) => {
      const body = `{"data":[{"id":"12","username":"a"},{"id":${id},"username":"b"}],"meta":{"result_count":2}}`;
      expect(outcome(200, body)).toMatchObject({ friends: [{ id: '12' }, { id }], charged: 2, problems: [] });
    },
  );

  const [one, cannotBeHad] = [[user('1')], bodies.unavailableUser('3')];
  const UNKNOWN: [string, object[] | undefined, object[] | undefined, string[]][] = [
    ['of which X says that it cannot be had', one, [cannotBeHad], ['3']],
    ['that X calls suspended', one, [bodies.suspended(HOSTS[1], 'id', '3')], ['3']],
    ['twice named, on an empty page', undefined, [cannotBeHad, cannotBeHad], ['3']],
    ['that is listed without a username', [user('1'), { id: '15' }], undefined, ['15']],
    ['of which a field is hidden, and which is listed', [user('12')], [bodies.fieldProblem(HOSTS[0])], []],
    ['that is the parent itself', one, [bodies.suspended(HOSTS[0])], []],
    ['that is a post', one, [{ ...cannotBeHad, resource_type: 'tweet' }], []],
  ];
  test.each(UNKNOWN)('a friend %s is neither seen nor gone', (_name, data, errors, unknownFriends) => {
    const body = { meta: { result_count: 0 }, data, errors };
    expect(outcome(200, body)).toMatchObject({ kind: 'scraped', unknownFriends });
  });

  it('says where X counted more friends than it listed', () => {
    const answer = outcome(200, { data: [user('12')], meta: { result_count: 6 } });
    expect(answer).toMatchObject({ problems: [{ detail: 'result_count is 6, and 1 friends were listed.' }] });
  });

  it('leaves out what a column cannot take, of that friend alone, and names friend and field', () => {
    const odd = { created_at: '10000-01-01', public_metrics: { followers_count: 1.5, following_count: 3 } };
    const data = [user('12', { description: 'whole' }), user('13', odd), user('14', { created_at: 7 })];
    const answer = outcome(200, { data, meta: { result_count: 3 } });
    expect(answer).toMatchObject({
      friends: [{ description: 'whole' }, { following_count: 3 }, { id: '14' }],
    });
    expect(answer).toMatchObject({
      problems: [
        { field: 'created_at', resource_ids: ['13', '14'], detail: expect.stringContaining('"10000-01-01"') },
        { field: 'followers_count', resource_ids: ['13'] },
      ],
    });
    expect(answer.kind === 'scraped' && answer.friends[1]).not.toHaveProperty('created_at');
  });

  it('keeps the page where an error is about one of the friends, not about the parent', () => {
    const errors = [bodies.suspended(HOSTS[0], 'id', '12')];
    const answer = outcome(200, { meta: { result_count: 0, next_token: 'T' }, errors });
    expect(answer).toMatchObject({ kind: 'scraped', friends: [], nextToken: 'T' });
  });
});

describe.each(HOSTS)('about the account: unavailable (%s)', (host) => {
  const byTitle = { ...bodies.suspended(host), detail: `Unavailable: [${ID}].` };
  const rows: [string, number, unknown, UnavailableReason][] = [
    ['200 with the error only: protected', 200, { errors: [bodies.protectedAccount(host)] }, 'protected'],
    ['200 with the error only: suspended', 200, { errors: [bodies.suspended(host)] }, 'suspended'],
    ['200 with the error only: suspended, by its title alone', 200, { errors: [byTitle] }, 'suspended'],
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
    ['400 with the token in plain text', 400, 'invalid pagination_token', 'page_token_rejected'],
    ['400 about another parameter', 400, bodies.maxResultsNotValid(host), 'refused'],
    ['400 about the id', 400, bodies.parameterNotValid(host, 'id', ID), 'refused'],
    ['403 of an account that X shows to nobody', 403, bodies.disallowed(host, ID), 'refused'],
  ];
  test.each(rows)('%s', (_name, status, body, reason) => {
    expect(outcome(status, body)).toMatchObject({ kind: 'unavailable', reason });
  });

  it('a page without a token cannot have a wrong one', () => {
    const answer = { status: 400, headers: {}, body: JSON.stringify(bodies.pageTokenNotValid(host)) };
    const said = pageOutcome(answer, { ...ASKED, paginationToken: null });
    expect(said).toMatchObject({ kind: 'wait', cause: 'not-understood' });
  });
});

describe('what names neither the account nor a parameter of this call: a window, and an alert with the words', () => {
  const host = HOSTS[0];
  const [several, fault] = [[{ title: 'A', detail: 'b' }, 'c', null], bodies.internalError(host)];
  const nested = '['.repeat(99_999) + ']'.repeat(99_999);
  const rows: [string, number, unknown, string][] = [
    ['403 in a code', 403, { errors: [{ message: 'Not so', code: 467 }] }, 'HTTP 403: Not so (code 467)'],
    ['400 in a code', 400, { errors: [{ code: 215, message: 'Bad' }] }, 'HTTP 400: Bad (code 215)'],
    ['403 about:blank', 403, bodies.forbidden, 'HTTP 403: Forbidden'],
    ['404 that is about a list', 404, { ...bodies.notFound(host), resource_type: 'list' }, ''],
    ['404 that is about another account', 404, bodies.notFound(host, 'id', '12'), ''],
    ['404 of an unknown path, with an empty body', 404, '', 'HTTP 404: an empty body'],
    ['410', 410, { title: 'Gone', type: 'about:blank', detail: 'It went' }, 'HTTP 410: Gone: It went'],
    ['400 about a parameter of every call', 400, bodies.parameterNotValid(host, 'user.fields', 'x'), ''],
    ['400 that lists all parameters', 400, bodies.parameterUnknown(host), ''],
    ['200 that is a problem', 200, bodies.serviceUnavailable, 'HTTP 200: Service Unavailable'],
    ['200 with errors alone', 200, { errors: several }, 'HTTP 200: A: b; c; null'],
    ['200 with an internal error alone', 200, { errors: [fault] }, 'Something went wrong'],
    ['200 with one error that is no list', 200, { errors: { message: 'Odd' } }, 'HTTP 200: Odd'],
    ['200 with lists in lists', 200, `{"errors":${nested}}`, 'nested too deeply'],
    ['200 with errors about another account', 200, { errors: [bodies.notFound(host, 'id', '12')] }, ''],
  ];
  test.each(rows)('%s', (_name, status, body, detail) => {
    const answer = outcome(status, body);
    expect(answer).toMatchObject(wait('not-understood', 15 * MINUTE, true));
    expect(answer.kind === 'wait' && answer.detail).toContain(detail || 'HTTP ');
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
      expect(outcome(429, body, headers)).toMatchObject(wait('rate-limited', afterMs, false));
  });
});

describe.each(HOSTS)('money and credentials: the gate closes and somebody is told (%s)', (host) => {
  const capUntil = (date: string | undefined) => bodies.spendCapReached(host, date);
  const rows: [string, number, unknown, WaitCause, number][] = [
    ['402 CreditsDepleted', 402, bodies.creditsDepleted(host), 'credits-exhausted', HOUR],
    ['402 Payment Required', 402, bodies.paymentRequired(host), 'credits-exhausted', HOUR],
    ['402 without a readable body', 402, '<html></html>', 'credits-exhausted', HOUR],
    ['403 spend cap until the reset date (UTC)', 403, capUntil('2026-04-14'), 'spend-cap', 3.5 * DAY],
    ['403 spend cap without a date', 403, capUntil(undefined), 'spend-cap', HOUR],
    ['403 spend cap until today', 403, capUntil('2026-04-10'), 'spend-cap', HOUR],
    ['403 spend cap until a date that is none', 403, capUntil('next cycle'), 'spend-cap', HOUR],
    ['403 spend cap until an absurd date', 403, capUntil('2062-04-14'), 'spend-cap', HOUR],
    ['403 credits without the spend cap', 403, bodies.paymentRequired(host), 'credits-exhausted', HOUR],
    ['429 monthly cap', 429, bodies.usageCapExceeded(host, 'Monthly'), 'usage-cap', HOUR],
    ['429 daily cap', 429, bodies.usageCapExceeded(host, 'Daily'), 'usage-cap', HOUR],
    ['200 monthly cap', 200, bodies.usageCapExceeded(host, 'Monthly'), 'usage-cap', HOUR],
    ['400 in the words of a 402', 400, bodies.creditsDepleted(host), 'credits-exhausted', HOUR],
    ['403 spend cap among errors', 403, { errors: [capUntil('2026-04-14')] }, 'spend-cap', 3.5 * DAY],
  ];
  const CREDENTIALS: [string, number, unknown][] = [
    ['401', 401, bodies.unauthorized],
    ['403 client not enrolled', 403, bodies.clientNotEnrolled(host)],
    ['403 kind of authentication', 403, bodies.unsupportedAuthentication(host)],
    ['403 we are suspended', 403, bodies.clientSuspended(host)],
    ['200 client not enrolled', 200, { errors: [bodies.clientNotEnrolled(host)] }],
  ];
  for (const row of CREDENTIALS) rows.push([...row, 'credentials-refused', 15 * MINUTE]);
  test.each(rows)('%s', (_name, status, body, cause, afterMs) => {
    // A reset of the rate that comes along says nothing about caps.
    const answer = outcome(status, body, rateHeaders(NOW + 3 * MINUTE, 250));
    expect(answer).toMatchObject(wait(cause, afterMs, true));
  });
});

describe('a 200 that brings no list and no reason: the message comes again, and the gate stays open', () => {
  const page = JSON.stringify({ data: [user('12'), user('13')], meta: { result_count: 2 } });
  const [friends, meta] = [[user('12'), user('13')], { result_count: 0 }];
  const fault = bodies.internalError(HOSTS[1]);
  const rows: [string, unknown][] = [
    ['truncated JSON', page.slice(0, -20)],
    ['HTML', bodies.HTML_503],
    ['an empty body', ''],
    ['an empty object', {}],
    ['a list instead of an object', [user('12')]],
    ['data without meta', { data: friends }],
    ['data beside an error, without meta', { data: friends, errors: [fault] }],
    ['a meta that is none', { data: friends, meta: [] }],
    ['a next token that is a number', { data: friends, meta: { result_count: 2, next_token: 7 } }],
    ['an empty list without meta', { data: [] }],
    ['an empty list that is one account', { data: user('12'), meta }],
    ['a meta that counts nothing', { meta: {} }],
    ['a meta that counts friends where none are listed', { meta: { result_count: 5 } }],
    ['the same, with a list', { data: [], meta: { result_count: 5 } }],
    ['an empty list beside an internal error', { meta, errors: [fault] }],
    ['an empty list with a token, beside one', { meta: { ...meta, next_token: 'T' }, errors: [fault] }],
    ['an empty list beside an internal error about the parent', { meta, errors: [{ ...fault, value: ID }] }],
    ['an empty list and a parent that cannot be had', { meta, errors: [bodies.unavailableUser(ID)] }],
    ['an empty list and something that cannot be had', { meta, errors: [bodies.unavailableUser(undefined)] }],
  ];
  test.each(rows)('%s', (_name, body) => {
    expect(outcome(200, body)).toMatchObject(wait('unreadable', null, false));
  });
});

describe('X away: the message comes again and the gate stays open', () => {
  const rows: [string, number, unknown][] = [
    ['503 JSON', 503, bodies.serviceUnavailable],
    ['503 HTML', 503, bodies.HTML_503],
    ['503 plain text', 503, bodies.TEXT_503],
    ['500 with an empty body', 500, ''],
    ['500 about the parent', 500, { errors: [bodies.notFound(HOSTS[0])] }],
    ['504', 504, ''],
    ['408', 408, ''],
    ['302', 302, ''],
  ];
  test.each(rows)('%s', (_name, status, body) => {
    expect(outcome(status, body)).toMatchObject(wait('x-unreachable', null, false));
  });

  it('the network or the deadline', () => {
    const detail = 'no connection: ECONNRESET';
    const answer = pageOutcome({ failure: detail }, ASKED);
    expect(answer).toEqual({ ...wait('x-unreachable', null, false), detail });
  });

  it('an edge that refuses us in HTML loses no page, and somebody is told', () => {
    const page = '<html>Attention Required! | Cloudflare</html>';
    const answer = { ...wait('x-unreachable', null, true), detail: `HTTP 403: ${page}` };
    expect(outcome(403, page)).toMatchObject(answer);
  });
});

describe('a problem is kept with the row of its page', () => {
  const kept = (problem: object) => {
    const answer = outcome(404, { ...bodies.notFound(HOSTS[0]), ...problem });
    if (answer.kind !== 'unavailable')
      throw new Error(`expected a final answer, got ${JSON.stringify(answer)}`);
    return answer.problems[0];
  };

  it('without the digits of a billing account, since JSON.parse has changed them', () => {
    expect(kept({ account_id: 1553086854 })).not.toHaveProperty('account_id');
  });

  it('and not at a length that would keep the row from being stored', () => {
    const long = kept({ title: `${'x'.repeat(999)}😀`, parameters: { all: ['y'.repeat(5000)] } });
    expect(long?.title).toBe(`${'x'.repeat(999)}\uFFFD…`);
    expect(long?.parameters).toMatch(/^\{"all":\["y{990}/);
    expect(JSON.stringify(long).length).toBeLessThan(3000);
  });
});
