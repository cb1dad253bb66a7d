import { FRIENDS, type History, PARENTS, type SketchedDispatch, TICK_MINUTES, TICKS } from './history.ts';
import { LATE_TICKS, PLANNINGS, type SketchedPlanning } from './history-plans.ts';
import { noRows, type Row, type Rows, TABLES } from './rows.ts';

const REASONS = ['protected', 'suspended', 'refused'];

/** The rows of a history; `index` tells histories apart, `nowMs` is the end of its time. */
export function rowsOf(sketch: History, index: number, nowMs: number): Rows {
  const names = namesOf(index, nowMs);
  const dispatches = sketch.dispatches.map((dispatch, number) => ({
    dispatch,
    keys: keysOf(dispatch, number, names),
  }));
  const rows: Rows = {
    requested_dispatches: dispatches.flatMap(({ keys }) => requestedRows(keys)),
    stops: [...dispatches.flatMap(({ dispatch, keys }) => stopRows(dispatch, keys, names)), ...ofAll(names)],
    compliance_jobs: [],
    completed_scrapes: dispatches.flatMap(({ dispatch, keys }) => pageRows(dispatch, keys, names)),
    dispatches: dispatches.flatMap(({ dispatch: { plan, tick, check }, keys }) =>
      PLANNINGS[plan].map((planning) => ({ ...planRow(planning, tick, keys, names), ...modeOf(check) })),
    ),
    account_metadata: [
      ...sketch.observations.map((seen, number) => observationRow(seen, number, names)),
      ...spellingRows(names),
    ],
    forgotten_accounts: sketch.forgotten.map((account) => forgottenRow(account, names)),
  };
  const all = TABLES.flatMap((table) => rows[table].map((row) => ({ table, row })));
  const again = sketch.duplicates.flatMap((nat) => all[nat % all.length] ?? []);
  const stored = noRows();
  for (const { table, row } of shuffled([...all, ...again], sketch.shuffle)) stored[table].push(row);
  return stored;
}

/** The rows of many histories, each under its index. */
export function rowsOfAll(histories: History[], nowMs: number): Rows {
  const rows = noRows();
  for (const [index, sketch] of histories.entries()) {
    const more = rowsOf(sketch, index, nowMs);
    for (const table of TABLES) rows[table].push(...more[table]);
  }
  return { ...rows, compliance_jobs: complianceRows(nowMs) };
}

/** No view shows them: each parent of a run, and one that is not planned. */
function requestedRows({ run_id, job, dispatch_id, dispatched_at }: Row): Row[] {
  const requested = {
    run_id,
    job,
    dispatched_at,
    requested_at: dispatched_at,
    message_id: 'message 1',
  } as Row;
  return [dispatch_id, `${dispatch_id} waits`].map((id) => ({ ...requested, dispatch_id: id as string }));
}

/** Words on one run never have one time: whoever says the later one sees to that. */
const stopRows = ({ said }: SketchedDispatch, { run_id }: Row, names: Names): Row[] =>
  said.map(({ word, tick }, index) => ({
    run_id: run_id as string,
    is_stopped: word === 'stop',
    said_at: names.time(tick + index / 100),
    reason: index === 0 ? 'too dear' : null,
  }));

/** The same in each history, since they share a warehouse: what all runs were told, days before the end. */
const ofAll = (names: Names): Row[] =>
  [true, false].map((is_stopped, index) => ({
    ...{ run_id: null, is_stopped, reason: null },
    said_at: names.time(TICKS - 400 + index),
  }));

/** By which forgotten accounts are named that are known by their id alone. */
export const COMPLIANCE_JOB = 'dodo-1';

/** No view shows them: one that is over, and one that goes on. */
const complianceRows = (nowMs: number): Row[] =>
  [
    { name: COMPLIANCE_JOB, job_id: '1', step: 'uploaded', minutes: 30, accounts: 9 },
    { name: COMPLIANCE_JOB, job_id: '1', step: 'applied', minutes: 20, accounts: 9, hidden: 3 },
    { name: 'dodo-2', job_id: null, step: 'begun', minutes: 15, accounts: 8 },
    { name: 'dodo-2', job_id: '2', step: 'created', minutes: 10, accounts: 8 },
  ].map(({ minutes, ...row }) => ({ ...row, done_at: new Date(nowMs - minutes * 60_000).toISOString() }));

