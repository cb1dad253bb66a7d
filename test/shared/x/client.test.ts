import type http from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { ConfigError } from '../../../shared/errors.ts';
import { createX } from '../../../shared/x/client.ts';
import * as bodies from './bodies.ts';
import { HOSTS, ID, user } from './bodies.ts';
import { json, Loopback } from './loopback.ts';

const TOKEN = 'AAAAAAAAAAAAsecret%2Btoken%3D';
const DEADLINE_MS = 200;
const RATE = {
  'x-rate-limit-limit': '300',
  'x-rate-limit-remaining': '299',
  'x-rate-limit-reset': '1767225600',
};
const PAGE = { data: [user('12'), user('13')], meta: { result_count: 2, next_token: 'NEXT' } };
const FIRST_PAGE = { id: ID, maxResults: 1000, paginationToken: null };

let server: Loopback;
beforeEach(async () => {
  server = await Loopback.start();
});
afterEach(() => server.stop());

const connect = (deadlineMs = 5000, baseUrl = server.url, bearerToken = TOKEN) =>
  createX({ baseUrl, bearerToken, deadlineMs, clock: systemClock });

/** What a page that X answers comes to, with its rate limit. */
const pageFrom = (answer: http.RequestListener, deadlineMs?: number) => {
  server.answer = answer;
  return connect(deadlineMs).following(FIRST_PAGE);
};
const JSON_TYPE = { 'content-type': 'application/json' };
/** Answers these bytes as they are. */
const sends =
  (body: string | Buffer, headers: Record<string, string> = {}, status = 200): http.RequestListener =>
  (_request, response) =>
    response.writeHead(status, { ...JSON_TYPE, ...headers }).end(body);

/** The request target of what X was asked first. */
const asked = () => new URL(server.requests[0]?.url ?? '', server.url);

