import { Command } from 'commander';
import { systemClock } from '../../../shared/clock.ts';
import { DAY_MS } from '../../../shared/times.ts';
import { dayBudget } from '../plan/day-budget.ts';
import { knownRunStatus, type RunStatus } from '../run/run-status.ts';
import { runText } from '../run/run-table.ts';
import { type RunSummary, runsSince } from '../run/runs.ts';
import { showWatched, watchRun } from '../run/watch.ts';
import { findReadable, findTarget, type GlobalOptions, type Target, withTarget } from '../target/target.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { tableOf } from '../terminal/table.ts';
import { count, minuteOf, usd } from '../terminal/words.ts';
import { utcTime } from './changes.ts';

interface StatusOptions {
  watch?: boolean;
  since?: string;
  json?: boolean;
}

const SHOWN_DAYS = 31;
const MOST_RUNS = 30;

export const statusCommand = () =>
  new Command('status')
    .description('the runs, newest first; of one run each dispatch, and what it waits for')
    .argument('[run]', 'id of a run')
    .option('--watch', 'show progress until the run has ended')
    .option(
      '--since <date>',
      `list runs since this day or time (UTC); ${SHOWN_DAYS} days ago unless told`,
      utcTime,
    )
    .option('--json', 'print JSON; with --watch one object a line, whenever something changes')
    .addHelpText('after', '\nExample:\n  npx dodo status 0b5c1a62-7d7e-4f5e-9d43-3f1f4a3f8a11 --watch')
    .action(async (runId: string | undefined, options: StatusOptions, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      if (options.watch) {
        if (runId === undefined) throw new WrongUsage('name the run to watch: npx dodo status RUN --watch');
        await withTarget(await findTarget(globals), (target) => watched(target, runId, options));
      } else
        await withTarget(await findReadable(globals), (target) =>
          runId === undefined ? listed(target, options) : shown(target, runId, options),
        );
    });

async function listed(target: Target, { since, json }: StatusOptions): Promise<void> {
  const sinceMs = since === undefined ? systemClock.now() - SHOWN_DAYS * DAY_MS : Date.parse(since);
  const runs = await runsSince(target, sinceMs);
  if (json) return console.log(JSON.stringify(runs));
  if (runs.length === 0) return console.log(`no runs since ${minuteOf(sinceMs)} (--since shows older ones)`);
  console.log(runTable(runs.slice(0, MOST_RUNS)));
  const more = runs.length - MOST_RUNS;
  if (more > 0) console.log(`… and ${count(more, 'older run')}: --json prints all`);
  console.log(leftToday(await dayBudget(target)));
}

async function shown(target: Target, runId: string, { json }: StatusOptions): Promise<void> {
  await print(target, await knownRunStatus(target, runId, systemClock), json);
}

async function watched(target: Target, runId: string, { json }: StatusOptions): Promise<void> {
  if (json) {
    await watchRun(target, runId, systemClock, (status) => console.log(JSON.stringify(status)));
    return;
  }
  const display = showWatched(target, runId);
  let status: RunStatus;
  try {
    status = await watchRun(target, runId, systemClock, display.see);
  } finally {
    display.done();
  }
  await print(target, status, false);
}

async function print(target: Target, status: RunStatus, json = false): Promise<void> {
  const budget = await dayBudget(target);
  if (json) console.log(JSON.stringify({ ...status, ...budget }));
  else console.log(runText(status, target, leftToday(budget)));
}

function leftToday({ plannedTodayUsd, leftTodayUsd }: Awaited<ReturnType<typeof dayBudget>>): string {
  const left = leftTodayUsd === null ? 'no daily budget is set' : `${usd(leftTodayUsd)} left today`;
  return `planned today over all runs ${usd(plannedTodayUsd)}, ${left}`;
}

function runTable(runs: RunSummary[]): string {
  const states = ['running', 'stalled', 'complete', 'partial', 'unavailable', 'over_budget'] as const;
  return tableOf(runs, [
    { head: 'run', cell: (row) => row.run_id },
    { head: 'job', cell: (row) => row.job },
    { head: 'dispatched', cell: (row) => minuteOf(String(row.dispatched_at)) },
    { head: 'parents', cell: (row) => row.parents },
    {
      head: 'of these',
      cell: (row) =>
        states.flatMap((state) => (Number(row[state]) > 0 ? [`${row[state]} ${state}`] : [])).join(', '),
    },
    { head: 'pages', cell: (row) => row.pages_done },
    { head: 'friends', cell: (row) => row.friends_listed },
    { head: 'planned USD', cell: (row) => row.planned_cost_usd },
    { head: 'spent USD', cell: (row) => row.cost_usd },
  ]);
}
