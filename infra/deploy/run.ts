import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Failure } from '../cli/terminal/errors.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

/** Where to get what is not here. */
const INSTALL: Record<string, string> = {
  terraform: 'https://developer.hashicorp.com/terraform/install',
  gcloud: 'https://cloud.google.com/sdk/docs/install',
};

export interface Ran {
  code: number;
  /** Empty where the output went to the terminal. */
  stdout: string;
  stderr: string;
}

interface RunOptions {
  /** `quiet` returns the output instead of showing it. */
  output?: 'shown' | 'quiet';
  /** Exit codes other than 0 that are an answer and no failure. */
  answers?: number[];
}

/** Runs a command in the repository's root and waits for it. Throws Failure where it is missing or fails. */
export function run(command: string, args: string[], options: RunOptions = {}): Ran {
  const { output = 'shown', answers = [] } = options;
  const stdio = output === 'quiet' ? 'pipe' : 'inherit';
  // A plan names every column: more than the megabyte that a child may say by default.
  const ran = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', stdio, maxBuffer: 512 * 1024 * 1024 });
  if (ran.error) throw notStarted(command, ran.error);
  const code = ran.status ?? 1;
  if (code !== 0 && !answers.includes(code)) {
    const said = output === 'quiet' ? `: ${ran.stderr.trim()}` : '; what it said stands above';
    throw new Failure(`"${[command, ...args].join(' ')}" failed with exit code ${code}${said}.`);
  }
  return { code, stdout: ran.stdout ?? '', stderr: ran.stderr ?? '' };
}

export function notStarted(command: string, error: NodeJS.ErrnoException): Failure {
  if (error.code !== 'ENOENT') return new Failure(`${command} could not be started: ${error.message}`);
  const where = INSTALL[command] ? ` Get it at ${INSTALL[command]} and run this again.` : '';
  return new Failure(`${command} is not installed, or not in PATH.${where}`);
}
