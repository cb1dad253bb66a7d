import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { type ShownProcess, shownProcesses } from './process-tree.ts';
import { until } from './until.ts';

export interface WatchedRun {
  code: number | null;
  /** Both streams. */
  out: string;
  /** The process itself and those that it has started; empty where there is no /proc. */
  mine: ShownProcess[];
  /** Of the whole machine. */
  all: ShownProcess[];
}

/** Runs Node to its end, and keeps all that the machine has shown of processes meanwhile. */
export async function watchedRun(
  args: string[],
  env: Record<string, string>,
  limitMs: number,
): Promise<WatchedRun> {
  const child = spawn(process.execPath, args, { env });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const shown = new Map<string, ShownProcess>();
  const canLook = existsSync('/proc/self/environ');
  const look = async () => {
    for (const each of canLook ? await shownProcesses() : [])
      shown.set(`${each.pid} ${each.commandLine}`, each);
    return child.exitCode !== null || child.signalCode !== null;
  };
  await until('the process has ended', look, limitMs).finally(() => child.kill());
  const all = [...shown.values()];
  const mine = all.filter(({ parentPid, pid }) => [parentPid, pid].includes(child.pid ?? 0));
  return { code: child.exitCode, out: (await output).join('\n'), mine, all };
}
