import { isObject } from './account.ts';
import { observe } from './observe.ts';
import { type HttpResult, problemAbout, type Reply, readReply, statusSaid, subjectOf } from './reply.ts';
import { scrapedPage } from './scraped-page.ts';
import type { LookUpBy, LookupAnswer, PageAnswer, UnavailableReason, Wait } from './types.ts';
import * as wait from './wait-answers.ts';

/** A row of the table "What X answers, and what follows" in DESIGN.md. The first row that fits counts. */
interface Row<A> {
  x: string;
  when: (reply: Reply) => boolean;
  outcome: (reply: Reply) => A | Wait;
}

// A body that X calls a problem, by the last segment of its type (the host differs) or by its title.
const says = (reply: Reply, ...names: string[]) =>
  reply.problems.some(({ type, title }) => names.includes(type ?? '') || names.includes(title ?? ''));
const status = (reply: Reply, ...codes: number[]) => codes.includes(reply.status ?? 0);
const is4xx = (reply: Reply) => Math.floor((reply.status ?? 0) / 100) === 4;
const unavailable = (reason: UnavailableReason, { problems }: Reply): PageAnswer => ({
  kind: 'unavailable',
  reason,
  problems,
});

const listed = ({ json }: Reply) => (Array.isArray(json?.data) ? json.data : []);
/** `data` is left out of an empty page; then `meta` says that it is one. */
const isList = ({ json }: Reply) =>
  Array.isArray(json?.data) || (!json?.data && isObject(json?.meta) && json.meta.result_count === 0);
const hasErrorsOnly = (reply: Reply) => listed(reply).length === 0 && reply.problems.length > 0;
const aboutAskedAccount = (reply: Reply) =>
  reply.asked.some((account) => problemAbout(reply, account) !== undefined);
const aboutAnyAccount = (reply: Reply) => reply.problems.some((problem) => statusSaid(problem) !== null);
const faultOfX = (reply: Reply) => reply.problems.every(({ type }) => !type || type === 'internal-error');

const ABOUT_THE_CLIENT = [
  'client-forbidden',
  'Client Forbidden',
  'unsupported-authentication',
  'Unsupported Authentication',
];

/** The rows that mean the same for a page and for a look-up. */
const WAIT_ROWS: Row<never>[] = [
  {
    x: '402, 403 or 429: spending cap of the billing cycle',
    when: (r) => status(r, 402, 403, 429) && says(r, 'SpendCapReached'),
    outcome: wait.spendCapped,
  },
  {
    x: '402, or 403 in the words of a 402: no credits',
    when: (r) => status(r, 402) || (status(r, 403) && says(r, 'credits', 'credits-depleted')),
    outcome: wait.creditsExhausted,
  },
  {
    x: '429 or 403: monthly or daily cap on usage',
    when: (r) => status(r, 403, 429) && says(r, 'usage-capped', 'UsageCapExceeded'),
    outcome: wait.usageCapped,
  },
  { x: 'any other 429: the rate', when: (r) => status(r, 429), outcome: wait.rateLimited },
  {
    x: '401, 403 about the client',
    when: (r) => status(r, 401) || (status(r, 403) && says(r, ...ABOUT_THE_CLIENT)),
    outcome: wait.credentialsRefused,
  },
  { x: '408: a deadline of X', when: (r) => status(r, 408), outcome: wait.unreachable },
  {
    x: 'another 4xx whose body no part of the API wrote (HTML of an edge)',
    when: (r) => is4xx(r) && r.json === null && r.text.trim() !== '',
    outcome: wait.refusedOnTheWay,
  },
];
const ANYTHING_ELSE: Row<never> = {
  x: '5xx, 3xx, network, deadline, unreadable body',
  when: () => true,
  outcome: wait.unreachable,
};

const PAGE_TABLE: Row<PageAnswer>[] = [
  {
    // An empty list beside an error about the account is no list: it would say that nobody is followed any more.
    x: '200 with data, or with result_count 0',
    when: (r) => status(r, 200) && isList(r) && !(listed(r).length === 0 && aboutAskedAccount(r)),
    outcome: scrapedPage,
  },
  {
    x: '200 with errors only, 403 or 404, about the account',
    when: (r) => ((status(r, 200) && hasErrorsOnly(r)) || status(r, 403, 404)) && aboutAnyAccount(r),
    outcome: (r) => unavailable(firstReason(r), r),
  },
  {
    x: '400 that names pagination_token',
    when: (r) => status(r, 400) && r.text.includes('pagination_token'),
    outcome: (r) => unavailable('page_token_rejected', r),
  },
  ...WAIT_ROWS,
  { x: 'any other 4xx', when: is4xx, outcome: (r) => unavailable('refused', r) },
  {
    x: '200 with errors only, of another kind',
    when: (r) => status(r, 200) && hasErrorsOnly(r) && !faultOfX(r),
    outcome: (r) => unavailable('refused', r),
  },
  ANYTHING_ELSE,
];

const LOOKUP_TABLE: Row<LookupAnswer>[] = [
  {
    x: '200 with data',
    when: (r) => status(r, 200) && Array.isArray(r.json?.data) && !hasErrorsOnly(r),
    outcome: observe,
  },
  {
    x: '200 with errors only, about accounts',
    when: (r) => status(r, 200) && hasErrorsOnly(r) && aboutAskedAccount(r),
    outcome: observe,
  },
  {
    x: '403 or 404 about every account asked for',
    when: (r) => status(r, 403, 404) && r.asked.every((account) => problemAbout(r, account)),
    outcome: observe,
  },
  ...WAIT_ROWS,
  { x: 'any other 4xx', when: is4xx, outcome: wait.lookupRefused },
  ANYTHING_ELSE,
];

/** What an answer to GET /2/users/:id/following means. `now`: milliseconds since 1970 by our clock. */
export function pageOutcome(result: HttpResult, asked: { id: string; now: number }): PageAnswer | Wait {
  return lookIn(PAGE_TABLE, readReply(result, { by: 'id', asked: [asked.id], now: asked.now }));
}

/** What an answer to GET /2/users/by or GET /2/users means, for each of the accounts asked for. */
export function lookupOutcome(
  result: HttpResult,
  { by, values, now }: { by: LookUpBy; values: string[]; now: number },
): LookupAnswer | Wait {
  const asked = values.map((value) => value.toLowerCase());
  return lookIn(LOOKUP_TABLE, readReply(result, { by, asked, now }));
}

function lookIn<A>(table: Row<A>[], reply: Reply): A | Wait {
  const row = table.find(({ when }) => when(reply)) ?? ANYTHING_ELSE;
  return row.outcome(reply);
}

function firstReason(reply: Reply): UnavailableReason {
  const [asked] = reply.asked;
  const ofAsked = reply.problems.filter((problem) => subjectOf(problem) === asked);
  const said = [...ofAsked, ...reply.problems].map(statusSaid).find((status) => status !== null);
  return said ?? 'refused';
}
