import { defineConfig } from 'vitest/config';

/**
 * A test's folder is its project; whatever lies in none of these folders is a unit test. What each proves and costs is
 * in test/README.md.
 */
const FOLDERS = {
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

export default defineConfig({
  test: {
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
          // Most files take longer to import the clients than to test: they share them, and change nothing that
          // another file could see.
          isolate: false,
          unstubEnvs: true,
        },
      },
      ...FILES.map((project) => ({ test: project })),
    ],
  },
});
