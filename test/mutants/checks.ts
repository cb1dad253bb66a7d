import { type ChildProcess, spawn } from 'node:child_process';
import type { ProfileName } from '../simulation/profiles.ts';
import { TestFiles, type Verdict } from './test-files.ts';

/** What is to notice a mutant: a number of simulations, or a test file, of it only the tests that are `named`. */
export type Check = { simulations: number; profile?: ProfileName } | { file: string; named?: string };

const LIMIT_MS = 180_000;

/** Runs checks on one copy of the code, one at a time. */
export class Checks {
  readonly #copy: string;
  readonly #testFiles: TestFiles;
  #simulations: ChildProcess | undefined;
  /** What the check before has seen, and what may be otherwise by now. */
  #changed: string[] = [];

  constructor(copy: string) {
    this.#copy = copy;
    this.#testFiles = new TestFiles(copy, LIMIT_MS);
  }

  /** `changed`: the files, from the root, that are broken now; `output`: what failed. */
  run(check: Check, changed: string[] = []): Promise<{ verdict: Verdict; output: string }> {
    if ('simulations' in check) return this.#simulate(check);
    const since = [...this.#changed, ...changed];
    this.#changed = changed;
    return this.#testFiles.run({ ...check, changed: since });
  }

  /** Ends what is under way. */
  stop(): void {
    this.#testFiles.stop();
    this.#simulations?.kill('SIGKILL');
  }

  /** On one thread, since there is a copy for each core. */
  #simulate({ simulations, profile = 'swarm' }: Extract<Check, { simulations: number }>) {
    const seeds = ['--seeds', String(simulations), '--profile', profile, '--bail', '--workers', '1'];
    const child = spawn(process.execPath, ['test/simulation/main.ts', ...seeds], { cwd: this.#copy });
    this.#simulations = child;
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    return new Promise<{ verdict: Verdict; output: string }>((resolve) => {
      child.on('close', (code) => {
        clearTimeout(limit);
        const verdict = code === 0 ? 'holds' : output.includes('BROKEN') ? 'broken' : 'useless';
        resolve({ verdict, output });
      });
    });
  }
}
