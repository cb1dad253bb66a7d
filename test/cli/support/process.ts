import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../../../infra/local/process.ts';
import { systemEnvironment } from '../../../shared/config.ts';
import type { Ran, Running } from './dodo.ts';

export const DODO = join(ROOT, 'infra', 'cli', 'dodo.js');

/** Credentials are looked for on this machine alone, and nothing of the tester's own is found. */
const ENVIRONMENT = { ...systemEnvironment(), METADATA_SERVER_DETECTION: 'none', HOME: '/nonexistent' };

type Starting = Pick<Running, 'data' | 'env' | 'input'> & { cwd?: string; detached?: boolean };

/** Starts the operator's command as a process, without a terminal. */
export function startDodo(args: string[], { data, env, input = '', ...more }: Starting = {}) {
  const where = data === undefined ? [] : ['--data', data];
  const child = spawn(process.execPath, [DODO, ...args, ...where], {
    env: { ...ENVIRONMENT, ...env },
    ...more,
  });
  child.stdin.end(input);
  return child;
}

/** The same, until it has ended. */
export async function dodoProcess(args: string[], starting?: Starting): Promise<Ran> {
  const child = startDodo(args, starting);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, out, err };
}

export const emptyDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'dodo-cli-'));
