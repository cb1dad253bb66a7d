import { Command } from 'commander';
import { createBus } from '../../shared/bus.ts';
import { systemClock } from '../../shared/clock.ts';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { DEMO_REQUESTS } from './demo-requests.ts';
import { Failure } from './errors.ts';
import { start } from './local.ts';
import { createProgressDisplay } from './progress-bar.ts';
import { plainRows } from './rows.ts';
import { type DispatchProgress, type ExpectedRun, followRuns } from './run-progress.ts';
import { type Simulator, simulatorAt } from './simulator.ts';
import { tableOf } from './table.ts';
import type { GlobalOptions, Target } from './target.ts';

const LONGEST_RUN_MS = 120_000;

export const demoCommand = () =>
  new Command('demo')
    .description('rehearse the whole road on this machine: two days of scraping a simulated X')
    .addHelpText('after', '\nExample:\n  npm start')
    .action(async (_options: object, command: Command) => {
      const { data } = command.optsWithGlobals<GlobalOptions>();
      console.log('Starting Pub/Sub, BigQuery, X (all simulated, on 127.0.0.1) and the three functions …');
      const stack = await start(data);
      try {
        const { config } = stack;
        const target: Target = {
          where: 'local stack',
          config,
          bigquery: createBigQuery(config),
          close: stack.stop,
        };
        const x = simulatorAt(config.X_API_BASE_URL);
        const work = demo(target, x);
        const broken = stack.broken.then((name) => {
          throw new Failure(
            `the process ${name} ended. See ${data}/logs/${name}.log; "npm start" goes on where it was.`,
          );
        });
        await Promise.race([work, broken]);
        printNextSteps(data);
      } finally {
        await stack.stop();
      }
    });

async function demo(target: Target, x: Simulator): Promise<void> {
  await scrapeOneDay(target, x, 'Day 1');
  await x.nextDay();
  console.log('\nA day passes: some follow, some unfollow, some change their names.');
  await scrapeOneDay(target, x, 'Day 2');
}

async function scrapeOneDay(target: Target, x: Simulator, label: string): Promise<void> {
  const runs = await publishRequests(target, x);
  const display = createProgressDisplay(label);
  const { result, progress } = await followRuns(
    target,
    runs,
    systemClock,
    systemClock.now() + LONGEST_RUN_MS,
    (rows) => display.show(rows),
  );
  display.done();
  for (const { runId } of runs) printRun(progress.filter((row) => row.run_id === runId));
  if (result === 'out-of-time')
    throw new Failure(
      `not every page was there after ${LONGEST_RUN_MS / 1000} s; "npm start" goes on where it was.`,
    );
  console.log(await compareWithTruth(target, x, progress));
}

async function publishRequests({ config }: Target, x: Simulator): Promise<ExpectedRun[]> {
  const pubsub = createPubSub(config);
  const bus = createBus(async () => pubsub, systemClock, config.PUBSUB_DEADLINE_MS);
  const { id, saysCount } = await x.truthOf('given_metadata');
  const runs = [];
  for (const request of DEMO_REQUESTS) {
    const parents = request.parents.map((parent) =>
      parent.username === 'given_metadata' ? { ...parent, id, friendsCount: saysCount } : parent,
    );
    const runId = await bus.publish(config.TOPIC_PAGEDISPATCH, { ...request, parents });
    runs.push({ runId, parents: parents.length });
  }
  await pubsub.close();
  return runs;
}

function printRun(rows: DispatchProgress[]): void {
  const [first] = rows;
  if (!first) return;
  console.log(`\nRun ${first.run_id} of job ${first.job}`);
  console.log(
    tableOf(rows, [
      { head: 'parent', cell: (row) => row.parent_username },
      { head: 'pages done/planned', cell: (row) => `${row.pages_done}/${row.total_pages ?? 0}` },
      { head: 'friends', cell: (row) => row.friends_listed },
      { head: 'count said', cell: (row) => row.friends_count },
      { head: 'state', cell: (row) => [row.state, row.reason].filter(Boolean).join(': ') },
      { head: 'cost USD', cell: (row) => row.cost_usd },
    ]),
  );
}

/** The simulator knows the truth, which the real X never tells: each complete list must equal it. */
async function compareWithTruth(target: Target, x: Simulator, progress: DispatchProgress[]): Promise<string> {
  const complete = progress.filter(({ state }) => state === 'complete');
  const [rows] = await target.bigquery.query({
    query: `SELECT dispatch_id, friend_id FROM ${target.config.BIGQUERY_DATASET}.friends
      WHERE dispatch_id IN UNNEST(@ids) ORDER BY dispatch_id, page_number, position`,
    params: { ids: complete.map(({ dispatch_id }) => dispatch_id) },
    types: { ids: ['STRING'] },
  });
  const listed = Map.groupBy(plainRows(rows), (row) => row.dispatch_id);
  for (const { dispatch_id, parent_username } of complete) {
    const stored = (listed.get(dispatch_id) ?? []).map((row) => row.friend_id).join();
    const truth = (await x.truthOf(parent_username)).friends.map(({ id }) => id).join();
    if (stored !== truth)
      throw new Failure(`the list of ${parent_username} is not the one that X has: please report this.`);
  }
  return `The ${rows.length} friends of ${complete.length} complete lists equal X's lists exactly.`;
}

function printNextSteps(data: string): void {
  console.log(`
The data lies in ${data} (warehouse.duckdb; logs in ${data}/logs). Try next:
  npx dodo query "SELECT parent_username, state, friends_listed, cost_usd FROM dispatch_progress"
  npx dodo query --json "SELECT friend_username FROM friends WHERE parent_username = 'ewan_mcallister'"
  npx dodo local      (keeps the stack up; then, in another terminal: npx dodo dispatch theo_vandijk)`);
}
