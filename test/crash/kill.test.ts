import { expect, test } from 'vitest';
import { dispatchRun, runEnded } from '../support/runs.ts';
import { startTestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';
import { listsAreWhole } from './support/stores.ts';

const PARENTS = Array.from({ length: 8 }, (_, index) => `parent_${index}_250`);
const PAGE_SIZE = 50;
const PAGES = Object.fromEntries(PARENTS.map((parent) => [parent, 250 / PAGE_SIZE]));

test.each(['pubsub', 'bigquery', 'x', 'pagedispatch', 'getpage', 'getmetadata'])(
  'kill -9 of %s while it works, then the stack started again: nothing missing, nothing double',
  async (victim) => {
    const before = await startTestStack();
    const grandparent = { username: 'the_herald' };
    await dispatchRun(before, 'kill', PARENTS, { pageSize: PAGE_SIZE, grandparent });
    await until('work has begun', async () => {
      const [row] = await before.select('SELECT COUNT(*) AS pages FROM completed_scrapes');
      return Number(row?.pages) >= 3;
    });
    process.kill(before.stack.processes.find(({ name }) => name === victim)?.pid ?? 0, 'SIGKILL');
    expect(await before.stack.broken).toBe(victim);
    await before.stop(true);

    const after = await startTestStack({ dir: before.dir });
    try {
      await runEnded(after, 'kill', PARENTS.length);
      await listsAreWhole(after, 'kill', PAGES);
    } finally {
      await after.stop();
    }
  },
);
