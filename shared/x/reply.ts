import type { IncomingHttpHeaders } from 'node:http';
import { isObject } from './account.ts';
import type { AccountStatus, LookUpBy, Problem, RateLimit } from './types.ts';

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
  by: LookUpBy;
  /** The accounts that were asked about: ids, or usernames in lower case. */
  asked: string[];
  /** Our clock, milliseconds since 1970. */
  now: number;
}

export function readReply(result: HttpResult, about: Pick<Reply, 'by' | 'asked' | 'now'>): Reply {
  if ('failure' in result)
    return { ...about, status: null, headers: {}, text: result.failure, json: null, problems: [] };
  const { status, headers, body: text } = result;
  const json = parse(text);
  return { ...about, status, headers, text, json, problems: json ? problemsOf(json) : [] };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null; // HTML, plain text or cut off: the table has a row for a body that cannot be read
  }
}

function problemsOf(json: Record<string, unknown>): Problem[] {
  const { errors, data: _data, meta: _meta, includes: _includes, ...itself } = json;
  const ownProblem = 'title' in itself || 'detail' in itself || 'type' in itself ? [toProblem(itself)] : [];
  return [...ownProblem, ...(Array.isArray(errors) ? errors.map(toProblem) : [])];
}

/** Source of the shape: https://docs.x.com/x-api/fundamentals/response-codes-and-errors */
function toProblem(raw: unknown): Problem {
  if (!isObject(raw)) return { source: 'x', detail: String(raw) };
  // account_id is the billing account as a number beyond 2^53, so JSON.parse has changed its digits.
  const { title, detail, type, account_id: _wrong, ...more } = raw;
  return {
    ...more,
    source: 'x',
    ...(typeof title === 'string' && { title }),
    ...(typeof detail === 'string' && { detail }),
    ...(typeof type === 'string' && { type: type.slice(type.lastIndexOf('/') + 1) }),
  };
}

/**
 * What a problem says about an account; null: it is about something else. Suspended and not found share one
 * type and differ in their words only.
 */
export function statusSaid(problem: Problem): Exclude<AccountStatus, 'active'> | null {
  const { type, title, detail, resource_type: of } = problem;
  if (of !== undefined && of !== 'user') return null;
  if (type !== 'resource-not-found' && type !== 'not-authorized-for-resource') return null;
  if (/suspended/i.test(`${title} ${detail}`)) return 'suspended';
  if (type === 'not-authorized-for-resource') return 'protected';
  return title === 'Forbidden' ? 'suspended' : 'not_found';
}

/** The account a problem names, in lower case. X repeats the value as it was sent. */
export function subjectOf(problem: Problem): string | undefined {
  const subject = problem.value ?? problem.resource_id;
  return subject === undefined ? undefined : String(subject).toLowerCase();
}

/** The problem that says why `account` cannot be had: it names it, or names none where one was asked for. */
export function problemAbout(reply: Reply, account: string): Problem | undefined {
  return reply.problems.find((problem) => {
    const subject = subjectOf(problem);
    const meant = subject === account || (subject === undefined && reply.asked.length === 1);
    return meant && statusSaid(problem) !== null;
  });
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
