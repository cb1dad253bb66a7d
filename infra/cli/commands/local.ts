import { Command } from 'commander';
import { readConfig } from '../../../shared/config.ts';
import { sayEmulators, sayWhichX, startOnRealX, startOnSimulator } from '../rehearsal/start.ts';
import type { Surroundings } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';

type LocalOptions = { realX?: boolean };

export const localCommand = (surroundings: Surroundings) =>
  new Command('local')
    .description('run the whole stack on this machine until Ctrl-C')
    .option(
      '--real-x',
      'scrape the X at X_API_BASE_URL (the real one unless told, which costs money) with X_BEARER_TOKEN, instead of a simulated one',
    )
    .addHelpText(
      'after',
      `\nExample:\n  npx dodo local        then, in another terminal: npx dodo dispatch exactly_1000
\nAn emulator on this machine that PUBSUB_EMULATOR_HOST (host:port) or BIGQUERY_EMULATOR_HOST (http://host:port) names
is used instead of a stand-in of ours, and left running. Of BigQuery's, GOOGLE_CLOUD_PROJECT and BIGQUERY_DATASET say
which project and dataset.`,
    )
    .action((options: LocalOptions) => run(options, surroundings));

async function run({ realX }: LocalOptions, { terminal, env, globals }: Surroundings): Promise<void> {
  const { data } = globals;
  const stopped = terminal.interrupted();
  const named = readConfig(env);
  const stack = await (realX ? startOnRealX : startOnSimulator)(data, named);
  for (const { name, port, pid } of stack.processes)
    terminal.print(`${name.padEnd(12)} 127.0.0.1:${port}  process ${pid}`);
  sayEmulators(stack, terminal);
  sayWhichX(stack, { named, data }, terminal);
  terminal.print(`The stack is up; its data and logs are in ${data}. Ctrl-C stops it.`);
  const broken = await Promise.race([stopped.then(() => undefined), stack.broken]);
  await stack.stop();
  if (broken !== undefined)
    throw new Failure(
      `the process ${broken} ended, so the stack was stopped; nothing is lost. See ${data}/logs/${broken}.log, then start it again.`,
    );
  terminal.print('The stack is stopped. Unfinished messages are kept and go on at the next start.');
}
