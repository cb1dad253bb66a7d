import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * A test's folder is its project; whatever lies in none of these folders is a unit test. What each proves and costs is
 * in test/README.md.
 */
const FOLDERS = {
  simulation: 'test/simulation',
  stack: 'test/stack',
  command: 'test/cli/{commands,process}',
  crash: 'test/crash',
  contract: 'test/contract',
  sql: 'test/sql',
  browser: 'test/browser',
};
const FILES = Object.entries(FOLDERS).map(([name, folder]) => ({
  name,
  include: [`${folder}/**/*.test.ts`],
}));

/**
 * Many files take longer to import the clients than to test: they share them, and change nothing that another file could
 * see.
 */
const SHARED = { isolate: false, unstubEnvs: true };

/** They take minutes, and the others find a place beside them: the last to begin is waited for. */
const LONGEST =
  /(crash\/points|sql\/agreement|crash\/kill|simulation\/simulation|process\/readme)\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files.filter(({ moduleId }) => !LONGEST.test(moduleId)));
    return [...files.filter(({ moduleId }) => LONGEST.test(moduleId)), ...others];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Many tests start real processes; two cores are the machine that we promise to run on.
    maxWorkers: 2,
    // Nothing is proved by being fast: these end what hangs.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...FILES.flatMap(({ include }) => include)],
          ...SHARED,
        },
      },
      ...FILES.map((project) => ({ test: { ...project, ...SHARED } })),
    ],
  },
});
