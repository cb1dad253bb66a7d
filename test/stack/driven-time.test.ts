import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../shared/times.ts';
import { runEnded } from '../support/runs.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const DAYS = 4;

let on: TestStack;
let startedMs: number;
beforeAll(async () => {
  startedMs = Date.now();
  on = await startTestStack({ offsetMs: -DAYS * DAY_MS });
});
afterAll(() => on.stop());

/** Without a run id and a time: the planner takes the publish time, which is Pub/Sub's. */
async function scraped(job: string): Promise<void> {
  await on.bus.publish('pagedispatch', {
    ...{
      job: { name: job },
      parents: ['ewan_mcallister'],
      grandparent: { username: 'the_herald', id: 'none' },
    },
  });
  const [run] = await until('it is planned', async () => {
    const rows = await on.select(`SELECT run_id FROM dispatches WHERE job = '${job}'`);
    return rows.length > 0 && rows;
  });
  await runEnded(on, String(run?.run_id), 1);
  await until('the grandparent is looked up', async () => {
    const rows = await on.select(
      `SELECT 1 AS n FROM account_metadata WHERE job = '${job}' AND role = 'grandparent'`,
    );
    return rows.length > 0;
  });
}

/** How many days ago each time lies that the job has left, of Pub/Sub, of the functions, and of BigQuery. */
async function daysAgo(job: string): Promise<Record<string, number>> {
  const [times = {}] = await on.select(`
    SELECT
      (SELECT MIN(dispatched_at) FROM dispatches WHERE job = '${job}') AS published,
      (SELECT MIN(planned_at) FROM dispatches WHERE job = '${job}') AS planned,
      (SELECT MIN(completed_at) FROM completed_scrapes WHERE job = '${job}') AS completed,
      (SELECT MIN(observed_at) FROM account_metadata WHERE job = '${job}') AS observed,
      CURRENT_TIMESTAMP() AS present`);
  const daysOf = (time: unknown) => (startedMs - Date.parse(String(time))) / DAY_MS;
  return Object.fromEntries(Object.entries(times).map(([name, time]) => [name, Math.round(daysOf(time))]));
}

/** Between the first day of X's charges and the last one: when the simulator has answered. */
async function daysOfX(): Promise<number> {
  const days = Object.keys(((await on.sim('charges')) as { byDay: Record<string, unknown> }).byDay).sort();
  return (Date.parse(days.at(-1) ?? '') - Date.parse(days[0] ?? '')) / DAY_MS;
}

const allAre = (days: number) => ({
  ...{ published: days, planned: days, completed: days, observed: days, present: days },
});

describe('the time of a stack that is driven', () => {
  test('is the same for all its processes, and moves from one day to the next', async () => {
    await scraped('early');
    expect(await daysAgo('early')).toEqual(allAre(DAYS));
    await on.sim('day', { advance: DAYS - 1 });
    await on.stack.moveTime(-DAY_MS);
    await scraped('late');
    expect(await daysAgo('late')).toEqual(allAre(1));
    // One more, where midnight comes in between.
    expect([DAYS - 1, DAYS]).toContain(await daysOfX());
  });

  test('so a change lies within days, and the age of a list is told in them', async () => {
    await on.stack.moveTime(0);
    const [row] = await on.select('SELECT full_read_at, age_hours FROM parent_freshness');
    const ageMs = Date.now() - Date.parse(String(row?.full_read_at));
    expect(Math.abs(ageMs - DAY_MS)).toBeLessThan(10 * MINUTE_MS);
    expect([23, 24]).toContain(row?.age_hours);
    const changes = await on.select(
      'SELECT TIMESTAMP_DIFF(not_after, not_before, MINUTE) AS minutes FROM friend_changes',
    );
    expect(changes.length).toBeGreaterThan(0);
    const between = (DAYS - 1) * 24 * 60;
    for (const { minutes } of changes) expect(Math.abs(Number(minutes) - between)).toBeLessThan(10);
  });
});
