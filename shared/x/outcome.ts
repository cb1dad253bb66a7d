import { isObject } from './json.ts';
import { canBeAsked, observe } from './observe.ts';
import { namesParameter, statusSaid, subjectOf } from './problem.ts';
import { type Asked, type HttpResult, listedIn, problemAbout, type Reply, readReply } from './reply.ts';
import { isPage, scrapedPage } from './scraped-page.ts';
import type { LookUpBy, LookupAnswer, PageAnswer, UnavailableReason, Wait } from './types.ts';
import * as wait from './wait-answers.ts';

/** A row of the table "What X answers, and what follows" in DESIGN.md. The first row that fits counts. */
interface Row<A> {
  x: string;
  when: (reply: Reply) => boolean;
  outcome: (reply: Reply) => A | Wait;
}

// What X calls a problem, by the last segment of its type (the host differs) or by its title.
const says = (reply: Reply, ...names: string[]) =>
  reply.problems.some(({ type, title }) => names.includes(type ?? '') || names.includes(title ?? ''));
const status = (reply: Reply, ...codes: number[]) => codes.includes(reply.status ?? 0);
const is4xx = (reply: Reply) => Math.floor((reply.status ?? 0) / 100) === 4;

/** What X tells instead of what it was asked for: with a 4xx, or with a 200 that lists nobody. */
const refuses = (r: Reply) =>
  is4xx(r) || (status(r, 200) && listedIn(r).length === 0 && r.problems.length > 0);
/** The same, where it may be the fault of an account: money, time and the rate never are. */
const refusesAccounts = (r: Reply) => refuses(r) && !status(r, 402, 408, 429);
/** Not even an empty list stands beside the problems. */
const hasErrorsOnly = (r: Reply) => refuses(r) && !isObject(r.json?.meta);
const objectsTo = (r: Reply, ...parameters: string[]) =>
  status(r, 400) &&
  (r.problems.length > 0 ? r.problems : [{ source: 'x' as const, detail: r.text }]).some((problem) =>
    parameters.some((parameter) => namesParameter(problem, parameter)),
  );

const ABOUT_THE_CLIENT = [
  'Unauthorized',
  'client-forbidden',
  'Client Forbidden',
  'unsupported-authentication',
  'Unsupported Authentication',
  'oauth1-permissions',
  // "The user used for authentication is suspended": whom X was asked about is nobody's concern there.
  'user-suspended',
];

/** The rows that mean the same for a page and for a look-up. */
const WAITS: Row<never>[] = [
  {
    x: 'spending cap of the billing cycle, with 402, 403 or any other refusal',
    when: (r) => refuses(r) && says(r, 'SpendCapReached'),
    outcome: wait.spendCapped,
  },
  {
    x: '402, or any other refusal in the words of a 402: no credits',
    when: (r) => status(r, 402) || (refuses(r) && says(r, 'credits', 'credits-depleted', 'CreditsDepleted')),
    outcome: wait.creditsExhausted,
  },
  {
    x: 'monthly or daily cap on usage, with 429, 403 or any other refusal',
    when: (r) => refuses(r) && says(r, 'usage-capped', 'UsageCapExceeded'),
    outcome: wait.usageCapped,
  },
  {
    x: 'any other 429, or any other refusal in its words: the rate',
    when: (r) => status(r, 429) || (refuses(r) && says(r, 'rate-limit-exceeded', 'Too Many Requests')),
    outcome: wait.rateLimited,
  },
  {
    x: '401, or any other refusal about the client',
    when: (r) => status(r, 401) || (refuses(r) && says(r, ...ABOUT_THE_CLIENT)),
    outcome: wait.credentialsRefused,
  },
  { x: '408: a deadline of X', when: (r) => status(r, 408), outcome: wait.unreachable },
  {
    x: 'another 4xx whose body no part of the API wrote (HTML of an edge)',
    when: (r) => is4xx(r) && r.json === null && r.text.trim() !== '',
    outcome: wait.refusedOnTheWay,
  },
];
const UNREADABLE: Row<never> = {
  x: '200 that cannot be read, or that tells neither a list nor why there is none',
  when: (r) => status(r, 200),
  outcome: wait.unreadable,
};
const ANYTHING_ELSE: Row<never> = {
  x: '5xx, 3xx, network, deadline',
  when: () => true,
  outcome: wait.unreachable,
};

