import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ProfileName } from '../simulation/profiles.ts';

/** What is to notice a mutant: a number of simulations, or a test file, of it only the tests that are `named`. */
export type Check = { simulations: number; profile?: ProfileName } | { file: string; named?: string };

/** `broken`: a promise or a test failed. `useless`: nothing could be run, which says nothing. */
export type Verdict = 'holds' | 'broken' | 'useless';

const LIMIT_MS = 180_000;
const running = new Set<ChildProcess>();

/** Ends what is under way. */
export function stopChecks(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Runs a check on the code in `copy`; `output` is what it printed. */
export function run(check: Check, copy: string): Promise<{ verdict: Verdict; output: string }> {
  const child = spawn(process.execPath, commandOf(check), { cwd: copy, env: { ...process.env, CI: 'true' } });
  running.add(child);
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      running.delete(child);
      clearTimeout(limit);
      const verdict = code === 0 ? 'holds' : hasRun(check, output) ? 'broken' : 'useless';
      resolve({ verdict, output });
    });
  });
}

function commandOf(check: Check): string[] {
  if ('simulations' in check) {
    const { simulations, profile = 'swarm' } = check;
    return ['test/simulation/main.ts', '--bail', '--seeds', String(simulations), '--profile', profile];
  }
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const named = check.named === undefined ? [] : ['--testNamePattern', check.named];
  return [vitest, 'run', '--bail', '1', check.file, ...named];
}

/** A file that cannot even be loaded has no test that noticed anything. */
function hasRun(check: Check, output: string): boolean {
  return 'simulations' in check
    ? output.includes('BROKEN')
    : /AssertionError|Error: Property failed/.test(output);
}
