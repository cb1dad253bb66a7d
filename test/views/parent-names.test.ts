import { expect, test } from 'vitest';
import { DAY, observation, page, plan, type Row } from './rows.ts';
import { emptyWarehouse, openWarehouse, VIEWS } from './warehouse.ts';

openWarehouse();

const order = { list_order: { compared: 1, displaced: 0, new_on_top: 0, new_below: 0 } };

/** One parent, read three times; each time its name was typed otherwise. */
const typedAs = (...names: string[]): { plans: Row[]; pages: Row[] } => {
  const reads = names.map((parent_username, at) => {
    const of = { dispatch: `d${at}`, ago: (names.length - at) * DAY };
    const friends = at === 0 ? ['8', '9'] : at === 1 ? ['8'] : ['8', '9', '7'];
    return {
      plan: plan(of, { parent_username }),
      page: page({ ...of, fetch: `f${at}`, friends, at: of.ago - 5 }, { parent_username, ...order }),
    };
  });
  return { plans: reads.map((read) => read.plan), pages: reads.map((read) => read.page) };
};

const lookUp = (username: string, at: number, varying: Row = {}): Row =>
  observation({ dispatch: 'd0', role: 'parent', id: '1', username, at }, varying);

async function namesShown(account_metadata: Row[], ...typed: string[]) {
  const { plans, pages } = typedAs(...typed);
  const warehouse = await emptyWarehouse();
  await warehouse.load({ dispatches: plans, completed_scrapes: pages, account_metadata });
  const shown = VIEWS.map(async (view) => {
    const rows = await warehouse.rows(view);
    return [view, [...new Set(rows.flatMap((row) => row.parent_username ?? []))].sort()] as const;
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

test('one that X was never asked for is shown as it was typed', async () => {
  const nobody = lookUp('typed', DAY, { id: null, status: 'not_found', username: null });
  const { dispatch_progress } = await namesShown([nobody], 'Typed', 'Typed');
  expect(dispatch_progress).toEqual(['Typed']);
});
