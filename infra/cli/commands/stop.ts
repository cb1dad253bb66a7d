import { Command } from 'commander';
import { OUTLASTED_DAYS } from '../../../shared/time-limits.ts';
import { isRunKnown, runNamed } from '../run/run-named.ts';
import { goCommand, ofWhat, stopFields, stopLines, stopsInForce } from '../stops/in-force.ts';
import { say } from '../stops/say.ts';
import type { Context, Surroundings } from '../target/target.ts';

type StopOptions = { reason?: string; json?: boolean };

export const stopCommand = ({ onReadable }: Surroundings) =>
  new Command('stop')
    .description('buy nothing more, of one run or at all, until "dodo go"; what waits is kept')
    .argument('[run]', 'id of a run, or its first 8 characters; all runs, also later ones, unless told')
    .option('--reason <text>', 'why, for whoever finds it stopped')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  npx dodo stop 0b5c1a62 --reason "the wrong parents"')
    .action((id: string | undefined, options: StopOptions) =>
      onReadable((context) => run({ ...options, id }, context)),
    );

async function run(
  { id, reason, json }: StopOptions & { id: string | undefined },
  { terminal, target }: Context,
): Promise<void> {
  const runId = id === undefined ? null : await runNamed(target, id);
  const before = (await stopsInForce(target)).filter((stop) => stop.runId === runId);
  if (before.length === 0) await say(target, { word: 'stop', runId, reason: reason ?? null });
  if (runId !== null && !(await isRunKnown(target, runId)))
    terminal.note(`nothing is planned of a run ${runId} yet: is that its id?`);
  const stops = (await stopsInForce(target)).filter((stop) => stop.runId === runId);
  if (json) terminal.print(JSON.stringify({ stopped: stopFields(stops), wasStopped: before.length > 0 }));
  else if (before.length > 0)
    terminal.print(`it was stopped before.\n${stopLines(before, target).join('\n')}`);
  else
    terminal.print(
      `stopped: from a minute on nothing more is bought ${ofWhat(runId)}; a page that is being bought now is stored. Messages wait for up to ${OUTLASTED_DAYS - 1} days. Undo it: ${goCommand(target, runId)}`,
    );
}