/** Ids of the parents of that history. */
export const parentsOf = (index: number): string[] =>
  Array.from({ length: PARENTS }, (_, parent) => namesOf(index, 0).id(FRIENDS + parent));

type Names = ReturnType<typeof namesOf>;

/** Accounts 0..6 are friends, 7 and 8 the parents. */
function namesOf(index: number, nowMs: number) {
  // Half a tick from now, so that no age is near the 24 hours after which a dispatch has stalled.
  const startMs = nowMs - (TICKS + 0.5) * TICK_MINUTES * 60_000;
  return {
    of: (kind: string, ...numbers: number[]) => [kind, index, ...numbers].join('-'),
    id: (account: number) => String(index * 100 + account),
    username: (account: number, version = 0) => `User${index}_${account}_${version}`,
    time: (tick: number) => new Date(startMs + tick * TICK_MINUTES * 60_000).toISOString(),
  };
}

/** The columns that all rows of a dispatch have in common. */
function keysOf({ parent, grandparent, tick }: SketchedDispatch, number: number, names: Names): Row {
  return {
    run_id: names.of('run', number),
    job: names.of('job'),
    dispatch_id: names.of('dispatch', number),
    parent_id: names.id(FRIENDS + parent),
    parent_username: typed(names.username(FRIENDS + parent), number),
    grandparent_id: grandparent === null ? null : names.id(grandparent),
    grandparent_username: grandparent === null ? null : typed(names.username(grandparent), number),
    dispatched_at: names.time(tick),
  };
}

const PLANNED = { friends_count: 5, total_pages: 3, page_size: 2, max_friends: 6 };

function planRow(planning: SketchedPlanning, tick: number, keys: Row, names: Names): Row {
  const { ticks, status, dispatchedTicks = 0, columns } = planning;
  return {
    ...{ ...keys, ...PLANNED, status },
    reason: status === 'dispatched' ? null : `${status}, in words`,
    ...{ planned_cost_usd: 0.06, committed_cost_usd: 0.07, lookup_cost_usd: 0.01 },
    ...{ after_page: null, republished: false },
    dispatched_at: names.time(tick + dispatchedTicks),
    planned_at: names.time(tick + ticks),
    message_id: `message ${ticks}`,
    ...columns,
  };
}

/** What plans and pages say of it; rows of before there were checks say nothing. */
const modeOf = (check: SketchedDispatch['check']): Row => (check ? { mode: 'check' } : {});

/** What a page concludes that would end a list of its dispatch; a check that goes on has a token. */
function endingOf(
  { check, order }: SketchedDispatch,
  isEnd: boolean,
  listed: Set<number>,
  names: Names,
): { endsList: boolean; columns: Row } {
  const list_order = isEnd && check?.endedBy !== null ? order : null;
  if (!check) return { endsList: isEnd, columns: list_order ? { list_order } : {} };
  const ended_by = isEnd ? check.endedBy : null;
  const missing = check.missing.filter((account) => !listed.has(account)).map((account) => names.id(account));
  const record = {
    ...{ base_dispatch_id: names.of('base'), ended_by },
    ...{ frontier_id: check.isAligned ? names.id(0) : null, appeared: [], missing, withheld: [] },
    ...{ fewer: check.fewer, more: check.more, unfound: 0, fruitless: 0 },
  };
  return { endsList: ended_by === 'end', columns: { ...modeOf(check), check: record, list_order } };
}