describe('what is asked of X', () => {
  it('one page of friends, with the token of the app and without compression', async () => {
    server.answer = json(PAGE, 200, RATE);
    const { answer, rate } = await connect().following({ ...FIRST_PAGE, paginationToken: 'T1' });
    expect(answer).toMatchObject({
      kind: 'scraped',
      friends: [{ id: '12' }, { id: '13' }],
      nextToken: 'NEXT',
    });
    expect(rate).toEqual({ limit: 300, remaining: 299, resetMs: 1767225600_000 });
    expect(asked().pathname).toBe(`/2/users/${ID}/following`);
    expect(Object.fromEntries(asked().searchParams)).toMatchObject({
      max_results: '1000',
      pagination_token: 'T1',
    });
    expect(asked().searchParams.get('user.fields')).toContain('public_metrics');
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('no page token for the first page', async () => {
    await pageFrom(json(PAGE));
    expect(asked().searchParams.has('pagination_token')).toBe(false);
  });

  it('100 accounts in one call, by name or by id', async () => {
    server.answer = json({ data: [user('1')] });
    const x = connect();
    await x.lookup('username', ['NASA', 'esa']);
    expect(asked().pathname).toBe('/2/users/by');
    expect(asked().searchParams.get('usernames')).toBe('NASA,esa');
    server.requests.length = 0;
    const { answer } = await x.lookup(
      'id',
      Array.from({ length: 100 }, (_, i) => String(i + 1)),
    );
    expect(asked().pathname).toBe('/2/users');
    expect(asked().searchParams.get('ids')?.split(',')).toHaveLength(100);
    expect(answer.kind === 'looked-up' && answer.observations).toHaveLength(100);
    await expect(x.lookup('id', Array.from({ length: 101 }, String))).rejects.toThrow(RangeError);
  });

  it('no value that would make X refuse those beside it', async () => {
    server.answer = json({ data: [user('1', { username: 'esa' })] });
    const x = connect();
    const { answer } = await x.lookup('username', ['no.such', 'esa']);
    expect(asked().searchParams.get('usernames')).toBe('esa');
    expect(answer).toMatchObject({ observations: [{ status: 'unknown' }, { status: 'active' }] });
    const [nobody] = [await x.lookup('id', ['12345678901234567890', 'x'])];
    expect(nobody.answer).toMatchObject({ observations: [{ status: 'unknown' }, { status: 'unknown' }] });
    expect(server.requests).toHaveLength(1);
  });

  it('one connection for call after call', async () => {
    server.answer = json(PAGE);
    const x = connect();
    for (let call = 0; call < 5; call++) await x.following(FIRST_PAGE);
    expect(server.requests).toHaveLength(5);
    expect(server.connections).toBe(1);
  });
});

describe('what X answers reaches the table', () => {
  test.each([
    [429, bodies.tooManyRequests, 'rate-limited'],
    [402, bodies.paymentRequired(HOSTS[0]), 'credits-exhausted'],
    [401, bodies.unauthorized, 'credentials-refused'],
    [503, bodies.serviceUnavailable, 'x-unreachable'],
  ])('%i, with its rate limit', async (status, body, cause) => {
    const answer = json(body, status, { ...RATE, 'x-rate-limit-remaining': '0' });
    expect(await pageFrom(answer)).toMatchObject({
      answer: { kind: 'wait', cause },
      rate: { limit: 300, remaining: 0 },
    });
  });

  it('a redirect is not followed and is no answer', async () => {
    const { answer } = await pageFrom(json(PAGE, 302, { location: '/elsewhere' }));
    expect(answer).toMatchObject({ kind: 'wait', cause: 'x-unreachable' });
    expect(server.requests).toHaveLength(1);
  });

  it('missing and unreadable rate-limit headers are no rate limit', async () => {
    const { 'x-rate-limit-limit': _limit, ...withoutLimit } = RATE;
    for (const headers of [{}, withoutLimit, { ...RATE, 'x-rate-limit-remaining': 'many' }])
      expect(await pageFrom(json(PAGE, 200, headers))).toMatchObject({
        answer: { kind: 'scraped' },
        rate: null,
      });
  });

  const page = JSON.stringify({ ...PAGE, data: [user('12', { description: 'a\nb' })] });
  const ODD: [what: string, body: string | Buffer, headers: Record<string, string>][] = [
    ['compressed although nobody asked for it', gzipSync(page), { 'content-encoding': 'gzip' }],
    ['compressed, and nothing says so', gzipSync(page), {}],
    ['not compressed, although it says so', page, { 'content-encoding': 'gzip' }],
    ['under another content type', page, { 'content-type': 'text/plain' }],
    ['after a byte order mark', `\uFEFF${page}`, {}],
    ['with a control character in a string', page.replace('\\n', '\n'), {}],
  ];
  test.each(ODD)('a page %s is a page', async (_what, body, headers) => {
    const { answer } = await pageFrom(sends(body, headers));
    expect(answer).toMatchObject({ kind: 'scraped', friends: [{ description: 'a\nb' }], nextToken: 'NEXT' });
  });

  it('half an emoji is stored as U+FFFD, and nothing else is changed', async () => {
    const body =
      '{"data":[{"id":"1","username":"a","name":"a\\ud83d","location":"\\ud83d\\ude00"}],"meta":{}}';
    const { answer } = await pageFrom((_request, response) => response.end(body));
    expect(answer).toMatchObject({
      friends: [{ id: '1', username: 'a', name: 'a\uFFFD', location: '😀' }],
    });
  });
});

describe('the deadline ends the call and its connection', () => {
  const STALLS: [what: string, answer: http.RequestListener][] = [
    ['accepts and stalls', () => undefined],
    [
      'stalls in mid-body',
      (_request, response) => {
        response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
        response.write('{"data":[');
      },
    ],
    [
      'trickles one byte after another',
      (_request, response) => {
        response.writeHead(200, JSON_TYPE);
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ];
  test.each(STALLS)('where X %s', async (_what, stalling) => {
    const { answer, rate } = await pageFrom(stalling, DEADLINE_MS);
    expect(answer).toEqual({
      kind: 'wait',
      cause: 'x-unreachable',
      detail: `X did not answer within ${DEADLINE_MS} ms`,
      closeUntilMs: null,
      alert: false,
    });
    expect(rate).toBeNull();
    await vi.waitFor(() => expect(server.connections).toBe(0), 5000);
  });
});

describe('a broken answer is no answer', () => {
  const cutAfter =
    (status: number, body: string): http.RequestListener =>
    (_request, response) => {
      response.writeHead(status, { ...JSON_TYPE, 'content-length': '100000' });
      response.write(body, () => response.destroy());
    };

  it('cut in mid-body', async () => {
    const { answer } = await pageFrom(cutAfter(200, JSON.stringify(PAGE).slice(0, 40)));
    expect(answer).toMatchObject({ kind: 'wait', cause: 'unreadable', closeUntilMs: null });
  });

  it('cut in mid-body of an error: a 404 that was not read to its end loses no page', async () => {
    const { answer } = await pageFrom(cutAfter(404, '{"title":"Not Fo'));
    expect(answer).toMatchObject({ cause: 'x-unreachable', detail: 'the connection was cut in mid-answer' });
  });

  it('compressed, and cut or damaged: neither the process nor the call hangs on it', async () => {
    const compressed = gzipSync(JSON.stringify(PAGE));
    const damaged = Buffer.concat([compressed.subarray(0, 20), Buffer.from('damaged'), compressed]);
    const rows = [
      ...[compressed.subarray(0, 30), damaged].map((body) => ({ status: 200, body, cause: 'unreadable' })),
      { status: 404, body: damaged, cause: 'x-unreachable' },
    ];
    for (const { status, body, cause } of rows) {
      const { answer } = await pageFrom(sends(body, { 'content-encoding': 'gzip' }, status));
      expect(answer).toMatchObject({ kind: 'wait', cause });
      expect(answer.kind === 'wait' && answer.detail).toContain('gzip that cannot be read');
    }
  });

  it('nobody listens', async () => {
    const gone = await Loopback.start();
    const { url } = gone;
    await gone.stop();
    const { answer, rate } = await connect(5000, url).following(FIRST_PAGE);
    expect(answer).toMatchObject({ cause: 'x-unreachable', detail: 'no connection: ECONNREFUSED' });
    expect(rate).toBeNull();
  });
});

describe('the bearer token', () => {
  it('is in no text that is logged, even where X repeats it, as it is or as it reads', async () => {
    const echo = (token: string) => ({
      title: 'Odd',
      detail: `you sent Bearer ${token}.`,
      type: 'about:blank',
    });
    const answers = [
      json(echo(TOKEN), 400),
      json(echo(decodeURIComponent(TOKEN)), 401),
      json({ ...bodies.notFound(HOSTS[0]), ...echo(TOKEN), type: 'resource-not-found' }, 404),
      json(`${TOKEN} not understood`, 503),
    ];
    for (const answer of answers) {
      const said = (await pageFrom(answer)).answer;
      expect('detail' in said && said.detail).toMatch(/\[bearer token\]/);
      expect('detail' in said && said.detail).not.toContain('secret');
    }
    const cut = await pageFrom((_request, response) => response.destroy());
    expect(JSON.stringify(cut)).not.toContain('secret');
  });

  it('that is a word of many texts is hidden in the log alone, where it stands by itself', async () => {
    const x = connect(5000, server.url, 'test');
    const description = 'test: the latest test of a Protestant';
    server.answer = json({ data: [user('12', { username: 'test', description })], meta: {} });
    expect((await x.following(FIRST_PAGE)).answer).toMatchObject({
      friends: [{ username: 'test', description }],
    });
    const problem = { ...bodies.suspended(HOSTS[0]), detail: 'test: User has been suspended in a contest' };
    server.answer = json({ errors: [problem] });
    expect((await x.following(FIRST_PAGE)).answer).toMatchObject({
      reason: 'suspended',
      detail: 'HTTP 200: Forbidden: [bearer token]: User has been suspended in a contest',
      problems: [{ detail: problem.detail }],
    });
  });

  it('with a line break at its end is a mistake of the operator, in a sentence that does not show it', () => {
    const create = () =>
      createX({ baseUrl: server.url, bearerToken: `${TOKEN}\n`, deadlineMs: 1, clock: systemClock });
    expect(create).toThrow(ConfigError);
    expect(create).toThrow(/^X_BEARER_TOKEN must be one word of visible ASCII characters/);
  });
});
