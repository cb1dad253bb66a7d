import { join, resolve } from 'node:path';
import { type Config, SETTINGS } from '../../../shared/config.ts';
import { EMULATORS, EmulatorUnusable } from '../../local/emulators.ts';
import type { Stack } from '../../local/stack.ts';
import { StackIsUp } from '../../local/stack-file.ts';
import { commandOn, optionsNaming } from '../target/again.ts';
import { stackTarget } from '../target/find.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { claimFolder, whichXAt } from '../target/which-x.ts';
import { Failure, WrongUsage } from '../terminal/errors.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** A local stack has endpoints and names of its own, and gets the token only where it is to use it. */
const OF_THE_STACK = [
  'GOOGLE_CLOUD_PROJECT',
  'BIGQUERY_DATASET',
  'BIGQUERY_EMULATOR_HOST',
  'PUBSUB_EMULATOR_HOST',
  'X_API_BASE_URL',
  'X_BEARER_TOKEN',
  'FUNCTION_TARGET',
] satisfies (keyof Config)[] as string[];

const settingsOf = (config: Config): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config).flatMap(([name, value]) =>
      OF_THE_STACK.includes(name) || name.startsWith('TOPIC_') ? [] : [[name, String(value ?? '')]],
    ),
  );

/**
 * `named`: the operator's settings. `ofFunctions`: those that count here. `offsetMs`: how far the stack's time is from the
 * system's, where it is to be driven. Throws Failure.
 */
export async function startOnSimulator(
  data: string,
  named: Config,
  { ofFunctions = named, offsetMs }: { ofFunctions?: Config; offsetMs?: number | undefined } = {},
): Promise<Stack> {
  await claimFolder(resolve(data));
  return start(data, settingsOf(ofFunctions), named, offsetMs);
}

/** The token goes to the functions, and nowhere else. Throws WrongUsage where there is none. */
export async function startOnRealX(data: string, named: Config): Promise<Stack> {
  const { X_BEARER_TOKEN, X_API_BASE_URL } = named;
  if (X_BEARER_TOKEN === '')
    throw new WrongUsage(
      'the real X needs a token: set X_BEARER_TOKEN in the environment or in a file .env here. Without --real-x, and without parents after "npm start --", X is simulated.',
    );
  await claimFolder(resolve(data), X_API_BASE_URL);
  return start(data, { ...settingsOf(named), X_BEARER_TOKEN, X_API_BASE_URL }, named);
}

/** Emulators that the operator names, and the names that theirs of BigQuery goes by. */
function emulatorSettings(named: Config): Record<string, string> {
  const { PUBSUB_EMULATOR_HOST, BIGQUERY_EMULATOR_HOST, GOOGLE_CLOUD_PROJECT, BIGQUERY_DATASET } = named;
  return {
    ...(PUBSUB_EMULATOR_HOST && { PUBSUB_EMULATOR_HOST }),
    ...(BIGQUERY_EMULATOR_HOST && { BIGQUERY_EMULATOR_HOST, GOOGLE_CLOUD_PROJECT, BIGQUERY_DATASET }),
  };
}

async function start(
  dir: string,
  ofFunctions: Record<string, string>,
  named: Config,
  offsetMs?: number,
): Promise<Stack> {
  const { startStack } = await import('../../local/stack.ts'); // with all of Google's clients
  const settings = { ...ofFunctions, ...emulatorSettings(named) };
  try {
    return await startStack({ dir, settings, offsetMs });
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

/** Says which emulators are not the stack's own. */
export function sayEmulators({ emulators, notices, env }: Stack, terminal: Terminal): void {
  for (const name of emulators)
    terminal.print(
      `${EMULATORS[name].padEnd(12)} ${env[name]}  named by ${name}: keeps its data, is left running`,
    );
  for (const notice of notices) terminal.print(notice);
}

/**
 * Where the X is, if it is not our simulator, and whether it charges; or that the operator's address of one is not used,
 * and how it is, in a folder of its own.
 */
export function sayWhichX(
  { config, processes }: Stack,
  { named, data }: { named: Config; data: string },
  terminal: Terminal,
): void {
  const { X_API_BASE_URL: address } = config;
  const options = optionsNaming({ data: join(data, 'real') });
  if (!processes.some(({ name }) => name === 'x'))
    terminal.print(
      whichXAt(address) === 'real'
        ? `X is the real one, at ${address}: what it returns is paid for.`
        : `X is the one at ${address}, on this machine: nothing is charged.`,
    );
  else if (named.X_API_BASE_URL !== SETTINGS.X_API_BASE_URL.default)
    terminal.print(
      `X_API_BASE_URL (${named.X_API_BASE_URL}) is not used: X is simulated here. "${commandOn({ options }, 'local --real-x')}" uses it.`,
    );
}

/** Works on the stack, which is stopped however that ends. Throws Failure as soon as a process of it ends by itself. */
export async function whileUp(
  stack: Stack,
  data: string,
  { terminal, clock }: Pick<Surroundings, 'terminal' | 'clock'>,
  work: (context: Context) => Promise<void>,
): Promise<void> {
  try {
    const target = await stackTarget(stack.config, data, clock);
    await Promise.race([work({ terminal, target, clock }), assertWhole(stack, data)]);
  } finally {
    await stack.stop();
  }
}

async function assertWhole({ broken }: Stack, data: string): Promise<never> {
  const name = await broken;
  throw new Failure(
    `the process ${name} ended. See ${data}/logs/${name}.log; nothing is lost, the next start goes on where it was.`,
  );
}
