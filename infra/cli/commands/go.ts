import { Command } from 'commander';
import { runNamed } from '../run/run-named.ts';
import { ofWhat, stopFields, stopLines, stoppedNamed, stopsInForce, stopsOfRun } from '../stops/in-force.ts';
import { say } from '../stops/say.ts';
import type { Context, Surroundings } from '../target/target.ts';

type GoOptions = { reason?: string; json?: boolean };

export const goCommand = ({ onReadable }: Surroundings) =>
  new Command('go')
    .description('undo "dodo stop": what waits goes on')
    .argument('[run]', 'the run that was stopped; without one, what "dodo stop" without a run has stopped')
    .option('--reason <text>', 'why, for the record')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  npx dodo go 0b5c1a62')
    .action((id: string | undefined, options: GoOptions) =>
      onReadable((context) => run({ ...options, id }, context)),
    );

async function run(
  { id, reason, json }: GoOptions & { id: string | undefined },
  { terminal, target }: Context,
): Promise<void> {
  const before = await stopsInForce(target);
  const runId = id === undefined ? null : (stoppedNamed(before, id) ?? (await runNamed(target, id)));
  const wasStopped = before.some((stop) => stop.runId === runId);
  if (wasStopped) await say(target, { word: 'go', runId, reason: reason ?? null });
  const left = before.filter((stop) => stop.runId !== runId);
  // Of all that is left; of one run what still keeps it.
  const still = runId === null ? left : stopsOfRun(left, runId);
  if (json) return terminal.print(JSON.stringify({ wasStopped, stopped: stopFields(still) }));
  const goes =
    still.length > 0 && runId !== null
      ? `the stop ${ofWhat(runId)} is undone.`
      : 'it goes on: what waits comes again within ten minutes.';
  const nothing = `nothing to undo: ${runId === null ? 'all runs were' : `run ${runId} was`} not stopped.`;
  terminal.print([wasStopped ? goes : nothing, ...stopLines(still, target)].join('\n'));
}
