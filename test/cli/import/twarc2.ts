import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemEnvironment } from '../../../shared/config.ts';

const run = promisify(execFile);
/** What the samples were made with. */
const VERSION = '2.14.0';

export interface Twarc2 {
  /** Runs it against a server that stands in the place of X. Throws where it fails. */
  (base: string, ...args: string[]): Promise<void>;
  /** Takes away what was installed. */
  remove(): Promise<void>;
}

/** The real twarc2, from PyPI into a folder of its own; or why it cannot be had. */
export async function installTwarc2(): Promise<Twarc2 | string> {
  const dir = await mkdtemp(join(tmpdir(), 'dodo-twarc2-'));
  const remove = () => rm(dir, { recursive: true });
  const python = join(dir, 'bin', 'python');
  const env = { ...systemEnvironment(), PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  try {
    await run('python3', ['-m', 'venv', dir], { env });
    await run(python, ['-m', 'pip', 'install', '--quiet', `twarc==${VERSION}`], { env });
  } catch (error) {
    await remove();
    return `no twarc2 from PyPI: ${(error as Error).message.split('\n')[0]}`;
  }
  const twarc2 = async (base: string, ...args: string[]) => {
    const script = join(import.meta.dirname, 'twarc2.py');
    const surroundings = { ...env, X_API_BASE_URL: base, NO_PROXY: '127.0.0.1', HOME: dir };
    // It writes its log where it stands, and asks for keys at a terminal unless it has a token.
    await run(python, [script, '--bearer-token', 'any', ...args], { env: surroundings, cwd: dir });
  };
  return Object.assign(twarc2, { remove });
}
