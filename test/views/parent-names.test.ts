import { expect, test } from 'vitest';
import { DAY, observation, page, plan, type Row, type Rows } from './rows.ts';
import { emptyWarehouse, openWarehouse, VIEWS } from './warehouse.ts';

openWarehouse();

const order = { list_order: { compared: 1, displaced: 0, new_on_top: 0, new_below: 0 } };

/** One parent, read three times; each time its name was typed otherwise. */
const typedAs = (...names: string[]): { plans: Row[]; pages: Row[] } => {
  const reads = names.map((parent_username, at) => {
    const of = { dispatch: `d${at}`, ago: (names.length - at) * DAY };
    const friends = at === 0 ? ['8', '9'] : at === 1 ? ['8'] : ['8', '9', '7'];
    // Whoever typed it so typed the grandparent so.
    const typed = { parent_username, grandparent_username: `By${parent_username}` };
    return {
      plan: plan(of, typed),
      page: page({ ...of, fetch: `f${at}`, friends, at: of.ago - 5 }, { ...typed, ...order }),
    };
  });
  return { plans: reads.map((read) => read.plan), pages: reads.map((read) => read.page) };
};

const lookUp = (username: string, at: number, varying: Row = {}): Row =>
  observation({ dispatch: 'd0', role: 'parent', id: '1', username, at }, varying);

async function namesShown(account_metadata: Row[], ...typed: string[]) {
  const { plans, pages } = typedAs(...typed);
  return shownNames({ dispatches: plans, completed_scrapes: pages, account_metadata });
}

/** The names of each view that has any; of `of`: parents, or grandparents. */
async function shownNames(rows: Partial<Rows>, of = 'parent_username') {
  const warehouse = await emptyWarehouse();
  await warehouse.load(rows);
  const shown = VIEWS.map(async (view) => {
    const rows = await warehouse.rows(view);
    return [view, [...new Set(rows.flatMap((row) => row[of] ?? []))].sort()] as const;
  });
  return Object.fromEntries((await Promise.all(shown)).filter(([, names]) => names.length > 0));
}

const inEach = (...names: string[]) => ({
  ...{ scrape_history: names, dispatch_progress: names, friends: names, friend_changes: names },
});
const ofNewest = (...names: string[]) => ({
  ...{ current_friends: names, order_health: names, parent_freshness: names },
});

test('a parent that was typed in several spellings has one name in each view: that of X, and its newest', async () => {
  const seen = [lookUp('NASA', 4 * DAY), lookUp('Nasa', DAY), lookUp('nAsA', 3 * DAY)];
  const name = 'Nasa';
  const shown = await namesShown(seen, 'nasa', 'NASA', 'nasA');
  expect(shown).toEqual({ ...inEach(name), ...ofNewest(name) });
});

test('a parent that was renamed keeps the name of that time, so that it is found under both', async () => {
  const seen = [lookUp('OldName', 4 * DAY), lookUp('NewName', DAY)];
  const { dispatch_progress, scrape_history, parent_freshness } = await namesShown(
    seen,
    'oldname',
    'OLDNAME',
    'newname',
  );
  expect(dispatch_progress).toEqual(['NewName', 'OldName']);
  expect(scrape_history).toEqual(['NewName', 'OldName']);
  expect(parent_freshness).toEqual(['NewName']);
});

test.each<[what: string, typed: string[], name: string]>([
  ['as it was typed', ['Typed', 'Typed'], 'Typed'],
  ['under one name in each view, as it was typed last', ['nasa', 'NASA', 'Nasa'], 'Nasa'],
  ['the same, typed in lower case last', ['Nasa', 'NASA', 'nasa'], 'nasa'],
])('one that X was never asked for is shown %s', async (_, typed, name) => {
  const nobody = lookUp('typed', DAY, { id: null, status: 'not_found', username: null });
  const shown = await namesShown([nobody], ...typed);
  expect(shown).toEqual({ ...inEach(name), ...ofNewest(name) });
});

test('and one whose id was never learnt either is one parent, as two requests typed it', async () => {
  const refused = { status: 'over_budget', parent_id: null, friends_count: null, total_pages: null };
  const dispatches = ['Nasa', 'nasa', 'NASA'].map((parent_username, at) =>
    plan({ dispatch: `d${at}`, ago: (3 - at) * DAY }, { ...refused, parent_username }),
  );
  const names = ['NASA'];
  expect(await shownNames({ dispatches })).toEqual({ dispatch_progress: names, parent_freshness: names });
});

test('pages without a plan are of one parent too', async () => {
  const { pages } = typedAs('Nasa', 'nasa', 'NASA');
  expect(await shownNames({ completed_scrapes: pages })).toEqual({ ...inEach('nasa'), ...ofNewest('nasa') });
});

test('a grandparent has one name as well, X has been asked for it or not', async () => {
  const { plans, pages } = typedAs('nasa', 'NASA', 'Nasa');
  const rows = { dispatches: plans, completed_scrapes: pages };
  const both = (name: string) => ({ dispatch_progress: [name], scrape_history: [name] });
  expect(await shownNames(rows, 'grandparent_username')).toEqual(both('ByNasa'));
  const account_metadata = [lookUp('byNASA', DAY, { role: 'grandparent', id: '2' })];
  expect(await shownNames({ ...rows, account_metadata }, 'grandparent_username')).toEqual(both('byNASA'));
});
