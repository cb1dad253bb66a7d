import { progressSql } from '../../infra/cli/run/run-progress.ts';
import { systemClock } from '../../shared/clock.ts';
import { DAY_MS } from '../../shared/times.ts';
import { createCompletedScrapes } from '../../shared/warehouse/completed-scrapes.ts';
import { timestampOf } from '../../shared/warehouse/timestamps.ts';
import type { TestStack } from '../support/stack.ts';
import { type Bench, type Figures, scaled } from './bench.ts';
import { onStack } from './support/load.ts';
import { median, p50p99, rounded } from './support/statistics.ts';

const ROWS = [10_000, 100_000, 1_000_000];
const LOOKUPS = 300;
const PAGES_PER_DISPATCH = 10;
const DISPATCHES_A_DAY = 1000;
const FIRST_DAY_MS = Date.UTC(2026, 0, 1);

export const history: Bench = {
  name: 'history',
  what: `look-up of a dispatch of ${PAGES_PER_DISPATCH} pages, and dispatch_progress of a run of ${DISPATCHES_A_DAY} dispatches, by pages in completed_scrapes`,
  run: (context) =>
    onStack({}, async (on) => {
      const figures: Figures = {};
      let rows = 0;
      for (const full of ROWS) {
        const wanted = scaled(context, full, PAGES_PER_DISPATCH);
        await addRows(on, rows, wanted);
        rows = wanted;
        context.say(`history: ${rows} rows`);
        const lookups = p50p99(await lookupsMs(on, rows, scaled(context, LOOKUPS, 50)));
        figures[rows] = { ...lookups, progressOfRunMs: await progressMs(on, rows) };
      }
      return figures;
    }),
};

/** The history of one day after the other; without friends, which a look-up does not read. */
async function addRows(on: TestStack, from: number, to: number): Promise<void> {
  const query = `INSERT INTO dodo.completed_scrapes
    (run_id, job, dispatch_id, parent_id, parent_username, page_number, total_pages, page_size, friends_count,
     outcome, page_token, next_token, fetch_id, lineage, friend_count, cost_usd, message_id, dispatched_at, completed_at)
    SELECT CONCAT('run-', CAST(day AS STRING)), 'bench', CONCAT('dispatch-', CAST(dispatch AS STRING)),
      CAST(MOD(dispatch, @per_day) AS STRING), 'someone', page, @pages, 100, 1000,
      'scraped', CONCAT('token-', CAST(n AS STRING)), CONCAT('token-', CAST(n + 1 AS STRING)),
      CONCAT('fetch-', CAST(n AS STRING)), [CONCAT('fetch-', CAST(n - 1 AS STRING))], 100, 1, CAST(n AS STRING),
      TIMESTAMP_MILLIS(at_ms), TIMESTAMP_MILLIS(at_ms + 1000 * page)
    FROM (SELECT n, MOD(n, @pages) + 1 AS page, DIV(n, @pages) AS dispatch, DIV(n, @pages * @per_day) AS day,
        @first_ms + DIV(n, @pages * @per_day) * 86400000 AS at_ms
      FROM UNNEST(GENERATE_ARRAY(@from, @to)) AS n)`;
  const sizes = { pages: PAGES_PER_DISPATCH, per_day: DISPATCHES_A_DAY, first_ms: FIRST_DAY_MS };
  await on.bigquery.query({ query, params: { ...sizes, from, to: to - 1 } });
}

const PROGRESS_QUERIES = 5;

/** What `dodo status RUN` asks, of the run in the middle of the history; the median. */
async function progressMs(on: TestStack, rows: number): Promise<number> {
  const day = Math.floor(rows / PAGES_PER_DISPATCH / DISPATCHES_A_DAY / 2);
  const dispatchedMs = FIRST_DAY_MS + day * DAY_MS;
  const took: number[] = [];
  for (let query = 0; query < PROGRESS_QUERIES; query++) {
    const startMs = performance.now();
    const [dispatches] = await on.bigquery.query({
      query: progressSql(on.stack.config.BIGQUERY_DATASET),
      params: { run_ids: [`run-${day}`], since: timestampOf(dispatchedMs), until: timestampOf(dispatchedMs) },
      types: { run_ids: ['STRING'], since: 'TIMESTAMP', until: 'TIMESTAMP' },
    });
    took.push(performance.now() - startMs);
    const wanted = Math.min(DISPATCHES_A_DAY, rows / PAGES_PER_DISPATCH);
    if (dispatches.length !== wanted) throw new Error(`run ${day} has ${dispatches.length} dispatches`);
  }
  return rounded(median(took));
}

async function lookupsMs(on: TestStack, rows: number, lookups: number): Promise<number[]> {
  const { config } = on.stack;
  const scrapes = createCompletedScrapes({
    bigquery: on.bigquery,
    dataset: config.BIGQUERY_DATASET,
    deadlineMs: config.BIGQUERY_DEADLINE_MS,
    clock: systemClock,
  });
  const dispatches = rows / PAGES_PER_DISPATCH;
  const took: number[] = [];
  for (let lookup = -10; lookup < lookups; lookup++) {
    // Spread over the whole history, each time another one.
    const dispatch = Math.floor((((lookup + 10) * 0.618) % 1) * dispatches);
    const startMs = performance.now();
    const pages = await scrapes.ofDispatch({
      dispatchId: `dispatch-${dispatch}`,
      parentId: String(dispatch % DISPATCHES_A_DAY),
      dispatchedAtMs: FIRST_DAY_MS + Math.floor(dispatch / DISPATCHES_A_DAY) * DAY_MS,
    });
    // The first ten are not counted: the client's and the stand-in's first calls are slow.
    if (lookup >= 0) took.push(performance.now() - startMs);
    if (pages.length !== PAGES_PER_DISPATCH)
      throw new Error(`dispatch ${dispatch} has ${pages.length} pages`);
  }
  return took;
}
