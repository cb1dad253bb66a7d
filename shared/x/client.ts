import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import { ApiPartialResponseError, ApiRequestError, ApiResponseError, TwitterApi } from 'twitter-api-v2';
import type { Clock } from '../clock.ts';
import { DeadlineExceeded, withDeadline } from '../deadline.ts';
import { ConfigError } from '../errors.ts';
import { USER_FIELDS } from './account.ts';
import { textOf } from './body.ts';
import { hiderOf } from './hidden-token.ts';
import { ACCOUNTS_PER_LOOKUP } from './limits.ts';
import { canBeAsked } from './observe.ts';
import { lookupOutcome, pageOutcome } from './outcome.ts';
import { type HttpResult, rateOf } from './reply.ts';
import type { Exchange, LookupAnswer, PageAnswer, Wait, X } from './types.ts';

export interface XOptions {
  /** https://api.x.com, or http://host:port of a simulator. */
  baseUrl: string;
  bearerToken: string;
  /** Longest wait for one whole answer, in milliseconds. */
  deadlineMs: number;
  clock: Clock;
}

interface Call {
  path: string;
  params?: { id: string };
  query: Record<string, string | number | undefined>;
}

/** An answer before its body is read. */
type RawResult = { status: number; headers: IncomingHttpHeaders; bytes: Buffer } | { failure: string };

const NOTHING_ASKED: HttpResult = { status: 200, headers: {}, body: '{"data":[]}' };

/**
 * X, page by page and without the paginators of twitter-api-v2: those stop without a word at an empty page that
 * has a next token. What X or the network does is never thrown; the table in outcome.ts says what follows.
 */
export function createX({ baseUrl, bearerToken, deadlineMs, clock }: XOptions): X {
  if (!/^[\x21-\x7e]*$/.test(bearerToken))
    throw new ConfigError('X_BEARER_TOKEN must be one word of visible ASCII characters (no line break).');
  const hidden = hiderOf(bearerToken);
  const prefix = `${baseUrl.replace(/\/+$/, '')}/2/`;
  // Without compression: a broken compressed answer ends the process, or never ends at all (twitter-api-v2 1.29).
  const { v2 } = new TwitterApi(bearerToken, {
    compression: false,
    httpAgent: new (prefix.startsWith('http:') ? http : https).Agent({ keepAlive: true }),
  }).readOnly;

  async function get({ path, query, ...params }: Call): Promise<HttpResult> {
    // As bytes: what they mean, and whether they can be parsed, is not for the library to judge.
    const how = {
      prefix,
      ...params,
      headers: IDENTITY,
      fullResponse: true,
      forceParseMode: 'buffer',
    } as const;
    const result = await withDeadline(clock, deadlineMs, 'X', () => v2.get<Buffer>(path, query, { ...how }))
      .then(wholeAnswer)
      .catch(brokenAnswer);
    if ('failure' in result) return result;
    const { bytes, ...head } = result;
    return { ...head, body: await textOf(bytes) };
  }

  /** Only what is logged: the rest is stored, as X sent it. */
  function exchange<A extends PageAnswer | LookupAnswer>(result: HttpResult, answer: A | Wait): Exchange<A> {
    const said = 'detail' in answer ? { ...answer, detail: hidden(answer.detail) } : answer;
    return { answer: said, rate: 'failure' in result ? null : rateOf(result.headers) };
  }

  return {
    async following({ id, maxResults, paginationToken }) {
      const result = await get({
        path: 'users/:id/following',
        params: { id },
        query: {
          max_results: maxResults,
          pagination_token: paginationToken ?? undefined,
          'user.fields': USER_FIELDS.join(),
        },
      });
      return exchange(result, pageOutcome(result, { id, paginationToken, now: clock.now() }));
    },

    async lookup(by, values) {
      if (values.length > ACCOUNTS_PER_LOOKUP)
        throw new RangeError(`X looks up ${ACCOUNTS_PER_LOOKUP} accounts at a time, not ${values.length}`);
      const asked = values.filter((value) => canBeAsked(by, value)).join();
      const path = by === 'id' ? 'users' : 'users/by';
      const query = { [by === 'id' ? 'ids' : 'usernames']: asked, 'user.fields': USER_FIELDS.join() };
      const result = asked === '' ? NOTHING_ASKED : await get({ path, query });
      return exchange(result, lookupOutcome(result, { by, values, now: clock.now() }));
    },
  };
}

const IDENTITY = { 'accept-encoding': 'identity' };

/** The library tells no status of what it takes for success, and takes a redirect for one. */
function wholeAnswer({ data, headers }: { data: Buffer; headers: IncomingHttpHeaders }): RawResult {
  return { status: headers.location === undefined ? 200 : 302, headers, bytes: data };
}

function brokenAnswer(error: unknown): RawResult {
  if (error instanceof DeadlineExceeded) return { failure: error.message };
  if (error instanceof ApiPartialResponseError) return { failure: 'the connection was cut in mid-answer' };
  if (error instanceof ApiResponseError) {
    if (!error.response.complete) return { failure: 'the connection was cut in mid-answer' };
    return {
      status: error.code,
      headers: error.headers,
      bytes: Buffer.from(error.data as unknown as Buffer),
    };
  }
  if (error instanceof ApiRequestError) return { failure: `no connection: ${networkCause(error)}` };
  throw error;
}

/** `requestError` is always undefined; the cause stands where no type says so (node-twitter-api-v2 issue 358). */
function networkCause(error: ApiRequestError): string {
  const { _options } = error as unknown as { _options?: { error?: NodeJS.ErrnoException } };
  return _options?.error?.code ?? _options?.error?.message ?? error.message;
}
