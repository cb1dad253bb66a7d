/** Whatever X can answer, on demand: a fault replaces or spoils the answer that a call would have had. */
import type { Clock } from '../../../shared/clock.ts';
import { DAY_MS } from '../../../shared/times.ts';
import { type Answer, answerNames, problem, xAnswer } from './answers.ts';
import { type Call, pageToken, placeOf } from './endpoints.ts';
import { accountOf, type World } from './world.ts';

/**
 * `name` is a row of answers.txt or of `spoilers`. It strikes calls to `endpoint`, about `account` (username or id),
 * for `page`: `times`, or for `forMs`, or until cleared. `status` and `rate` are put in place of what would be sent,
 * `fill` in place of words in a row's body: say RESET_DATE, or api.x.com for api.twitter.com.
 */
export interface Fault extends Partial<Pick<Answer, 'status' | 'rate'>> {
  name: string;
  endpoint?: string;
  account?: string;
  page?: number;
  times?: number;
  forMs?: number;
  fill?: Record<string, string>;
  /** Of "verbatim": what is sent, with `status` (else 200). An object is sent as JSON, a string as it is. */
  body?: unknown;
  /** Of "merged": a merge patch of the body, https://datatracker.ietf.org/doc/html/rfc7396. */
  merge?: object;
  /** Of "merged": a merge patch of each user, by id or username; null: the user is left out. */
  users?: Record<string, object | null>;
}
export type StandingFault = Fault & { untilMs: number; struck: number };

type User = { id: string; username: string; public_metrics?: Record<string, number> };
type Good = Answer & { body: { data?: User | User[]; meta?: object } };
type Occasion = StandingFault & { place: ReturnType<typeof placeOf>; world: World };
const usersOf = ({ body: { data = [] } }: Good): User[] => [data].flat();

const spoilers: Record<string, (good: Good, occasion: Occasion) => Partial<Answer>> = {
  verbatim: (_, { body = '' }) => ({ status: 200, body }),
  merged: ({ body }, { merge = {}, users = {} }) => ({
    body: patched({ ...body, ...patchedUsers(body, users) }, merge),
  }),
  gzipped: () => ({ encoding: 'gzip' }),
  'byte-order-mark': ({ body }) => ({ body: `\ufeff${JSON.stringify(body)}` }),
  'control-character': ({ body }) => ({ body: JSON.stringify(body).replace('"name":"', '"name":"\u0001') }),
  truncated: () => ({ delivery: 'truncated' }),
  cut: () => ({ delivery: 'cut' }),
  stall: () => ({ delivery: 'stall' }),
  trickle: () => ({ delivery: 'trickle' }),
  'no-rate-headers': () => ({ rate: { limit: null, remaining: null, reset: null } }),
  'post-count': ({ body }) => ({ body: JSON.stringify(body).replaceAll('"tweet_count"', '"post_count"') }),
  'empty-page': (_, { world, place: { id, offset, page } }) => ({
    body: { meta: { result_count: 0, next_token: pageToken(world, id, offset, page + 1) } },
  }),
  'repeated-token': ({ body }, { world, place: { id, token } }) => ({
    body: { ...body, meta: { ...body.meta, next_token: token ?? pageToken(world, id, 0, 2) } },
  }),
  'field-problems': (good) => ({
    body: { ...good.body, errors: usersOf(good).map(({ id }) => problem('field-problem', 'id', id)) },
  }),
  'count-drifts': (good, { struck }) => {
    for (const { public_metrics: counts = {} } of usersOf(good))
      counts.following_count = (counts.following_count ?? 0) + 1000 * struck;
    return good;
  },
};

/** https://datatracker.ietf.org/doc/html/rfc7396 */
function patched(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const before = typeof target === 'object' && !Array.isArray(target) ? { ...target } : {};
  const after = new Map<string, unknown>(Object.entries(before));
  for (const [name, value] of Object.entries(patch))
    value === null ? after.delete(name) : after.set(name, patched(after.get(name), value));
  return Object.fromEntries(after);
}

function patchedUsers({ data }: Good['body'], users: NonNullable<Fault['users']>): object {
  if (!data) return {};
  const one = (user: User) => {
    const patch = users[user.id] ?? users[user.username];
    const isOut = [user.id, user.username].some((name) => users[name] === null);
    return isOut ? [] : [patch ? patched(user, patch) : user];
  };
  const left = [data].flat().flatMap(one);
  return { data: Array.isArray(data) ? left : left[0] };
}

export function stand(fault: Fault, nowMs: number): StandingFault {
  const names = [...answerNames, ...Object.keys(spoilers)];
  if (!names.includes(fault.name)) throw new RangeError(`${fault.name} is not one of ${names.join(', ')}`);
  const rate = { ...(fault.name === 'rate-limited' && { remaining: 0 }), ...fault.rate };
  return { ...fault, rate, untilMs: nowMs + (fault.forMs ?? Infinity), struck: 0 };
}

/** The answer as the first fault leaves it that concerns the call. */
export function strike(
  { faults, world, clock }: { faults: StandingFault[]; world: World; clock: Clock },
  call: Call,
  good: Answer,
): Answer {
  const fault = faults.find((each) => concerns(each, call, world, clock.now()));
  if (!fault) return good;
  fault.struck++;
  const spoiled = spoilers[fault.name]?.(good as Good, { ...fault, world, place: placeOf(world, call) });
  const bad = { ...good, ...(spoiled ?? said(fault, call, clock.now())) };
  return { ...bad, status: fault.status ?? bad.status, rate: { ...bad.rate, ...fault.rate } };
}

/** A row of answers.txt; with status 200 it is an entry of `errors` for each account. */
function said(fault: Fault, { parameter, values, query }: Call, nowMs: number): Answer {
  const RESET_DATE = new Date(nowMs + 7 * DAY_MS).toISOString().slice(0, 10);
  const TOKEN = `${query.get('pagination_token')}`;
  const fill = { PARAMETER: parameter, WHY: 'is not valid', TOKEN, RESET_DATE, ...fault.fill };
  const rows = values.map((VALUE) => xAnswer(fault.name, { VALUE, ...fill }));
  const { status = 0, body } = { ...rows[0], ...fault };
  return { status, body: status === 200 ? `{"errors":[${rows.map((row) => row.body)}]}` : body };
}

function concerns(fault: StandingFault, call: Call, world: World, nowMs: number): boolean {
  const { endpoint = call.endpoint, account, page, times = Infinity, untilMs, struck } = fault;
  if (endpoint !== call.endpoint || struck >= times || nowMs >= untilMs) return false;
  if (page !== undefined && page !== placeOf(world, call).page) return false;
  if (account === undefined) return true;
  const about = call.values.map((value) => accountOf(world, call.by, value));
  return about.some((one) => one?.id === account || one?.username.toLowerCase() === account.toLowerCase());
}
