import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: {
    include: ['test/**/*.test.ts'],
    // These take minutes, need more than `npm ci` installs, or may be asked of other endpoints: npm run test:long,
    // test:crash, test:sql, test:conformance.
    exclude: ['test/**/*.long.test.ts', 'test/crash/**', 'test/sql/**', 'test/contract/**'],
    // The end-to-end tests start real processes; two cores are the machine that we promise to run on.
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
