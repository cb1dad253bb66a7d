import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../../../shared/clock.ts';
import type { Stack } from '../../local/stack.ts';
import { publishAll } from '../plan/publish.ts';
import { DEMO_REQUESTS } from '../rehearsal/demo-requests.ts';
import { scrapeRealX } from '../rehearsal/real-x.ts';
import { type Simulator, simulatorAt } from '../rehearsal/simulator.ts';
import { type DispatchProgress, type ExpectedRun, followRuns } from '../run/run-progress.ts';
import { assertWhole, type GlobalOptions, stackTarget, type Target } from '../target/target.ts';
import { rowsOf } from '../target/warehouse.ts';
import { Failure, WrongUsage } from '../terminal/errors.ts';
import { amount } from '../terminal/options.ts';
import { createProgressDisplay } from '../terminal/progress-bar.ts';
import { tableOf } from '../terminal/table.ts';
import { printEmulators, startOnSimulator } from './local.ts';

const LONGEST_RUN_MS = 120_000;

interface DemoOptions {
  job: string;
  maxCost?: number;
  yes?: boolean;
}

export const demoCommand = () =>
  new Command('demo')
    .description(
      'rehearse the whole road on this machine, over two days of a simulated X; or scrape real accounts',
    )
    .argument('[parent...]', 'usernames at the real X, which X_BEARER_TOKEN is needed for')
    .option('--job <name>', 'with parents: name of the job, as the history shows it', 'manual')
    .option('--max-cost <usd>', 'with parents: most that their lists may cost together', amount)
    .option('--yes', 'with parents: do not ask, whatever it costs')
    .addHelpText('after', '\nExamples:\n  npm start\n  npm start -- nasa esa --max-cost 10')
    .action(async (names: string[], options: DemoOptions, command: Command) => {
      const { data } = command.optsWithGlobals<GlobalOptions>();
      if (names.length > 0) {
        // A folder that was not named would be the simulator's.
        const isNamed = command.getOptionValueSourceWithGlobals('data') !== 'default';
        return scrapeRealX(names, { ...options, data: isNamed ? data : join(data, 'real') });
      }
      if (options.maxCost !== undefined || options.yes)
        throw new WrongUsage('--max-cost and --yes go with the parents to scrape: npm start -- PARENT…');
      await rehearse(data);
    });

async function rehearse(data: string): Promise<void> {
  console.log('Starting Pub/Sub, BigQuery, X (all simulated, on 127.0.0.1) and the three functions …');
  const stack = await startOnSimulator(data);
  printEmulators(stack);
  try {
    const target = await stackTarget(stack.config, resolve(data));
    await Promise.race([
      twoDays(target, simulatorAt(stack.config.X_API_BASE_URL), data),
      assertWhole(stack, data),
    ]);
    printNextSteps(data, stack);
  } finally {
    await stack.stop();
  }
}

async function twoDays(target: Target, x: Simulator, data: string): Promise<void> {
  await scrapeOneDay(target, x, 'Day 1');
  await x.nextDay();
  console.log('\nA day passes: some follow, some unfollow, some change their names.');
  await scrapeOneDay(target, x, 'Day 2');
  const { writeReport } = await import('../report/write.ts'); // the charting library takes its time to load
  console.log(await writeReport(target, { out: join(data, 'report.html'), clock: systemClock }));
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

async function publishRequests(target: Target, x: Simulator): Promise<ExpectedRun[]> {
  const { id, saysCount } = await x.truthOf('given_metadata');
  const requests = DEMO_REQUESTS.map((request) => ({
    ...request,
    parents: request.parents.map((parent) =>
      parent.username === 'given_metadata' ? { ...parent, id, friendsCount: saysCount } : parent,
    ),
  }));
  const topic = target.config.TOPIC_PAGEDISPATCH;
  const messageIds = await publishAll(
    target,
    requests.map((message) => ({ topic, message })),
  );
  // A request that names no run is the run of its message.
  return messageIds.map((runId, index) => ({ runId, parents: requests[index]?.parents.length ?? 0 }));
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

const listedFriendsSql = (dataset: string) => `
SELECT dispatch_id, friend_id
FROM ${dataset}.friends
WHERE dispatch_id IN UNNEST(@ids)
ORDER BY dispatch_id, page_number, position`;

/** The simulator knows the truth, which the real X never tells: each complete list must equal it. */
async function compareWithTruth(target: Target, x: Simulator, progress: DispatchProgress[]): Promise<string> {
  const complete = progress.filter(({ state }) => state === 'complete');
  const ids = complete.map(({ dispatch_id }) => dispatch_id);
  const rows = await rowsOf(target, listedFriendsSql, { ids }, { ids: ['STRING'] });
  const listed = Map.groupBy(rows, (row) => row.dispatch_id);
  for (const { dispatch_id, parent_username } of complete) {
    const stored = (listed.get(dispatch_id) ?? []).map((row) => row.friend_id).join();
    const truth = (await x.truthOf(parent_username)).friends.map(({ id }) => id).join();
    if (stored !== truth)
      throw new Failure(`the list of ${parent_username} is not the one that X has: please report this.`);
  }
  return `The ${rows.length} friends of ${complete.length} complete lists equal X's lists exactly.`;
}

function printNextSteps(data: string, { emulators, env }: Stack): void {
  const where = emulators.includes('BIGQUERY_EMULATOR_HOST')
    ? `in BigQuery at ${env.BIGQUERY_EMULATOR_HOST} (logs`
    : `in ${data} (warehouse.duckdb; logs`;
  console.log(`
The data lies ${where} in ${data}/logs). Try next:
  npx dodo status                                   (the runs, newest first)
  npx dodo changes                                  (who was followed, who is no longer listed)
  npx dodo query "SELECT friend_username FROM friends WHERE parent_username = 'ewan_mcallister'"
  npx dodo local        (keeps the stack up; then, in another terminal: npx dodo dispatch theo_vandijk)`);
}
