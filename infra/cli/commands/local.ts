import { once } from 'node:events';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { type Config, readConfig } from '../../../shared/config.ts';
import { EMULATORS, EmulatorUnusable } from '../../local/emulators.ts';
import type { Stack } from '../../local/stack.ts';
import { StackIsUp } from '../../local/stack-file.ts';
import type { GlobalOptions } from '../target/target.ts';
import { claimFolder } from '../target/which-x.ts';
import { Failure, WrongUsage } from '../terminal/errors.ts';

export const localCommand = () =>
  new Command('local')
    .description('run the whole stack on this machine until Ctrl-C')
    .option(
      '--real-x',
      'scrape the real X with X_BEARER_TOKEN, which costs money, instead of a simulated one',
    )
    .addHelpText(
      'after',
      `\nExample:\n  npx dodo local        then, in another terminal: npx dodo dispatch exactly_1000
\nAn emulator on this machine that PUBSUB_EMULATOR_HOST (host:port) or BIGQUERY_EMULATOR_HOST (http://host:port) names
is used instead of a stand-in of ours, and left running.`,
    )
    .action(async ({ realX }: { realX?: boolean }, command: Command) => {
      const { data } = command.optsWithGlobals<GlobalOptions>();
      const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
      const stack = await (realX ? startOnRealX(data, readConfig()) : startOnSimulator(data, readConfig()));
      for (const { name, port, pid } of stack.processes)
        console.log(`${name.padEnd(12)} 127.0.0.1:${port}  process ${pid}`);
      printEmulators(stack);
      if (realX)
        console.log(`X is the real one, at ${stack.config.X_API_BASE_URL}: what it returns is paid for.`);
      console.log(`The stack is up; its data and logs are in ${data}. Ctrl-C stops it.`);
      const broken = await Promise.race([stopped.then(() => undefined), stack.broken]);
      await stack.stop();
      if (broken !== undefined)
        throw new Failure(
          `the process ${broken} ended, so the stack was stopped; nothing is lost. See ${data}/logs/${broken}.log, then start it again.`,
        );
      console.log('The stack is stopped. Unfinished messages are kept and go on at the next start.');
    });

/** Says which emulators are not the stack's own. */
export function printEmulators({ emulators, env }: Stack): void {
  for (const name of emulators)
    console.log(
      `${EMULATORS[name].padEnd(12)} ${env[name]}  named by ${name}: keeps its data, is left running`,
    );
}

/** A local stack has endpoints and names of its own, and gets the token only where it is to use it. */
const OF_THE_STACK = [
  'GOOGLE_CLOUD_PROJECT',
  'BIGQUERY_DATASET',
  'BIGQUERY_EMULATOR_HOST',
  'PUBSUB_EMULATOR_HOST',
  'TOPIC_PAGEDISPATCH',
  'TOPIC_GETPAGE',
  'TOPIC_GETMETADATA',
  'X_API_BASE_URL',
  'X_BEARER_TOKEN',
  'FUNCTION_TARGET',
] satisfies (keyof Config)[] as string[];

const settingsOf = (config: Config): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config).flatMap(([name, value]) =>
      OF_THE_STACK.includes(name) ? [] : [[name, String(value ?? '')]],
    ),
  );

/** `config`: the operator's settings; without it the defaults. Throws Failure. */
export async function startOnSimulator(data: string, config: Config = readConfig({})): Promise<Stack> {
  await claimFolder(resolve(data), 'simulated');
  return start(data, settingsOf(config));
}

/** The token goes to the functions, and nowhere else. Throws WrongUsage where there is none. */
export async function startOnRealX(data: string, config: Config): Promise<Stack> {
  const { X_BEARER_TOKEN, X_API_BASE_URL } = config;
  if (X_BEARER_TOKEN === '')
    throw new WrongUsage(
      'the real X needs a token: set X_BEARER_TOKEN in the environment or in a file .env here. Without it, "npm start" and "npx dodo local" use a simulated X.',
    );
  await claimFolder(resolve(data), 'real');
  return start(data, { ...settingsOf(config), X_BEARER_TOKEN, X_API_BASE_URL });
}

/** Emulators that the operator names, and the names that theirs of BigQuery goes by. */
function emulatorSettings(): Record<string, string> {
  const config = readConfig();
  const { PUBSUB_EMULATOR_HOST, BIGQUERY_EMULATOR_HOST, GOOGLE_CLOUD_PROJECT, BIGQUERY_DATASET } = config;
  return {
    ...(PUBSUB_EMULATOR_HOST && { PUBSUB_EMULATOR_HOST }),
    ...(BIGQUERY_EMULATOR_HOST && { BIGQUERY_EMULATOR_HOST, GOOGLE_CLOUD_PROJECT, BIGQUERY_DATASET }),
  };
}

async function start(dir: string, ofFunctions: Record<string, string>): Promise<Stack> {
  const { startStack } = await import('../../local/stack.ts'); // with all of Google's clients
  const settings = { ...ofFunctions, ...emulatorSettings() };
  try {
    return await startStack({ dir, settings });
  } catch (error) {
    throw helpful(error as Error, settings);
  }
}

function helpful(error: Error, settings: Record<string, string>): Error {
  if (error instanceof EmulatorUnusable) return new Failure(error.message);
  if (error instanceof StackIsUp)
    return new Failure(
      `${error.message}. Stop it first (Ctrl-C in its terminal), or use another folder with --data.`,
    );
  const { BIGQUERY_EMULATOR_HOST, GOOGLE_CLOUD_PROJECT } = settings;
  if (BIGQUERY_EMULATOR_HOST && (error as { code?: unknown }).code === 404)
    return new Failure(
      `BigQuery at ${BIGQUERY_EMULATOR_HOST} does not have the project ${GOOGLE_CLOUD_PROJECT}. Name the project that it was started with in GOOGLE_CLOUD_PROJECT.`,
    );
  return error;
}
