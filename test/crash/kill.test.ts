import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runEnded } from '../support/runs.ts';
import { startTestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const PARENTS = Array.from({ length: 8 }, (_, index) => `parent_${index}_250`);
const PAGE_SIZE = 50;

test.each(['pubsub', 'bigquery', 'x', 'pagedispatch', 'getpage', 'getmetadata'])(
  'kill -9 of %s while it works, then the stack started again: nothing missing, nothing double',
  async (victim) => {
    const dir = await mkdtemp(join(tmpdir(), 'dodo-kill-'));
    const before = await startTestStack({ dir });
    await before.bus.publish('pagedispatch', {
      job: { name: 'kill' },
      parents: PARENTS,
      grandparent: { username: 'the_herald' },
      pageSize: PAGE_SIZE,
      runId: 'kill',
      dispatchedAt: new Date().toISOString(),
    });
    await until('work has begun', async () => {
      const [row] = await before.select('SELECT COUNT(*) AS pages FROM completed_scrapes');
      return Number(row?.pages) >= 3;
    });
    process.kill(before.stack.processes.find(({ name }) => name === victim)?.pid ?? 0, 'SIGKILL');
    expect(await before.stack.broken).toBe(victim);
    await before.stop(true);

    const after = await startTestStack({ dir });
    try {
      const progress = await runEnded(after, 'kill', PARENTS.length);
      expect(progress.map(({ state }) => state)).toEqual(PARENTS.map(() => 'complete'));
      const friends = await after.select(
        'SELECT parent_username, friend_id FROM friends ORDER BY parent_username, page_number, position',
      );
      const listed = Map.groupBy(friends, (row) => row.parent_username);
      for (const parent of PARENTS) {
        const truth = (await after.sim(`truth?username=${parent}`)) as { friends: { id: string }[] };
        expect(listed.get(parent)?.map((row) => row.friend_id)).toEqual(truth.friends.map(({ id }) => id));
      }
    } finally {
      await after.stop(true);
      await rm(dir, { recursive: true, force: true });
    }
  },
  120_000,
);