const PAGE_TABLE: Row<PageAnswer>[] = [
  {
    x: '200 with a list and a meta: data, or result_count 0 and nothing that may be the reason for it',
    when: isPage,
    outcome: scrapedPage,
  },
  {
    x: '4xx, or 200 without a list, with a problem that names the account and is final',
    when: (r) => refusesAccounts(r) && finalReason(r) !== null,
    outcome: (r) => unavailable(finalReason(r) ?? 'refused', r),
  },
  {
    x: '400 that names pagination_token',
    when: (r) => r.parameters.includes('pagination_token') && objectsTo(r, 'pagination_token'),
    outcome: (r) => unavailable('page_token_rejected', r),
  },
  ...WAITS,
  {
    x: '400 that names another parameter of this very call',
    when: (r) => objectsTo(r, ...r.parameters),
    outcome: (r) => unavailable('refused', r),
  },
  {
    x: 'any other 4xx; 200 that is a problem, or has errors alone',
    when: (r) => is4xx(r) || hasErrorsOnly(r),
    outcome: wait.notUnderstood,
  },
  UNREADABLE,
  ANYTHING_ELSE,
];

const LOOKUP_TABLE: Row<LookupAnswer>[] = [
  { x: '200 with data', when: (r) => status(r, 200) && listedIn(r).length > 0, outcome: observe },
  {
    x: '200 with errors only, about an account asked for',
    when: (r) => status(r, 200) && r.asked.some((account) => problemAbout(r, account)),
    outcome: observe,
  },
  {
    x: '4xx about every account asked for',
    when: (r) => refusesAccounts(r) && inQuestion(r).every((account) => problemAbout(r, account)),
    outcome: observe,
  },
  ...WAITS,
  {
    x: '400 that names the accounts asked for: another call may do without one of them',
    when: (r) => objectsTo(r, ...r.parameters),
    outcome: wait.callRefused,
  },
  {
    x: 'any other 4xx; 200 that is a problem',
    when: (r) => is4xx(r) || (status(r, 200) && r.isProblem),
    outcome: wait.notUnderstood,
  },
  {
    x: '200 that says nothing of the only account asked for',
    when: (r) => status(r, 200) && r.json !== null && inQuestion(r).length <= 1,
    outcome: observe,
  },
  UNREADABLE,
  ANYTHING_ELSE,
];

export interface AskedPage {
  id: string;
  paginationToken: string | null;
  /** Milliseconds since 1970 by our clock. */
  now: number;
}

/** What an answer to GET /2/users/:id/following means. */
export function pageOutcome(result: HttpResult, { id, paginationToken, now }: AskedPage): PageAnswer | Wait {
  const parameters = ['id', 'max_results', ...(paginationToken === null ? [] : ['pagination_token'])];
  return lookIn(PAGE_TABLE, result, { by: 'id', asked: [id], parameters, now });
}

/** What an answer to GET /2/users/by or GET /2/users means, for each of the accounts asked for. */
export function lookupOutcome(
  result: HttpResult,
  { by, values, now }: { by: LookUpBy; values: string[]; now: number },
): LookupAnswer | Wait {
  const asked = values.map((value) => value.toLowerCase());
  const parameters = [by === 'id' ? 'ids' : 'usernames'];
  return lookIn(LOOKUP_TABLE, result, { by, asked, parameters, now });
}

function lookIn<A>(table: Row<A>[], result: HttpResult, asked: Asked): A | Wait {
  const reply = readReply(result, asked);
  const row = table.find(({ when }) => when(reply)) ?? ANYTHING_ELSE;
  return row.outcome(reply);
}

/** Why the account that was asked for cannot be read, now or later; null: X does not say so of it. */
function finalReason(reply: Reply): UnavailableReason | null {
  const [asked = ''] = reply.asked;
  const problem = problemAbout(reply, asked);
  if (problem) return statusSaid(problem);
  const isDisallowed = reply.problems.some(
    (each) => each.type === 'disallowed-resource' && subjectOf(each) === asked,
  );
  return isDisallowed ? 'refused' : null;
}

function inQuestion({ by, asked }: Reply): string[] {
  return asked.filter((account) => canBeAsked(by, account));
}

function unavailable(reason: UnavailableReason, reply: Reply): PageAnswer {
  return { kind: 'unavailable', reason, detail: wait.describe(reply), problems: reply.problems };
}
