import { join } from 'node:path';
import { v4 } from 'uuid';
import { readConfig } from '../../../shared/config.ts';
import type { Stack } from '../../local/stack.ts';
import { publishRequests } from '../plan/requests.ts';
import { followRuns } from '../run/follow.ts';
import { createProgressDisplay } from '../run/progress-display.ts';
import type { DispatchProgress } from '../run/run-progress.ts';
import { COST, FIGURES, STATE } from '../run/run-table.ts';
import { commandOn } from '../target/again.ts';
import { rowsOf, texts } from '../target/query.ts';
import type { Context, Surroundings, Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { tableOf } from '../terminal/table.ts';
import { checkedWithTruth, publishChecks } from './check-day.ts';
import { DEMO_REQUESTS } from './demo-requests.ts';
import { type Simulator, simulatorAt } from './simulator.ts';
import { sayEmulators, sayWhichX, startOnSimulator, whileUp } from './start.ts';

const LONGEST_RUN_MS = 120_000;

/** `npm start`: two days of the simulated X, of which the second is told apart from the first, and one of checks. */
export async function rehearse(surroundings: Surroundings): Promise<void> {
  const { terminal, env, globals } = surroundings;
  const { data } = globals;
  terminal.print('Starting Pub/Sub, BigQuery, X (all simulated, on 127.0.0.1) and the three functions …');
  const named = readConfig(env);
  const stack = await startOnSimulator(data, named, readConfig({}));
  sayEmulators(stack, terminal);
  sayWhichX(stack, named, terminal);
  const x = simulatorAt(stack.config.X_API_BASE_URL);
  await whileUp(stack, data, surroundings, async (context) => {
    const full = { publish: () => publishDay(context.target, x), compare: comparedWithTruth };
    await scrapeOneDay('Day 1', full, x, context);
    await x.nextDay();
    terminal.print('\nA day passes: some follow, some unfollow, some change their names.');
    await scrapeOneDay('Day 2', full, x, context);
    await x.nextDay();
    terminal.print(
      '\nAnother day passes. Now the lists are checked: no more of them is read than is needed.',
    );
    const checks = { publish: () => publishChecks(context.target), compare: checkedWithTruth };
    await scrapeOneDay('Day 3', checks, x, context);
    const { writeReport } = await import('../report/write.ts'); // the charting library takes its time to load
    terminal.print(await writeReport(context.target, join(data, 'report.html')));
    terminal.print(nextSteps(data, stack, context.target));
  });
}

interface Day {
  /** Returns the ids of the runs. */
  publish(): Promise<string[]>;
  /** With the truth that the simulator knows. Throws Failure. */
  compare: typeof comparedWithTruth;
}

async function scrapeOneDay(
  day: string,
  { publish, compare }: Day,
  x: Simulator,
  { terminal, target, clock }: Context,
): Promise<void> {
  const runIds = await publish();
  const display = createProgressDisplay(day, terminal);
  const untilMs = clock.now() + LONGEST_RUN_MS;
  const { result, progress } = await followRuns(target, runIds, untilMs, (rows) => display.show(rows));
  display.done();
  for (const ofRun of runIds.map((runId) => progress.filter((row) => row.run_id === runId)))
    if (ofRun.length > 0) terminal.print(dayText(ofRun));
  if (result === 'out-of-time')
    throw new Failure(
      `not every page was there after ${LONGEST_RUN_MS / 1000} s; "npm start" goes on where it was.`,
    );
  terminal.print(await compare(target, x, progress));
}

async function publishDay(target: Target, x: Simulator): Promise<string[]> {
  const { id, saysCount } = await x.truthOf('given_metadata');
  const dispatchedAt = new Date(target.clock.now()).toISOString();
  const requests = DEMO_REQUESTS.map((request) => ({
    ...request,
    ...{ runId: v4(), dispatchedAt },
    parents: request.parents.map((parent) =>
      parent.username === 'given_metadata' ? { ...parent, id, friendsCount: saysCount } : parent,
    ),
  }));
  await publishRequests(target, requests);
  return requests.map(({ runId }) => runId);
}

function dayText(rows: DispatchProgress[]): string {
  const table = tableOf(rows, [
    { head: 'parent', cell: (row) => row.parent_username },
    ...FIGURES,
    STATE,
    COST,
  ]);
  return `\nRun ${rows[0]?.run_id} of job ${rows[0]?.job}\n${table}`;
}

const listedFriendsSql = (dataset: string) => `
SELECT dispatch_id, friend_id
FROM ${dataset}.friends
WHERE dispatch_id IN UNNEST(@ids)
ORDER BY dispatch_id, page_number, position`;

/** The simulator knows the truth, which the real X never tells: each complete list must equal it. */
async function comparedWithTruth(
  target: Target,
  x: Simulator,
  progress: DispatchProgress[],
): Promise<string> {
  const complete = progress.filter(({ state }) => state === 'complete');
  const ids = texts(complete.map(({ dispatch_id }) => dispatch_id));
  const rows = await rowsOf<Record<'dispatch_id' | 'friend_id', string>>(target, listedFriendsSql, { ids });
  const listed = Map.groupBy(rows, (row) => row.dispatch_id);
  for (const { dispatch_id, parent_username } of complete) {
    const stored = (listed.get(dispatch_id) ?? []).map((row) => row.friend_id).join();
    const truth = (await x.truthOf(parent_username)).friends.map(({ id }) => id).join();
    if (stored !== truth)
      throw new Failure(`the list of ${parent_username} is not the one that X has: please report this.`);
  }
  return `The ${rows.length} friends of ${complete.length} complete lists equal X's lists exactly.`;
}

function nextSteps(data: string, { emulators, env }: Stack, target: Target): string {
  const where = emulators.includes('BIGQUERY_EMULATOR_HOST')
    ? `in BigQuery at ${env.BIGQUERY_EMULATOR_HOST} (logs`
    : `in ${data} (warehouse.duckdb; logs`;
  return `
The data lies ${where} in ${data}/logs). Try next:
  ${commandOn(target, 'status')}    (the runs, newest first)
  ${commandOn(target, 'changes')}   (who was followed, who is no longer listed)
  ${commandOn(target, `query "SELECT friend_username FROM friends WHERE parent_username = 'ewan_mcallister'"`)}
  ${commandOn(target, 'local')}     (keeps the stack up; then, in another terminal:)
  ${commandOn(target, 'dispatch theo_vandijk')}`;
}
