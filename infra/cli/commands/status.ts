import { Command } from 'commander';
import { DAY_MS } from '../../../shared/times.ts';
import { budgetText, dayBudget } from '../plan/day-budget.ts';
import { closedGates } from '../run/closed-gates.ts';
import { runNamed } from '../run/run-named.ts';
import { knownRunStatus } from '../run/run-status.ts';
import { runText } from '../run/run-table.ts';
import { runsSince, runsTable } from '../run/runs.ts';
import { gateText } from '../run/waiting-text.ts';
import { watchOnTerminal, watchRun } from '../run/watch.ts';
import { stopFields, stopLines, stoppedNamed, stopsInForce, stopsOfRun } from '../stops/in-force.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { counted, minuteOf } from '../terminal/figures.ts';
import { utcTime } from '../terminal/options.ts';
import { WIDE, type WideOptions, widthFor } from '../terminal/table.ts';

type StatusOptions = WideOptions & { watch?: boolean; since?: number; json?: boolean };

const SHOWN_DAYS = 31;
const MOST_RUNS = 30;

export const statusCommand = ({ onReadable, onRunning }: Surroundings) =>
  new Command('status')
    .description('the runs, newest first; of one run each dispatch, and what it waits for')
    .argument('[run]', 'id of a run, or its first 8 characters')
    .option('--watch', 'show progress until the run has ended')
    .option(
      '--since <date>',
      `list runs since this day or time (UTC); ${SHOWN_DAYS} days ago unless told`,
      utcTime,
    )
    .option('--json', 'print JSON; with --watch one object a line, whenever something changes')
    .addOption(WIDE)
    .addHelpText('after', '\nExample:\n  npx dodo status 0b5c1a62-7d7e-4f5e-9d43-3f1f4a3f8a11 --watch')
    .action(async (runId: string | undefined, options: StatusOptions) => {
      if (runId === undefined && options.watch)
        throw new WrongUsage('name the run to watch: status RUN --watch');
      if (runId === undefined) await onReadable((context) => listed(options, context));
      else await (options.watch ? onRunning : onReadable)((context) => shown(runId, options, context));
    });

async function listed(
  { since, json, wide }: StatusOptions,
  { terminal, target, clock }: Context,
): Promise<void> {
  const sinceMs = since ?? clock.now() - SHOWN_DAYS * DAY_MS;
  const [runs, stops] = await Promise.all([runsSince(target, sinceMs), stopsInForce(target)]);
  if (json) {
    const told = runs.map((run) => ({ ...run, stopped: stopFields(stopsOfRun(stops, run.run_id)) }));
    return terminal.print(JSON.stringify(told));
  }
  for (const line of stopLines(stops, target)) terminal.print(line);
  const gates = await closedGates(target);
  if ('unknown' in gates) terminal.print(`whether a gate is closed is unknown (${gates.unknown})`);
  else for (const gate of gates) terminal.print(gateText(gate, clock.now()));
  if (runs.length === 0)
    return terminal.print(`no runs since ${minuteOf(sinceMs)} (--since shows older ones)`);
  terminal.print(runsTable(runs.slice(0, MOST_RUNS), widthFor({ wide }, terminal)));
  const more = runs.length - MOST_RUNS;
  if (more > 0) terminal.print(`… and ${counted(more, 'older run')}: --json prints all`);
  terminal.print(budgetText(await dayBudget(target)));
}

async function shown(id: string, { watch, json, wide }: StatusOptions, context: Context): Promise<void> {
  const { terminal, target } = context;
  const stops = await stopsInForce(target);
  const runId = stoppedNamed(stops, id) ?? (await runNamed(target, id));
  const ofRun = stopsOfRun(stops, runId);
  if (!json) for (const line of stopLines(ofRun, target)) terminal.print(line);
  if (watch && json)
    return void (await watchRun(target, runId, (seen) => terminal.print(JSON.stringify(seen))));
  const status = watch ? await watchOnTerminal(runId, context) : await knownRunStatus(target, runId);
  const budget = await dayBudget(target);
  if (json) terminal.print(JSON.stringify({ ...status, stopped: stopFields(ofRun), ...budget }));
  else terminal.print(runText(status, target, budgetText(budget), widthFor({ wide }, terminal)));
}
