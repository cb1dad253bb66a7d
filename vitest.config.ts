import { defineConfig } from 'vitest/config';

/**
 * A test's folder is its project, and test/README.md says what each project proves; whatever lies in none of these
 * folders is a unit test.
 */
const FILES = {
  stack: ['test/e2e/**/*.test.ts'],
  command: ['test/cli/{commands,process}/**/*.test.ts'],
  crash: ['test/crash/**/*.test.ts'],
  contract: ['test/contract/**/*.test.ts'],
  sql: ['test/sql/**/*.test.ts'],
  browser: ['test/browser/**/*.test.ts'],
};

export default defineConfig({
  test: {
    // Many tests start real processes; two cores are the machine that we promise to run on.
    maxWorkers: 2,
    // Nothing is proved by being fast: these only end what hangs.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...Object.values(FILES).flat()],
        },
      },
      ...Object.entries(FILES).map(([name, include]) => ({ test: { name, include } })),
    ],
  },
});
