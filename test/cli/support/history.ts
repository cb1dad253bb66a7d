import type { BigQuery } from '@google-cloud/bigquery';
import { plainRows } from '../../../infra/cli/target/rows.ts';
import { startWarehouse } from '../../support/warehouse.ts';
import { DAY, noRows, observation, page, plan, type Row, type Rows } from '../../views/rows.ts';

/** A warehouse without a stack, with the tables and views and no rows; commands read it that run on `running`. */
export async function openWarehouse() {
  // No name in SQL unless it is quoted.
  const { env, bigquery, context, select, close } = await startWarehouse({ dataset: '2026_follows' });
  return {
    running: { env },
    fill: (rows: Partial<Rows>) => insertRows(bigquery, context.dataset, { ...noRows(), ...rows }),
    select: async (query: string) => plainRows(await select(query)),
    close,
  };
}

export async function insertRows(bigquery: BigQuery, dataset: string, rows: Record<string, Row[]>) {
  for (const [table, ofTable] of Object.entries(rows))
    if (ofTable.length > 0) await bigquery.dataset(dataset).table(table).insert(ofTable);
}

const FRIENDS: Record<string, string> = { ann: '10', bob: '11', cy: '12', dee: '13' };

/** One scrape of one parent's whole list in one page; `name` is that of the last friend. */
function scrape(
  rows: Rows,
  dispatch: string,
  parent: string,
  daysAgo: number,
  usernames: string,
  { name, username = `parent${parent}` }: { name?: string; username?: string } = {},
): void {
  const friends = usernames.split(' ').map((each): [string, string] => [FRIENDS[each] ?? '', each]);
  const of = { dispatch, parent, ago: daysAgo * DAY, run: `run ${daysAgo}` };
  const row = page({ ...of, fetch: `fetch of ${dispatch}`, friends, at: daysAgo * DAY - 10 });
  if (name !== undefined) Object.assign((row.friends as Row[]).at(-1) ?? {}, { name });
  rows.dispatches.push(plan(of, { parent_username: username }));
  rows.completed_scrapes.push({ ...row, parent_username: username });
}

/**
 * Parent 1 is read on three days: ann leaves (suspended), cy comes, then bob leaves (nobody asked why) and ann is
 * back. Parent 2 is read once, parent 3 not at all; parent 4 changes its name and follows somebody whose name is
 * a weapon.
 */
export function history(): Rows {
  const rows = noRows();
  scrape(rows, 'a1', '1', 5, 'ann bob');
  scrape(rows, 'a2', '1', 4, 'bob cy');
  scrape(rows, 'a3', '1', 3, 'cy ann');
  scrape(rows, 'b1', '2', 3, 'bob');
  scrape(rows, 'd1', '4', 5, 'bob');
  scrape(rows, 'd2', '4', 4, 'bob dee', { name: '\u001b[2J\u202e<b>Dee' });
  scrape(rows, 'd3', '4', 3, 'dee', { username: 'renamed' });
  const unread = { dispatch: 'c1', parent: '3', ago: 3 * DAY, run: 'run 3' };
  rows.dispatches.push(
    plan(unread, { status: 'over_budget', reason: 'past the daily budget', lookup_cost_usd: 0 }),
  );
  const question = { dispatch: 'a2', role: 'vanished_friend', id: '10', at: 4 * DAY - 60 };
  rows.account_metadata.push(observation(question, { status: 'suspended' }));
  return rows;
}

/** Parents in whose lists nothing has changed so far. */
export function listsReadOnce(parents: number): Rows {
  const rows = noRows();
  for (let number = 0; number < parents; number++)
    scrape(rows, `once ${number}`, String(100 + number), 2, 'bob');
  return rows;
}

/** A parent with 26 friends, of whom the next list has one. */
export function fallenList(parent: string): Rows {
  const rows = noRows();
  const all = Array.from({ length: 26 }, (_, n): [string, string] => [`9${n}`, `friend${n}`]);
  for (const [daysAgo, friends] of [
    [5, all],
    [4, all.slice(0, 1)],
  ] as const) {
    const of = { dispatch: `fallen ${parent} ${daysAgo}`, parent, ago: daysAgo * DAY };
    rows.dispatches.push(plan(of));
    rows.completed_scrapes.push(page({ ...of, fetch: 'one', friends: [...friends], at: daysAgo * DAY - 10 }));
  }
  return rows;
}

/** Parents 7 and 8, who both take up two friends that X says more of; one of these goes by another username then. */
export function famousFriends(): Rows {
  const rows = noRows();
  const famous = { id: '70', name: 'Fay', description: 'Maps & more', followers_count: 90_000 };
  const known = { id: '71', username: 'kim', name: 'Kim', followers_count: 12, verified_type: 'blue' };
  for (const parent of ['7', '8'])
    for (const daysAgo of [3, 2, 1]) {
      const of = {
        dispatch: `famous ${parent} ${daysAgo}`,
        parent,
        ago: daysAgo * DAY,
        run: `famous ${daysAgo}`,
      };
      const came = daysAgo === 3 ? [] : [known, { ...famous, username: daysAgo === 1 ? 'fay_now' : 'fay' }];
      const friends = came.map((friend, index) => ({ ...friend, position: index + 2 }));
      const row = page({ ...of, fetch: 'one', friends: [['11', 'bob']], at: daysAgo * DAY - 10 });
      rows.dispatches.push(plan(of, { job: 'famous' }));
      rows.completed_scrapes.push({
        ...row,
        job: 'famous',
        friends: [...(row.friends as Row[]), ...friends],
      });
    }
  return rows;
}
