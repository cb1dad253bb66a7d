import { access, mkdtemp, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What bounds the memory of a process and of its children. */
export interface MemoryLimit {
  /** The command that starts a process within it. */
  under: string[];
  /** Once no process is left in it. */
  drop(): Promise<void>;
}

/**
 * The limit that a container has: a control group of the kernel, beyond which it ends the process. Undefined where this
 * user may make none, or the system knows none. https://docs.kernel.org/admin-guide/cgroup-v2.html#memory, and before
 * https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
 */
export async function limitedTo(mib: number): Promise<MemoryLimit | undefined> {
  const bytes = String(mib * 2 ** 20);
  for (const { root, file, swap } of HIERARCHIES)
    try {
      const group = await mkdtemp(join(await ownGroup(root), 'dodo-bench-'));
      const drop = () => rmdir(group);
      try {
        // The kernel has made the files: in a folder that is only a folder there are none.
        await writeFile(join(group, file), bytes, { flag: 'r+' });
        await writeFile(join(group, swap.file), swap.none ?? bytes, { flag: 'r+' }).catch(unlessAbsent);
        // A shell moves itself there, and becomes the process.
        const move = `echo $$ > '${join(group, 'cgroup.procs')}' && exec "$@"`;
        return { under: ['/bin/sh', '-c', move, 'sh'], drop };
      } catch (error) {
        await drop();
        throw error;
      }
    } catch {
      // Not this one: not mounted, or not ours.
    }
  return undefined;
}

const HIERARCHIES = [
  { root: '/sys/fs/cgroup', file: 'memory.max', swap: { file: 'memory.swap.max', none: '0' } },
  {
    root: '/sys/fs/cgroup/memory',
    file: 'memory.limit_in_bytes',
    swap: { file: 'memory.memsw.limit_in_bytes', none: undefined },
  },
];

/** Where this process is, if that is to be seen from here: a container may show it as the root. */
async function ownGroup(root: string): Promise<string> {
  const groups = (await readFile('/proc/self/cgroup', 'utf8')).split('\n').map((line) => line.split(':'));
  const [, , path = ''] =
    groups.find(([, controllers]) => controllers === (root.endsWith('memory') ? 'memory' : '')) ?? [];
  const own = join(root, path);
  return access(own).then(
    () => own,
    () => root,
  );
}

/** Kernels without swap have no limit of it. */
function unlessAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
