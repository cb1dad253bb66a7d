import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** `broken`: a promise or a test failed. `useless`: nothing could be run, which says nothing. */
export type Verdict = 'holds' | 'broken' | 'useless';

/** The tests of a file whose names match `named`, where it is given. */
export interface TestsOfFile {
  file: string;
  named?: string | undefined;
  /** Files, from the root, that may differ from what they were in the run before. */
  changed: string[];
}

/** A vitest that stays up in one copy of the code: most tests of a mutant take less time than vitest does to start. */
export class TestFiles {
  readonly #copy: string;
  readonly #limitMs: number;
  #child: ChildProcess | undefined;

  constructor(copy: string, limitMs: number) {
    this.#copy = copy;
    this.#limitMs = limitMs;
  }

  /** One at a time. What outlasts the limit is ended, and vitest with it. */
  run(tests: TestsOfFile): Promise<{ verdict: Verdict; output: string }> {
    this.#child ??= this.#start();
    const child = this.#child;
    return new Promise((resolve) => {
      const ended = () => finish({ verdict: 'useless', output: 'vitest ended, or took too long' });
      const limit = setTimeout(() => this.stop(), this.#limitMs);
      const finish = (said: { verdict: Verdict; output: string }) => {
        clearTimeout(limit);
        child.off('exit', ended).off('message', finish);
        resolve(said);
      };
      child.on('exit', ended).on('message', finish);
      child.send(tests);
    });
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #start(): ChildProcess {
    const child = fork(join(this.#copy, 'test', 'mutants', 'warm-vitest.ts'), {
      cwd: this.#copy,
      // Each run has a process, which loads the same clients and asks the same views.
      env: { ...process.env, CI: 'true', NODE_COMPILE_CACHE: join(this.#copy, 'compiled') },
    });
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    return child;
  }
}
