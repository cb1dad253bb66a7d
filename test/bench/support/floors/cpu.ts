import { readFile } from 'node:fs/promises';

/** Of a kernel's tick there are 100 in a second, whatever the machine: https://man7.org/linux/man-pages/man7/time.7.html */
const TICK_MS = 10;

/**
 * The CPU time that a process has used so far, in ms, in steps of 10: user and system, all its threads. From
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, so on Linux only.
 */
export async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in brackets, may hold anything: fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** What `work` costs that process, in ms of its CPU, beside what `work` resolves with. */
export async function withCpu<T>(pid: number, work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const before = await cpuMs(pid);
  const result = await work();
  return { result, ms: (await cpuMs(pid)) - before };
}
