/**
 * `npm run mutants`: breaks a copy of the code in one way at a time and expects a check to notice it each time. A
 * mutant that nothing notices, or whose place in the code is gone, is a failure of this command.
 *   -- --only WORDS   those whose rule or name contains them
 *   --after-tests     the unit tests have just passed on this code: their checks are not made on it once more
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Check, Checks } from './checks.ts';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const COPIED = ['functions', 'shared', 'infra', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

const { values } = parseArgs({
  options: { only: { type: 'string' }, 'after-tests': { type: 'boolean', default: false } },
});

interface Copy {
  dir: string;
  checks: Checks;
}
const copies: Copy[] = [];

function copyOfCode(): void {
  const copy = mkdtempSync(join(tmpdir(), 'dodo-mutants-'));
  copies.push({ dir: copy, checks: new Checks(copy) });
  for (const path of COPIED)
    cpSync(join(ROOT, path), join(copy, path), {
      recursive: true,
      filter: (from) => !from.includes('node_modules'),
    });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
}

const titleOf = ({ rule, name }: Mutant) => `${rule}: ${name}`;

/** Breaks the code in `copy`, lets the mutant's check look at it and mends it again; returns why it survived. */
async function survives({ edits, check }: Mutant, copy: Copy): Promise<string | null> {
  const originals = new Map<string, string>();
  try {
    for (const [file, find, replace] of edits) {
      const path = join(copy.dir, file);
      const text = readFileSync(path, 'utf8');
      if (!originals.has(path)) originals.set(path, text);
      if (text.split(find).length !== 2) return `no single place in ${file} for: ${find.trim()}`;
      writeFileSync(
        path,
        text.replace(find, () => replace),
      );
    }
    const files = edits.map(([file]) => file);
    const { verdict, output } = await copy.checks.run(check, files);
    if (verdict === 'broken') return null;
    return verdict === 'holds' ? 'nothing noticed it' : `it cannot be run: ${output.slice(-2000)}`;
  } finally {
    for (const [path, text] of originals) writeFileSync(path, text);
  }
}

/** Whether a check passes on the unbroken code: else nothing can be said of its mutants. */
async function isSound(check: Check, copy: Copy): Promise<boolean> {
  const { verdict, output } = await copy.checks.run(check);
  if (verdict !== 'holds') console.error(`${output}\nThe unbroken code fails: ${JSON.stringify(check)}`);
  return verdict === 'holds';
}

/** Does `work` with each of `items`, on all cores, each in a copy of its own. */
async function onAllCores<T>(items: T[], work: (item: T, copy: Copy) => Promise<boolean>): Promise<number> {
  const left = [...items];
  let failed = 0;
  await Promise.all(
    copies.map(async (copy) => {
      for (let item = left.shift(); item !== undefined; item = left.shift())
        if (!(await work(item, copy))) failed++;
    }),
  );
  return failed;
}

async function main(): Promise<number> {
  const startMs = performance.now();
  for (let core = 0; core < availableParallelism(); core++) copyOfCode();
  const mutants = MUTANTS.filter((mutant) => !values.only || titleOf(mutant).includes(values.only));
  const checks = new Map(mutants.map(({ check }) => [JSON.stringify(check), check]));
  if (!values['after-tests'] && (await onAllCores([...checks.values()], isSound)) > 0) return 1;
  const survivors = await onAllCores(mutants, async (mutant, copy) => {
    const why = await survives(mutant, copy);
    console.log(
      `${why === null ? 'caught  ' : 'SURVIVED'} ${titleOf(mutant)}${why === null ? '' : `: ${why}`}`,
    );
    return why === null;
  });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
  console.log(`Mutants: ${mutants.length - survivors} caught, ${survivors} survived, in ${seconds} s`);
  return survivors === 0 ? 0 : 1;
}

process.on('exit', () => {
  for (const { dir, checks } of copies) {
    checks.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
process.exit(await main());
