import type { IncomingHttpHeaders } from 'node:http';
import { wellFormed } from '../well-formed.ts';
import { parseBody } from './body.ts';
import { isProblem, problemsOf, statusSaid, subjectOf } from './problem.ts';
import type { LookUpBy, Problem, RateLimit } from './types.ts';

/** What came over the wire, or why no whole answer did: the network, our deadline, a connection cut off. */
export type HttpResult = { status: number; headers: IncomingHttpHeaders; body: string } | { failure: string };

/** What came over the wire as the outcome table looks at it. */
export interface Reply {
  /** null: no whole answer. */
  status: number | null;
  headers: IncomingHttpHeaders;
  text: string;
  /** null: the body is no JSON object. */
  json: Record<string, unknown> | null;
  /** The problem that is the body itself, then those in its `errors`. */
  problems: Problem[];
  /** The body is a problem itself. */
  isProblem: boolean;
  by: LookUpBy;
  /** The accounts that were asked about: ids, or usernames in lower case. */
  asked: string[];
  /** The parameters whose values are of this call, and not of every call. */
  parameters: string[];
  /** Our clock, milliseconds since 1970. */
  now: number;
}

export type Asked = Pick<Reply, 'by' | 'asked' | 'parameters' | 'now'>;

export function readReply(result: HttpResult, asked: Asked): Reply {
  if ('failure' in result) {
    const nothing = { status: null, headers: {}, json: null, problems: [], isProblem: false };
    return { ...asked, ...nothing, text: result.failure };
  }
  const { status, headers, body } = result;
  const text = wellFormed(body);
  const json = parseBody(text);
  const problems = json ? problemsOf(json) : [];
  return { ...asked, status, headers, text, json, problems, isProblem: json !== null && isProblem(json) };
}

/** The accounts in `data`, as they came; none where `data` is something else. */
export function listedIn({ json }: Reply): unknown[] {
  return Array.isArray(json?.data) ? json.data : [];
}

/** The problem that names the account and says what it is: nothing less is final. */
export function problemAbout({ problems }: Reply, account: string): Problem | undefined {
  return problems.find((problem) => subjectOf(problem) === account && statusSaid(problem) !== null);
}

/** Null where one of the three headers is missing or no number: then the gate counts by itself. */
export function rateOf(headers: IncomingHttpHeaders): RateLimit | null {
  const limit = wholeNumber(headers['x-rate-limit-limit']);
  const remaining = wholeNumber(headers['x-rate-limit-remaining']);
  const reset = wholeNumber(headers['x-rate-limit-reset']);
  if (limit === null || remaining === null || reset === null) return null;
  return { limit, remaining, resetMs: reset * 1000 };
}

/** The header has seconds since 1970 by X's clock: https://docs.x.com/x-api/fundamentals/rate-limits */
export function resetMsOf(headers: IncomingHttpHeaders): number | null {
  const seconds = wholeNumber(headers['x-rate-limit-reset']);
  return seconds === null ? null : seconds * 1000;
}

function wholeNumber(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,12}$/.test(header.trim()) ? Number(header) : null;
}
