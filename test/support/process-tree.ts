import { readdir, readFile } from 'node:fs/promises';

/** What Linux shows of a process to whoever may look. */
export interface ShownProcess {
  pid: number;
  parentPid: number;
  /** Everybody on the machine can read it. */
  commandLine: string;
  /** The same user can; empty where that is another one. */
  environment: string;
}

/** All processes of the machine, as /proc has them; one that ends meanwhile is left out. */
export async function shownProcesses(): Promise<ShownProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const shown = await Promise.all(pids.map((pid) => shownProcess(Number(pid))));
  return shown.filter((each) => each !== undefined);
}

async function shownProcess(pid: number): Promise<ShownProcess | undefined> {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
  const [commandLine, environment, status] = await Promise.all(['cmdline', 'environ', 'status'].map(read));
  const parentPid = Number(/^PPid:\s+(\d+)$/m.exec(status ?? '')?.[1]);
  return commandLine ? { pid, parentPid, commandLine, environment: environment ?? '' } : undefined;
}