function pageRows(dispatch: SketchedDispatch, keys: Row, names: Names): Row[] {
  const { fetches, tick, nameVersion } = dispatch;
  const hasLatePlan = dispatch.plan === 'dispatched, another stored late';
  const rows: Row[] = [];
  const listed = new Map<Row, Set<number>>();
  let now = tick;
  for (const { before, ticks, friends, unknown, unreadable, end, late } of fetches) {
    now += ticks;
    const dispatched_at = names.time(tick + (hasLatePlan && late ? LATE_TICKS : 0));
    const goOn = rows.filter((row) => row.next_token !== null && row.dispatched_at === dispatched_at);
    const from = before === 0 ? undefined : goOn[(before - 1) % Math.max(1, goOn.length)];
    const lineage = from ? [...(from.lineage as string[]), String(from.fetch_id)] : [];
    const fetch = `${keys.dispatch_id}-fetch-${rows.length}`;
    const listedBefore = from ? (listed.get(from) ?? []) : [];
    const all = new Set([...listedBefore, ...friends]);
    const { endsList, columns } = endingOf(dispatch, end === 'ends', all, names);
    const row: Row = {
      ...{ ...keys, ...PLANNED, dispatched_at, page_number: lineage.length + 1 },
      // A check asks for few friends, and X leaves out whom it does not list.
      page_size: dispatch.check ? friends.length + unknown.length : PLANNED.page_size,
      outcome: end === 'unavailable' ? 'unavailable' : 'scraped',
      reason: end === 'unavailable' ? (REASONS[(lineage.length + 1) % REASONS.length] ?? null) : null,
      next_token: end !== 'unavailable' && !endsList ? `token after ${fetch}` : null,
      ...{ fetch_id: fetch, lineage, friend_count: friends.length },
      friends: friends.map((account, at) => {
        return {
          ...{ position: at + 1, id: names.id(account), username: names.username(account, nameVersion) },
          ...{ description: `${fetch} says`, verified_type: 'none', followers_count: account + now },
          ...(account % 2 === 0 && { following_count: 2 * account + now }),
        };
      }),
      unknown_friends: unknown.map((account) => names.id(account)),
      unreadable_friends: unreadable,
      cost_usd: friends.length / 100,
      completed_at: names.time(now),
      ...(dispatch.isImported ? { origin: 'import' } : {}),
      ...columns,
    };
    listed.set(row, all);
    rows.push(row);
  }
  return rows.filter((_, number) => !fetches[number]?.lost);
}

function observationRow(
  { friend, tick, status }: History['observations'][number],
  number: number,
  names: Names,
): Row {
  const isKnown = status === 'active' || status === 'protected';
  return {
    run_id: names.of('confirmation', number),
    job: names.of('job'),
    dispatch_id: names.of('confirmation', number),
    ...{ role: 'vanished_friend', requested_id: names.id(friend), status, requested_fields: [] },
    id: isKnown ? names.id(friend) : null,
    username: isKnown ? names.username(friend) : null,
    cost_usd: isKnown ? 0.01 : 0,
    ...{ dispatched_at: names.time(tick), observed_at: names.time(tick) },
  };
}

/** People type a username as they like. */
const typed = (username: string, number: number): string =>
  number % 2 === 0 ? username : username.toLowerCase();

/** X was asked twice who the first parent is, and spells it otherwise since; and never who the other one is. */
function spellingRows(names: Names): Row[] {
  const username = names.username(FRIENDS);
  return [username, username.toUpperCase()].map((spelled, tick) => ({
    run_id: names.of('run', tick),
    job: names.of('job'),
    dispatch_id: names.of('look-up', tick),
    ...{ role: 'parent', requested_username: username.toLowerCase(), status: 'active', requested_fields: [] },
    ...{ id: names.id(FRIENDS), username: spelled, following_count: 5 + tick, cost_usd: 0.01 },
    ...{ dispatched_at: names.time(tick), observed_at: names.time(tick) },
  }));
}

function forgottenRow({ account, by }: History['forgotten'][number], names: Names): Row {
  return {
    id: by === 'username' ? null : names.id(account),
    username: by === 'id' ? null : names.username(account).toLowerCase(),
    reason: by === 'id' ? 'deleted' : null,
    forgotten_at: names.time(TICKS),
    compliance_job: by === 'id' ? COMPLIANCE_JOB : null,
  };
}

/** Fisher and Yates with a small generator of its own: the same number, the same order. */
function shuffled<T>(items: T[], seed: number): T[] {
  const result = [...items];
  let state = seed >>> 0;
  for (let index = result.length - 1; index > 0; index--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (index + 1);
    [result[index], result[other]] = [result[other] as T, result[index] as T];
  }
  return result;
}
