import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answersAt } from './emulators.ts';

/** What a running stack leaves for other commands to find: who it is, and the endpoints to use. */
export interface RunningStack {
  pid: number;
  /** The settings that lead to it (no secret among them: the token is the simulator's). */
  env: Record<string, string>;
}

export class StackIsUp extends Error {
  override readonly name = 'StackIsUp';
  readonly pid: number;

  constructor(pid: number) {
    super(`a local stack is up already (process ${pid})`);
    this.pid = pid;
  }
}

const fileIn = (dir: string) => join(dir, 'stack.json');

export async function rememberStack(dir: string, env: Record<string, string>): Promise<void> {
  const { X_BEARER_TOKEN: _secret, ...open } = env;
  const running: RunningStack = { pid: process.pid, env: open };
  await writeFile(`${fileIn(dir)}.new`, JSON.stringify(running));
  await rename(`${fileIn(dir)}.new`, fileIn(dir));
}

export const forgetStack = (dir: string): Promise<void> => rm(fileIn(dir), { force: true });

/** The stack that runs on this data; undefined where there is none, also after one that was killed. */
export async function runningStack(dir: string): Promise<RunningStack | undefined> {
  const text = await readFile(fileIn(dir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const running = JSON.parse(text) as RunningStack;
  const pubsub = new URL(`http://${running.env.PUBSUB_EMULATOR_HOST}`);
  return isAlive(running.pid) && (await answersAt(pubsub)) ? running : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
