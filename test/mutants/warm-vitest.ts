/**
 * The process that test-files.ts keeps: vitest with the unit project, started once, which runs the tests of a file as
 * often as it is told. Each run has a process of its own, so that no mutant leaves anything behind for the next.
 */
import { join } from 'node:path';
import { createVitest, type TestModule } from 'vitest/node';
import type { TestsOfFile, Verdict } from './test-files.ts';

const vitest = await createVitest('test', {
  ...{ watch: false, project: ['unit'], isolate: true, maxWorkers: 1, bail: 1 },
  // What failed is in the results.
  reporters: [{}],
});
const unit = vitest.getProjectByName('unit');

type Failure = ReturnType<TestModule['errors']>[number];

function failuresIn(module: TestModule): Failure[] {
  const inTests = [...module.children.allTests()].flatMap((test) => test.result().errors ?? []);
  const inSuites = [...module.children.allSuites()].flatMap((suite) => suite.errors());
  return [...module.errors(), ...inSuites, ...inTests];
}

const told = ({ name, message, stack }: Failure) => `${name}: ${message}\n${stack}`;

/** A file that cannot even be loaded has no test that noticed anything. */
const isNotice = (failure: Failure) => /AssertionError|Error: Property failed/.test(told(failure));

async function run({ file, named, changed }: TestsOfFile): Promise<{ verdict: Verdict; output: string }> {
  for (const path of changed) vitest.invalidateFile(join(process.cwd(), path));
  const pattern = named === undefined ? {} : { testNamePattern: new RegExp(named) };
  const tests = unit.createSpecification(join(process.cwd(), file), pattern);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications([tests]);
  const failures = [...testModules.flatMap(failuresIn), ...(unhandledErrors as Failure[])];
  const passed = testModules.flatMap((module) => [...module.children.allTests('passed')]).length;
  const output = failures.map(told).join('\n');
  if (failures.some(isNotice)) return { verdict: 'broken', output };
  if (failures.length === 0 && passed > 0) return { verdict: 'holds', output };
  return { verdict: 'useless', output: output || 'no test ran' };
}

// One after the other, in the order of the messages: whoever sends them waits for the answer.
process.on('message', (tests: TestsOfFile) => {
  run(tests).then((said) => process.send?.(said));
});
process.once('disconnect', () => process.exit(0));
