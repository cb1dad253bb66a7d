/** Whatever X can answer, on demand: a fault replaces or spoils the answer that a call would have had. */
import type { Clock } from '../../../shared/clock.ts';
import { DAY_MS } from '../../../shared/times.ts';
import { type Answer, answerNames, problem, xAnswer } from './answers.ts';
import { type Call, pageToken, placeOf } from './endpoints.ts';
import { followingCount } from './friends-list.ts';
import { type Past, worldAt } from './past.ts';
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
  /** Of "count-lags": counts are said as they were so long ago, by days that have passed and accounts that changed. */
  lagMs?: number;
}
export type StandingFault = Fault & { untilMs: number; struck: number };

type User = { id: string; username: string; public_metrics?: Record<string, number> };
type Good = Answer & { body: { data?: User | User[]; meta?: object } };
type Occasion = StandingFault & { place: ReturnType<typeof placeOf>; world: World; worldThen: World };
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
  'count-drifts': (good, { account, struck }) =>
    recounted(good, account, (_, count) => count + 1000 * struck),
  // As X says of an account just unlocked, whose list is whole.
  'count-zero': (good, { account }) => recounted(good, account, () => 0),
  'count-lags': (good, { account, worldThen }) =>
    recounted(good, account, ({ id }, count) => {
      const then = accountOf(worldThen, 'id', id);
      return then ? followingCount(worldThen, then, worldThen.day) : count;
    }),
};

/** Other counts of whom the fault is about: of `account`, or of all who are in the answer. */
function recounted(
  good: Good,
  account: string | undefined,
  count: (user: User, said: number) => number,
): Partial<Answer> {
  for (const user of usersOf(good)) {
    const { following_count: said, ...others } = user.public_metrics ?? {};
    if (said === undefined || (account !== undefined && !isCalled(user, account))) continue;
    user.public_metrics = { ...others, following_count: count(user, said) };
  }
  return good;
}

const isCalled = ({ id, username }: User, name: string): boolean =>
  id === name || username.toLowerCase() === name.toLowerCase();

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
  if (fault.name === 'count-lags' && !(Number(fault.lagMs) >= 0))
    throw new RangeError('count-lags needs lagMs');
  const rate = { ...(fault.name === 'rate-limited' && { remaining: 0 }), ...fault.rate };
  return { ...fault, rate, untilMs: nowMs + (fault.forMs ?? Infinity), struck: 0 };
}

/** The answer as the first fault leaves it that concerns the call. */
export function strike(
  { faults, world, past, clock }: { faults: StandingFault[]; world: World; past: Past; clock: Clock },
  call: Call,
  good: Answer,
): Answer {
  const fault = faults.find((each) => concerns(each, call, world, clock.now()));
  if (!fault) return good;
  fault.struck++;
  const worldThen = worldAt(past, world, clock.now() - (fault.lagMs ?? 0));
  const occasion = { ...fault, world, worldThen, place: placeOf(world, call) };
  const spoiled = spoilers[fault.name]?.(good as Good, occasion);
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
  return about.some((one) => one && isCalled(one, account));
}
