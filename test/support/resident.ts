import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * The most memory that a process has had resident, in MiB. Where there is no /proc (macOS) it is what it has now: the
 * largest of several looks is the peak then, short of what rose and fell in between.
 */
export async function peakMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (status !== undefined) return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) / 1024;
}
