import { afterAll, expect, test } from 'vitest';
import { runsSince } from '../../../infra/cli/run/runs.ts';
import { stackTarget } from '../../../infra/cli/target/find.ts';
import { systemClock } from '../../../shared/clock.ts';
import { readConfig } from '../../../shared/config.ts';
import { startUnrulyProxy } from '../../support/unruly-proxy.ts';
import { DAY, NOW_MS, page, plan, requested } from '../../views/rows.ts';
import { openWarehouse } from '../support/history.ts';

const warehouse = await openWarehouse();
const { env } = warehouse.running;
const proxy = await startUnrulyProxy(env.BIGQUERY_EMULATOR_HOST ?? '');
afterAll(async () => {
  await proxy.close();
  await warehouse.close();
});
const target = await stackTarget(
  readConfig({ ...env, BIGQUERY_EMULATOR_HOST: proxy.url }),
  '/nonexistent',
  systemClock,
);

const since = async (daysAgo: number) =>
  (await runsSince(target, NOW_MS - daysAgo * DAY * 60_000)).map(({ run_id, parents, unplanned, ...run }) =>
    [run_id, parents, unplanned, run.running, run.complete, run.friends_listed, run.cost_usd].join(' '),
  );

test('a run has the parents that are planned and those that are not; newest first', async () => {
  const of = (run: string, parent: number, daysAgo: number) => ({
    ...{ run, dispatch: `${run}/${parent}`, parent: `${parent}`, ago: daysAgo * DAY },
  });
  const [read, planned, waiting] = [of('half', 1, 2), of('half', 2, 2), of('half', 3, 2)];
  const imported = of('imported', 4, 1);
  await warehouse.fill({
    requested_dispatches: [read, planned, waiting, waiting, of('none', 1, 1), of('old', 1, 9)].map(requested),
    dispatches: [plan(read), plan(planned), plan(imported, { origin: 'import' }), plan(of('unasked', 1, 2))],
    completed_scrapes: [page({ ...read, fetch: 'f', friends: ['11', '12'], at: 2 * DAY - 10 })],
  });
  const shown = ['none 1 1 0 0 0 0', 'half 3 1 0 1 2 0.04', 'unasked 1 0 0 0 0 0.01'];
  expect(await since(5)).toEqual(shown);
  expect(await since(10)).toEqual([...shown, 'old 1 1 0 0 0 0']);
});

test('a parent that is planned while the runs are asked for counts once', async () => {
  const of = { run: 'begins', dispatch: 'begins', ago: 0 };
  await warehouse.fill({ requested_dispatches: [requested(of)] });
  let questions = 0;
  proxy.decide = async (): Promise<'passes'> => {
    if (++questions === 2) await warehouse.fill({ dispatches: [plan(of)] });
    return 'passes';
  };
  expect((await since(1))[0]).toMatch(/^begins 1 /);
});
