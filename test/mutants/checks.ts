import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ProfileName } from '../simulation/profiles.ts';

/** What is to notice a mutant: a number of simulations, or a test file, of it only the tests that are `named`. */
export type Check = { simulations: number; profile?: ProfileName } | { file: string; named?: string };

/** `broken`: a promise or a test failed. `useless`: nothing could be run, which says nothing. */
export type Verdict = 'holds' | 'broken' | 'useless';

const MUTANT_LIMIT_MS = 180_000;
/** A group of checks takes as long as all of them. */
const GROUP_LIMIT_MS = 900_000;
const running = new Set<ChildProcess>();

/** Ends what is under way. */
export function stopChecks(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Runs a check on the code in `copy`; `output` is what it printed. */
export async function run(check: Check, copy: string): Promise<{ verdict: Verdict; output: string }> {
  const args =
    'simulations' in check ? simulationsOf(check) : vitest([check.file], check.named ? [check.named] : []);
  const { code, output } = await node(args, copy, MUTANT_LIMIT_MS);
  const verdict = code === 0 ? 'holds' : hasRun(check, output) ? 'broken' : 'useless';
  return { verdict, output };
}

/**
 * All checks in few processes, each of which the unbroken code has to pass: the files that some check wants whole, the
 * named tests of the others, and the simulations.
 */
export function groupsOf(checks: Check[]): string[][] {
  const simulations = checks.flatMap((check) => ('simulations' in check ? [simulationsOf(check)] : []));
  const inFiles = checks.flatMap((check) => ('file' in check ? [check] : []));
  const whole = new Set(inFiles.flatMap(({ file, named }) => (named === undefined ? [file] : [])));
  const inPart = inFiles.filter(({ file }) => !whole.has(file));
  const names = new Set(inPart.flatMap(({ named = '' }) => named));
  const groups = [vitest([...new Set(inPart.map(({ file }) => file))], [...names]), vitest([...whole], [])];
  const wanted = [inPart.length > 0, whole.size > 0];
  return [
    ...groups.filter((_, index) => wanted[index]),
    ...new Map(simulations.map((args) => [args.join(' '), args])).values(),
  ];
}

/** Runs a group on the code in `copy`; null where it holds, else what it printed. */
export async function failureOf(group: string[], copy: string): Promise<string | null> {
  const { code, output } = await node(group, copy, GROUP_LIMIT_MS);
  return code === 0 ? null : output;
}

function node(
  args: string[],
  cwd: string,
  limitMs: number,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, CI: 'true' } });
  running.add(child);
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      running.delete(child);
      clearTimeout(limit);
      resolve({ code, output });
    });
  });
}

/** On one thread, since there is a check for each core. */
function simulationsOf({
  simulations,
  profile = 'swarm',
}: Extract<Check, { simulations: number }>): string[] {
  const how = ['--bail', '--workers', '1', '--profile', profile];
  return ['test/simulation/main.ts', '--seeds', String(simulations), ...how];
}

/** Without the other projects vitest starts in half the time. `named`: patterns, of which a test's name has one. */
function vitest(files: string[], named: string[]): string[] {
  const pattern = named.length > 0 ? ['--testNamePattern', named.map((name) => `(?:${name})`).join('|')] : [];
  const program = join('node_modules', 'vitest', 'vitest.mjs');
  return [program, 'run', '--project', 'unit', '--bail', '1', ...files, ...pattern];
}

/** A file that cannot even be loaded has no test that noticed anything. */
function hasRun(check: Check, output: string): boolean {
  return 'simulations' in check
    ? output.includes('BROKEN')
    : /AssertionError|Error: Property failed/.test(output);
}
