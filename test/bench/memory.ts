import { readFile } from 'node:fs/promises';
import { systemClock } from '../../shared/clock.ts';
import type { TestStack } from '../support/stack.ts';
import { type Bench, scaled } from './bench.ts';
import { onStack, pagesPerSecond, setLatency } from './support/load.ts';
import { pagesOf, parentsOf } from './support/parents.ts';

const PARENTS = 1000;
const LATENCY_MS = 200;
const LOOK_EVERY_MS = 250;

type MiB = Record<string, number>;

export const memory: Bench = {
  name: 'memory',
  what: 'resident memory of each process, idle and at most under the load of endtoend at 200 ms',
  run: (context) =>
    onStack({}, async (on) => {
      const parents = parentsOf(scaled(context, PARENTS, 20));
      context.say(`memory: ${pagesOf(parents)} pages`);
      await setLatency(on, LATENCY_MS);
      // One small run first: the clients of a process are loaded by its first event.
      await pagesPerSecond(on, parentsOf(5));
      const idle = await residentMiB(on);
      const load = await highestDuring(on, pagesPerSecond(on, parents));
      return Object.fromEntries(
        Object.entries(idle).map(([name, idleMiB]) => [name, { idleMiB, loadMiB: load[name] ?? idleMiB }]),
      );
    }),
};

async function highestDuring(on: TestStack, work: Promise<unknown>): Promise<MiB> {
  const highest: MiB = {};
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    for (const [name, mib] of Object.entries(await residentMiB(on)))
      highest[name] = Math.max(mib, highest[name] ?? 0);
    await systemClock.sleep(LOOK_EVERY_MS);
  }
  await done;
  return highest;
}

/** VmRSS of https://man7.org/linux/man-pages/man5/proc_pid_status.5.html, so on Linux only. */
async function residentMiB(on: TestStack): Promise<MiB> {
  const each = on.stack.processes.map(async ({ name, pid }) => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
    return [name, Math.round(kib / 1024)] as const;
  });
  return Object.fromEntries(await Promise.all(each));
}
