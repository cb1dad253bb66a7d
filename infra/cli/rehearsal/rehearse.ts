import { join, resolve } from 'node:path';
import { readConfig } from '../../../shared/config.ts';
import type { DispatchRequest } from '../../../shared/messages/dispatch-request.ts';
import type { Stack } from '../../local/stack.ts';
import { followRuns } from '../run/follow.ts';
import { createProgressDisplay } from '../run/progress-display.ts';
import type { DispatchProgress } from '../run/run-progress.ts';
import { COST, FIGURES, STATE } from '../run/run-table.ts';
import { commandOn, startOn } from '../target/again.ts';
import type { Context, Surroundings, Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { tableOf, type WideOptions, widthFor } from '../terminal/table.ts';
import { checkedWithTruth, publishChecks } from './check-day.ts';
import { LISTS_REQUEST, PEOPLE_REQUEST } from './demo-requests.ts';
import { drivenDays } from './driven-days.ts';
import { comparedWithTruth, publishFullReads } from './full-day.ts';
import { type Simulator, simulatorAt } from './simulator.ts';
import { sayEmulators, sayWhichX, startOnSimulator, whileUp } from './start.ts';

const LONGEST_RUN_MS = 120_000;

interface Day {
  /** What is said before it. */
  begins: string;
  /** Returns the ids of the runs. */
  publish(target: Target, x: Simulator): Promise<string[]>;
  /** With the truth that the simulator knows. Throws Failure. */
  compare: typeof comparedWithTruth;
}

const fullReads = (begins: string, ...of: DispatchRequest[]): Day => ({
  begins,
  publish: (target, x) => publishFullReads(target, x, of),
  compare: comparedWithTruth,
});

const PASSES = 'A day passes: some follow, some unfollow, some change their names.';
const FIRST = 'All lists are read for the first time.';

/** People are read daily, the longer lists at the beginning and at the end; checks come the day after. */
const DAYS: Day[] = [
  fullReads(FIRST, LISTS_REQUEST, PEOPLE_REQUEST),
  fullReads(`${PASSES} The people's lists are read again.`, PEOPLE_REQUEST),
  fullReads('Another day passes.', PEOPLE_REQUEST),
  fullReads('Another day passes, and all lists are read again.', LISTS_REQUEST, PEOPLE_REQUEST),
  {
    begins: 'Another day passes. Now the lists are checked: no more of them is read than is needed.',
    publish: publishChecks,
    compare: checkedWithTruth,
  },
];

/** `npm start`: five days of the simulated X, of which the later ones are told apart from the first; the last of checks. */
export async function rehearse(surroundings: Surroundings, options: WideOptions): Promise<void> {
  const { terminal, env, globals } = surroundings;
  const { data } = globals;
  terminal.print('Starting Pub/Sub, BigQuery, X (all simulated, on 127.0.0.1) and the three functions …');
  const named = readConfig(env);
  const time = drivenDays(DAYS.length, surroundings.clock, resolve(data), named);
  const { clock, offsetMs } = time;
  const stack = await startOnSimulator(data, named, { ofFunctions: readConfig({}), offsetMs });
  sayEmulators(stack, terminal);
  sayWhichX(stack, { named, data }, terminal);
  const x = simulatorAt(stack.config.X_API_BASE_URL);
  await whileUp(stack, data, { terminal, clock }, async (context) => {
    for (const [index, day] of DAYS.entries()) {
      if (index > 0) {
        await time.next(stack);
        await x.nextDay();
      }
      terminal.print(`\n${day.begins}`);
      await scrapeOneDay(`Day ${index + 1}`, { day, x, width: widthFor(options, terminal) }, context);
    }
    const { writeReport } = await import('../report/write.ts'); // the charting library takes its time to load
    terminal.print(await writeReport(context.target, join(data, 'report.html')));
    terminal.print(nextSteps(data, stack, context.target));
  });
}

async function scrapeOneDay(
  name: string,
  { day: { publish, compare }, x, width }: { day: Day; x: Simulator; width: number | undefined },
  { terminal, target, clock }: Context,
): Promise<void> {
  const runIds = await publish(target, x);
  const display = createProgressDisplay(name, terminal);
  const untilMs = clock.now() + LONGEST_RUN_MS;
  const { result, progress } = await followRuns(target, runIds, untilMs, (rows) => display.show(rows));
  display.done();
  for (const ofRun of runIds.map((runId) => progress.filter((row) => row.run_id === runId)))
    if (ofRun.length > 0) terminal.print(dayText(ofRun, width));
  if (result === 'out-of-time')
    throw new Failure(
      `not every page was there after ${LONGEST_RUN_MS / 1000} s; "${startOn(target)}" goes on where it was.`,
    );
  terminal.print(await compare(target, x, progress));
}

function dayText(rows: DispatchProgress[], width: number | undefined): string {
  const parent = { head: 'parent', cell: (row: DispatchProgress) => row.parent_username };
  const table = tableOf(rows, [parent, ...FIGURES, STATE, COST], width);
  return `\nRun ${rows[0]?.run_id} of job ${rows[0]?.job}\n${table}`;
}

function nextSteps(data: string, { emulators, env }: Stack, target: Target): string {
  const where = emulators.includes('BIGQUERY_EMULATOR_HOST')
    ? `in BigQuery at ${env.BIGQUERY_EMULATOR_HOST} (logs`
    : `in ${data} (warehouse.duckdb; logs`;
  return `
The data lies ${where} in ${data}/logs). Try next:
  ${commandOn(target, 'status')}    (the runs, newest first)
  ${commandOn(target, 'changes')}   (who was followed, who is no longer listed)
  ${commandOn(target, `query "SELECT friend_username FROM current_friends WHERE parent_username = 'ewan_mcallister'"`)}
  ${commandOn(target, 'local')}     (keeps the stack up; then, in another terminal:)
  ${commandOn(target, 'dispatch theo_vandijk')}`;
}
