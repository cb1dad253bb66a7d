import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../../infra/local/process.ts';
import { systemEnvironment } from '../../shared/config.ts';

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

export interface Running {
  /** Where the stack's data lies. */
  data?: string;
  env?: Record<string, string>;
  /** What the command reads from standard input. */
  input?: string;
  cwd?: string;
}

export const DODO = join(ROOT, 'infra', 'cli', 'dodo.js');

/** Credentials are looked for on this machine alone, and nothing of the tester's own is found. */
const ENVIRONMENT = { ...systemEnvironment(), METADATA_SERVER_DETECTION: 'none', HOME: '/nonexistent' };

/** Runs the operator's command as a process, without a terminal. */
export async function dodo(args: string[], { data, env, input = '', cwd }: Running = {}): Promise<Ran> {
  const where = data === undefined ? [] : ['--data', data];
  const child = spawn(process.execPath, [DODO, ...args, ...where], {
    env: { ...ENVIRONMENT, ...env },
    ...(cwd !== undefined && { cwd }),
  });
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, out, err };
}

/** What it printed as JSON. Throws where it failed. */
export async function dodoJson<T = Record<string, unknown>>(
  args: string[],
  running: Running = {},
): Promise<T> {
  const { code, out, err } = await dodo([...args, '--json'], running);
  if (code !== 0) throw new Error(`dodo ${args.join(' ')} ended with ${code}: ${err}`);
  return JSON.parse(out);
}

export const emptyDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'dodo-cli-'));
