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

/**
 * What the processes below `pid` hold in memory together, in MiB; what they share counts once. Where there is no /proc
 * (macOS) it counts for each of them.
 */
export async function descendantsMiB(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss=']);
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = new Set([pid]);
  for (let size = 0; size < below.size; ) {
    size = below.size;
    for (const [id = 0, parent = 0] of all) if (below.has(parent)) below.add(id);
  }
  below.delete(pid);
  const ofEach = all.filter(([id = 0]) => below.has(id));
  const sizes = await Promise.all(ofEach.map(([id = 0, , rss = 0]) => sharedFairly(id).catch(() => rss)));
  return sizes.reduce((sum, kib) => sum + kib, 0) / 1024;
}

/** In KiB; https://docs.kernel.org/filesystems/proc.html (smaps_rollup: Pss) */
async function sharedFairly(pid: number): Promise<number> {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
}
