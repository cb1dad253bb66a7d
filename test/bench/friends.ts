import { DAY_MS } from '../../shared/times.ts';
import { peakMiB } from '../support/resident.ts';
import type { TestStack } from '../support/stack.ts';
import { type Bench, type Figures, scaled } from './bench.ts';
import { onStack } from './support/load.ts';
import { rounded } from './support/statistics.ts';

const [RUNS, PARENTS, PAGE_SIZE] = [100, 100, 1000];
const FIRST_DAY_MS = Date.UTC(2026, 0, 1);

/** What is asked of one run or of some parents, and how many friends it finds in each list. */
const QUESTIONS = {
  friendsOfRun: `SELECT COUNT(*) AS found, COUNT(DISTINCT friend_username) AS names FROM friends
    WHERE run_id = 'run-1' AND dispatched_at = TIMESTAMP_MILLIS(${FIRST_DAY_MS + DAY_MS})`,
  friendsOfParent: `SELECT COUNT(*) AS found, COUNT(DISTINCT friend_username) AS names FROM friends
    WHERE parent_id = '7'`,
  currentFriendsOfParent: `SELECT COUNT(*) AS found FROM current_friends WHERE parent_id = '7'`,
  changesOfParent: `SELECT COUNT(*) AS found FROM friend_changes WHERE parent_id = '7'`,
  // As announcements are counted.
  changesOf20Parents: `SELECT COUNT(*) AS found FROM friend_changes
    WHERE parent_id IN UNNEST([${Array.from({ length: 20 }, (_, at) => `'${at + 1}'`)}])`,
};

export const friends: Bench = {
  name: 'friends',
  what: `the views of friends, of one run and of some parents, over ${(RUNS * PARENTS * PAGE_SIZE) / 1e6} million friends, and the memory of the local BigQuery`,
  run: (context) =>
    onStack({}, async (on) => {
      const runs = scaled(context, RUNS, 5);
      for (let run = 0; run < runs; run++) await addRun(on, run);
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

/** A page of each parent; from run to run each list gets one friend more and loses one. */
async function addRun(on: TestStack, run: number): Promise<void> {
  const query = `INSERT INTO dodo.completed_scrapes
    (run_id, job, dispatch_id, parent_id, parent_username, page_number, total_pages, page_size, friends_count,
     outcome, fetch_id, lineage, friend_count, friends, cost_usd, message_id, dispatched_at, completed_at)
    SELECT @run_id, 'bench', CONCAT(@run_id, '-', parent), parent, CONCAT('parent_', parent), 1, 1, 1000, @size,
      'scraped', CONCAT('fetch-', @run_id, '-', parent), [], @size, ARRAY_AGG(STRUCT(
        position AS position, id AS id, CONCAT('friend_', id) AS username, CONCAT('Number ', id) AS name,
        TIMESTAMP_MILLIS(@at_ms) AS created_at, CONCAT('What number ', id, ' says of themselves') AS description,
        'Somewhere' AS location, CONCAT('https://example.com/', id) AS url,
        CONCAT('https://example.com/', id, '.jpg') AS profile_image_url, FALSE AS protected, FALSE AS verified,
        'none' AS verified_type, position AS followers_count, position AS following_count,
        position AS listed_count, position AS post_count)),
      1, parent, TIMESTAMP_MILLIS(@at_ms), TIMESTAMP_MILLIS(@at_ms + 1000)
    FROM (
      SELECT CAST(number AS STRING) AS parent, position,
        CAST(number * 100000 + @run + position AS STRING) AS id
      FROM UNNEST(GENERATE_ARRAY(1, @parents)) AS number
      CROSS JOIN UNNEST(GENERATE_ARRAY(1, @size)) AS position
    )
    GROUP BY parent`;
  const params = { run, run_id: `run-${run}`, size: PAGE_SIZE, parents: PARENTS };
  await on.bigquery.query({ query, params: { ...params, at_ms: FIRST_DAY_MS + run * DAY_MS } });
}

async function peakOf(on: TestStack): Promise<number> {
  const process = on.stack.processes.find(({ name }) => name === 'bigquery');
  if (!process) throw new Error('the local BigQuery is not up');
  return peakMiB(process.pid);
}
