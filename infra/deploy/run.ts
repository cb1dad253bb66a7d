import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Failure } from '../cli/terminal/errors.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
export const TERRAFORM_FOLDER = join(ROOT, 'infra', 'terraform');

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
  input?: string;
  /** Exit codes other than 0 that are an answer and no failure. */
  answers?: number[];
}

/** Runs a command in the repository's root and waits for it. Throws Failure where it is missing or fails. */
export function run(command: string, args: string[], options: RunOptions = {}): Ran {
  const { output = 'shown', input, answers = [] } = options;
  const ran = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: output === 'quiet' ? 'pipe' : 'inherit',
    ...(input !== undefined && { input }),
  });
  const { code: problem } = (ran.error ?? {}) as NodeJS.ErrnoException;
  // A command that ends without reading all of its input has answered all the same.
  if (ran.error && !(problem === 'EPIPE' && ran.status !== null)) {
    const missing = problem === 'ENOENT';
    throw new Failure(
      missing
        ? `${command} is not installed, or not in PATH. ${INSTALL[command] ? `Get it at ${INSTALL[command]} and run this again.` : ''}`.trim()
        : `${command} could not be started: ${ran.error.message}`,
    );
  }
  const code = ran.status ?? 1;
  if (code !== 0 && !answers.includes(code)) {
    const said = output === 'quiet' ? `: ${ran.stderr.trim()}` : '; what it said stands above';
    throw new Failure(`"${[command, ...args].join(' ')}" failed with exit code ${code}${said}.`);
  }
  return { code, stdout: ran.stdout ?? '', stderr: ran.stderr ?? '' };
}

export function terraform(args: string[], options: RunOptions = {}): Ran {
  return run('terraform', [`-chdir=${TERRAFORM_FOLDER}`, ...args], options);
}
