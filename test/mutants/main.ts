/**
 * `npm run mutants`: breaks a copy of the code in one way at a time and expects some test to fail each time. A
 * mutant that no test notices, or whose place in the code is gone, is a failure of this command.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MUTANTS, type Mutant } from './mutants.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const COPIED = ['functions', 'shared', 'infra', 'test', 'package.json', 'tsconfig.json'];
const TEST_LIMIT_MS = 300_000;

const { values } = parseArgs({ options: { only: { type: 'string' } } });

function copyOfCode(): string {
  const copy = mkdtempSync(join(tmpdir(), 'dodo-mutants-'));
  for (const path of COPIED)
    cpSync(join(ROOT, path), join(copy, path), {
      recursive: true,
      filter: (from) => !from.includes('node_modules'),
    });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Whether all of these tests pass; what they print is returned for the case that they should have. */
function testsPass(copy: string, tests: string[]): { pass: boolean; output: string } {
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--config', 'test/vitest.config.ts', '--bail', '1', ...tests];
  const run = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', timeout: TEST_LIMIT_MS });
  return { pass: run.status === 0, output: `${run.stdout}${run.stderr}` };
}

function apply(copy: string, { edits }: Mutant): { undo: () => void; missing: string | undefined } {
  const originals = new Map<string, string>();
  let missing: string | undefined;
  for (const { file, find, replace } of edits) {
    const path = join(copy, file);
    const text = readFileSync(path, 'utf8');
    if (!originals.has(path)) originals.set(path, text);
    if (text.split(find).length !== 2) missing = `${file}: ${find.trim()}`;
    writeFileSync(
      path,
      text.replace(find, () => replace),
    );
  }
  return { undo: () => originals.forEach((text, path) => void writeFileSync(path, text)), missing };
}

function main(): number {
  const mutants = MUTANTS.filter(({ name }) => !values.only || name.includes(values.only));
  const copy = copyOfCode();
  const survivors: string[] = [];
  try {
    const sound = testsPass(copy, [...new Set(mutants.flatMap(({ tests }) => tests))]);
    if (!sound.pass) {
      console.error(`${sound.output}\nThe tests fail on the unbroken code: nothing can be said of mutants.`);
      return 1;
    }
    for (const mutant of mutants) {
      const { undo, missing } = apply(copy, mutant);
      const caught = missing === undefined && !testsPass(copy, mutant.tests).pass;
      console.log(
        `${caught ? 'caught  ' : 'SURVIVED'} ${mutant.name}${missing ? ` (no single place for: ${missing})` : ''}`,
      );
      if (!caught) survivors.push(mutant.name);
      undo();
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  console.log(`Mutants: ${mutants.length - survivors.length} caught, ${survivors.length} survived`);
  return survivors.length === 0 ? 0 : 1;
}

process.exitCode = main();
