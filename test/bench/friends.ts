import { DAY_MS } from '../../shared/times.ts';
import { peakMiB } from '../support/resident.ts';
import type { TestStack } from '../support/stack.ts';
import { type Bench, type Figures, scaled } from './bench.ts';
import { addRun, FIRST_DAY_MS } from './support/friend-lists.ts';
import { onStack } from './support/load.ts';
import { rounded } from './support/statistics.ts';

const [RUNS, PARENTS, PAGE_SIZE] = [100, 100, 1000];

/** What analysts ask of one run or one parent, and how many friends it finds in each list. */
const QUESTIONS = {
  friendsOfRun: `SELECT COUNT(*) AS found, COUNT(DISTINCT friend_username) AS names FROM friends
    WHERE run_id = 'run-1' AND dispatched_at = TIMESTAMP_MILLIS(${FIRST_DAY_MS + DAY_MS})`,
  friendsOfParent: `SELECT COUNT(*) AS found, COUNT(DISTINCT friend_username) AS names FROM friends
    WHERE parent_id = '7'`,
  currentFriendsOfParent: `SELECT COUNT(*) AS found FROM current_friends WHERE parent_id = '7'`,
  changesOfParent: `SELECT COUNT(*) AS found FROM friend_changes WHERE parent_id = '7'`,
};

export const friends: Bench = {
  name: 'friends',
  what: `the views of friends, of one run and of one parent, over ${(RUNS * PARENTS * PAGE_SIZE) / 1e6} million friends, and the memory of the local BigQuery`,
  run: (context) =>
    onStack({}, async (on) => {
      const runs = scaled(context, RUNS, 5);
      for (let run = 0; run < runs; run++) await addRun(on, { run, parents: [1, PARENTS], size: PAGE_SIZE });
      context.say(`friends: ${runs * PARENTS * PAGE_SIZE} friends`);
      const figures: Figures = { loadedMiB: rounded(await peakOf(on)) };
      for (const [name, query] of Object.entries(QUESTIONS)) {
        const startMs = performance.now();
        const [row] = await on.select(query);
        if (!(Number(row?.found) > 0)) throw new Error(`${name} finds nothing`);
        figures[`${name}Ms`] = rounded(performance.now() - startMs);
        context.say(`friends: ${name} ${figures[`${name}Ms`]} ms ${await peakOf(on)} MiB`);
      }
      return { ...figures, peakMiB: rounded(await peakOf(on)) };
    }),
};

async function peakOf(on: TestStack): Promise<number> {
  const process = on.stack.processes.find(({ name }) => name === 'bigquery');
  if (!process) throw new Error('the local BigQuery is not up');
  return peakMiB(process.pid);
}
