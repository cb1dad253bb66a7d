import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { ROOT } from '../../../infra/local/process.ts';

/** A file that is not there yet, in a folder that is deleted after the test. */
export async function dataFile(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dodo-local-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, name);
}

/** A stand-in, or the simulator, as a process that has said where it listens; it is killed after the test. */
export async function standInProcess(name: 'pubsub' | 'bigquery' | 'x', ...args: string[]) {
  const main = join(ROOT, 'infra', 'local', name, 'main.ts');
  const child = fork(main, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: [] });
  const ended = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  onTestFinished(async () => void (await end('SIGKILL')));
  const printed: Record<string, unknown>[] = [];
  createInterface(child.stdout as Readable).on('line', (line) => printed.push(JSON.parse(line)));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, port, url: `http://127.0.0.1:${port}`, printed, ended, end };
}
