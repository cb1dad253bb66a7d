import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningStack } from '../../../infra/local/stack-file.ts';
import { startDodo } from './process.ts';

/** `dodo local` as a process, which a test may kill as a power cut would. */
export interface KillableStack {
  sim(path: string, body?: unknown): Promise<unknown>;
  /** The process and all that it has started, at once. */
  kill(): Promise<void>;
  /** As Ctrl-C does. Returns what it printed and its exit code. */
  interrupt(): Promise<{ code: number | null; out: string }>;
}

export async function startLocal(data: string, env: Record<string, string> = {}): Promise<KillableStack> {
  // A group of its own, which can be killed as one.
  const child = startDodo(['local'], { data, env, detached: true });
  child.stderr.pipe(process.stderr);
  const ended = once(child, 'exit');
  let out = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      out += chunk;
      if (out.includes('The stack is up')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`dodo local ended with ${code} before the stack was up`)));
  });
  const running: RunningStack = JSON.parse(await readFile(join(data, 'stack.json'), 'utf8'));
  return {
    async sim(path, body) {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      return (await fetch(`${running.env.X_API_BASE_URL}/_sim/${path}`, init)).json();
    },
    async kill() {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await ended;
    },
    async interrupt() {
      child.kill('SIGINT');
      const [code] = await ended;
      return { code, out };
    },
  };
}
