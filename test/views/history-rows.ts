import { type History, type SketchedDispatch, TICKS } from './history.ts';
import { keysOf, type Names, namesOf } from './history-names.ts';
import { pageRows } from './history-pages.ts';
import { noRows, type Row, type Rows, TABLES, type TableName } from './rows.ts';

/** The rows of a history; `index` tells histories apart, `nowMs` is the end of its time. */
export function rowsOf(sketch: History, index: number, nowMs: number): Rows {
  const names = namesOf(index, nowMs);
  const rows = noRows();
  sketch.dispatches.forEach((dispatch, number) => {
    const keys = keysOf(dispatch, number, names);
    rows.dispatches.push(...planRows(dispatch, keys, names));
    rows.completed_scrapes.push(...pageRows(dispatch, keys, names));
  });
  rows.account_metadata.push(
    ...sketch.observations.map((seen, number) => observationRow(seen, number, names)),
  );
  rows.forgotten_accounts.push(...sketch.forgotten.map((account) => forgottenRow(account, names)));
  const all = TABLES.flatMap((table) => rows[table].map((row) => ({ table, row })));
  const stored = [...all, ...sketch.duplicates.map((nat) => all[nat % all.length])].filter(
    (one) => one !== undefined,
  );
  return tablesOf(shuffled(stored, sketch.shuffle));
}

/** The rows of many histories, each under its index. */
export function rowsOfAll(histories: History[], nowMs: number): Rows {
  const rows = noRows();
  for (const [index, sketch] of histories.entries()) {
    const more = rowsOf(sketch, index, nowMs);
    for (const table of TABLES) rows[table].push(...more[table]);
  }
  return rows;
}

function planRows({ plan, tick }: SketchedDispatch, keys: Row, names: Names): Row[] {
  const row = (status: string, ticksLater: number, varying: Row = {}): Row => ({
    ...keys,
    status,
    reason: status === 'dispatched' ? null : `${status}, in words`,
    friends_count: 5,
    total_pages: 3,
    page_size: 2,
    planned_cost_usd: 0.06,
    lookup_cost_usd: 0.01,
    republished: false,
    planned_at: names.time(tick + ticksLater),
    message_id: `message ${ticksLater}`,
    ...varying,
  });
  const republished = { republished: true, planned_cost_usd: 0.02, lookup_cost_usd: 0, total_pages: 9 };
  const late = row('dispatched', 0, {
    dispatched_at: names.time(tick + 2),
    total_pages: 7,
    friends_count: 13,
  });
  switch (plan) {
    case 'dispatched':
      return [row('dispatched', 0)];
    case 'missing':
      return [];
    case 'not_found':
      return [
        row('not_found', 0, {
          parent_id: null,
          planned_cost_usd: null,
          friends_count: null,
          total_pages: null,
        }),
      ];
    case 'over_budget':
      return [row('over_budget', 0)];
    case 'twice over_budget':
      return [
        row('over_budget', 0, { parent_id: null, dispatched_at: names.time(tick + 1) }),
        row('over_budget', 1),
      ];
    case 'over_budget, then dispatched':
      return [
        row('over_budget', 0, { parent_id: null }),
        row('dispatched', 3, { lookup_cost_usd: 0, total_pages: 4 }),
      ];
    case 'dispatched, then republished':
      return [row('dispatched', 0), row('dispatched', 150, republished)];
    case 'dispatched, then not republished':
      return [row('dispatched', 0), row('over_budget', 150, republished)];
    case 'dispatched, another stored late':
      return [late, row('dispatched', 1)];
    case 'over_budget, another stored late':
      return [late, row('over_budget', 1)];
  }
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
    role: 'vanished_friend',
    requested_id: names.id(friend),
    status,
    id: isKnown ? names.id(friend) : null,
    username: isKnown ? names.username(friend) : null,
    requested_fields: [],
    cost_usd: isKnown ? 0.01 : 0,
    dispatched_at: names.time(tick),
    observed_at: names.time(tick),
  };
}

function forgottenRow({ account, by }: History['forgotten'][number], names: Names): Row {
  return {
    id: by === 'username' ? null : names.id(account),
    username: by === 'id' ? null : names.username(account).toLowerCase(),
    reason: null,
    forgotten_at: names.time(TICKS),
  };
}

function tablesOf(stored: { table: TableName; row: Row }[]): Rows {
  const rows = noRows();
  for (const { table, row } of stored) rows[table].push(row);
  return rows;
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
